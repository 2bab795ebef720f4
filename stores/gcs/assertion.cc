#include "stores/gcs/assertion.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/handle.h"
#include "stores/core/hash.h"

namespace arkive::gcs {
namespace {

using Bio = Handle<BIO, BIO_free_all>;
using PrivateKey = Handle<EVP_PKEY, EVP_PKEY_free>;
using DigestContext = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;

constexpr const char* kScope = "https://www.googleapis.com/auth/devstorage.read_write";
constexpr std::int64_t kLastsSeconds = 3600;

/// RFC 4648 section 5, without padding.
std::string base64_url(Bytes bytes) {
  std::string text = base64(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text.substr(0, text.find('='));
}

Result<std::string> rsa_sha256(const std::string& text, const std::string& pem) {
  const auto bad = [] {
    return fail(Outcome::kUsage, "its private_key is no RSA key",
                "make a new key of the service account and copy its file whole");
  };
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // Without a password: a key that wants one is refused, not asked about.
  char no_password[] = "";
  const PrivateKey key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, no_password) : nullptr);
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return bad();
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t size = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, data, text.size()) != 1)
    return bad();
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, data,
                     text.size()) != 1)
    return bad();
  signature.resize(size);
  return signature;
}

}  // namespace

Result<std::string> signed_assertion(const ServiceAccount& account, UnixMilliseconds now) {
  nlohmann::json header = {{"alg", "RS256"}, {"typ", "JWT"}};
  if (!account.key_id.empty()) header["kid"] = account.key_id;
  const std::int64_t seconds = now / 1000;
  const nlohmann::json claims = {{"iss", account.email},
                                 {"scope", kScope},
                                 {"aud", account.audience},
                                 {"iat", seconds},
                                 {"exp", seconds + kLastsSeconds}};
  const std::string text = base64_url(header.dump()) + "." + base64_url(claims.dump());
  ARKIVE_ASSIGN(const std::string signature, rsa_sha256(text, account.key));
  return text + "." + base64_url(signature);
}

}  // namespace arkive::gcs
