// Three brokers: leaders move, brokers die and come back, topics vanish.
#include "tests/kafka/wire/servers/servers.h"

namespace arkive::kafka::test {
namespace {

using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class LossesTest : public KafkaServersTest {
 protected:
  LossesTest() {
    rehearse::KafkaSettings settings;
    settings.brokers = 3;
    start(settings);
  }
  static std::vector<TopicPartition> partitions_of(const TopicFacts& topic) {
    std::vector<TopicPartition> all;
    for (const PartitionFacts& partition : topic.partitions) all.push_back({topic.name, partition.partition});
    return all;
  }
  /// Until the cluster names another leader than `broker`.
  TopicFacts wait_for_other_leader(LogSource& live, const std::string& topic, std::int32_t partition,
                                   std::int32_t broker) {
    while (true) {
      TopicFacts facts = facts_of(live, topic);
      const std::int32_t leader = facts.partitions[static_cast<std::size_t>(partition)].leader;
      if (leader >= 0 && leader != broker) return facts;
    }
  }
};

TEST_F(LossesTest, AllBrokersAnswerForTheirOwnAndADeadOneForNone) {
  create_topic("orders", 6, 3);
  std::string lines;
  for (int i = 0; i < 60; ++i) lines += "record " + std::to_string(i) + "\n";
  produce("orders", lines);
  for (const std::string group : {"a", "b", "c", "d"}) {
    tool(KafkaTool::kConsoleConsumer, {"--topic", "orders", "--from-beginning", "--max-messages", "60",
                                       "--timeout-ms", "20000", "--group", group});
  }
  const auto live = source();
  const TopicFacts before = facts_of(*live, "orders");
  const auto all = partitions_of(before);
  const auto sum = [](const std::vector<PartitionOffsets>& offsets) {
    std::int64_t total = 0;
    for (const PartitionOffsets& offset : offsets) {
      EXPECT_THAT(offset.error, IsEmpty());
      total += offset.high_watermark;
    }
    return total;
  };
  EXPECT_EQ(sum(value_of(live->offsets(all, patience()))), 60);
  EXPECT_THAT(value_of(live->groups(patience())), SizeIs(4));

  // The console producer may have put all into one partition.
  const auto filled = value_of(live->offsets(all, patience()));
  std::int32_t partition = 0;
  while (filled[static_cast<std::size_t>(partition)].high_watermark == 0) ++partition;
  const std::int32_t first = before.partitions[static_cast<std::size_t>(partition)].leader;
  const auto fetcher = value_of(live->open_fetcher(first, patience()));
  const FetchWant from_start = want(before, partition, 0);
  EXPECT_THAT(value_of(fetcher->fetch({&from_start, 1}, {}, patience()))[0].records, testing::Not(IsEmpty()));

  ASSERT_TRUE(succeeded(kafka().broker(first).kill()));
  // The connection is lost, or, as long as nobody noticed, the answer is late.
  EXPECT_TRUE(failed_with(Outcome::kRetry, fetcher->fetch({&from_start, 1}, {}, Deadline::after(5s))));
  EXPECT_EQ(sum(value_of(live->offsets(all, patience()))), 60);
  EXPECT_THAT(value_of(live->groups(patience())), Each(Field(&GroupFacts::error, IsEmpty())));
  EXPECT_THAT(value_of(live->groups(patience())), SizeIs(4));
  EXPECT_TRUE(value_of(live->end_of_epoch({"orders", 0}, 0, patience())).has_value());

  const TopicFacts after = wait_for_other_leader(*live, "orders", partition, first);
  const auto other =
      value_of(live->open_fetcher(after.partitions[static_cast<std::size_t>(partition)].leader, patience()));
  EXPECT_EQ(value_of(other->fetch({&from_start, 1}, {}, patience()))[0].state, FetchGot::State::kRead);

  ASSERT_TRUE(succeeded(kafka().broker(first).start(patience())));
  EXPECT_EQ(sum(value_of(live->offsets(all, patience()))), 60);
  EXPECT_THAT(value_of(live->cluster(patience())).brokers, SizeIs(3));
}

TEST_F(LossesTest, AFetcherSaysWhetherATopicMovedOrIsGone) {
  create_topic("orders", 1, 1);
  const auto live = source();
  const TopicFacts before = facts_of(*live, "orders");
  const std::int32_t leader = before.partitions[0].leader;
  const auto elsewhere = value_of(live->open_fetcher(leader % 3 + 1, patience()));
  const FetchWant from_start = want(before, 0, 0);
  const auto moved = value_of(elsewhere->fetch({&from_start, 1}, {}, patience()));
  EXPECT_EQ(moved[0].state, FetchGot::State::kMoved);
  EXPECT_THAT(moved[0].error, HasSubstr("NOT_LEADER"));

  const auto fetcher = value_of(live->open_fetcher(leader, patience()));
  FetchWant other_epoch = from_start;
  other_epoch.leader_epoch = 77;
  EXPECT_EQ(value_of(fetcher->fetch({&other_epoch, 1}, {}, patience()))[0].state, FetchGot::State::kMoved);

  tool(KafkaTool::kTopics, {"--delete", "--topic", "orders"});
  FetchLimits limits;
  limits.most_wait = 10ms;
  const auto state_now = [&] {
    return value_of(fetcher->fetch({&from_start, 1}, limits, patience()))[0].state;
  };
  FetchGot::State state = state_now();
  while (state == FetchGot::State::kRead || state == FetchGot::State::kMoved) state = state_now();
  EXPECT_EQ(state, FetchGot::State::kGone);

  create_topic("orders", 1, 1);
  const TopicFacts again = facts_of(*live, "orders");
  EXPECT_NE(again.id, before.id);
  const auto new_leader = value_of(live->open_fetcher(again.partitions[0].leader, patience()));
  EXPECT_EQ(value_of(new_leader->fetch({&from_start, 1}, {}, patience()))[0].state, FetchGot::State::kGone);
}

TEST_F(LossesTest, AHangingBrokerIsLeftForTheOthers) {
  create_topic("orders", 3, 3);
  ClientProperties properties;
  properties.request_timeout = 1s;
  properties.connect_timeout = 1s;
  const auto live = source(properties);
  const auto all = partitions_of(facts_of(*live, "orders"));
  // Broker 1 may be the controller: once it hangs nobody tells the others what they lead.
  for (const PartitionOffsets& offset : value_of(live->offsets(all, patience()))) {
    ASSERT_THAT(offset.error, IsEmpty());
  }
  ASSERT_TRUE(succeeded(kafka().broker(1).pause()));
  EXPECT_TRUE(succeeded(live->topics(patience())));
  for (const PartitionOffsets& offset : value_of(live->offsets(all, patience()))) {
    EXPECT_THAT(offset.error, IsEmpty());
  }
  ASSERT_TRUE(succeeded(kafka().broker(1).resume()));
}

}  // namespace
}  // namespace arkive::kafka::test
