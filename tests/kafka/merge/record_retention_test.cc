// Old records that are left out by a merge: which ones, and that all goes on as though the cluster's own
// retention had taken them.
#include "kafka/merge/record_retention.h"

#include "tests/kafka/merge/merge_fixture.h"
#include "tests/support/next_moment.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RecordRetention : public MergedStore {
 protected:
  RecordRetention() {
    cluster_.make("payments", 1, 3);
    request_.fetch.open_transactions = 0ms;
  }
  static BatchOptions of(std::int64_t producer) {
    BatchOptions options;
    options.transactional = true;
    options.producer_id = producer;
    options.producer_epoch = 0;
    return options;
  }
  static BatchOptions at(UnixMilliseconds time) {
    BatchOptions options;
    options.max_timestamp = time;
    return options;
  }
  void archive_it() {
    arkive::test::until_next_moment();
    const Manifest made = run().manifest;
    held_[made.id] = logs_;
  }
  /// Records of the scripted cluster have the time 1,700,000,000,000 and their offset.
  MergeReport leave_out_before(std::int64_t offset) {
    arkive::test::until_next_moment();
    const ArchiveIndex index = value_of(read_index(*store_, newest(), Deadline::never()));
    MergeRequest request = merge_request();
    request.bounds.smaller_than = 1;  // nothing is merged
    request.keep_records = std::chrono::milliseconds(index.cut_began - (1'700'000'000'000 + offset));
    MergeReport report = value_of(merge(*store_, request));
    if (report.manifest) held_[report.manifest->id] = logs_of(*store_, *report.manifest);
    return report;
  }
  std::vector<std::int64_t> left(const std::string& topic) const {
    return base_offsets(newest_partition(topic));
  }
  void expect_sound() {
    for (const Manifest& run : value_of(archive_runs(*store_, "main", Deadline::never()))) {
      for (const Finding& finding : value_of(verify_archive(*store_, "main", run.id, {})).findings)
        ADD_FAILURE() << "run " << run.id << " by itself: " << finding.object << ": " << finding.what;
    }
    EXPECT_THAT(problems_of(*store_), IsEmpty());
  }
};

TEST_F(RecordRetention, LeavesOutLeadingSegmentsAndMovesTheLogStart) {
  archive_runs_of(5);
  const MergeReport report = leave_out_before(12);
  EXPECT_EQ(report.left_out, 2U);
  ASSERT_TRUE(report.manifest);
  EXPECT_TRUE(report.manifest->whole);
  EXPECT_THAT(report.manifest->summary, HasSubstr("left out 2 segments of records from before 2023-11-14"));
  EXPECT_THAT(left("orders"), ElementsAre(10, 15, 20));
  EXPECT_EQ(newest_partition("orders").log_start, 10);
  EXPECT_EQ(held_.at(report.manifest->id).at("orders/0/0"), cluster_.at("orders").bytes(10));
  EXPECT_THAT(left("quiet"), ElementsAre(0)) << "the last segment stays, however old";
  expect_sound();
}

TEST_F(RecordRetention, IsGoneOnFromAndFreedByAPrune) {
  archive_runs_of(5);
  leave_out_before(12);
  const Manifest next = archive_more();
  EXPECT_EQ(newest_partition("orders").log_start, 10) << "though the cluster's log begins at 0";
  EXPECT_EQ(held_.at(next.id).at("orders/0/0"), cluster_.at("orders").bytes(10));
  expect_sound();
  EXPECT_EQ(prune_to(1).segments, 2U);
  EXPECT_THAT(leftovers(), IsEmpty());
  expect_whole({next.id});
  EXPECT_FALSE(leave_out_before(12).manifest) << "there is nothing more";
}

TEST_F(RecordRetention, OfALogThatIsCutBeginsTheNextGenerationWhereTheClustersLogBegins) {
  archive_runs_of(5);
  leave_out_before(12);
  cluster_.at("orders").cut_at(8);
  const Manifest next = archive_more();
  const ArchivedPartition partition = newest_partition("orders");
  EXPECT_EQ(partition.generation, 1);
  EXPECT_EQ(partition.log_start, 0);
  EXPECT_EQ(held_.at(next.id).at("orders/0/1"), cluster_.at("orders").bytes());
}

TEST_F(RecordRetention, NeverTakesWhatIsCompactedOrKafkasOwnOrOfUnknownAge) {
  cluster_.topics.at("orders").configs["cleanup.policy"] = "compact,delete";
  cluster_.make("__consumer_offsets", 1, 5);
  for (int i = 0; i < 3; ++i) {
    cluster_.at("__consumer_offsets").append(3);
    cluster_.at("payments").append(3, at(i == 1 ? -1 : 1'700'000'000'000));
    archive_more();
  }
  EXPECT_EQ(leave_out_before(1000).left_out, 1U);
  EXPECT_THAT(left("orders"), SizeIs(3));
  EXPECT_THAT(left("__consumer_offsets"), SizeIs(3));
  EXPECT_THAT(left("payments"), ElementsAre(3, 6)) << "one of unknown age, and what follows it, stays";
}

