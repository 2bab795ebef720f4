// Tokens as authorities hand them out.
#include "stores/remote/bearer_token.h"

#include "tests/support/results.h"

namespace arkive::test {
namespace {

using namespace remote;  // NOLINT(google-build-using-namespace): what is tested

TEST(BearerToken, LastsFromTheMomentItWasAskedFor) {
  const auto token = value_of(read_bearer_token(R"({"access_token":"a.b","expires_in":60,"x":1})", 1000));
  EXPECT_EQ(token.text, "a.b");
  EXPECT_EQ(token.expires_ms, 61'000);
}

TEST(BearerToken, WhatIsNoTokenIsNotTakenForOne) {
  for (const char* bad :
       {"", "[]", "{}", R"({"access_token":"a"})", R"({"access_token":"","expires_in":1})",
        R"({"access_token":"a","expires_in":-1})", R"({"access_token":"a\r\nx-evil: 1","expires_in":1})",
        R"({"access_token":"a","expires_in":99999999999})"})
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_bearer_token(bad, 0))) << bad;
}

TEST(BearerToken, ARefusalSaysItsReasonAndNothingOfWhatWasSent) {
  const auto refused = token_in(
      {.status = 400, .body = R"({"error":"invalid_grant","error_description":"canary"})"}, 0, "hint");
  ASSERT_TRUE(failed_with(Outcome::kDenied, refused));
  EXPECT_EQ(refused.error().what, "status 400, invalid_grant");
  EXPECT_TRUE(failed_with(Outcome::kRetry, token_in({.status = 503}, 0, "hint")));
}

}  // namespace
}  // namespace arkive::test
