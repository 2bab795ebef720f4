#include "kafka/wire/sasl.h"

#include <gmock/gmock.h>

#include "kafka/wire/bearer_token.h"
#include "kafka/wire/messages/sasl_messages.h"
#include "kafka/wire/scram.h"
#include "tests/support/results.h"

namespace arkive::kafka::wire {
namespace {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using testing::HasSubstr;
using testing::Not;

SaslSettings scram_settings() {
  SaslSettings settings;
  settings.mechanism = SaslMechanism::kScramSha256;
  settings.user = "user";
  settings.password = "pencil";
  return settings;
}

constexpr const char* kServerFirst =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

// RFC 7677, section 3.
TEST(Scram, SaysWhatTheExampleOfTheRfcSays) {
  const auto conversation = scram_conversation(scram_settings(), "rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(value_of(conversation->first()), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_FALSE(conversation->is_over());
  EXPECT_EQ(value_of(conversation->answer(kServerFirst)),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+"
            "Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_TRUE(conversation->is_over());
  EXPECT_TRUE(succeeded(conversation->end("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")));
}

TEST(Scram, ABrokerThatDoesNotKnowThePasswordIsRefused) {
  for (const char* last : {"v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "v=6rriTRBi", "v=", "", "x",
                           "v=AAAA", "e=other-error"}) {
    const auto conversation = scram_conversation(scram_settings(), "rOprNGfwEbeRWgbNEkqO");
    (void)value_of(conversation->first());
    (void)value_of(conversation->answer(kServerFirst));
    EXPECT_TRUE(failed_with(Outcome::kDenied, conversation->end(last))) << last;
  }
}

TEST(Scram, AFirstMessageThatMakesNoSenseIsRefused) {
  for (const std::string& message :
       {std::string("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
        std::string("r=stolen,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
        std::string("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1"),
        std::string("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000"),
        std::string("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999"),
        std::string("r=rOprNGfwEbeRWgbNEkqOx,s=W,i=4096"), std::string("r=rOprNGfwEbeRWgbNEkqOx,i=4096"),
        std::string(",,,"), std::string()}) {
    const auto conversation = scram_conversation(scram_settings(), "rOprNGfwEbeRWgbNEkqO");
    (void)value_of(conversation->first());
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, conversation->answer(message))) << message;
  }
}

TEST(Scram, NamesAreEscapedAndTokensMarked) {
  SaslSettings settings = scram_settings();
  settings.user = "a=b,c";
  settings.delegation_token = true;
  EXPECT_EQ(value_of(scram_conversation(settings, "nonce")->first()),
            "n,,n=a=3Db=2Cc,r=nonce,tokenauth=true");
}

TEST(Plain, SaysNameAndPassword) {
  EXPECT_EQ(value_of(plain_conversation(scram_settings())->first()), std::string("\0user\0pencil", 12));
}

TEST(Bearer, SaysTokenAndExtensions) {
  SaslSettings settings;
  settings.extensions = {{"traceId", "12"}};
  EXPECT_EQ(value_of(bearer_conversation(settings, "tok")->first()),
            "n,,\x01"
            "auth=Bearer tok\x01traceId=12\x01\x01");
  EXPECT_TRUE(failed_with(Outcome::kDenied,
                          bearer_conversation(settings, "tok")->end("{\"status\":\"invalid_token\"}")));
}

// The example of RFC 7515, appendix A.5, says the same with other claims.
TEST(Bearer, UnsecuredTokensHoldTheClaims) {
  SaslSettings settings;
  settings.unsecured_claims = {{"sub", "\"alice\""}};
  settings.unsecured_lifetime = std::chrono::seconds(60);
  // {"alg":"none"}.{"iat":100,"exp":160,"sub":"alice"}.
  EXPECT_EQ(unsecured_token(settings, std::chrono::seconds(100)),
            "eyJhbGciOiJub25lIn0.eyJpYXQiOjEwMCwiZXhwIjoxNjAsInN1YiI6ImFsaWNlIn0.");
}

TEST(Bearer, TheEndpointsAnswerIsReadAndNeverQuoted) {
  const TokenAnswer answer =
      value_of(read_token_answer("{\"access_token\":\"a.b.c\",\"expires_in\":300,\"x\":[]}"));
  EXPECT_EQ(answer.token, "a.b.c");
  EXPECT_EQ(answer.lifetime.count(), 300);
  for (const char* json : {"", "[]", "{}", "{\"access_token\":5}", "{\"access_token\":\"\"}",
                           "{\"access_token\":\"canary\\u0001\"}", "canary"}) {
    const auto read = read_token_answer(json);
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, read)) << json;
    EXPECT_THAT(read.error().what, Not(HasSubstr("canary")));
  }
}

BrokerVersions sasl_versions() {
  BrokerVersions versions;
  versions.set(static_cast<std::int16_t>(Api::kSaslHandshake), {0, 1});
  versions.set(static_cast<std::int16_t>(Api::kSaslAuthenticate), {0, 2});
  return versions;
}

TEST(Sasl, WhatTheBrokerOffersIsNamed) {
  const auto conversation = plain_conversation(scram_settings());
  std::string body;
  Writer to(body, false);
  to.int16(33);
  to.array(2);
  to.string("SCRAM-SHA-256");
  to.string("GSSAPI");
  const auto done = sasl_authenticate("PLAIN", *conversation, sasl_versions(),
                                      [&](const Request&) -> Result<Bytes> { return Bytes(body); });
  ASSERT_TRUE(failed_with(Outcome::kUsage, done));
  EXPECT_THAT(done.error().what, HasSubstr("SCRAM-SHA-256, GSSAPI"));
}

TEST(Sasl, ARefusalIsDeniedInTheBrokersWordsWithoutThePassword) {
  const auto conversation = plain_conversation(scram_settings());
  std::string body;
  const auto done = sasl_authenticate("PLAIN", *conversation, sasl_versions(),
                                      [&](const Request& request) -> Result<Bytes> {
                                        body.clear();
                                        Writer to(body, is_flexible(request.api, request.version));
                                        if (request.api == Api::kSaslHandshake) {
                                          to.int16(0);
                                          to.array(0);
                                        } else {
                                          to.int16(58);
                                          to.string("Authentication failed: Invalid username or password");
                                          to.bytes("");
                                          to.int64(0);
                                          to.end();
                                        }
                                        return Bytes(body);
                                      });
  ASSERT_TRUE(failed_with(Outcome::kDenied, done));
  EXPECT_THAT(done.error().what, HasSubstr("Invalid username or password"));
  EXPECT_THAT(done.error().what, Not(HasSubstr("pencil")));
}

}  // namespace
}  // namespace arkive::kafka::wire