TEST_F(RecordRetention, WaitsWhereTheSettingsOfATopicCouldNotBeRead) {
  archive_runs_of(3);
  Manifest run = newest();
  run.id = new_run_id(++run.started);
  run.whole = false;
  run.missing = {{"configuration of topic orders", "not authorised"}};
  run.missing_count = 1;
  put(manifest_key("main", run.id), run.to_json());
  EXPECT_EQ(leave_out_before(1000).left_out, 0U);
}

TEST_F(RecordRetention, KnowsACompactedTopicByWhatCompactionTookToo) {
  cluster_.at("orders").append(5);
  cluster_.topics.at("orders").configs["cleanup.policy"] = "compact";
  archive_it();
  cluster_.at("orders").append(5);
  cluster_.at("orders").append(5);
  cluster_.at("orders").compact_away(5);
  archive_it();
  cluster_.topics.at("orders").configs.clear();
  archive_more();
  EXPECT_EQ(leave_out_before(1000).left_out, 0U);
}

TEST_F(RecordRetention, LeavesOutOlderGenerationsWhenAllOfThemIsOld) {
  archive_runs_of(3);
  cluster_.at("orders").cut_at(7);
  archive_runs_of(2);
  ASSERT_EQ(newest_partition("orders").generation, 1);
  const std::size_t before = left("orders").size();
  EXPECT_EQ(leave_out_before(3).left_out, 0U);
  EXPECT_EQ(leave_out_before(1000).left_out, before - 1);
  EXPECT_EQ(newest_partition("orders").segments[0].generation, 1);
  expect_sound();
}

TEST_F(RecordRetention, KeepsWhatBeganInATransactionThatIsAbortedInWhatIsLeft) {
  ScriptedPartition& log = cluster_.at("payments");
  log.append(2);
  archive_it();
  log.append(2, of(7));
  archive_it();
  log.append(2);
  archive_it();
  log.end_transaction(7, 0);
  archive_it();
  log.append(2);
  archive_it();
  EXPECT_EQ(leave_out_before(1000).left_out, 4U) << "all of it is old: marker and transaction go together";
  EXPECT_THAT(left("payments"), ElementsAre(7));
  expect_sound();
}

TEST_F(RecordRetention, CutsNoTransactionThatIsAbortedLater) {
  ScriptedPartition& log = cluster_.at("payments");
  log.append(2);
  archive_it();
  log.append(2, of(7));
  archive_it();
  log.append(2);
  archive_it();
  log.end_transaction(7, 0);
  log.append(1);
  archive_it();
  EXPECT_EQ(leave_out_before(6).left_out, 1U)
      << "segments 0, 2 and 4 are older; 2 began what is aborted in 6";
  EXPECT_THAT(left("payments"), ElementsAre(2, 4, 6));
  expect_sound();
}

TEST_F(RecordRetention, CutsNoTransactionThatIsOpenStill) {
  ScriptedPartition& log = cluster_.at("payments");
  log.append(2);
  archive_it();
  log.append(2, of(7));
  archive_it();
  log.append(2);
  archive_it();
  log.append(2);
  archive_it();
  EXPECT_EQ(leave_out_before(1000).left_out, 1U);
  EXPECT_THAT(left("payments"), ElementsAre(2, 4, 6));
}

TEST_F(RecordRetention, KeepsAllWhereAnIndexThatMattersIsLost) {
  ScriptedPartition& log = cluster_.at("payments");
  log.append(2, of(7));
  archive_it();
  log.append(2);
  archive_it();
  log.end_transaction(7, 0);
  archive_it();
  const ArchivedTopic topic = topic_of(*store_, newest(), "payments");
  value_of(store_->remove(
      segment_key("main", topic, 0, topic.find(0)->segments.back(), SegmentFile::kTransactionIndex),
      Deadline::never()));
  EXPECT_EQ(leave_out_before(1000).left_out, 0U);
}

TEST_F(RecordRetention, MergesTheRestAndNotOverTooLongATime) {
  for (int i = 0; i < 8; ++i) {
    cluster_.at("payments").append(2, at(1'700'000'000'000 + i * kDay));
    archive_it();
  }
  const ArchiveIndex index = value_of(read_index(*store_, newest(), Deadline::never()));
  MergeRequest request = merge_request();
  request.keep_records = std::chrono::milliseconds(index.cut_began - (1'700'000'000'000 + 2 * kDay));
  request.bounds.longest = std::chrono::milliseconds(2 * kDay);
  arkive::test::until_next_moment();
  const MergeReport report = value_of(merge(*store_, request));
  EXPECT_EQ(report.left_out, 2U);
  EXPECT_THAT(left("payments"), ElementsAre(4, 10));
  EXPECT_EQ(newest_partition("payments").log_start, 4);
  expect_sound();
}

TEST_F(RecordRetention, OnlyTellsInADryRun) {
  archive_runs_of(5);
  const auto before = keys();
  MergeRequest request = merge_request();
  request.keep_records = 1ms;
  request.dry_run = true;
  const MergeReport told = value_of(merge(*store_, request));
  EXPECT_EQ(told.left_out, 4U);
  EXPECT_EQ(told.segments_after, told.segments_before - 4);
  EXPECT_EQ(keys(), before);
}

}  // namespace
}  // namespace arkive::kafka::test
