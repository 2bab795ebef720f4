// TLS and SASL against real listeners, sound ones and bad ones.
#include "stores/core/files.h"
#include "tests/kafka/wire/servers/servers.h"
#include "tests/support/secured_kafka.h"

namespace arkive::kafka::test {
namespace {

using rehearse::KafkaListener;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class SecurityTest : public KafkaServersTest {
 protected:
  SecurityTest() { start(with_secured_listeners()); }
  std::string certificate(const std::string& name) { return kafka().certificates() + "/" + name; }
  Result<std::unique_ptr<LogSource>> open(KafkaListener listener, const ClientProperties& properties,
                                          Deadline deadline = Deadline::after(20s)) {
    return open_wire_log_source(kafka().bootstrap(listener), properties, deadline);
  }
  void expect_served(KafkaListener listener, const ClientProperties& properties) {
    const auto live = open(listener, properties);
    ASSERT_TRUE(succeeded(live));
    EXPECT_TRUE(succeeded((*live)->topics(patience())));
    EXPECT_TRUE(succeeded((*live)->open_fetcher(1, patience())));
  }
  Error refused(Outcome outcome, KafkaListener listener, const ClientProperties& properties,
                Deadline deadline = Deadline::after(20s)) {
    const auto live = open(listener, properties, deadline);
    EXPECT_TRUE(failed_with(outcome, live));
    return live ? Error{} : live.error();
  }
};

TEST_F(SecurityTest, EveryListenerIsReachedByItsClientsOwnFile) {
  for (const KafkaListener listener :
       {KafkaListener::kPlain, KafkaListener::kScram, KafkaListener::kTls, KafkaListener::kTlsScram}) {
    const std::string word(rehearse::facts_of(listener).word);
    SCOPED_TRACE(word);
    expect_served(listener, value_of(read_client_properties(kafka().client_settings(word))));
  }
  expect_served(KafkaListener::kTls, value_of(read_client_properties(kafka().client_settings("tls_mutual"))));
}

TEST_F(SecurityTest, EveryMechanismProvesWhoWeAre) {
  expect_served(KafkaListener::kScram, sasl_client(SaslMechanism::kScramSha256));
  expect_served(KafkaListener::kScram, sasl_client(SaslMechanism::kScramSha512));
  expect_served(KafkaListener::kScram, sasl_client(SaslMechanism::kPlain));
  ClientProperties bearer = sasl_client(SaslMechanism::kOauthBearer, "");
  bearer.sasl.unsecured_claims = {{"sub", "\"alice\""}};
  expect_served(KafkaListener::kScram, bearer);
  bearer.sasl.unsecured_claims = {{"name", "\"nobody\""}};
  EXPECT_TRUE(failed_with(Outcome::kDenied, open(KafkaListener::kScram, bearer)));
  for (const auto mechanism :
       {SaslMechanism::kScramSha256, SaslMechanism::kScramSha512, SaslMechanism::kPlain}) {
    const Error error =
        refused(Outcome::kDenied, KafkaListener::kScram, sasl_client(mechanism, "not-this-one"));
    EXPECT_THAT(error.what, AllOf(HasSubstr("SASL_AUTHENTICATION_FAILED"), Not(HasSubstr("not-this-one"))));
  }
}

TEST_F(SecurityTest, StoresOfEveryKindAreRead) {
  expect_served(KafkaListener::kTls, tls_client(certificate("ca.pem")));
  ClientProperties pkcs12 = tls_client(certificate("trust.p12"));
  pkcs12.tls.trust.password = "throwaway";
  expect_served(KafkaListener::kTls, pkcs12);
  ClientProperties own = tls_client("");
  own.tls.trust.pem = value_of(read_file(certificate("ca.pem")));
  own.tls.key.location = certificate("client-locked.pem");
  own.tls.key_password = "throwaway";
  expect_served(KafkaListener::kTls, own);
  // As a value of a properties file: one line.
  std::replace(own.tls.trust.pem.begin(), own.tls.trust.pem.end(), '\n', ' ');
  expect_served(KafkaListener::kTls, own);

  pkcs12.tls.trust.password = "not-this-one";
  EXPECT_THAT(refused(Outcome::kDenied, KafkaListener::kTls, pkcs12).what,
              AllOf(HasSubstr("trust.p12"), Not(HasSubstr("not-this-one"))));
  own.tls.key_password = "not-this-one";
  EXPECT_THAT(refused(Outcome::kDenied, KafkaListener::kTls, own).what, HasSubstr("private key"));
  EXPECT_TRUE(
      failed_with(Outcome::kNotFound, open(KafkaListener::kTls, tls_client(certificate("none.pem")))));
}

TEST_F(SecurityTest, AJksFileIsRefusedWithTheLineThatConvertsIt) {
  const std::string path = scratch("trust.jks");
  ASSERT_TRUE(write_file_durably(path, Bytes("\xfe\xed\xfe\xed\0\0\0\2", 8), IfExists::kReplace));
  const Error error = refused(Outcome::kUsage, KafkaListener::kTls, tls_client(path));
  EXPECT_THAT(error.hint, HasSubstr("keytool -importkeystore -srckeystore '" + path + "'"));
}

TEST_F(SecurityTest, ABrokerWhoseCertificateIsBadIsNotSpokenTo) {
  EXPECT_THAT(refused(Outcome::kDenied, KafkaListener::kTls, tls_client(certificate("other-ca.pem"))).what,
              HasSubstr("not to be trusted"));
  EXPECT_THAT(refused(Outcome::kDenied, KafkaListener::kTlsExpired, tls_client(certificate("ca.pem"))).what,
              HasSubstr("expired"));
  ClientProperties properties = tls_client(certificate("ca.pem"));
  EXPECT_THAT(refused(Outcome::kDenied, KafkaListener::kTlsWrongHost, properties).what,
              HasSubstr("IP address mismatch"));
  properties.tls.check_host_name = false;
  expect_served(KafkaListener::kTlsWrongHost, properties);
}

TEST_F(SecurityTest, OurCertificateIsRefusedAtOnceWhenItIsBad) {
  for (const char* name : {"client-expired.pem", "client-stranger.pem"}) {
    ClientProperties properties = tls_client(certificate("ca.pem"));
    properties.tls.key.location = certificate(name);
    EXPECT_THAT(refused(Outcome::kDenied, KafkaListener::kTls, properties).what,
                HasSubstr("refuses the TLS connection"));
  }
}

TEST_F(SecurityTest, AListenerOfAnotherKindIsToldByAHint) {
  EXPECT_THAT(refused(Outcome::kCorrupt, KafkaListener::kTls, {}, Deadline::after(2s)).hint,
              HasSubstr("security.protocol"));
  EXPECT_THAT(refused(Outcome::kRetry, KafkaListener::kScram, {}, Deadline::after(2s)).hint,
              HasSubstr("security.protocol"));
  EXPECT_THAT(
      refused(Outcome::kRetry, KafkaListener::kPlain, tls_client(certificate("ca.pem")), Deadline::after(2s))
          .hint,
      HasSubstr("security.protocol"));
}

}  // namespace
}  // namespace arkive::kafka::test
