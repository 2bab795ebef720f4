#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/producer/tests/producer_fixture.h"

namespace arkive::producer {
namespace {

using testing::HasSubstr;

class Listeners : public ProducerProgram {
 protected:
  rehearse::KafkaSettings with_everything() const {
    rehearse::KafkaSettings settings;
    settings.scram_listener = true;
    settings.scram_users = {{"alice", "won'der\"land"}};
    settings.tls_listener = true;
    settings.bad_tls_listeners = true;
    return settings;
  }

  /// Reads the topic by that client's settings and `more` of librdkafka's.
  Finished read_by(const std::string& client, const std::vector<std::string>& more = {},
                   const std::string& within = "30s") const {
    const auto file = kafka_->client_settings(client, "kcat");
    EXPECT_FALSE(file.empty()) << client;
    Command command;
    command.arguments = {RECORD_PRODUCER, "read", "--config", file, "--topic", "orders", "--within", within};
    for (const auto& property : more) command.arguments.insert(command.arguments.end(), {"--set", property});
    return run_process(command, deadline_).value_or(Finished{-1, {}, {}});
  }

  void expect_read(const std::string& client, const std::vector<std::string>& more = {}) const {
    const auto finished = read_by(client, more);
    EXPECT_EQ(parse(finished.output).size(), 2U) << client << ": " << finished.error_output;
  }

  void expect_refused(const std::string& client, const std::vector<std::string>& more = {}) const {
    const auto finished = read_by(client, more, "1s");
    EXPECT_EQ(finished.status, 1) << client;
    EXPECT_THAT(finished.error_output, HasSubstr("certificate")) << client;
  }

  std::vector<std::string> shows(const std::string& certificate) const {
    const auto path = kafka_->certificates() + "/" + certificate;
    return {"ssl.certificate.location=" + path, "ssl.key.location=" + path};
  }
};

TEST_F(Listeners, WithTlsAndSaslServeWhoIsKnownAndShowBadCertificatesToBeRefused) {
  ASSERT_NO_FATAL_FAILURE(start(with_everything()));
  run({"create-topic", "orders"});
  run({"produce", "--topic", "orders", "--records", "2"});
  for (const char* client : {"plain", "scram", "tls", "tls_scram", "tls_mutual"}) expect_read(client);
  expect_read("tls_scram", {"sasl.mechanism=PLAIN"});
  expect_read("scram", {"sasl.mechanism=SCRAM-SHA-256"});
  expect_read("scram", {"sasl.mechanism=OAUTHBEARER", "enable.sasl.oauthbearer.unsecure.jwt=true",
                        "sasl.oauthbearer.config=principal=alice"});
  auto locked = shows("client-locked.pem");
  locked.emplace_back("ssl.key.password=throwaway");
  expect_read("tls", locked);

  expect_refused("tls_expired");
  expect_refused("tls_wrong_host");
  expect_read("tls_wrong_host", {"ssl.endpoint.identification.algorithm=none"});
  expect_refused("tls", {"ssl.ca.location=" + kafka_->certificates() + "/other-ca.pem"});
  expect_refused("tls", shows("client-expired.pem"));
  expect_refused("tls", shows("client-stranger.pem"));
  const auto wrong = read_by("tls_scram", {"sasl.password=secret"}, "1s");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.error_output, HasSubstr("Authentication failed"));
}

TEST_F(Listeners, JavasClientsReadTheSettingsWrittenForThem) {
  ASSERT_NO_FATAL_FAILURE(start(with_everything()));
  for (const char* client : {"scram", "tls_scram", "tls_mutual"}) {
    const auto listener = std::string(client) == "tls_mutual" ? rehearse::KafkaListener::kTls
                                                              : rehearse::listener_called(client).value();
    tool(rehearse::KafkaTool::kTopics, {"--bootstrap-server", kafka_->bootstrap(listener), "--command-config",
                                        kafka_->client_settings(client), "--list"});
  }
}

}  // namespace
}  // namespace arkive::producer
