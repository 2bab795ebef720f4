// Archives of a reader that gives committed records alone: what it passes over is a gap, and nothing else is
// mixed with it.
#include "kafka/archive/verify.h"
#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kCause = "not a committed record";

class CommittedRecords : public ScriptedArchive {
 protected:
  CommittedRecords() {
    cluster_.reader = "librdkafka";
    cluster_.exact = false;
    request_.fetch.workers = 1;
  }
  /// One answer: batches of these offsets, and all before `next` read.
  void answer(ScriptedPartition& log, const std::vector<std::pair<std::int64_t, std::int64_t>>& batches,
              std::int64_t next, std::int64_t last_stable_offset = -1) {
    FetchGot got;
    std::string& bytes = *bytes_.emplace_back(std::make_unique<std::string>());
    for (const auto& [first, last] : batches) {
      BatchOptions options;
      options.first_offset = first;
      options.leader_epoch = -1;
      std::vector<SentRecord> records;
      for (std::int64_t offset = first; offset <= last; ++offset) {
        records.push_back({offset, 1'700'000'000'000, "key", "value", {}});
      }
      bytes += encode_batch(options, records);
    }
    got.records = bytes;
    got.next_offset = next;
    got.last_stable_offset = last_stable_offset;
    got.high_watermark = log.shown_end();
    got.log_start = log.log_start;
    log.answers.push_back(std::move(got));
  }
  /// The log ends at `end`; what is in it, the answers say.
  static void set_end(ScriptedPartition& log, std::int64_t end) { log.high_watermark = end; }
  void expect_sound() {
    const auto report = value_of(verify_archive(*store_, "main", "", {}));
    for (const Finding& finding : report.findings) ADD_FAILURE() << finding.object << ": " << finding.what;
  }

  std::vector<std::unique_ptr<std::string>> bytes_;
};

TEST_F(CommittedRecords, MarkersAtTheEndAreAGapAndTheTargetIsReached) {
  cluster_.make("payments");
  ScriptedPartition& log = cluster_.at("payments");
  set_end(log, 12);
  answer(log, {{0, 4}, {6, 10}}, 12, 12);
  ArchivedPartition partition = partition_of(run_whole(), "payments");
  EXPECT_EQ(partition.next_offset, 12);
  EXPECT_THAT(partition.gaps, ElementsAre(OffsetGap{11, 12, kCause}));
  ASSERT_THAT(partition.segments, SizeIs(1));
  EXPECT_THAT(partition.segments[0].gaps, ElementsAre(OffsetGap{5, 6, kCause}));
  EXPECT_EQ(partition.segments[0].next_offset, 11);

  // What is passed over at the end of one run and at the beginning of the next is one gap.
  set_end(log, 20);
  answer(log, {{15, 18}}, 20, 20);
  partition = partition_of(run_whole(), "payments");
  EXPECT_THAT(partition.gaps, ElementsAre(OffsetGap{11, 15, kCause}, OffsetGap{19, 20, kCause}));
  EXPECT_EQ(base_offsets(partition), (std::vector<std::int64_t>{0, 15}));
  EXPECT_EQ(run_whole().partitions_changed, 0U);
  expect_sound();
}

TEST_F(CommittedRecords, AnswersWithoutRecordsBringItOnWithinTheSegment) {
  cluster_.make("payments");
  ScriptedPartition& log = cluster_.at("payments");
  set_end(log, 1000);
  answer(log, {{0, 4}}, 5);
  answer(log, {}, 300);
  answer(log, {}, 700);
  answer(log, {{800, 998}}, 999);
  answer(log, {}, 1000, 1000);
  const ArchivedPartition partition = partition_of(run_whole(), "payments");
  ASSERT_THAT(partition.segments, SizeIs(1));
  EXPECT_THAT(partition.segments[0].gaps, ElementsAre(OffsetGap{5, 800, kCause}));
  EXPECT_EQ(partition.segments[0].missing_offsets, 795U);
  EXPECT_THAT(partition.gaps, ElementsAre(OffsetGap{999, 1000, kCause}));
  expect_sound();
}

