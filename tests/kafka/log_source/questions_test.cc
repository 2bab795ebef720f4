// What a source tells of topics, offsets, configurations and groups, and of what is not there.
#include "tests/kafka/log_source/contract.h"

namespace arkive::kafka::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class QuestionsContract : public LogSourceContract {};

TEST_P(QuestionsContract, TheClusterAndItsTopicsAreTold) {
  start();
  record_producer({"create-topic", "orders", "--partitions", "3"});
  record_producer({"create-topic", "alone"});
  record_producer({"commit", "--group", "readers", "alone/0=0"});
  const auto live = source();
  EXPECT_EQ(live->name(), GetParam());
  EXPECT_EQ(live->exact(), is_exact());
  const ClusterFacts cluster = value_of(live->cluster(patience()));
  EXPECT_THAT(cluster.cluster_id, SizeIs(22));
  EXPECT_EQ(cluster.controller, 1);
  ASSERT_THAT(cluster.brokers, SizeIs(1));
  EXPECT_EQ(cluster.brokers[0].id, 1);
  EXPECT_EQ(cluster.brokers[0].host, "127.0.0.1");
  EXPECT_EQ(cluster.brokers[0].port, kafka().broker(1).port());

  const TopicFacts orders = facts_of(*live, "orders");
  EXPECT_EQ(orders.id.is_zero(), !is_exact());
  EXPECT_FALSE(orders.internal);
  EXPECT_THAT(orders.error, IsEmpty());
  ASSERT_THAT(orders.partitions, SizeIs(3));
  for (std::int32_t number = 0; number < 3; ++number) {
    const PartitionFacts& partition = orders.partitions[static_cast<std::size_t>(number)];
    EXPECT_EQ(partition.partition, number);
    EXPECT_EQ(partition.leader, 1);
    EXPECT_THAT(partition.replicas, ElementsAre(1));
    EXPECT_THAT(partition.in_sync_replicas, ElementsAre(1));
  }
  std::vector<std::string> names;
  for (const TopicFacts& topic : value_of(live->topics(patience()))) names.push_back(topic.name);
  EXPECT_THAT(names, ElementsAre("__consumer_offsets", "alone", "orders"));
  EXPECT_TRUE(facts_of(*live, "__consumer_offsets").internal);
}

TEST_P(QuestionsContract, AskingMakesNoTopics) {
  start();
  const auto live = source();
  const TopicPartition none{"none", 0};
  EXPECT_THAT(value_of(live->offsets({&none, 1}, patience()))[0].error, HasSubstr("UNKNOWN_TOPIC_OR_PART"));
  TopicFacts facts;
  facts.name = "none";
  const FetchWant wanted = want(facts, 0, 0);
  const auto fetcher = value_of(live->open_fetcher(1, patience()));
  FetchGot::State state = FetchGot::State::kMoved;
  for (const Deadline deadline = patience(); state == FetchGot::State::kMoved && !deadline.passed();) {
    state = value_of(fetcher->fetch({&wanted, 1}, {}, deadline))[0].state;
  }
  EXPECT_EQ(state, FetchGot::State::kGone);
  EXPECT_THAT(value_of(live->groups(patience())), IsEmpty());
  EXPECT_THAT(value_of(live->topics(patience())), IsEmpty());
}

