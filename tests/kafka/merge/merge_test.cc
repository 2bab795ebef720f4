// Merges of small segments: what the new run holds and says, what goes on from it, what is refused.
#include "kafka/merge/merge.h"

#include <nlohmann/json.hpp>

#include "tests/kafka/merge/merge_fixture.h"
#include "tests/support/next_moment.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using Merge = MergedStore;

TEST_F(Merge, MakesOneSegmentOfManyAndTheLogIsTheSame) {
  archive_runs_of(8);
  ASSERT_THAT(newest_partition("orders").segments, SizeIs(8));
  const MergeReport report = merge_it();
  const ArchivedPartition partition = newest_partition("orders");
  ASSERT_THAT(partition.segments, SizeIs(1));
  const ArchivedSegment& segment = partition.segments[0];
  EXPECT_EQ(segment.merge, 1);
  EXPECT_EQ(segment.records, 40);
  EXPECT_EQ(report.partitions, 1U);
  EXPECT_EQ(report.sources, 8U);
  EXPECT_EQ(report.merged, 1U);
  EXPECT_EQ(report.source_bytes, segment.bytes);
  EXPECT_EQ(report.segments_before, report.segments_after + 7);
  EXPECT_EQ(report.manifest->logs.files, report.segments_after);
  expect_whole(run_ids());
}

TEST_F(Merge, SaysWhichRunItIsAndTellsItsCutAndGroups) {
  cluster_.groups.push_back({"billing", "Empty", "consumer", 0, 1, {{{"orders", 0}, 3, 0, "half"}}, ""});
  const Manifest last = archive_runs_of(3).back();
  const Manifest run = *merge_it().manifest;
  EXPECT_EQ(run.what, "archive");
  EXPECT_TRUE(run.whole);
  EXPECT_EQ(run.summary, "merged 3 segments into 1, as of run " + last.id);
  EXPECT_EQ(nlohmann::json::parse(run.facts).at("merge").at("from"), last.id);
  const ArchiveIndex before = value_of(read_index(*store_, last, Deadline::never()));
  const ArchiveIndex after = value_of(read_index(*store_, run, Deadline::never()));
  EXPECT_EQ(after.cut_began, before.cut_began);
  EXPECT_EQ(after.cut_ended, before.cut_ended);
  EXPECT_EQ(after.cluster.cluster_id, before.cluster.cluster_id);
  ASSERT_THAT(after.groups, SizeIs(1));
  EXPECT_EQ(after.groups[0].offsets.at(0).metadata, "half");
  EXPECT_EQ(after.find("quiet")->list, before.find("quiet")->list) << "nothing of it was merged";
}

