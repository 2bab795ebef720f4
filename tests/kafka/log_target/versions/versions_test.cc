// Both targets on the other versions of Kafka.
#include "kafka/rdkafka/librdkafka_topic_admin.h"
#include "tests/kafka/log_target/contract.h"

namespace arkive::kafka::test {
namespace {

using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

class VersionsContract : public LogTargetContract {
 protected:
  std::string version() {
    const std::string param = GetParam();
    return param.substr(param.find(' ') + 1);
  }
};

TEST_P(VersionsContract, BatchesAndOffsetsAreTaken) {
  rehearse::KafkaSettings settings;
  settings.version = version();
  start(settings);
  const bool zstd = version() != "1.1.1";
  const auto admin = value_of(open_librdkafka_topic_admin(kafka().bootstrap(), {}, patience()));
  NewTopic topic;
  topic.name = "orders";
  topic.partitions = 2;
  topic.replication_factor = 1;
  topic.configs = {{"retention.ms", "604800001"}};
  EXPECT_THAT(value_of(admin->create_topics({&topic, 1}, false, patience())),
              Each(Field(&ItemAnswer::error, IsEmpty())));
  (void)facts_of(*source(), "orders");

  const TopicPartition orders{"orders", 1};
  const auto live = target();
  const ProducerIdentity producer = value_of(live->new_producer(patience()));
  const auto appender = value_of(live->open_appender(1, patience()));
  int count = 0;
  std::string last;
  for (const Codec codec : {Codec::kNone, Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
    if (codec == Codec::kZstd && !zstd) continue;
    last = batch_of(count, 20, producer, codec);
    AppendGot got;
    for (const Deadline deadline = patience(); !deadline.passed();) {
      got = append(*appender, orders, last);
      if (got.state != State::kMoved) break;  // a topic that was just made
    }
    EXPECT_EQ(got.state, State::kAppended) << codec_name(codec) << ": " << got.error;
    EXPECT_EQ(got.base_offset, count);
    count += 20;
  }
  if (is_exact()) {
    EXPECT_EQ(append(*appender, orders, last).base_offset, count - 20);
    EXPECT_EQ(append(*appender, orders, batch_of(5000, 20, producer)).state, State::kOutOfOrder);
  }
  EXPECT_EQ(read_all(orders, count).records, some_records(0, count));
  EXPECT_EQ(end_of(orders), count);

  const std::vector<CommittedOffset> offsets = {{orders, 7, -1, "shelf 3"}};
  EXPECT_THAT(value_of(live->commit("readers", offsets, patience())),
              Each(Field(&ItemAnswer::error, IsEmpty())));
  const auto groups = value_of(source()->groups(patience()));
  ASSERT_EQ(groups.size(), 1U);
  ASSERT_EQ(groups[0].offsets.size(), 1U);
  EXPECT_EQ(groups[0].offsets[0].offset, 7);
  EXPECT_EQ(groups[0].offsets[0].metadata, "shelf 3");
}

class BeforeZstd : public VersionsContract {};

TEST_P(BeforeZstd, AZstdBatchIsRefused) {
  rehearse::KafkaSettings settings;
  settings.version = version();
  start(settings);
  record_producer({"create-topic", "orders"});
  const auto live = target();
  const ProducerIdentity producer = value_of(live->new_producer(patience()));
  const auto appender = value_of(live->open_appender(1, patience()));
  const AppendGot got = append(*appender, {"orders", 0}, batch_of(0, 20, producer, Codec::kZstd));
  EXPECT_NE(got.state, State::kAppended);
  EXPECT_NE(got.state, State::kTryAgain) << got.error;
  EXPECT_FALSE(got.error.empty());
  EXPECT_EQ(end_of({"orders", 0}), 0);
}

INSTANTIATE_TEST_SUITE_P(Target, VersionsContract,
                         testing::Values("wire 1.1.1", "wire 2.4.1", "wire 2.8.2", "wire 4.1.0",
                                         "librdkafka 1.1.1", "librdkafka 2.8.2", "librdkafka 4.1.0"),
                         target_name);
INSTANTIATE_TEST_SUITE_P(Target, BeforeZstd, testing::Values("wire 1.1.1"), target_name);

}  // namespace
}  // namespace arkive::kafka::test