TEST_P(QuestionsContract, OffsetsComeInTheOrderOfTheQuestionTwiceIfAskedTwice) {
  start();
  record_producer({"create-topic", "orders", "--partitions", "3"});
  record_producer({"produce", "--topic", "orders", "--records", "12", "--partition", "2"});
  record_producer({"produce", "--topic", "orders", "--records", "5", "--partition", "1"});
  record_producer({"delete-records", "orders/2=4"});
  const auto live = source();
  const std::vector<TopicPartition> asked = {{"orders", 2}, {"none", 0},   {"orders", 0},
                                             {"orders", 1}, {"orders", 2}, {"orders", 9}};
  const auto offsets = value_of(live->offsets(asked, patience()));
  ASSERT_THAT(offsets, SizeIs(6));
  const auto is = [](std::int64_t low, std::int64_t high) {
    return AllOf(Field(&PartitionOffsets::log_start, low), Field(&PartitionOffsets::high_watermark, high),
                 Field(&PartitionOffsets::last_stable_offset, high),
                 Field(&PartitionOffsets::error, IsEmpty()));
  };
  EXPECT_THAT(offsets[0], is(4, 12));
  EXPECT_THAT(offsets[1].error, HasSubstr("UNKNOWN_TOPIC_OR_PART"));
  EXPECT_THAT(offsets[2], is(0, 0));
  EXPECT_THAT(offsets[3], is(0, 5));
  EXPECT_THAT(offsets[4], is(4, 12));
  EXPECT_THAT(offsets[5].error, HasSubstr("UNKNOWN_TOPIC_OR_PART"));
  EXPECT_THAT(value_of(live->offsets({}, patience())), IsEmpty());

  const std::vector<TopicPartition> there = {{"orders", 2}, {"orders", 0}};
  EXPECT_THAT(value_of(live->offsets_at(there, 1'700'000'006'500, patience())), ElementsAre(7, -1));
  EXPECT_THAT(value_of(live->offsets_at(there, -5, patience())), ElementsAre(4, -1));
  EXPECT_THAT(value_of(live->offsets_at(there, 1'800'000'000'000, patience())), ElementsAre(-1, -1));
  EXPECT_FALSE(succeeded(live->offsets_at(asked, 0, patience())));
}

TEST_P(QuestionsContract, AFetchOutsideOfTheLogTellsItsBounds) {
  start();
  record_producer({"create-topic", "orders"});
  record_producer({"produce", "--topic", "orders", "--records", "12"});
  record_producer({"delete-records", "orders/0=4"});
  const auto live = source();
  const TopicFacts orders = facts_of(*live, "orders");
  const auto fetcher = value_of(live->open_fetcher(1, patience()));
  for (const std::int64_t offset : {3, 13, 1'000'000}) {
    const FetchWant wanted = want(orders, 0, offset);
    const auto got = value_of(fetcher->fetch({&wanted, 1}, {}, patience()));
    EXPECT_EQ(got[0].state, FetchGot::State::kOffsetOutOfRange) << offset;
    EXPECT_THAT(got[0].error, Not(IsEmpty()));
    EXPECT_EQ(got[0].log_start, 4);
    EXPECT_EQ(got[0].high_watermark, 12);
  }
  EXPECT_EQ(read_all(*live, orders, 0, 4, 12).lines.size(), 8U);
}

TEST_P(QuestionsContract, ADeletedTopicIsGone) {
  start();
  record_producer({"create-topic", "orders"});
  record_producer({"produce", "--topic", "orders", "--records", "12"});
  const auto live = source();
  const TopicFacts orders = facts_of(*live, "orders");
  const auto fetcher = value_of(live->open_fetcher(1, patience()));
  FetchWant wanted = want(orders, 0, 0);
  EXPECT_EQ(value_of(fetcher->fetch({&wanted, 1}, {}, patience()))[0].state, FetchGot::State::kRead);
  record_producer({"delete-topic", "orders"});
  wanted.offset = 12;
  FetchGot::State state = FetchGot::State::kRead;
  for (const Deadline deadline = patience(); !deadline.passed();) {
    state = value_of(fetcher->fetch({&wanted, 1}, {}, deadline))[0].state;
    if (state != FetchGot::State::kRead && state != FetchGot::State::kMoved) break;
  }
  EXPECT_EQ(state, FetchGot::State::kGone);
  EXPECT_THAT(value_of(live->topics(patience())), IsEmpty());
}

