// What one run after another archives of logs that behave.
#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Runs : public ScriptedArchive {};

TEST_F(Runs, HoldTheBytesOfTheBroker) {
  cluster_.make("orders", 3);
  for (int partition = 0; partition < 3; ++partition) {
    for (int batch = 0; batch < 30; ++batch) cluster_.at("orders", partition).append(1 + batch % 7);
  }
  const ArchiveReport report = run_whole();
  for (int partition = 0; partition < 3; ++partition) {
    EXPECT_TRUE(same(cluster_.at("orders", partition).bytes(),
                     logs_.at("orders/" + std::to_string(partition) + "/0")));
  }
  EXPECT_EQ(report.partitions_changed, 3U);
  EXPECT_EQ(report.records_fetched, 3 * cluster_.at("orders").end());
}

TEST_F(Runs, GoOnWhereTheLastOneEnded) {
  ScriptedPartition& log = cluster_.make("orders").partitions[0];
  log.append(10);
  run_whole();
  log.append(10);
  log.append(5);
  const ArchiveReport second = run_whole();
  EXPECT_TRUE(same(log.bytes(), logs_.at("orders/0/0")));
  EXPECT_THAT(base_offsets(partition_of(second, "orders")), ElementsAre(0, 10));
  EXPECT_EQ(second.records_fetched, 15);
}

TEST_F(Runs, WithNothingNewNameNoPartitionAndWriteNoList) {
  cluster_.make("orders", 2).partitions[0].append(10);
  cluster_.make("empty");
  const ArchiveReport first = run_whole();
  const ArchiveReport second = run_whole();
  EXPECT_EQ(second.partitions_changed, 0U);
  EXPECT_EQ(second.bytes_fetched, 0U);
  EXPECT_FALSE(second.manifest.changed);
  const ArchiveIndex before = value_of(read_index(*store_, first.manifest, Deadline::never()));
  const ArchiveIndex after = value_of(read_index(*store_, second.manifest, Deadline::never()));
  ASSERT_EQ(before.topics.size(), after.topics.size());
  for (std::size_t i = 0; i < before.topics.size(); ++i) {
    EXPECT_EQ(before.topics[i].list, after.topics[i].list) << before.topics[i].name;
  }
}

TEST_F(Runs, RollSegmentsBetweenBatches) {
  ScriptedPartition& log = cluster_.make("orders").partitions[0];
  for (int batch = 0; batch < 50; ++batch) log.append(3, {}, 100);
  request_.segment_bytes = 3000;
  const ArchivedPartition partition = partition_of(run_whole(), "orders");
  EXPECT_TRUE(same(log.bytes(), logs_.at("orders/0/0")));
  EXPECT_GT(partition.segments.size(), 5U);
  std::int64_t next = 0;
  for (const ArchivedSegment& segment : partition.segments) {
    EXPECT_EQ(segment.base_offset, next);
    EXPECT_LT(segment.bytes, 3000 + log.entries[0].bytes.size());
    next = segment.next_offset;
  }
  EXPECT_EQ(next, 150);
}

TEST_F(Runs, EndAtTheCutThoughTheLogGrowsMeanwhile) {
  ScriptedPartition& log = cluster_.make("orders").partitions[0];
  for (int batch = 0; batch < 20; ++batch) log.append(5, {}, 300);
  const std::int64_t cut = log.end();
  cluster_.before_fetch = [&](int, auto) { log.append(5, {}, 300); };
  EXPECT_EQ(partition_of(run_whole(), "orders").next_offset, cut);
  EXPECT_TRUE(same(log.bytes(0, cut), logs_.at("orders/0/0")));
}

TEST_F(Runs, StopAtTheHighWatermark) {
  ScriptedPartition& log = cluster_.make("orders").partitions[0];
  log.append(5);
  log.append(5);
  log.high_watermark = 5;
  EXPECT_EQ(partition_of(run_whole(), "orders").next_offset, 5);
  log.high_watermark.reset();
  EXPECT_EQ(partition_of(run_whole(), "orders").next_offset, 10);
  EXPECT_TRUE(same(log.bytes(), logs_.at("orders/0/0")));
}

