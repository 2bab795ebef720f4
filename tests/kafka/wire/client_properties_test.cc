#include "kafka/wire/client_properties.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "kafka/wire/jaas.h"
#include "kafka/wire/properties_file.h"
#include "stores/core/files.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using arkive::test::failed_with;
using arkive::test::value_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string shown(const std::string& text) {
  std::string all;
  for (const auto& property : value_of(wire::parse_properties(text))) {
    all += std::to_string(property.line) + "[" + property.key + "|" + property.value + "]";
  }
  return all;
}

TEST(PropertiesFile, ReadsWhatJavaReads) {
  EXPECT_EQ(shown("a=b\nc:d\r\ne f\rg\n"), "1[a|b]2[c|d]3[e|f]4[g|]");
  EXPECT_EQ(shown("# comment\n! another\n\n   key \t = \f value with blanks \n"),
            "4[key|value with blanks ]");
  EXPECT_EQ(shown("a=b\\\n   c\\\n\\\n d\ne=f"), "1[a|bcd]5[e|f]");
  EXPECT_EQ(shown("a=b\\\\\nc=d"), "1[a|b\\]2[c|d]");
  EXPECT_EQ(shown("a=1\\\n# no comment here\n"), "1[a|1# no comment here]");
  EXPECT_EQ(shown("a\\=b\\:c\\ d=e=f:g\n"), "1[a=b:c d|e=f:g]");
  EXPECT_EQ(shown("a=\\t\\n\\q\\u00e9\\uD83D\\uDE00\n"), "1[a|\t\nq\u00e9\U0001F600]");
  EXPECT_EQ(shown("a=\xe9"), "1[a|\u00e9]");
  EXPECT_EQ(shown("a = = b"), "1[a|= b]");
  EXPECT_EQ(shown(""), "");
}

TEST(PropertiesFile, ABadUnicodeEscapeIsNamedByItsLine) {
  const auto read = wire::parse_properties("a=b\nc=\\u12g4");
  ASSERT_TRUE(failed_with(Outcome::kUsage, read));
  EXPECT_THAT(read.error().what, HasSubstr("line 2"));
}

TEST(Jaas, ReadsModuleAndOptions) {
  const auto entry =
      value_of(wire::parse_jaas("org.apache.kafka.common.security.plain.PlainLoginModule required\n "
                                "username=\"a \\\"b\\\"\" password='x;y=z' "
                                "tokenauth=true;"));
  EXPECT_EQ(entry.module, "PlainLoginModule");
  EXPECT_EQ(entry.options.at("username"), "a \"b\"");
  EXPECT_EQ(entry.options.at("password"), "x;y=z");
  EXPECT_EQ(entry.options.at("tokenauth"), "true");
}

TEST(Jaas, WhatIsNoEntryIsRefusedWithoutTheSecret) {
  for (const std::string text : {"", "PlainLoginModule", "M required", "M required password=\"hidden\"",
                                 "M required password=\"hidden;", "M required password \"hidden\";",
                                 "M required a=hidden; N required;", "M required =hidden;"}) {
    const auto entry = wire::parse_jaas(text);
    ASSERT_TRUE(failed_with(Outcome::kUsage, entry)) << text;
    EXPECT_THAT(entry.error().what, Not(HasSubstr("hidden")));
  }
}

ClientProperties parsed(const std::string& text) {
  return value_of(parse_client_properties(text, "c.properties"));
}

Error refused(const std::string& text) {
  const auto properties = parse_client_properties(text, "c.properties");
  EXPECT_TRUE(failed_with(Outcome::kUsage, properties)) << text;
  return properties ? Error{} : properties.error();
}

TEST(ClientProperties, AnEmptyFileIsPlaintext) {
  const auto properties = parsed("");
  EXPECT_EQ(properties.protocol, SecurityProtocol::kPlaintext);
  EXPECT_TRUE(properties.tls.check_host_name);
  EXPECT_EQ(properties.request_timeout.count(), 30000);
}

TEST(ClientProperties, ScramOverTlsIsRead) {
  const auto properties = parsed(
      "bootstrap.servers=b1:9093,b2:9093\nsecurity.protocol=sasl_ssl \nsasl.mechanism=SCRAM-SHA-512\n"
      "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\\n"
      "  username=\"alice\" \\\n  password=\"secret\";\n"
      "ssl.truststore.location=/etc/trust.p12\nssl.truststore.password=changeit\nssl.truststore.type=PKCS12\n"
      "ssl.enabled.protocols=TLSv1.3, TLSv1.2\nrequest.timeout.ms=5000\n");
  EXPECT_EQ(properties.bootstrap_servers, "b1:9093,b2:9093");
  EXPECT_EQ(properties.protocol, SecurityProtocol::kSaslSsl);
  EXPECT_EQ(properties.sasl.mechanism, SaslMechanism::kScramSha512);
  EXPECT_EQ(properties.sasl.user, "alice");
  EXPECT_EQ(properties.sasl.password, "secret");
  EXPECT_EQ(properties.tls.trust.location, "/etc/trust.p12");
  EXPECT_THAT(properties.tls.protocols, ElementsAre("TLSv1.3", "TLSv1.2"));
  EXPECT_EQ(properties.request_timeout.count(), 5000);
  EXPECT_THAT(properties.warnings, IsEmpty());
}

