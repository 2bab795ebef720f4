// What a service account signs to be given a token (RFC 7523, RFC 7515 section 7.1).
#include "stores/gcs/assertion.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/stores/gcs/signed_parts.h"
#include "tests/support/results.h"

namespace arkive::test {
namespace {

using namespace gcs;  // NOLINT(google-build-using-namespace): what is tested

constexpr UnixMilliseconds kNow = 1'795'217'400'999;

ServiceAccount account_with(std::string key) {
  return {.email = "arkive@zoo.iam.gserviceaccount.com",
          .key_id = "0123456789abcdef",
          .key = std::move(key),
          .audience = "https://oauth2.googleapis.com/token"};
}

/// Any key in PEM, encrypted where there is a password.
std::string pem_of(EVP_PKEY* key, const char* password = nullptr) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, password == nullptr ? nullptr : EVP_aes_256_cbc(), password,
                                password == nullptr ? 0 : static_cast<int>(std::string_view(password).size()),
                                nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

TEST(GcsAssertion, SaysWhoAsksForWhatAndForHowLong) {
  const RsaKey key;
  const SignedParts parts = SignedParts::of(value_of(signed_assertion(account_with(key.pem()), kNow)));
  EXPECT_EQ(parts.header, nlohmann::json({{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "0123456789abcdef"}}));
  EXPECT_EQ(parts.claims, nlohmann::json({{"iss", "arkive@zoo.iam.gserviceaccount.com"},
                                          {"scope", "https://www.googleapis.com/auth/devstorage.read_write"},
                                          {"aud", "https://oauth2.googleapis.com/token"},
                                          {"iat", 1'795'217'400},
                                          {"exp", 1'795'221'000}}));
}

TEST(GcsAssertion, AKeyWithoutANameIsNotNamed) {
  const RsaKey key;
  ServiceAccount account = account_with(key.pem());
  account.key_id.clear();
  EXPECT_FALSE(SignedParts::of(value_of(signed_assertion(account, kNow))).header.contains("kid"));
}

TEST(GcsAssertion, IsSignedWithTheAccountsKey) {
  const RsaKey key;
  const RsaKey other;
  const SignedParts parts = SignedParts::of(value_of(signed_assertion(account_with(key.pem()), kNow)));
  EXPECT_TRUE(key.signed_this(parts.text, parts.signature));
  EXPECT_FALSE(other.signed_this(parts.text, parts.signature));
  EXPECT_FALSE(key.signed_this(parts.text + "x", parts.signature));
}

TEST(GcsAssertion, IsThreePartsThatMayStandInAnAddress) {
  const RsaKey key;
  // 24 moments, so that lengths and bytes vary: each kind of padding would have come.
  for (UnixMilliseconds moment = kNow; moment < kNow + 24'000; moment += 1000) {
    ServiceAccount account = account_with(key.pem());
    account.email = std::string(static_cast<std::size_t>(moment / 1000 % 5), '~') + "?>@zoo";
    const std::string text = value_of(signed_assertion(account, moment));
    EXPECT_EQ(std::count(text.begin(), text.end(), '.'), 2) << text;
    EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."),
              std::string::npos)
        << text;
    const SignedParts parts = SignedParts::of(text);
    EXPECT_EQ(parts.claims.at("iss"), account.email);
    EXPECT_TRUE(key.signed_this(parts.text, parts.signature));
  }
}

TEST(GcsAssertion, AKeyThatIsNoneIsRefusedAndNotShown) {
  const std::shared_ptr<EVP_PKEY> curve(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const RsaKey key;
  const std::string pem = key.pem();
  for (const std::string& bad :
       {std::string(), std::string("canary"),
        std::string("-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n"), pem_of(curve.get()),
        pem_of(key.key.get(), "canary"), pem.substr(0, pem.size() / 2),
        // As it is in the file, when the line ends were not read as what they are.
        pem.substr(0, 27) + "\\n" + pem.substr(28)}) {
    const auto refused = signed_assertion(account_with(bad), kNow);
    ASSERT_TRUE(failed_with(Outcome::kUsage, refused)) << bad.substr(0, 40);
    const std::string said = refused.error().what + refused.error().hint;
    EXPECT_EQ(said.find("canary"), std::string::npos) << said;
    EXPECT_NE(said.find("private_key"), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace arkive::test
