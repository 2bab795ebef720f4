#include "kafka/wire/scram.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <charconv>
#include <map>
#include <optional>

#include "stores/core/base64.h"
#include "stores/core/hash.h"

namespace arkive::kafka::wire {
namespace {

// Kafka's brokers take 4096 to 16384 (ScramMechanism.java). More than the upper bound here would only keep us
// busy.
constexpr int kLeastIterations = 4096;
constexpr int kMostIterations = 1'000'000;

const unsigned char* bytes_of(Bytes text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

tl::unexpected<Error> bad(const std::string& cause) {
  return fail(Outcome::kCorrupt, "authenticate with SCRAM: " + cause);
}

// "r=...,s=...,i=...": by letter. Nothing when it is not like that.
std::optional<std::map<char, std::string>> attributes(Bytes message) {
  std::map<char, std::string> found;
  while (!message.empty()) {
    const std::size_t comma = message.find(',');
    const Bytes part = message.substr(0, comma);
    if (part.size() < 2 || part[1] != '=') return std::nullopt;
    found[part[0]] = part.substr(2);
    message.remove_prefix(comma == Bytes::npos ? message.size() : comma + 1);
  }
  return found;
}

std::string escaped(Bytes name) {
  std::string text;
  for (const char c : name) {
    if (c == '=') {
      text += "=3D";
    } else if (c == ',') {
      text += "=2C";
    } else {
      text.push_back(c);
    }
  }
  return text;
}

class Scram : public SaslConversation {
 public:
  Scram(const SaslSettings& settings, std::string nonce)
      : digest_(settings.mechanism == SaslMechanism::kScramSha512 ? EVP_sha512() : EVP_sha256()),
        password_(settings.password),
        nonce_(std::move(nonce)),
        first_bare_("n=" + escaped(settings.user) + ",r=" + nonce_) {
    if (settings.delegation_token) first_bare_ += ",tokenauth=true";
  }
  ~Scram() override { OPENSSL_cleanse(password_.data(), password_.size()); }

  Result<std::string> first() override { return "n,," + first_bare_; }
  Result<std::string> answer(Bytes challenge) override;
  Status end(Bytes last) override;
  bool is_over() const override { return over_; }

 private:
  std::string hmac(Bytes key, Bytes data) const {
    std::string mac(static_cast<std::size_t>(EVP_MD_get_size(digest_)), '\0');
    HMAC(digest_, key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(),
         reinterpret_cast<unsigned char*>(mac.data()), nullptr);
    return mac;
  }
  std::string hash(Bytes data) const {
    std::string result(static_cast<std::size_t>(EVP_MD_get_size(digest_)), '\0');
    EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(result.data()), nullptr, digest_,
               nullptr);
    return result;
  }
  std::string salted(Bytes salt, int iterations) const {
    std::string key(static_cast<std::size_t>(EVP_MD_get_size(digest_)), '\0');
    PKCS5_PBKDF2_HMAC(password_.data(), static_cast<int>(password_.size()), bytes_of(salt),
                      static_cast<int>(salt.size()), iterations, digest_, static_cast<int>(key.size()),
                      reinterpret_cast<unsigned char*>(key.data()));
    return key;
  }

  const EVP_MD* digest_;
  std::string password_;
  std::string nonce_;
  std::string first_bare_;
  std::string server_signature_;
  bool over_ = false;
};

Result<std::string> Scram::answer(Bytes challenge) {
  const auto parts = attributes(challenge);
  if (!parts || !parts->contains('r') || !parts->contains('s') || !parts->contains('i')) {
    return bad("the broker's first message has no nonce, salt and iterations");
  }
  const std::string& nonce = parts->at('r');
  if (!nonce.starts_with(nonce_) || nonce.size() == nonce_.size())
    return bad("the broker's nonce is not new");
  const auto salt = from_base64(parts->at('s'));
  if (!salt) return bad("the broker's salt is no base64");
  const std::string& digits = parts->at('i');
  int iterations = 0;
  const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), iterations);
  if (error != std::errc() || rest != digits.data() + digits.size() || iterations < kLeastIterations ||
      iterations > kMostIterations) {
    return bad("the broker wants '" + printable(digits) + "' iterations");
  }
  const std::string without_proof = "c=biws,r=" + nonce;
  const std::string said = first_bare_ + "," + std::string(challenge) + "," + without_proof;
  const std::string key = salted(*salt, iterations);
  std::string proof = hmac(key, "Client Key");
  const std::string signature = hmac(hash(proof), said);
  for (std::size_t i = 0; i < proof.size(); ++i) proof[i] = static_cast<char>(proof[i] ^ signature[i]);
  server_signature_ = hmac(hmac(key, "Server Key"), said);
  over_ = true;
  return without_proof + ",p=" + base64(proof);
}

Status Scram::end(Bytes last) {
  const auto parts = attributes(last);
  if (parts && parts->contains('e')) {
    return fail(Outcome::kDenied, "authenticate with SCRAM: " + printable(parts->at('e')));
  }
  const auto signature = parts && parts->contains('v') ? from_base64(parts->at('v')) : std::nullopt;
  if (!signature || signature->size() != server_signature_.size() ||
      CRYPTO_memcmp(signature->data(), server_signature_.data(), signature->size()) != 0) {
    return fail(Outcome::kDenied,
                "authenticate with SCRAM: the broker cannot prove that it knows the password");
  }
  return ok();
}

}  // namespace

std::unique_ptr<SaslConversation> scram_conversation(const SaslSettings& settings, std::string nonce) {
  return std::make_unique<Scram>(settings, std::move(nonce));
}

}  // namespace arkive::kafka::wire
