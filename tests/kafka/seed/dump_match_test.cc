// Archives and dumps of ZooKeeper that belong together, and such that do not.
#include "kafka/seed/dump_match.h"

#include "tests/kafka/seed/seed_fixture.h"

namespace arkive::kafka::test {
namespace {

class DumpMatch : public Seeding {
 protected:
  /// What the dump of the archived cluster says.
  static DumpedLogs dump_of(const SeedSource& source) {
    DumpedLogs dump;
    dump.root = "/kafka";
    dump.cluster_id = source.index.cluster.cluster_id;
    dump.last_producer_id = 999;
    for (const ArchivedTopic& topic : source.topics) {
      DumpedTopic& dumped = dump.topics[topic.name];
      dumped.id = topic.id.text();
      for (const ArchivedPartition& partition : topic.partitions) {
        dumped.partitions[partition.partition] = {
            partition.replicas, partition.epochs.empty() ? 0 : partition.epochs.back().epoch};
      }
    }
    return dump;
  }
};

TEST_F(DumpMatch, ADumpOfTheSameClusterBelongsToItAndNothingMustBeRaised) {
  const SeedSource source = archived();
  const DumpedLogs dump = dump_of(source);
  EXPECT_TRUE(succeeded(check_match(source.index, source.topics, dump)));
  EXPECT_TRUE(znodes_to_raise(source.topics, 8, dump).empty());
}

TEST_F(DumpMatch, WhatDiffersIsNamed) {
  const SeedSource source = archived();
  struct Case {
    const char* named;
    void (*change)(DumpedLogs&);
  };
  const Case cases[] = {
      {"cluster id is another", [](DumpedLogs& dump) { dump.cluster_id = "another"; }},
      {"topic orders is not in the dump", [](DumpedLogs& dump) { dump.topics.erase("orders"); }},
      {"topic orders has the id AAAA", [](DumpedLogs& dump) { dump.topics["orders"].id = "AAAA"; }},
      {"topic orders has 1 partitions", [](DumpedLogs& dump) { dump.topics["orders"].partitions.erase(1); }},
      {"orders-1 has the replicas [4]",
       [](DumpedLogs& dump) { dump.topics["orders"].partitions[1].replicas = {4}; }},
  };
  for (const Case& one : cases) {
    DumpedLogs dump = dump_of(source);
    one.change(dump);
    EXPECT_TRUE(refused(check_match(source.index, source.topics, dump), Outcome::kConflict, one.named));
  }
}

TEST_F(DumpMatch, WhatOneSideDoesNotTellIsNoDifference) {
  const SeedSource source = archived();
  DumpedLogs dump = dump_of(source);
  dump.cluster_id.clear();
  for (auto& [name, topic] : dump.topics) topic.id.clear();
  dump.topics["orders"].partitions[0].replicas = {3, 1, 2};  // another one is preferred
  EXPECT_TRUE(succeeded(check_match(source.index, source.topics, dump)));
}

TEST_F(DumpMatch, LeaderEpochsAndProducerIdsThatAreTooLowAreTold) {
  const SeedSource source = archived();
  DumpedLogs dump = dump_of(source);
  dump.topics["orders"].partitions[0].leader_epoch = 0;
  const auto raise = znodes_to_raise(source.topics, 1000, dump);
  ASSERT_EQ(raise.size(), 2U);
  EXPECT_EQ(raise[0].path, "/kafka/brokers/topics/orders/partitions/0/state");
  EXPECT_EQ(raise[0].has, 0);
  EXPECT_EQ(raise[0].needs, 1);
  EXPECT_EQ(raise[1].path, "/kafka/latest_producer_id_block");
  EXPECT_EQ(raise[1].has, 999);
  EXPECT_EQ(raise[1].needs, 1000);
}

}  // namespace
}  // namespace arkive::kafka::test
