// Three brokers, of which one dies.
#include "tests/kafka/log_source/contract.h"

namespace arkive::kafka::test {
namespace {

using testing::Each;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

class LossesContract : public LogSourceContract {};

TEST_P(LossesContract, WhenABrokerDiesTheOthersAnswerAndNothingIsLost) {
  rehearse::KafkaSettings settings;
  settings.brokers = 3;
  start(settings);
  record_producer({"create-topic", "orders", "--assignment", "1,2,3;2,3,1;3,1,2"});
  record_producer({"create-topic", "alone", "--assignment", "3"});
  record_producer({"produce", "--topic", "orders", "--partitions", "3", "--records", "300"});
  record_producer({"produce", "--topic", "alone", "--records", "10"});
  for (const std::string group : {"a", "b", "c", "d"}) {
    record_producer({"commit", "--group", group, "orders/0=7"});
  }
  const auto live = source();
  const std::vector<TopicPartition> all = {{"orders", 0}, {"orders", 1}, {"orders", 2}};
  const auto ends = [&] {
    std::int64_t sum = 0;
    for (const PartitionOffsets& offsets : value_of(live->offsets(all, patience()))) {
      EXPECT_THAT(offsets.error, IsEmpty());
      sum += offsets.high_watermark;
    }
    return sum;
  };
  EXPECT_EQ(ends(), 300);
  EXPECT_THAT(value_of(live->groups(patience())), SizeIs(4));
  ASSERT_TRUE(succeeded(kafka().broker(3).kill()));
  EXPECT_EQ(ends(), 300);
  const auto groups = value_of(live->groups(patience()));
  EXPECT_THAT(groups, SizeIs(4));
  EXPECT_THAT(groups, Each(Field(&GroupFacts::error, IsEmpty())));

  // What nobody leads is named, and spoils nothing else.
  std::vector<TopicPartition> some = all;
  some.push_back({"alone", 0});
  const auto offsets = value_of(live->offsets(some, Deadline::after(10s)));
  EXPECT_EQ(offsets[2].high_watermark, 100);
  EXPECT_FALSE(offsets[3].error.empty());

  TopicFacts orders = facts_of(*live, "orders");
  std::size_t records = 0;
  for (std::int32_t partition = 0; partition < 3; ++partition) {
    TopicFacts led_there = orders;
    led_there.partitions[0] = orders.partitions[static_cast<std::size_t>(partition)];
    records += read_all(*live, led_there, partition, 0, 100).lines.size();
  }
  EXPECT_EQ(records, 300U);
  ASSERT_TRUE(succeeded(kafka().broker(3).start(patience())));
  EXPECT_EQ(ends(), 300);
  EXPECT_EQ(read_all(*live, facts_of(*live, "alone"), 0, 0, 10).lines.size(), 10U);
}

INSTANTIATE_TEST_SUITE_P(Reader, LossesContract, testing::Values("wire", "librdkafka"), reader_name);

}  // namespace
}  // namespace arkive::kafka::test
