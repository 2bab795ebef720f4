#include <gtest/gtest.h>

#include "tests/support/producer/tests/producer_fixture.h"

namespace arkive::producer {
namespace {

class EveryBroker : public ProducerProgram, public testing::WithParamInterface<const char*> {
 protected:
  rehearse::KafkaSettings settings() const {
    rehearse::KafkaSettings settings;
    settings.version = GetParam();
    return settings;
  }
};

TEST_P(EveryBroker, TakesAllKindsOfRecordsTransactionsAndCommits) {
  ASSERT_NO_FATAL_FAILURE(start(settings()));
  std::vector<std::string> codecs = {"none", "gzip", "snappy", "lz4"};
  if (std::string(GetParam()) != "1.1.1") codecs.push_back("zstd");
  write_and_read_all_kinds(codecs);
  end_transactions_in_all_ways();
  run({"consume", "--topic", "kinds", "--group", "readers", "--records", "20", "--metadata", "here"});
  run({"commit", "--group", "others", "kinds/1=3"});
  EXPECT_EQ(run({"groups"}).size(), 2U);
  run({"configure-topic", "kinds", "max.message.bytes=2000000"});
  run({"add-partitions", "kinds", "4"});
  run({"delete-records", "kinds/0=2"});
  run({"delete-topic", "kinds"});
}

INSTANTIATE_TEST_SUITE_P(OldVersion, EveryBroker, testing::Values("1.1.1", "2.4.1", "2.8.2", "4.1.0"),
                         rehearse::with_underscores);

TEST_F(ProducerProgram, BrokerKeepsOldMessageFormatsWhenATopicAsksForThem) {
  rehearse::KafkaSettings settings;
  settings.version = "1.1.1";
  ASSERT_NO_FATAL_FAILURE(start(settings));
  for (const std::string format : {"0.9.0", "0.10.0"}) {
    const auto topic = "of-" + format;
    run({"create-topic", topic, "message.format.version=" + format});
    const auto written =
        run({"produce", "--topic", topic, "--records", "5", "--codec", "gzip", "--keys", "2"});
    const auto left = run({"read", "--topic", topic});
    ASSERT_EQ(left.size(), 5U);
    EXPECT_EQ(left[0]["timestamp_type"], format == "0.9.0" ? "none" : "create");
    for (std::size_t i = 0; i < left.size(); ++i) EXPECT_EQ(left[i]["value"], written[i]["value"]);
    const auto segment =
        read_file(kafka_->broker(1).log_directories()[0] + "/" + topic + "-0/00000000000000000000.log");
    ASSERT_TRUE(segment);
    constexpr std::size_t kMagicAt = 16;
    EXPECT_EQ(segment->at(kMagicAt), format == "0.9.0" ? '\0' : '\1');
  }
}

}  // namespace
}  // namespace arkive::producer
