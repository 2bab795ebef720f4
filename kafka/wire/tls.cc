#include "kafka/wire/tls.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "kafka/wire/openssl_internal.h"

namespace arkive::kafka::wire {
namespace {

bool is_ip_address(const std::string& host) {
  char binary[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), binary) == 1 || ::inet_pton(AF_INET6, host.c_str(), binary) == 1;
}

// OpenSSL's own socket BIO writes with write(), whose SIGPIPE would end the process.
int socket_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int send_some(BIO* bio, const char* data, std::size_t size, std::size_t* sent) {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::send(socket_of(bio), data, size, MSG_NOSIGNAL);
  if (count < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) BIO_set_retry_write(bio);
    return 0;
  }
  *sent = static_cast<std::size_t>(count);
  return 1;
}

int receive_some(BIO* bio, char* data, std::size_t size, std::size_t* got) {
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::recv(socket_of(bio), data, size, 0);
  if (count <= 0) {
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_read(bio);
    if (count == 0) errno = 0;
    return 0;
  }
  *got = static_cast<std::size_t>(count);
  return 1;
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    BIO_meth_set_write_ex(made, send_some);
    BIO_meth_set_read_ex(made, receive_some);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return method;
}

// An alert about our certificate, or the lack of one (RFC 8446, section 6): 40 to 51, and 116.
bool is_refusal(unsigned long error) {
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return false;
  const int alert = ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET;
  return (alert >= 40 && alert <= 51 && alert != 50) || alert == 116;
}

class TlsTransport : public Transport {
 public:
  TlsTransport(Socket socket, Ssl ssl) : socket_(std::move(socket)), ssl_(std::move(ssl)) {}

  Status shake_hands(Deadline deadline) {
    ARKIVE_TRY(until_done([this] { return SSL_connect(ssl_.get()); }, deadline));
    return ok();
  }
  // Small pieces go together: each write is a record of TLS of its own.
  Status write(std::span<const Bytes> pieces, Deadline deadline) override {
    constexpr std::size_t kTogether = 16 << 10;
    std::string together;
    for (const Bytes piece : pieces) {
      if (together.size() + piece.size() <= kTogether) {
        together.append(piece);
        continue;
      }
      ARKIVE_TRY(write_all(together, deadline));
      together.clear();
      ARKIVE_TRY(write_all(piece, deadline));
    }
    return write_all(together, deadline);
  }
  Result<std::size_t> read(char* to, std::size_t size, Deadline deadline) override {
    std::size_t got = 0;
    ARKIVE_TRY(until_done([&] { return SSL_read_ex(ssl_.get(), to, size, &got); }, deadline));
    return got;
  }

 private:
  Status write_all(Bytes bytes, Deadline deadline) {
    while (!bytes.empty()) {
      std::size_t sent = 0;
      ARKIVE_TRY(
          until_done([&] { return SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent); }, deadline));
      bytes.remove_prefix(sent);
    }
    return ok();
  }
  template <class Step>
  Status until_done(Step step, Deadline deadline) {
    while (true) {
      ERR_clear_error();
      errno = 0;
      const int done = step();
      if (done == 1) return ok();
      const int system_error = errno;
      switch (SSL_get_error(ssl_.get(), done)) {
        case SSL_ERROR_WANT_READ:
          ARKIVE_TRY(socket_.wait(POLLIN, deadline));
          break;
        case SSL_ERROR_WANT_WRITE:
          ARKIVE_TRY(socket_.wait(POLLOUT, deadline));
          break;
        case SSL_ERROR_ZERO_RETURN:
          return fail(Outcome::kRetry, std::string(kHungUp));
        case SSL_ERROR_SYSCALL:
          return fail(Outcome::kRetry,
                      system_error != 0 ? std::strerror(system_error) : std::string(kHungUp));
        default:
          return fail(refusal());
      }
    }
  }

  Error refusal() const {
    const unsigned long error = ERR_peek_error();
    const std::string words = openssl_words();
    const long verified = SSL_get_verify_result(ssl_.get());
    if (verified != X509_V_OK) {
      return {Outcome::kDenied,
              std::string("the broker's certificate is not to be trusted: ") +
                  X509_verify_cert_error_string(verified),
              "check ssl.truststore and the name or address that the broker was asked for"};
    }
    if (is_refusal(error)) {
      return {Outcome::kDenied, "the broker refuses the TLS connection: " + words,
              "it may want a client certificate (ssl.keystore), or another one"};
    }
    if (ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
      return {Outcome::kRetry, std::string(kHungUp), {}};
    }
    if (ERR_GET_REASON(error) == SSL_R_WRONG_VERSION_NUMBER) {
      return {Outcome::kRetry, "no TLS is spoken there", "check security.protocol and the port"};
    }
    return {Outcome::kRetry, words, {}};
  }

  Socket socket_;
  Ssl ssl_;
};

