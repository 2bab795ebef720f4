/// The whole interface, on a broker of any version.
#pragma once

#include <string>
#include <vector>

#include "tests/kafka/wire/servers/servers.h"

namespace arkive::kafka::test {

class EveryVersion : public KafkaServersTest, public testing::WithParamInterface<const char*> {
 protected:
  void serve_everything();
};

inline std::int64_t end_offset_of_last_batch(Bytes records) {
  std::int64_t next = 0;
  while (records.size() >= 61) {
    const auto size = 12 + static_cast<std::size_t>(load_big_endian<std::int32_t>(records.data() + 8));
    if (size > records.size()) break;
    next = load_big_endian<std::int64_t>(records.data()) +
           load_big_endian<std::int32_t>(records.data() + 23) + 1;
    records.remove_prefix(size);
  }
  return next;
}

inline void EveryVersion::serve_everything() {
  using testing::AllOf;
  using testing::Contains;
  using testing::ElementsAre;
  using testing::Field;
  using testing::HasSubstr;
  using testing::IsEmpty;
  using testing::SizeIs;

  const std::string version = GetParam();
  rehearse::KafkaSettings settings;
  settings.version = version;
  start(settings);
  create_topic("orders", 3);
  produce("orders", "one\ntwo\nthree\n");
  const auto live = source();

  const auto cluster = value_of(live->cluster(patience()));
  EXPECT_FALSE(cluster.cluster_id.empty());
  EXPECT_EQ(cluster.controller, 1);
  ASSERT_THAT(cluster.brokers, SizeIs(1));
  EXPECT_EQ(cluster.brokers[0].port, kafka().broker(1).port());

  const TopicFacts orders = facts_of(*live, "orders");
  EXPECT_EQ(orders.id.is_zero(), version < "2.8");
  EXPECT_FALSE(orders.internal);
  EXPECT_THAT(orders.error, IsEmpty());
  ASSERT_THAT(orders.partitions, SizeIs(3));
  EXPECT_THAT(orders.partitions[2].in_sync_replicas, ElementsAre(1));
  EXPECT_EQ(orders.partitions[2].leader, 1);

  const std::vector<TopicPartition> asked = {{"orders", 2}, {"orders", 0}, {"none", 0}, {"orders", 1}};
  const auto offsets = value_of(live->offsets(asked, patience()));
  ASSERT_THAT(offsets, SizeIs(4));
  EXPECT_EQ(offsets[0].high_watermark + offsets[1].high_watermark + offsets[3].high_watermark, 3);
  EXPECT_EQ(offsets[0].last_stable_offset, offsets[0].high_watermark);
  EXPECT_THAT(offsets[2].error, HasSubstr("UNKNOWN_TOPIC_OR_PARTITION"));

  const auto fetcher = value_of(live->open_fetcher(1, patience()));
  std::int64_t records = 0;
  const std::vector<FetchWant> wants = {want(orders, 2, 0), want(orders, 0, 0), want(orders, 1, 0)};
  const auto got = value_of(fetcher->fetch(wants, {}, patience()));
  ASSERT_THAT(got, SizeIs(3));
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_EQ(got[i].state, FetchGot::State::kRead) << got[i].error;
    EXPECT_EQ(end_offset_of_last_batch(got[i].records), got[i].high_watermark);
    EXPECT_EQ(got[i].log_start, 0);
    records += got[i].high_watermark;
  }
  EXPECT_EQ(records, 3);

  const FetchWant beyond = want(orders, 0, 1000);
  const auto refused = value_of(fetcher->fetch({&beyond, 1}, {}, patience()));
  EXPECT_EQ(refused[0].state, FetchGot::State::kOffsetOutOfRange);
  EXPECT_EQ(refused[0].high_watermark, offsets[1].high_watermark);
  EXPECT_EQ(refused[0].log_start, 0);

  const std::vector<TopicPartition> zero = {{"orders", 0}, {"orders", 1}, {"orders", 2}};
  EXPECT_THAT(value_of(live->offsets_at(zero, wall_clock_now() + 3'600'000, patience())),
              ElementsAre(-1, -1, -1));

  tool(KafkaTool::kConfigs, {"--alter", "--entity-type", "topics", "--entity-name", "orders", "--add-config",
                             "retention.ms=604800001"});
  const std::vector<std::string> named = {"orders", "none"};
  const auto configs = value_of(live->topic_configs(named, patience()));
  ASSERT_THAT(configs, SizeIs(2));
  EXPECT_THAT(configs[0].error, IsEmpty());
  EXPECT_THAT(configs[0].entries, Contains(AllOf(Field(&ConfigEntry::name, "retention.ms"),
                                                 Field(&ConfigEntry::value, "604800001"),
                                                 Field(&ConfigEntry::source, "DYNAMIC_TOPIC_CONFIG"))));
  EXPECT_THAT(configs[0].entries, Contains(AllOf(Field(&ConfigEntry::name, "segment.bytes"),
                                                 Field(&ConfigEntry::source, "DEFAULT_CONFIG"))));
  // Old brokers describe the defaults of topics that do not exist.
  EXPECT_THAT(configs[1].error, version > "2" ? HasSubstr("UNKNOWN_TOPIC_OR_PARTITION") : HasSubstr(""));

  EXPECT_THAT(value_of(live->groups(patience())), IsEmpty());
  const bool has_new_groups = version > "4";  // KIP-848
  if (has_new_groups) {
    tool(KafkaTool::kConsoleConsumer,
         {"--topic", "orders", "--from-beginning", "--max-messages", "3", "--timeout-ms", "20000", "--group",
          "new", "--consumer-property", "group.protocol=consumer"});
  }
  for (const std::string group : {"readers", "others"}) {
    tool(KafkaTool::kConsoleConsumer, {"--topic", "orders", "--from-beginning", "--max-messages", "3",
                                       "--timeout-ms", "20000", "--group", group});
  }
  auto groups = value_of(live->groups(patience()));
  if (has_new_groups) {
    ASSERT_EQ(groups.front().name, "new");
    EXPECT_EQ(groups.front().state, "Empty");
    EXPECT_EQ(groups.front().protocol, "consumer");
    EXPECT_THAT(groups.front().error, IsEmpty());
    EXPECT_THAT(groups.front().offsets, SizeIs(3));
    groups.erase(groups.begin());
  }
  ASSERT_THAT(groups, ElementsAre(Field(&GroupFacts::name, "others"), Field(&GroupFacts::name, "readers")));
  EXPECT_EQ(groups[1].state, "Empty");
  EXPECT_EQ(groups[1].protocol, "consumer");
  EXPECT_EQ(groups[1].coordinator, 1);
  EXPECT_THAT(groups[1].error, IsEmpty());
  ASSERT_THAT(groups[1].offsets, SizeIs(3));
  EXPECT_EQ(groups[1].offsets[2].partition, (TopicPartition{"orders", 2}));
  EXPECT_EQ(groups[1].offsets[2].offset, offsets[0].high_watermark);

  EXPECT_EQ(value_of(live->end_of_epoch({"orders", 2}, 0, patience())).has_value(), version > "2.1");
}

}  // namespace arkive::kafka::test
