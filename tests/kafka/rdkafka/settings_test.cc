#include "kafka/rdkafka/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/rdkafka/librdkafka_log_source.h"
#include "stores/core/files.h"
#include "tests/support/results.h"

namespace arkive::kafka::rdkafka {
namespace {

using arkive::test::failed_with;
using arkive::test::value_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class SettingsTest : public arkive::test::ScratchTest {
 protected:
  /// What is set, the last one counts; nothing when it is not.
  static std::optional<std::string> get(const Settings& settings, const std::string& key) {
    std::optional<std::string> value;
    for (const Setting& setting : settings) {
      if (setting.key == key) value = setting.value;
    }
    return value;
  }
  static Result<Settings> of(const std::string& text) {
    ARKIVE_ASSIGN(const ClientProperties properties, parse_client_properties(text, "client.properties"));
    return settings_of("broker:9092", properties);
  }
  static std::string refusal(const std::string& text) {
    const auto settings = of(text);
    EXPECT_TRUE(failed_with(Outcome::kUsage, settings)) << text;
    return settings ? "" : settings.error().what;
  }
  std::string file(const std::string& name, const std::string& content) {
    EXPECT_TRUE(write_file_durably(scratch(name), content, IfExists::kReplace));
    return scratch(name);
  }
  static std::string kerberos(const std::string& options) {
    return "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=GSSAPI\nsasl.jaas.config="
           "com.sun.security.auth.module.Krb5LoginModule required " +
           options + ";\n";
  }
};

TEST_F(SettingsTest, AReaderChangesNothingAtTheBrokers) {
  const Settings settings = value_of(of(""));
  EXPECT_EQ(get(settings, "bootstrap.servers"), "broker:9092");
  EXPECT_EQ(get(settings, "enable.auto.commit"), "false");
  EXPECT_EQ(get(settings, "enable.auto.offset.store"), "false");
  EXPECT_EQ(get(settings, "allow.auto.create.topics"), "false");
  EXPECT_EQ(get(settings, "auto.offset.reset"), "error");
  EXPECT_EQ(get(settings, "check.crcs"), "true");
  EXPECT_EQ(get(settings, "isolation.level"), "read_committed");
  EXPECT_EQ(get(settings, "group.id"), std::nullopt);
}

TEST_F(SettingsTest, AKeytabIsFollowedAsJavaFollowsIt) {
  const std::string keytab = file("a key.tab", "key");
  const Settings settings = value_of(
      of(kerberos("useKeyTab=true storeKey=true keyTab=\"" + keytab + "\" principal=\"backup@REALM\"") +
         "sasl.kerberos.service.name=bus\nsasl.kerberos.min.time.before.relogin=5000\n"));
  EXPECT_EQ(get(settings, "sasl.mechanism"), "GSSAPI");
  EXPECT_EQ(get(settings, "sasl.kerberos.keytab"), keytab);
  EXPECT_EQ(get(settings, "sasl.kerberos.principal"), "backup@REALM");
  EXPECT_EQ(get(settings, "sasl.kerberos.service.name"), "bus");
  EXPECT_EQ(get(settings, "sasl.kerberos.min.time.before.relogin"), "5000");
  EXPECT_THAT(get(settings, "sasl.kerberos.kinit.cmd").value_or(""), StartsWith("\"kinit\" -k -t "));
}

TEST_F(SettingsTest, WithATicketCacheNobodyRunsKinit) {
  EXPECT_EQ(get(value_of(of(kerberos("useTicketCache=true"))), "sasl.kerberos.min.time.before.relogin"), "0");
  EXPECT_EQ(get(value_of(of("security.protocol=SASL_SSL\nsasl.mechanism=GSSAPI\n")),
                "sasl.kerberos.min.time.before.relogin"),
            "0");
}

TEST_F(SettingsTest, WhatAShellWouldTakeApartIsRefused) {
  const std::string keytab = file("keytab", "key");
  const auto with = [&](const std::string& principal) {
    return kerberos("useKeyTab=true keyTab=\"" + keytab + "\" principal=\"" + principal + "\"");
  };
  for (const std::string principal : {"a$(touch x)", "a`touch x`", "-k", "a%{x}", "a\\\\\\\\b", "a\\\\\"b"}) {
    EXPECT_THAT(refusal(with(principal)), HasSubstr("principal")) << principal;
  }
  EXPECT_THAT(refusal(with("backup") + "sasl.kerberos.kinit.cmd=kinit$x\n"), HasSubstr("kinit"));
}

TEST_F(SettingsTest, KerberosWithoutWhatItNeedsIsRefused) {
  EXPECT_THAT(refusal(kerberos("useKeyTab=true principal=\"a\"")), HasSubstr("without keyTab"));
  EXPECT_THAT(refusal(kerberos("useKeyTab=true keyTab=\"k\"")), HasSubstr("without principal"));
  EXPECT_THAT(refusal(kerberos("debug=true")), HasSubstr("neither useKeyTab=true nor useTicketCache=true"));
  EXPECT_THAT(refusal(kerberos("useTicketCache=true ticketCache=\"x\"")), HasSubstr("ticketCache"));
  EXPECT_THAT(refusal(kerberos("useTicketCache=true surprise=\"x\"")), HasSubstr("surprise"));
  EXPECT_TRUE(failed_with(Outcome::kNotFound,
                          of(kerberos("useKeyTab=true keyTab=\"" + scratch("none") + "\" principal=\"a\""))));
}

TEST_F(SettingsTest, CertificatesAreGivenInTheFormTheyHave) {
  const std::string pem = file("trust.pem", "-----BEGIN CERTIFICATE-----\nx\n");
  const std::string pkcs12 = file("key.p12", "0\x82");
  Settings settings = value_of(of("security.protocol=SSL\nssl.truststore.location=" + pem +
                                  "\nssl.keystore.location=" + pkcs12 + "\nssl.keystore.password=secret\n"));
  EXPECT_EQ(get(settings, "ssl.ca.location"), pem);
  EXPECT_EQ(get(settings, "ssl.keystore.location"), pkcs12);
  EXPECT_EQ(get(settings, "ssl.keystore.password"), "secret");
  EXPECT_EQ(get(settings, "ssl.endpoint.identification.algorithm"), "https");
  settings = value_of(of(
      "security.protocol=SSL\nssl.endpoint.identification.algorithm=\nssl.keystore.location=" + pem + "\n"));
  EXPECT_EQ(get(settings, "ssl.endpoint.identification.algorithm"), "none");
  EXPECT_EQ(get(settings, "ssl.key.location"), pem);
  EXPECT_EQ(get(settings, "ssl.certificate.location"), pem);
}

TEST_F(SettingsTest, WhatLibrdkafkaCannotDoIsNamed) {
  const std::string pkcs12 = file("trust.p12", "0\x82");
  EXPECT_THAT(refusal("security.protocol=SSL\nssl.truststore.location=" + pkcs12 + "\n"),
              HasSubstr("ssl.truststore.location"));
  EXPECT_THAT(refusal("security.protocol=SSL\nssl.enabled.protocols=TLSv1.3\n"),
              HasSubstr("ssl.enabled.protocols"));
  EXPECT_THAT(refusal("security.protocol=SSL\nssl.cipher.suites=ECDHE-RSA-AES128-GCM-SHA256\n"),
              HasSubstr("ssl.cipher.suites"));
  const std::string sasl = "security.protocol=SASL_SSL\nsasl.jaas.config=";
  EXPECT_THAT(refusal(sasl + "x.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"a\";\n"
                             "sasl.mechanism=OAUTHBEARER\n"),
              HasSubstr("OAUTHBEARER"));
  EXPECT_THAT(refusal(sasl + "x.ScramLoginModule required username=\"a\" password=\"b\" tokenauth=\"true\";\n"
                             "sasl.mechanism=SCRAM-SHA-256\n"),
              HasSubstr("delegation tokens"));
}

TEST_F(SettingsTest, ASecretIsInNoError) {
  ClientProperties properties;
  properties.protocol = SecurityProtocol::kSaslPlaintext;
  properties.sasl.mechanism = SaslMechanism::kPlain;
  properties.sasl.user = "alice";
  properties.sasl.password = "not-this-one";
  properties.client_id = std::string(1, '\0');
  const auto opened =
      open_librdkafka_log_source("127.0.0.1:1", properties, Deadline::after(std::chrono::seconds(1)));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().what, AllOf(HasSubstr("127.0.0.1:1"), Not(HasSubstr("not-this-one"))));
}

TEST(LibrdkafkaVersion, NamesTheLibraryAndWhatItCanDo) {
  EXPECT_THAT(librdkafka_version(), AllOf(StartsWith("librdkafka "), HasSubstr("sasl_gssapi")));
}

}  // namespace
}  // namespace arkive::kafka::rdkafka
