#include "restore-plans/rehearse/certificates.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include <array>

#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/handle.h"
#include "stores/core/hash.h"

namespace arkive::rehearse {

namespace {

using Key = Handle<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Handle<X509, X509_free>;
using Extension = Handle<X509_EXTENSION, X509_EXTENSION_free>;
using Buffer = Handle<BIO, BIO_free>;
using KeyStore = Handle<PKCS12, PKCS12_free>;

constexpr const char* kThisHost = "DNS:localhost,IP:127.0.0.1";
constexpr const char* kOtherHost = "DNS:elsewhere.example";
constexpr int kLongDays = 3650;

/// A certificate with its key.
struct Identity {
  Key key;
  Certificate certificate;
};

struct Wishes {
  const char* name;                  ///< its CN
  const char* hosts = nullptr;       ///< subjectAltName
  int from_days = -30;               ///< from now
  int until_days = kLongDays;        ///< from now
  const Identity* signer = nullptr;  ///< none: it signs itself, and others
};

Error openssl_error(const std::string& operation) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  return {Outcome::kFail, operation + ": " + text.data(), {}};
}

bool add_extension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  const auto bytes = random_bytes(sizeof(std::uint64_t));
  constexpr std::uint64_t kPositive = ~0ULL >> 1;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
                                 load_big_endian<std::uint64_t>(bytes.data()) & kPositive) == 1;
}

Result<Identity> make_identity(const Wishes& wishes) {
  const std::string operation = std::string("make the certificate '") + wishes.name + "'";
  constexpr int kVersion3 = 2;
  Identity made{Key(EVP_EC_gen("P-256")), Certificate(X509_new())};
  X509* certificate = made.certificate.get();
  if (!made.key || !made.certificate) return fail(openssl_error(operation));
  X509_NAME* subject = X509_get_subject_name(certificate);
  const X509* issuer = wishes.signer == nullptr ? certificate : wishes.signer->certificate.get();
  const bool done =
      X509_set_version(certificate, kVersion3) == 1 && set_serial(certificate) &&
      X509_time_adj_ex(X509_getm_notBefore(certificate), wishes.from_days, 0, nullptr) != nullptr &&
      X509_time_adj_ex(X509_getm_notAfter(certificate), wishes.until_days, 0, nullptr) != nullptr &&
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(wishes.name), -1, -1, 0) == 1 &&
      X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
      X509_set_pubkey(certificate, made.key.get()) == 1 &&
      add_extension(certificate, NID_basic_constraints,
                    wishes.signer == nullptr ? "critical,CA:TRUE" : "CA:FALSE") &&
      (wishes.hosts == nullptr || add_extension(certificate, NID_subject_alt_name, wishes.hosts)) &&
      X509_sign(certificate, wishes.signer == nullptr ? made.key.get() : wishes.signer->key.get(),
                EVP_sha256()) > 0;
  if (!done) return fail(openssl_error(operation));
  return made;
}

Status keep(const std::string& path, const Buffer& buffer) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(buffer.get(), &bytes);
  return write_file_durably(path, Bytes(bytes, static_cast<std::size_t>(size)), IfExists::kReplace);
}

Status write_pem(const std::string& path, const Identity& identity, bool with_key,
                 const char* password = nullptr) {
  const Buffer buffer(BIO_new(BIO_s_mem()));
  const EVP_CIPHER* cipher = password == nullptr ? nullptr : EVP_aes_256_cbc();
  // Without a callback, what stands in its place is taken for the password.
  void* secret = const_cast<char*>(password);
  if (with_key && PEM_write_bio_PKCS8PrivateKey(buffer.get(), identity.key.get(), cipher, nullptr, 0, nullptr,
                                                secret) != 1) {
    return fail(openssl_error("write '" + path + "'"));
  }
  if (PEM_write_bio_X509(buffer.get(), identity.certificate.get()) != 1) {
    return fail(openssl_error("write '" + path + "'"));
  }
  return keep(path, buffer);
}

/// Java trusts the certificate of a key entry too, and knows no plain certificate in a PKCS #12 of OpenSSL's.
Status write_key_store(const std::string& path, const Identity& identity) {
  const KeyStore store(PKCS12_create(kKeyStorePassword, "arkive", identity.key.get(),
                                     identity.certificate.get(), nullptr, 0, 0, 0, 0, 0));
  const Buffer buffer(BIO_new(BIO_s_mem()));
  if (!store || i2d_PKCS12_bio(buffer.get(), store.get()) != 1) {
    return fail(openssl_error("write '" + path + "'"));
  }
  return keep(path, buffer);
}

}  // namespace

Status make_certificates(const std::string& directory) {
  ARKIVE_TRY(make_directories(directory));
  ARKIVE_ASSIGN(const auto ca, make_identity({.name = "throwaway CA"}));
  ARKIVE_ASSIGN(const auto other, make_identity({.name = "other CA"}));
  ARKIVE_TRY(write_pem(directory + "/ca.pem", ca, false));
  ARKIVE_TRY(write_pem(directory + "/other-ca.pem", other, false));
  ARKIVE_TRY(write_key_store(directory + "/trust.p12", ca));

  constexpr int kYesterday = -1;
  constexpr int kTomorrow = 1;
  const std::array<std::pair<const char*, Wishes>, 4> brokers = {{
      {"broker", {.name = "broker", .hosts = kThisHost, .signer = &ca}},
      {"broker-expired",
       {.name = "expired broker", .hosts = kThisHost, .until_days = kYesterday, .signer = &ca}},
      {"broker-early", {.name = "early broker", .hosts = kThisHost, .from_days = kTomorrow, .signer = &ca}},
      {"broker-wrong-host", {.name = "broker elsewhere", .hosts = kOtherHost, .signer = &ca}},
  }};
  for (const auto& [file, wishes] : brokers) {
    ARKIVE_ASSIGN(const auto identity, make_identity(wishes));
    ARKIVE_TRY(write_key_store(directory + "/" + file + ".p12", identity));
    ARKIVE_TRY(write_pem(directory + "/" + file + ".pem", identity, true));
  }
  ARKIVE_ASSIGN(const auto client, make_identity({.name = "client", .signer = &ca}));
  ARKIVE_TRY(write_pem(directory + "/client.pem", client, true));
  ARKIVE_TRY(write_pem(directory + "/client-locked.pem", client, true, kKeyStorePassword));
  const std::array<std::pair<const char*, Wishes>, 2> clients = {{
      {"client-expired", {.name = "expired client", .until_days = kYesterday, .signer = &ca}},
      {"client-stranger", {.name = "stranger", .signer = &other}},
  }};
  for (const auto& [file, wishes] : clients) {
    ARKIVE_ASSIGN(const auto identity, make_identity(wishes));
    ARKIVE_TRY(write_pem(directory + "/" + file + ".pem", identity, true));
  }
  return ok();
}

}  // namespace arkive::rehearse
