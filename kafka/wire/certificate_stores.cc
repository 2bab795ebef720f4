// Truststores and keystores: PEM (KIP-651) and PKCS#12; what a file is, its first bytes tell.
#include <openssl/pem.h>

#include <algorithm>
#include <utility>

#include "kafka/wire/openssl_internal.h"
#include "stores/core/bytes.h"
#include "stores/core/files.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::uint64_t kMostSize = 64 << 20;
constexpr Bytes kJksMagic("\xfe\xed\xfe\xed", 4);
constexpr Bytes kJceksMagic("\xce\xce\xce\xce", 4);

Bio memory(Bytes bytes) {
  return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

// Kafka takes PEM in one line too, as it comes out of a properties file; OpenSSL wants lines.
std::string in_lines(Bytes pem) {
  constexpr Bytes kBegin("-----BEGIN ");
  constexpr Bytes kEnd("-----END ");
  constexpr Bytes kDashes("-----");
  constexpr std::size_t kLine = 64;
  std::string text;
  while (true) {
    const std::size_t begin = pem.find(kBegin);
    if (begin == Bytes::npos) return text;
    pem.remove_prefix(begin + kBegin.size());
    const std::size_t label_end = pem.find(kDashes);
    const std::size_t end = pem.find(kEnd);
    if (label_end == Bytes::npos || end == Bytes::npos || end < label_end) return text;
    const std::string label(pem.substr(0, label_end));
    std::string base64;
    for (const char c : pem.substr(label_end + kDashes.size(), end - label_end - kDashes.size())) {
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') base64.push_back(c);
    }
    text.append(kBegin).append(label).append(kDashes).append("\n");
    for (std::size_t at = 0; at < base64.size(); at += kLine) text.append(base64, at, kLine).append("\n");
    text.append(kEnd).append(label).append(kDashes).append("\n");
    pem.remove_prefix(end + kEnd.size());
  }
}

int give_password(char* to, int size, int, void* password) {
  const auto& text = *static_cast<const std::string*>(password);
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  std::copy(text.begin(), text.end(), to);
  return static_cast<int>(text.size());
}

Result<StoreContent> read_pem(const std::string& pem, const std::string& operation,
                              const std::string& password) {
  StoreContent content;
  const std::string text = in_lines(pem);
  auto* secret = const_cast<std::string*>(&password);  // OpenSSL's callbacks know no const
  if (text.find("PRIVATE KEY-----") != std::string::npos) {
    const Bio from = memory(text);
    content.key.reset(PEM_read_bio_PrivateKey(from.get(), nullptr, give_password, secret));
    if (!content.key) {
      return fail(Outcome::kDenied, operation + ": the private key cannot be read: " + openssl_words(),
                  password.empty() ? "if it is encrypted, set ssl.key.password" : "check ssl.key.password");
    }
  }
  const Bio from = memory(text);
  while (Certificate certificate{PEM_read_bio_X509(from.get(), nullptr, give_password, secret)}) {
    content.certificates.push_back(std::move(certificate));
  }
  ERR_clear_error();  // of the end
  return content;
}

Result<StoreContent> read_pkcs12(const std::string& bytes, const std::string& operation,
                                 const std::string& what, const std::string& password) {
  const Bio from = memory(bytes);
  const Pkcs12 store(d2i_PKCS12_bio(from.get(), nullptr));
  if (!store) {
    ERR_clear_error();
    return fail(Outcome::kCorrupt, operation + ": it is neither PEM nor PKCS#12");
  }
  if (PKCS12_verify_mac(store.get(), password.data(), static_cast<int>(password.size())) != 1) {
    ERR_clear_error();
    return fail(Outcome::kDenied, operation + ": the password is not the right one",
                "check " + what + ".password");
  }
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  if (PKCS12_parse(store.get(), password.c_str(), &key, &certificate, &others) != 1) {
    return fail(
        Outcome::kFail, operation + ": " + openssl_words(),
        "OpenSSL 3 no longer reads the old ciphers (RC2, 3DES): write the store again with a newer keytool");
  }
  StoreContent content;
  content.key.reset(key);
  if (certificate != nullptr) content.certificates.emplace_back(certificate);
  while (others != nullptr && sk_X509_num(others) > 0)
    content.certificates.emplace_back(sk_X509_shift(others));
  sk_X509_free(others);  // house: a stack, emptied above, that only lives here
  ERR_clear_error();
  return content;
}

}  // namespace

std::string openssl_words() {
  const char* words = ERR_reason_error_string(ERR_peek_last_error());
  std::string text = words != nullptr ? words : "no reason given";
  ERR_clear_error();
  return text;
}

Result<StoreContent> read_store(const CertificateStore& store, const std::string& what,
                                const std::string& key_password) {
  std::string operation = "read " + what + ".certificates";
  std::string bytes = store.pem;
  if (!store.location.empty()) {
    operation = "read " + what + ".location '" + store.location + "'";
    auto read = read_file(store.location, kMostSize);
    if (!read) return fail(std::move(read.error()).within(what + ".location"));
    bytes = std::move(*read);
  }
  if (bytes.starts_with(kJksMagic) || bytes.starts_with(kJceksMagic)) {
    return fail(Outcome::kUsage, operation + ": a JKS file, which only Java reads",
                "convert it: keytool -importkeystore -srckeystore '" + store.location + "' -destkeystore '" +
                    store.location + ".p12' -deststoretype PKCS12");
  }
  const bool is_pem = bytes.find("-----BEGIN ") != std::string::npos;
  auto content =
      is_pem ? read_pem(bytes, operation, key_password) : read_pkcs12(bytes, operation, what, store.password);
  if (content && content->certificates.empty()) {
    return fail(Outcome::kCorrupt, operation + ": it holds no certificate");
  }
  return content;
}

}  // namespace arkive::kafka::wire
