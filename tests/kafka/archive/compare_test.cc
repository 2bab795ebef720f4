// An archive beside the cluster it was made of: what differs is named, what is merely newer is counted.
#include "kafka/archive/compare.h"

#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

auto finding(const std::string& object, const std::string& what) {
  return AllOf(Field(&Finding::object, object), Field(&Finding::what, HasSubstr(what)));
}

class Compare : public ScriptedArchive {
 protected:
  Compare() {
    cluster_.make("orders", 3);
    for (int batch = 0; batch < 40; ++batch) log(batch % 3).append(5);
  }
  ScriptedPartition& log(int partition = 0) { return cluster_.at("orders", partition); }
  CompareReport compare(const ArchiveReport& archived) {
    ScriptedLogSource source(cluster_);
    const ArchiveIndex index = value_of(read_index(*store_, archived.manifest, Deadline::never()));
    return value_of(compare_with_cluster(*store_, "main", index, source, options_));
  }
  void make_compacted() { cluster_.topics["orders"].configs = {{"cleanup.policy", "compact"}}; }
  /// Changes one byte of the archived log and leaves its size.
  void flip_archived_byte(const ArchiveReport& archived, std::size_t at) {
    const ArchivedTopic topic = topic_of(*store_, archived.manifest, "orders");
    const std::string path =
        scratch("store") + "/" + segment_key("main", topic, 0, segment_at(0, 0), SegmentFile::kLog);
    flip(path, at);
  }

  CompareOptions options_{.patience = 300ms};
};

TEST_F(Compare, FindsNothingInWhatIsTheSame) {
  const CompareReport report = compare(run_whole());
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_THAT(report.not_compared, IsEmpty());
  EXPECT_THAT(report.lost, IsEmpty());
  EXPECT_EQ(report.topics, 1U);
  EXPECT_EQ(report.partitions, 3U);
  EXPECT_EQ(report.offsets_compared, 200);
  EXPECT_EQ(report.segment_offsets, 200);
  EXPECT_EQ(report.segment_records, 200);
  EXPECT_EQ(report.offsets_behind, 0);
  EXPECT_GE(report.batches_compared, 3U);
  EXPECT_GT(report.bytes_compared, 0U);
}

TEST_F(Compare, WithTheSameSeedTakesTheSameSample) {
  const ArchiveReport archived = run_whole();
  options_.seed = 4711;
  options_.sample = 5;
  const CompareReport once = compare(archived);
  EXPECT_EQ(compare(archived).bytes_compared, once.bytes_compared);
}

TEST_F(Compare, WithALargeSampleReadsEveryBatch) {
  const ArchiveReport archived = run_whole();
  options_.sample = 400;
  EXPECT_EQ(compare(archived).batches_compared, 40U);
}

TEST_F(Compare, CountsWhatTheClusterHasBeyondTheArchive) {
  const ArchiveReport archived = run_whole();
  log(0).append(7);
  log(2).append(4);
  cluster_.make("newer", 1, 9);
  cluster_.topics["orders"].partitions[3].leader = 1;
  const CompareReport report = compare(archived);
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_EQ(report.offsets_behind, 11);
  EXPECT_EQ(report.partitions_behind, 2U);
  EXPECT_EQ(report.partitions_newer, 1U);
  EXPECT_THAT(report.topics_newer, ElementsAre("newer"));
}

TEST_F(Compare, NamesTopicsThatAreGoneOrMadeAnew) {
  cluster_.make("gone", 1, 2);
  const ArchiveReport archived = run_whole();
  cluster_.topics.erase("gone");
  cluster_.make("orders", 3, 3);
  const CompareReport report = compare(archived);
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_THAT(report.topics_gone, ElementsAre("gone"));
  EXPECT_THAT(report.topics_anew, ElementsAre("orders@AQEBAQEBAQEBAQEBAQEBAQ"));
  EXPECT_THAT(report.topics_newer, ElementsAre("orders"));
}

TEST_F(Compare, NamesOffsetsThatRetentionTookBeforeTheyWereArchived) {
  const ArchiveReport archived = run_whole();
  const std::int64_t end = log().end();
  log().append(5);
  log().append(5);
  log().delete_before(end + 5);
  const CompareReport report = compare(archived);
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_THAT(report.lost,
              ElementsAre(finding("orders-0@" + std::to_string(end), "removed from the cluster")));
}

TEST_F(Compare, NamesALogThatWasCutBelowWhatIsArchived) {
  const ArchiveReport archived = run_whole();
  log().cut_at(30);
  EXPECT_THAT(compare(archived).differences, ElementsAre(finding("orders-0@30", "was cut there")));
}

TEST_F(Compare, BelievesANewLeaderThatDoesNotYetShowAllItHas) {
  const ArchiveReport archived = run_whole();
  log().begin_epoch();
  log().high_watermark = 30;
  EXPECT_THAT(compare(archived).differences, IsEmpty());
}