TEST_F(Runs, TakeABatchLargerThanAnAnswerWhole) {
  ScriptedPartition& log = cluster_.make("orders").partitions[0];
  log.append(1, {}, 10);
  log.append(1, {}, 900'000);
  log.append(1, {}, 10);
  cluster_.most_answer = 1000;
  run_whole();
  EXPECT_TRUE(same(log.bytes(), logs_.at("orders/0/0")));
}

TEST_F(Runs, NameTheGapsThatCompactionLeft) {
  cluster_.make("state").configs = {{"cleanup.policy", "compact"}, {"delete.retention.ms", "86400000"}};
  ScriptedPartition& log = cluster_.at("state");
  for (int batch = 0; batch < 6; ++batch) log.append(5);
  log.compact_away(0);
  log.compact_away(10);
  log.compact_away(15);
  const ArchivedPartition partition = partition_of(run_whole(), "state");
  EXPECT_TRUE(same(log.bytes(), logs_.at("state/0/0")));
  EXPECT_THAT(partition.gaps, ElementsAre(OffsetGap{0, 5, "compaction"}));
  ASSERT_THAT(partition.segments, SizeIs(1));
  EXPECT_THAT(partition.segments[0].gaps, ElementsAre(OffsetGap{10, 20, "compaction"}));
  EXPECT_EQ(partition.segments[0].missing_offsets, 10U);
}

TEST_F(Runs, KeepTheLeaderEpochs) {
  ScriptedPartition& log = cluster_.make("orders").partitions[0];
  log.append(5);
  log.begin_epoch();
  log.append(5);
  run_whole();
  log.begin_epoch();
  log.begin_epoch();
  log.append(5);
  const ArchivedPartition partition = partition_of(run_whole(), "orders");
  EXPECT_THAT(partition.epochs,
              ElementsAre(LeaderEpochStart{0, 0}, LeaderEpochStart{1, 5}, LeaderEpochStart{3, 10}));
  EXPECT_EQ(partition.generation, 0);
  EXPECT_TRUE(same(log.bytes(), logs_.at("orders/0/0")));
}

TEST_F(Runs, KeepMessagesOfOldFormats) {
  ScriptedPartition& log = cluster_.make("old").partitions[0];
  SentRecord record;
  record.key = "key";
  record.value = "value";
  for (int offset = 0; offset < 4; ++offset) {
    record.offset = offset;
    log.entries.push_back({offset, offset, encode_message(offset < 2 ? 0 : 1, record)});
  }
  std::vector<SentRecord> inner(3, record);
  for (int i = 0; i < 3; ++i) inner[static_cast<std::size_t>(i)].offset = 4 + i;
  log.entries.push_back({4, 6, encode_wrapper({}, inner)});
  log.append(3);
  const ArchivedPartition partition = partition_of(value_of(try_run()), "old");
  ASSERT_THAT(partition.segments, SizeIs(1));
  EXPECT_EQ(partition.segments[0].sha256, hex(sha256(log.bytes())));
  EXPECT_EQ(partition.segments[0].records, -1);
  EXPECT_EQ(partition.next_offset, 10);
  EXPECT_THAT(partition.gaps, IsEmpty());
  EXPECT_EQ(partition.segments[0].gap_count, 0U);
}

TEST_F(Runs, TakeInNewPartitions) {
  cluster_.make("orders", 1).partitions[0].append(5);
  run_whole();
  cluster_.topics["orders"].partitions[1].append(7);
  const ArchiveReport second = run_whole();
  EXPECT_EQ(second.partitions_changed, 1U);
  EXPECT_TRUE(same(cluster_.at("orders", 0).bytes(), logs_.at("orders/0/0")));
  EXPECT_TRUE(same(cluster_.at("orders", 1).bytes(), logs_.at("orders/1/0")));
}

TEST_F(Runs, KeepWhatWasDeletedAndWhatCameAfterItUnderTheSameName) {
  cluster_.make("orders", 1, 1).partitions[0].append(5);
  run_whole();
  const std::string first = cluster_.at("orders").bytes();
  cluster_.make("orders", 1, 2).partitions[0].append(9);
  const ArchiveReport second = run_whole();
  EXPECT_THAT(second.notes, ElementsAre("topic orders was deleted and made anew"));
  const ArchiveIndex index = value_of(read_index(*store_, second.manifest, Deadline::never()));
  ASSERT_THAT(index.topics, SizeIs(2));
  EXPECT_EQ(partition_of(second, "orders").next_offset, 9);
  const std::string both = first + cluster_.at("orders").bytes();
  EXPECT_TRUE(same(both, logs_.at("orders/0/0")));
  cluster_.topics.clear();
  run_whole();
  EXPECT_TRUE(same(both, logs_.at("orders/0/0")));
}

TEST_F(Runs, KeepPartitionsThatTheClusterNoLongerLists) {
  // Without topic ids a topic made anew with fewer partitions cannot be told from the old one.
  cluster_.make("orders", 2, 0).partitions[1].append(5);
  cluster_.at("orders", 0).append(5);
  run_whole();
  const std::string kept = cluster_.at("orders", 1).bytes();
  cluster_.topics["orders"].partitions.erase(1);
  cluster_.at("orders", 0).append(5);
  run_whole();
  EXPECT_TRUE(same(kept, logs_["orders/1/0"]));
}

TEST_F(Runs, TakeOnlyTheTopicsAskedFor) {
  for (const char* name : {"orders", "orders-dlq", "payments"}) cluster_.make(name).partitions[0].append(1);
  run_whole();
  for (const char* name : {"orders", "orders-dlq", "payments"}) cluster_.at(name).append(1);
  request_.topics = {value_of(Glob::parse("orders*"))};
  request_.excluded = {value_of(Glob::parse("*-dlq"))};
  const ArchiveReport report = run_whole();
  EXPECT_EQ(report.partitions_changed, 1U);
  EXPECT_EQ(partition_of(report, "orders").next_offset, 2);
  EXPECT_EQ(partition_of(report, "payments").next_offset, 1);
  EXPECT_EQ(partition_of(report, "orders-dlq").next_offset, 1);
}

TEST_F(Runs, ReportGroupsWithTheirOffsets) {
  GroupFacts group;
  group.name = "readers";
  group.state = "Empty";
  group.offsets = {{{"orders", 0}, 7, 2, "where I was"}, {{"orders", 1}, 0, -1, std::nullopt}};
  cluster_.groups = {group};
  cluster_.make("orders", 2);
  const ArchiveReport report = run_whole();
  const ArchiveIndex index = value_of(read_index(*store_, report.manifest, Deadline::never()));
  ASSERT_THAT(index.groups, SizeIs(1));
  ASSERT_THAT(index.groups[0].offsets, SizeIs(2));
  EXPECT_EQ(index.groups[0].offsets[0].metadata, "where I was");
  EXPECT_EQ(index.groups[0].offsets[0].leader_epoch, 2);
  EXPECT_EQ(index.groups[0].offsets[1].metadata, std::nullopt);
}

TEST_F(Runs, RefuseAnotherCluster) {
  cluster_.make("orders").partitions[0].append(1);
  run_whole();
  cluster_.id = "somebody-else";
  const auto refused = try_run();
  EXPECT_TRUE(failed_with(Outcome::kConflict, refused));
}

}  // namespace
}  // namespace arkive::kafka::test