TEST(ClientProperties, KeysOfProducersAndConsumersArePassedOverByName) {
  EXPECT_THAT(parsed("group.id=x\nacks=all\n").ignored, ElementsAre("group.id", "acks"));
}

TEST(ClientProperties, AnUnknownKeyIsNamedWithItsLineAndTheNearestOne) {
  const Error error = refused("group.id=x\n\nsecurity.protocl=SSL\n");
  EXPECT_EQ(error.what, "read 'c.properties': line 3: security.protocl: unknown key");
  EXPECT_EQ(error.hint, "did you mean security.protocol?");
}

TEST(ClientProperties, WhatCannotBeDoneIsRefusedAndNotIgnored) {
  EXPECT_THAT(refused("ssl.engine.factory.class=X\n").what, HasSubstr("line 1: ssl.engine.factory.class"));
  EXPECT_THAT(refused("config.providers=file\n").what, HasSubstr("config.providers"));
  EXPECT_THAT(refused("ssl.enabled.protocols=TLSv1.1\n").what, HasSubstr("'TLSv1.1'"));
  EXPECT_THAT(refused("ssl.endpoint.identification.algorithm=ldaps\n").what, HasSubstr("'ldaps'"));
  EXPECT_THAT(refused("security.protocol=TLS\n").what, HasSubstr("SASL_SSL"));
  EXPECT_THAT(refused("request.timeout.ms=10s\n").what, HasSubstr("milliseconds"));
}

TEST(ClientProperties, ASwitchedOffHostNameCheckIsToldAsAWarning) {
  const auto properties = parsed("ssl.endpoint.identification.algorithm=\n");
  EXPECT_FALSE(properties.tls.check_host_name);
  EXPECT_THAT(properties.warnings, ElementsAre(HasSubstr("taken for the broker")));
}

TEST(ClientProperties, AKeyGivenTwiceCountsTheLastTimeAndIsTold) {
  const auto properties = parsed("client.id=a\nclient.id=b\n");
  EXPECT_EQ(properties.client_id, "b");
  EXPECT_THAT(properties.warnings, ElementsAre(HasSubstr("line 2")));
}

TEST(ClientProperties, NoErrorHoldsASecret) {
  const std::string sasl = "security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\n";
  for (const std::string& text :
       {sasl + "sasl.jaas.config=PlainLoginModule required username=\"a\" password=\"canary\"",
        sasl + "sasl.jaas.config=PlainLoginModule required password=\"canary\";",
        sasl + "sasl.jaas.config=x.ScramLoginModule required username=\"a\" password=\"canary\";",
        sasl + "sasl.jaas.config=canary", std::string("ssl.keystore.key=canary\n"),
        std::string("ssl.keystore.type=PEM\nssl.keystore.key=canary\n"),
        std::string("ssl.keystore.pasword=canary\n")}) {
    const Error error = refused(text);
    EXPECT_THAT(error.what + error.hint, Not(HasSubstr("canary")));
  }
}

TEST(ClientProperties, OauthWantsAnEndpointOrASubject) {
  const std::string sasl = "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=OAUTHBEARER\n";
  EXPECT_THAT(refused(sasl + "sasl.jaas.config=OAuthBearerLoginModule required;\n").what,
              HasSubstr("unsecuredLoginStringClaim_sub"));
  const auto unsecured = parsed(
      sasl +
      "sasl.jaas.config=OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"al\\\\\"ice\";\n");
  EXPECT_THAT(unsecured.sasl.unsecured_claims, ElementsAre(testing::Pair("sub", "\"al\\\"ice\"")));
  const auto remote = parsed(
      sasl +
      "sasl.oauthbearer.token.endpoint.url=https://idp/token\n"
      "sasl.jaas.config=OAuthBearerLoginModule required clientId=\"me\" clientSecret=\"s\" scope=\"r\";\n");
  EXPECT_EQ(remote.sasl.client_id, "me");
  EXPECT_EQ(remote.sasl.scope, "r");
}

class ClientPropertiesFile : public arkive::test::ScratchTest {};

TEST_F(ClientPropertiesFile, APasswordThatOthersMayReadIsAWarning) {
  const std::string path = scratch("client.properties");
  ASSERT_TRUE(write_file_durably(path, "ssl.key.password=secret\n", IfExists::kReplace));
  EXPECT_THAT(value_of(read_client_properties(path)).warnings, IsEmpty());
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  EXPECT_THAT(value_of(read_client_properties(path)).warnings,
              ElementsAre(AllOf(HasSubstr(path), Not(HasSubstr("secret")), HasSubstr("chmod 600"))));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, read_client_properties(scratch("none"))));
}

}  // namespace
}  // namespace arkive::kafka