TEST_F(Compare, NamesTheBatchWhereALogWasCutAndHasGrownAgain) {
  const ArchiveReport archived = run_whole();
  const std::int64_t end = log().end();
  log().cut_at(30);
  while (log().end() < end) log().append(5, {}, 33);
  const CompareReport report = compare(archived);
  ASSERT_FALSE(report.differences.empty());
  EXPECT_THAT(report.differences,
              testing::Contains(finding("orders-0@" + std::to_string(end - 5), "differs from byte")));
}

TEST_F(Compare, NamesAnArchivedBatchThatIsDamaged) {
  const ArchiveReport archived = run_whole();
  flip_archived_byte(archived, 75);
  options_.sample = 400;
  EXPECT_THAT(compare(archived).differences,
              ElementsAre(AllOf(Field(&Finding::object, testing::StartsWith("orders-0@")),
                                Field(&Finding::what, HasSubstr("cannot be read")))));
}

TEST_F(Compare, NamesABatchWhoseLeaderEpochDiffersThoughNoChecksumCoversIt) {
  const ArchiveReport archived = run_whole();
  flip_archived_byte(archived, 15);
  options_.sample = 400;
  EXPECT_THAT(compare(archived).differences, ElementsAre(finding("orders-0@0", "differs from byte 15 on")));
}

TEST_F(Compare, NamesAPartitionLess) {
  const ArchiveReport archived = run_whole();
  cluster_.topics["orders"].partitions.erase(2);
  EXPECT_THAT(compare(archived).differences, ElementsAre(finding("orders-2", "2 partitions only")));
}

TEST_F(Compare, NamesAnotherClusterId) {
  const ArchiveReport archived = run_whole();
  cluster_.id = "another";
  EXPECT_THAT(compare(archived).differences, ElementsAre(finding("cluster main", "cluster id another")));
}

TEST_F(Compare, NamesBatchesThatTheClusterLost) {
  const ArchiveReport archived = run_whole();
  log().compact_away(10);
  options_.sample = 400;
  EXPECT_THAT(compare(archived).differences, ElementsAre(finding("orders-0@10", "none before 15")));
}

TEST_F(Compare, OfACompactedTopicBatchesMayGo) {
  make_compacted();
  const ArchiveReport archived = run_whole();
  log().compact_away(10);
  options_.sample = 400;
  const CompareReport report = compare(archived);
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_EQ(report.batches_removed, 1U);
  EXPECT_EQ(report.batches_compared, 39U);
}

TEST_F(Compare, OfACompactedTopicBatchesMayBeRewrittenButNotChanged) {
  make_compacted();
  const ArchiveReport archived = run_whole();
  options_.sample = 400;
  const auto rewrite = [&](const std::string& value) {
    BatchOptions batch;
    batch.first_offset = 10;
    batch.last_offset = 14;
    batch.leader_epoch = 0;
    SentRecord left;
    left.offset = 12;
    left.timestamp = 1'700'000'000'012;
    left.key = "key-12";
    left.value = value;
    log().entries[2].bytes = encode_batch(batch, {left});
  };
  rewrite(std::string(20, 'm'));
  const CompareReport report = compare(archived);
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_EQ(report.batches_rewritten, 1U);
  rewrite("another value");
  EXPECT_THAT(compare(archived).differences, ElementsAre(finding("orders-0@10", "differs from byte")));
}

TEST_F(Compare, NamesRecordsThatTheArchivePassedOver) {
  const ScriptedPartition::Entry kept = log().entries[3];
  log().compact_away(15);
  const ArchiveReport archived = run_whole();
  EXPECT_EQ(compare(archived).gaps_compared, 1U);
  log().entries.insert(log().entries.begin() + 3, kept);
  options_.sample = 1;
  EXPECT_THAT(compare(archived).differences,
              ElementsAre(finding("orders-0@15", "the archive none from 15 to 19")));
}

TEST_F(Compare, FollowsALeaderThatMoves) {
  const ArchiveReport archived = run_whole();
  cluster_.before_fetch = [&](int, std::span<const FetchWant>) {
    log(0).leader = 3;
    cluster_.before_fetch = nullptr;
  };
  const CompareReport report = compare(archived);
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_THAT(report.not_compared, IsEmpty());
}

TEST_F(Compare, NamesWhatCannotBeRead) {
  cluster_.make("secret", 1, 7).partitions[0].append(5);
  const ArchiveReport archived = run_whole();
  cluster_.topics["secret"].error = "TOPIC_AUTHORIZATION_FAILED";
  log(1).offsets_error = "LEADER_NOT_AVAILABLE";
  log(2).leader = -1;
  const CompareReport report = compare(archived);
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_THAT(report.not_compared,
              ElementsAre(finding("orders-1", "LEADER_NOT_AVAILABLE"), finding("orders-2", "no leader"),
                          finding("topic secret", "TOPIC_AUTHORIZATION_FAILED")));
}

}  // namespace
}  // namespace arkive::kafka::test
