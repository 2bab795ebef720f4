// Who asks, and whom both readers trust.
#include "tests/kafka/log_source/contract.h"
#include "tests/support/secured_kafka.h"

namespace arkive::kafka::test {
namespace {

using rehearse::KafkaListener;
using testing::HasSubstr;
using testing::Not;

class SecurityContract : public LogSourceContract {
 protected:
  SecurityContract() {
    // librdkafka before 2.6.1 repeats its SCRAM nonce, which brokers from 4.0 on refuse.
    rehearse::KafkaSettings settings;
    settings.version = "3.9.1";
    start(with_secured_listeners(settings));
  }
  std::string certificate(const std::string& name) { return kafka().certificates() + "/" + name; }
  void expect_served(KafkaListener listener, const ClientProperties& properties) {
    const auto live = open(kafka().bootstrap(listener), properties, Deadline::after(20s));
    ASSERT_TRUE(succeeded(live));
    const TopicFacts orders = facts_of(**live, "orders");
    EXPECT_EQ(read_all(**live, orders, 0, 0, 3).lines.size(), 3U);
  }
  Error refused(KafkaListener listener, const ClientProperties& properties) {
    const auto live = open(kafka().bootstrap(listener), properties, Deadline::after(20s));
    EXPECT_TRUE(failed_with(Outcome::kDenied, live));
    return live ? Error{} : live.error();
  }
};

TEST_P(SecurityContract, EveryListenerIsReachedAndAWrongPasswordRefused) {
  record_producer({"create-topic", "orders"});
  record_producer({"produce", "--topic", "orders", "--records", "3"});
  for (const KafkaListener listener :
       {KafkaListener::kPlain, KafkaListener::kScram, KafkaListener::kTls, KafkaListener::kTlsScram}) {
    const std::string word(rehearse::facts_of(listener).word);
    SCOPED_TRACE(word);
    expect_served(listener, value_of(read_client_properties(kafka().client_settings(word))));
  }
  expect_served(KafkaListener::kTls, value_of(read_client_properties(kafka().client_settings("tls_mutual"))));
  for (const auto mechanism :
       {SaslMechanism::kPlain, SaslMechanism::kScramSha256, SaslMechanism::kScramSha512}) {
    expect_served(KafkaListener::kScram, sasl_client(mechanism));
    const Error error = refused(KafkaListener::kScram, sasl_client(mechanism, "not-this-one"));
    EXPECT_THAT(error.what, HasSubstr("uthentication"));
    EXPECT_THAT(error.what, Not(HasSubstr("not-this-one")));
  }
  ClientProperties own = tls_client(certificate("ca.pem"));
  own.tls.key.location = certificate("client-locked.pem");
  own.tls.key_password = "throwaway";
  expect_served(KafkaListener::kTls, own);
  own.tls.trust = {};
  own.tls.trust.pem = value_of(read_file(certificate("ca.pem")));
  own.tls.key.location.clear();
  own.tls.key_password.clear();
  own.tls.key.pem = value_of(read_file(certificate("client.pem")));
  expect_served(KafkaListener::kTls, own);
}

TEST_P(SecurityContract, ABrokerWhoseCertificateIsBadIsNotSpokenTo) {
  record_producer({"create-topic", "orders"});
  record_producer({"produce", "--topic", "orders", "--records", "3"});
  EXPECT_THAT(refused(KafkaListener::kTls, tls_client(certificate("other-ca.pem"))).what,
              HasSubstr("certificate"));
  EXPECT_THAT(refused(KafkaListener::kTlsExpired, tls_client(certificate("ca.pem"))).what,
              HasSubstr("certificate"));
  ClientProperties properties = tls_client(certificate("ca.pem"));
  EXPECT_THAT(refused(KafkaListener::kTlsWrongHost, properties).what, HasSubstr("certificate"));
  properties.tls.check_host_name = false;
  expect_served(KafkaListener::kTlsWrongHost, properties);
}

INSTANTIATE_TEST_SUITE_P(Reader, SecurityContract, testing::Values("wire", "librdkafka"), reader_name);

}  // namespace
}  // namespace arkive::kafka::test