TEST_P(QuestionsContract, ConfigurationsAreToldWithTheirSources) {
  start();
  record_producer({"create-topic", "orders", "retention.ms=604800001", "cleanup.policy=compact,delete"});
  const auto live = source();
  const std::vector<std::string> named = {"orders", "none"};
  const auto configs = value_of(live->topic_configs(named, patience()));
  ASSERT_THAT(configs, SizeIs(2));
  EXPECT_EQ(configs[0].topic, "orders");
  EXPECT_THAT(configs[0].error, IsEmpty());
  const auto entry = [](const char* name, const char* value, const char* source) {
    return AllOf(Field(&ConfigEntry::name, name), Field(&ConfigEntry::value, value),
                 Field(&ConfigEntry::source, source), Field(&ConfigEntry::sensitive, false));
  };
  EXPECT_THAT(configs[0].entries, Contains(entry("retention.ms", "604800001", "DYNAMIC_TOPIC_CONFIG")));
  EXPECT_THAT(configs[0].entries,
              Contains(entry("cleanup.policy", "compact,delete", "DYNAMIC_TOPIC_CONFIG")));
  EXPECT_THAT(configs[0].entries, Contains(entry("segment.bytes", "1073741824", "DEFAULT_CONFIG")));
  EXPECT_TRUE(std::is_sorted(configs[0].entries.begin(), configs[0].entries.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
  EXPECT_EQ(configs[1].topic, "none");
  EXPECT_THAT(configs[1].error, HasSubstr("UNKNOWN_TOPIC_OR_PART"));
  EXPECT_THAT(value_of(live->topic_configs({}, patience())), IsEmpty());
}

TEST_P(QuestionsContract, GroupsComeWithTheirOffsetsAndMetadata) {
  start();
  record_producer({"create-topic", "orders", "--partitions", "2"});
  record_producer({"produce", "--topic", "orders", "--partitions", "2", "--records", "20"});
  record_producer({"consume", "--topic", "orders", "--group", "readers", "--records", "20", "--metadata",
                   "shelf 3, \xc3\xa4"});
  record_producer({"commit", "--group", "others", "orders/1=7", "--metadata", ""});
  const auto live = source();
  const auto groups = value_of(live->groups(patience()));
  ASSERT_THAT(groups, ElementsAre(Field(&GroupFacts::name, "others"), Field(&GroupFacts::name, "readers")));
  EXPECT_THAT(groups, Each(Field(&GroupFacts::error, IsEmpty())));
  EXPECT_THAT(groups, Each(Field(&GroupFacts::state, "Empty")));
  EXPECT_THAT(groups, Each(Field(&GroupFacts::coordinator, 1)));
  EXPECT_THAT(groups, Each(Field(&GroupFacts::members, 0)));
  EXPECT_EQ(groups[0].protocol, "");
  EXPECT_EQ(groups[1].protocol, "consumer");
  ASSERT_THAT(groups[0].offsets, SizeIs(1));
  EXPECT_EQ(groups[0].offsets[0].partition, (TopicPartition{"orders", 1}));
  EXPECT_EQ(groups[0].offsets[0].offset, 7);
  EXPECT_EQ(groups[0].offsets[0].metadata, "");
  ASSERT_THAT(groups[1].offsets, SizeIs(2));
  EXPECT_EQ(groups[1].offsets[1].partition, (TopicPartition{"orders", 1}));
  EXPECT_EQ(groups[1].offsets[1].offset, 10);
  EXPECT_EQ(groups[1].offsets[0].metadata, "shelf 3, \xc3\xa4");
}

TEST_P(QuestionsContract, NobodyToBeReachedIsSaidByTheDeadline) {
  const auto nobody = open("127.0.0.1:1", {}, Deadline::after(2s));
  EXPECT_TRUE(failed_with(Outcome::kRetry, nobody));
  EXPECT_THAT(nobody ? "" : nobody.error().what, HasSubstr("127.0.0.1:1"));
  EXPECT_TRUE(failed_with(Outcome::kUsage, open("", {}, Deadline::after(2s))));
}

INSTANTIATE_TEST_SUITE_P(Reader, QuestionsContract, testing::Values("wire", "librdkafka"), reader_name);

}  // namespace
}  // namespace arkive::kafka::test