Status use_protocols(SSL_CTX* context, const std::vector<std::string>& protocols) {
  const auto has = [&](const char* name) {
    return protocols.empty() || std::find(protocols.begin(), protocols.end(), name) != protocols.end();
  };
  SSL_CTX_set_min_proto_version(context, has("TLSv1.2") ? TLS1_2_VERSION : TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(context, has("TLSv1.3") ? TLS1_3_VERSION : TLS1_2_VERSION);
  return ok();
}

Status use_ciphers(SSL_CTX* context, const std::vector<std::string>& names) {
  if (names.empty()) return ok();
  std::string older;
  std::string newer;
  for (const std::string& name : names) {
    const bool is_new = name.starts_with("TLS_AES_") || name.starts_with("TLS_CHACHA20_");
    const std::string openssl_name = is_new ? name : OPENSSL_cipher_name(name.c_str());
    std::string& to = is_new ? newer : older;
    to += (to.empty() ? "" : ":") + (openssl_name == "(NONE)" ? name : openssl_name);
  }
  if ((!older.empty() && SSL_CTX_set_cipher_list(context, older.c_str()) != 1) ||
      (!newer.empty() && SSL_CTX_set_ciphersuites(context, newer.c_str()) != 1)) {
    ERR_clear_error();
    return fail(Outcome::kUsage, "ssl.cipher.suites: OpenSSL knows none of them");
  }
  return ok();
}

Status use_trust(SSL_CTX* context, const TlsSettings& settings) {
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (!settings.trust.given()) {
    SSL_CTX_set_default_verify_paths(context);
    return ok();
  }
  ARKIVE_ASSIGN(const StoreContent trusted, read_store(settings.trust, "ssl.truststore", {}));
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const Certificate& certificate : trusted.certificates) X509_STORE_add_cert(store, certificate.get());
  // As in Java, whatever stands in the truststore is trusted, also when it is no root.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  ERR_clear_error();
  return ok();
}

Status use_key(SSL_CTX* context, const TlsSettings& settings) {
  if (!settings.key.given()) return ok();
  ARKIVE_ASSIGN(const StoreContent own, read_store(settings.key, "ssl.keystore", settings.key_password));
  if (!own.key) return fail(Outcome::kCorrupt, "read ssl.keystore: it holds no private key");
  bool used = SSL_CTX_use_certificate(context, own.certificates.front().get()) == 1;
  for (std::size_t i = 1; used && i < own.certificates.size(); ++i) {
    used = SSL_CTX_add1_chain_cert(context, own.certificates[i].get()) == 1;
  }
  if (!used || SSL_CTX_use_PrivateKey(context, own.key.get()) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return fail(Outcome::kCorrupt, "read ssl.keystore: certificate and key: " + openssl_words());
  }
  return ok();
}

}  // namespace

struct TlsContext::State {
  SslContext context;
  bool check_host_name = true;
};

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

Result<std::unique_ptr<TlsContext>> TlsContext::create(const TlsSettings& settings) {
  auto state = std::make_unique<State>();
  state->context.reset(SSL_CTX_new(TLS_client_method()));
  if (!state->context) return fail(Outcome::kFail, "start TLS: " + openssl_words());
  SSL_CTX* context = state->context.get();
  state->check_host_name = settings.check_host_name;
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Records of 16 KiB would be a call of the system each.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_read_buffer_len(context, 256 << 10);
  ARKIVE_TRY(use_protocols(context, settings.protocols));
  ARKIVE_TRY(use_ciphers(context, settings.cipher_suites));
  ARKIVE_TRY(use_trust(context, settings));
  ARKIVE_TRY(use_key(context, settings));
  return std::unique_ptr<TlsContext>(new TlsContext(std::move(state)));
}

Result<std::unique_ptr<Transport>> TlsContext::start(Socket socket, const std::string& host,
                                                     Deadline deadline) const {
  Ssl ssl(SSL_new(state_->context.get()));
  BIO* bio = BIO_new(socket_method());
  if (!ssl || bio == nullptr) return fail(Outcome::kFail, "start TLS: " + openssl_words());
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket.fd())));
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl.get(), bio, bio);
  const bool is_ip = is_ip_address(host);
  if (!is_ip) SSL_set_tlsext_host_name(ssl.get(), host.c_str());
  if (state_->check_host_name) {
    X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl.get());
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int set = is_ip ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str())
                          : X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size());
    if (set != 1) return fail(Outcome::kFail, "start TLS: " + openssl_words());
  }
  auto transport = std::make_unique<TlsTransport>(std::move(socket), std::move(ssl));
  auto shaken = transport->shake_hands(deadline);
  if (!shaken) {
    Error error = std::move(shaken.error());
    if (error.outcome == Outcome::kRetry && error.hint.empty()) {
      error.hint = "a listener without TLS hangs up like this: check security.protocol";
    }
    return fail(std::move(error));
  }
  return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace arkive::kafka::wire