TEST_F(Merge, OfWhatIsMergedMakesNoRun) {
  archive_runs_of(3);
  merge_it();
  const auto ids = run_ids();
  const MergeReport again = value_of(try_merge());
  EXPECT_FALSE(again.manifest);
  EXPECT_EQ(again.merged, 0U);
  EXPECT_EQ(run_ids(), ids);
  EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(Merge, IsWhatTheNextArchiveGoesOnFromAndTheNextMergeToo) {
  archive_runs_of(3);
  merge_it();
  const Manifest next = archive_more();
  EXPECT_THAT(newest_partition("orders").segments, SizeIs(2)) << "the merged one, and what is new";
  EXPECT_EQ(held_.at(next.id).at("orders/0/0"), cluster_.at("orders").bytes());
  merge_it();
  const ArchivedPartition partition = newest_partition("orders");
  ASSERT_THAT(partition.segments, SizeIs(1));
  EXPECT_EQ(partition.segments[0].merge, 2);
  expect_whole(run_ids());
}

TEST_F(Merge, LetsAPruneRemoveTheSmallSegmentsWithTheirRuns) {
  archive_runs_of(6);
  const Manifest merged = *merge_it().manifest;
  const PruneOutcome outcome = prune_to(1);
  EXPECT_EQ(outcome.segments, 6U);
  EXPECT_THAT(run_ids(), ElementsAre(merged.id));
  EXPECT_THAT(leftovers(), IsEmpty());
  expect_whole({merged.id});
  for (const std::string& key : keys("topics/main/orders")) EXPECT_THAT(key, HasSubstr("/0/g0.m1/"));
}

TEST_F(Merge, OnlyTellsInADryRun) {
  archive_runs_of(4);
  const auto before = keys();
  MergeRequest request = merge_request();
  request.dry_run = true;
  const MergeReport told = value_of(merge(*store_, request));
  EXPECT_EQ(keys(), before);
  EXPECT_FALSE(told.manifest);
  const MergeReport done = merge_it();
  EXPECT_EQ(told.partitions, done.partitions);
  EXPECT_EQ(told.sources, done.sources);
  EXPECT_EQ(told.source_bytes, done.source_bytes);
  EXPECT_EQ(told.merged, done.merged);
  EXPECT_EQ(told.segments_after, done.segments_after);
}

TEST_F(Merge, TakesOnlyTheTopicsThatAreAskedFor) {
  cluster_.make("payments", 1, 3);
  for (int i = 0; i < 3; ++i) {
    cluster_.at("payments").append(2);
    archive_more();
  }
  MergeRequest request = merge_request();
  request.is_wanted = [](std::string_view topic) { return topic == "payments"; };
  value_of(merge(*store_, request));
  EXPECT_THAT(newest_partition("payments").segments, SizeIs(1));
  EXPECT_THAT(newest_partition("orders").segments, SizeIs(3));
}

TEST_F(Merge, CarriesOnWhatIsMissingInTheRun) {
  archive_runs_of(2);
  cluster_.at("orders").append(3);
  cluster_.at("orders", 1).offsets_error = "no leader";
  arkive::test::until_next_moment();
  const ArchiveReport archived = run();
  ASSERT_FALSE(archived.manifest.whole);
  const Manifest merged = *merge_it().manifest;
  EXPECT_FALSE(merged.whole);
  EXPECT_EQ(merged.missing_count, archived.manifest.missing_count);
  ASSERT_THAT(merged.missing, SizeIs(1));
  EXPECT_THAT(merged.missing[0].cause, HasSubstr("no leader"));
}

TEST_F(Merge, OfABackupHoldsItsTopicsAndMissesNothingOfItsTree) {
  archive_runs_of(2);
  Manifest backup = newest();
  backup.what = "backup";
  backup.id = new_run_id(++backup.started);
  backup.whole = false;
  backup.missing = {{"znode /secret", "not authorised to read"},
                    {"ACL of znode /secret", "not authorised to read"},
                    {"topic orders", "the tree and the brokers tell different things"}};
  backup.missing_count = 5;  // two have no name
  put(manifest_key("main", backup.id), backup.to_json());
  arkive::test::until_next_moment();
  const Manifest merged = *merge_it().manifest;
  EXPECT_EQ(merged.what, "archive");
  EXPECT_TRUE(merged.tree.location.empty());
  ASSERT_THAT(merged.missing, SizeIs(1));
  EXPECT_EQ(merged.missing[0].object, "topic orders");
  EXPECT_EQ(merged.missing_count, 3U);
  EXPECT_FALSE(merged.whole);
}

TEST_F(Merge, OfOlderGenerationsKeepsEachByItself) {
  archive_runs_of(3);
  cluster_.at("orders").cut_at(7);
  archive_runs_of(3);
  ASSERT_EQ(newest_partition("orders").generation, 1);
  merge_it();
  const ArchivedPartition partition = newest_partition("orders");
  ASSERT_THAT(partition.segments, SizeIs(2));
  EXPECT_EQ(partition.segments[0].generation, 0);
  EXPECT_EQ(partition.segments[1].generation, 1);
  expect_whole(run_ids());
}

TEST_F(Merge, KeepsWhatIsMissingBetweenSegmentsWithItsCause) {
  cluster_.at("orders").append(5);
  cluster_.topics.at("orders").configs["cleanup.policy"] = "compact";
  run_whole();
  cluster_.at("orders").append(5);
  cluster_.at("orders").append(5);
  cluster_.at("orders").compact_away(5);
  archive_more();
  ASSERT_THAT(newest_partition("orders").gaps, SizeIs(1));
  merge_it();
  const ArchivedPartition partition = newest_partition("orders");
  EXPECT_THAT(partition.gaps, IsEmpty());
  ASSERT_THAT(partition.segments, SizeIs(1));
  EXPECT_THAT(partition.segments[0].gaps, ElementsAre(OffsetGap{5, 10, "compaction"}));
  EXPECT_EQ(partition.segments[0].gap_count, 1U);
  EXPECT_EQ(partition.segments[0].missing_offsets, 5U);
  EXPECT_THAT(problems_of(*store_), IsEmpty());
}

TEST_F(Merge, KeepsTheFramesOfCompressedSegmentsAndWritesTheirTableAnew) {
  request_.compress = true;
  archive_runs_of(4);
  const ArchivedTopic before = topic_of(*store_, newest(), "orders");
  std::string frames;
  for (const ArchivedSegment& one : before.find(0)->segments) {
    const std::string file = value_of(store_->get(log_key("main", before, 0, one), 0, 0, Deadline::never()));
    frames +=
        file.substr(0, file.size() - value_of(SeekTable::size_from_footer(file.substr(file.size() - 9))));
  }
  merge_it();
  const ArchivedTopic after = topic_of(*store_, newest(), "orders");
  ASSERT_THAT(after.find(0)->segments, SizeIs(1));
  const ArchivedSegment& merged = after.find(0)->segments[0];
  EXPECT_TRUE(merged.is_compressed());
  const std::string file = value_of(store_->get(log_key("main", after, 0, merged), 0, 0, Deadline::never()));
  EXPECT_TRUE(same(frames, file.substr(0, frames.size())));
  EXPECT_GT(file.size(), frames.size());
  expect_whole(run_ids());
}

TEST_F(Merge, KeepsTheFormsApart) {
  archive_runs_of(2);
  request_.compress = true;
  archive_runs_of(2);
  merge_it();
  const ArchivedPartition partition = newest_partition("orders");
  ASSERT_THAT(partition.segments, SizeIs(2));
  EXPECT_FALSE(partition.segments[0].is_compressed());
  EXPECT_TRUE(partition.segments[1].is_compressed());
  expect_whole(run_ids());
}

TEST_F(Merge, WaitsForAnArchiverAndIsRefusedWhenItDoesNotEnd) {
  archive_runs_of(2);
  const auto held = value_of(store_->lock(archive_lock("main"), Deadline::never()));
  const auto before = keys();
  EXPECT_TRUE(failed_with(Outcome::kConflict, try_merge()));
  EXPECT_EQ(keys(), before);
}

TEST_F(Merge, OfAClusterWithoutTopicsIsRefused) {
  EXPECT_TRUE(failed_with(Outcome::kNotFound, try_merge()));
}

TEST_F(Merge, IsRefusedWhileItIsNotKnownWhichRunIsTheNewest) {
  archive_runs_of(2);
  put("runs/main/20300101T000000Z-ffffff.json", "no manifest");
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, try_merge()));
}

TEST_F(Merge, IsRefusedWhereTheNewestRunLiesInTheFuture) {
  archive_runs_of(2);
  Manifest run = newest();
  run.started += 3'600'000;
  run.id = new_run_id(run.started);
  put(manifest_key("main", run.id), run.to_json());
  EXPECT_TRUE(failed_with(Outcome::kConflict, try_merge()));
}

TEST_F(Merge, IsReadByNoArkiveThatDoesNotKnowWhereItsSegmentsLie) {
  archive_runs_of(2);
  const std::string text = topic_of(*store_, newest(), "orders").to_json();
  EXPECT_THAT(text, HasSubstr("\"format\": 1"));
  merge_it();
  EXPECT_THAT(topic_of(*store_, newest(), "orders").to_json(), HasSubstr("\"format\": 3"));
}

}  // namespace
}  // namespace arkive::kafka::test