TEST_F(CommittedRecords, ALogOfAbortedRecordsAloneHasNoSegment) {
  cluster_.make("payments");
  ScriptedPartition& log = cluster_.at("payments");
  set_end(log, 50);
  answer(log, {}, 50, 50);
  const ArchivedPartition partition = partition_of(run_whole(), "payments");
  EXPECT_THAT(partition.segments, IsEmpty());
  EXPECT_THAT(partition.gaps, ElementsAre(OffsetGap{0, 50, kCause}));
  EXPECT_EQ(partition.next_offset, 50);
}

TEST_F(CommittedRecords, AFullSegmentEndsBeforeTheGapThatFollowsIt) {
  request_.segment_bytes = 300;
  cluster_.make("payments");
  ScriptedPartition& log = cluster_.at("payments");
  set_end(log, 60);
  answer(log, {{0, 29}}, 40);
  answer(log, {{45, 59}}, 60, 60);
  const ArchivedPartition partition = partition_of(run_whole(), "payments");
  EXPECT_EQ(base_offsets(partition), (std::vector<std::int64_t>{0, 45}));
  EXPECT_THAT(partition.gaps, ElementsAre(OffsetGap{30, 45, kCause}));
  expect_sound();
}

TEST_F(CommittedRecords, ATransactionThatStaysOpenIsNamedAndWhatFollowsComesLater) {
  cluster_.make("payments");
  ScriptedPartition& log = cluster_.at("payments");
  set_end(log, 20);
  answer(log, {{0, 6}}, 7, 7);
  for (int i = 0; i < 100; ++i) answer(log, {}, 7, 7);
  const ArchiveReport report = run();
  ASSERT_THAT(report.manifest.missing, SizeIs(1));
  EXPECT_EQ(report.manifest.missing[0].object, "partition payments-0");
  EXPECT_THAT(report.manifest.missing[0].cause, HasSubstr("a transaction is open since offset 7"));
  EXPECT_EQ(partition_of(report, "payments").next_offset, 7);
  log.answers.clear();
  answer(log, {{7, 15}, {17, 18}}, 20, 20);
  const ArchivedPartition partition = partition_of(run_whole(), "payments");
  EXPECT_EQ(base_offsets(partition), (std::vector<std::int64_t>{0, 7}));
  EXPECT_EQ(partition.next_offset, 20);
  expect_sound();
}

TEST_F(CommittedRecords, InCompactedTopicsItMayBeCompactionToo) {
  cluster_.make("state").configs = {{"cleanup.policy", "compact"}};
  ScriptedPartition& log = cluster_.at("state");
  set_end(log, 10);
  answer(log, {{0, 4}, {6, 9}}, 10, 10);
  const ArchivedPartition partition = partition_of(run_whole(), "state");
  EXPECT_THAT(partition.segments[0].gaps,
              ElementsAre(OffsetGap{5, 6, "compaction, or not a committed record"}));
}

TEST_F(CommittedRecords, AnotherReaderIsRefusedUnderTheSameName) {
  cluster_.make("orders");
  set_end(cluster_.at("orders"), 5);
  answer(cluster_.at("orders"), {{0, 4}}, 5, 5);
  run_whole();
  cluster_.reader = "wire";
  cluster_.exact = true;
  const auto refused = try_run();
  ASSERT_TRUE(failed_with(Outcome::kUsage, refused));
  EXPECT_THAT(refused.error().what, HasSubstr("last run was made by librdkafka"));
  EXPECT_THAT(refused.error().hint, HasSubstr("--cluster"));
  request_.cluster = "other";
  EXPECT_TRUE(succeeded(try_run()));
}

}  // namespace
}  // namespace arkive::kafka::test
