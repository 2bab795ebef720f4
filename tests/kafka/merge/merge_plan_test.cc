// Which neighbouring segments become one.
#include "kafka/merge/merge_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arkive::kafka {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MergePlan : public testing::Test {
 protected:
  /// Behind the last one.
  ArchivedSegment& segment(std::uint64_t bytes, std::int64_t offsets = 10) {
    ArchivedSegment one;
    one.base_offset = partition_.next_offset;
    one.next_offset = partition_.next_offset += offsets;
    one.generation = partition_.generation;
    one.bytes = bytes;
    return partition_.segments.emplace_back(one);
  }
  void segments(std::initializer_list<std::uint64_t> sizes) {
    for (const std::uint64_t bytes : sizes) segment(bytes);
  }
  /// Between the last one and the next.
  void hole(std::int64_t offsets, std::string cause) {
    partition_.gaps.push_back({partition_.next_offset, partition_.next_offset + offsets, std::move(cause)});
    partition_.next_offset += offsets;
  }
  std::vector<MergeGroup> plan() const { return plan_merges(partition_, {100, 50}); }

  ArchivedPartition partition_;
};

TEST_F(MergePlan, OfNothingAndOfOneSegmentIsNothing) {
  EXPECT_THAT(plan(), IsEmpty());
  segment(1);
  EXPECT_THAT(plan(), IsEmpty());
}

TEST_F(MergePlan, PutsSmallNeighboursTogetherUpToTheSize) {
  segments({40, 40, 20, 1, 30, 30});
  EXPECT_THAT(plan(), ElementsAre(MergeGroup{0, 3}, MergeGroup{3, 3}));
}

TEST_F(MergePlan, LeavesLargeSegmentsAndWhatStandsAloneBetweenThem) {
  segments({50, 10, 90, 10, 10, 60, 10});
  EXPECT_THAT(plan(), ElementsAre(MergeGroup{3, 2}));
}

TEST_F(MergePlan, WritesALargeFirstSegmentAgainOnlyWhenAQuarterOfItHasCome) {
  segments({48, 6, 5});
  EXPECT_THAT(plan(), ElementsAre(MergeGroup{1, 2})) << "the large one waits";
  segment(1);
  EXPECT_THAT(plan(), ElementsAre(MergeGroup{0, 4}));
}

TEST_F(MergePlan, WritesOneSmallSegmentOfAHundredRunsNoMoreThanSomeTimes) {
  // After each of a thousand runs all is merged that may be: how often each byte is written again.
  std::uint64_t written = 0;
  for (int run = 0; run < 1000; ++run) {
    segment(10);
    for (const MergeGroup& group : plan_merges(partition_, {1'000'000, 500'000})) {
      ArchivedSegment merged = partition_.segments[group.first];
      for (std::size_t i = 1; i < group.count; ++i) {
        merged.bytes += partition_.segments[group.first + i].bytes;
        merged.next_offset = partition_.segments[group.first + i].next_offset;
      }
      written += merged.bytes;
      const auto first = partition_.segments.begin() + static_cast<std::ptrdiff_t>(group.first);
      partition_.segments.erase(first, first + static_cast<std::ptrdiff_t>(group.count));
      partition_.segments.insert(partition_.segments.begin() + static_cast<std::ptrdiff_t>(group.first),
                                 merged);
      break;  // one group is all there is
    }
  }
  EXPECT_LE(partition_.segments.size(), 12U);
  EXPECT_LE(written / 10'000, 20U);
}

TEST_F(MergePlan, KeepsGenerationsAndFormsApart) {
  segments({1, 1});
  ++partition_.generation;
  partition_.next_offset = 0;
  segments({1, 1});
  segment(1).zstd_bytes = 1;
  segment(1).zstd_bytes = 1;
  segment(1);
  EXPECT_THAT(plan(), ElementsAre(MergeGroup{0, 2}, MergeGroup{2, 2}, MergeGroup{4, 2}));
}

TEST_F(MergePlan, ClosesHolesOfCompactionAndNotThoseThatRetentionMade) {
  segment(1);
  hole(5, "compaction");
  segment(1);
  hole(5, std::string(OffsetGap::kRemoved) + ": the log began at 25 at the next run");
  segment(1);
  hole(1, "not a committed record");
  segment(1);
  EXPECT_THAT(plan(), ElementsAre(MergeGroup{0, 2}, MergeGroup{2, 2}));
}

TEST_F(MergePlan, LeavesHolesOfOlderGenerationsWhoseCausesNobodyKnows) {
  segment(1);
  partition_.next_offset += 5;
  segments({1, 1});
  ++partition_.generation;
  EXPECT_THAT(plan(), ElementsAre(MergeGroup{1, 2}));
}

TEST_F(MergePlan, LeavesTheHoleBeforeMessagesThatDoNotTellWhereTheyBegin) {
  segment(1);
  hole(5, "compaction");
  segment(1).records = -1;
  segment(1).records = -1;
  EXPECT_THAT(plan(), ElementsAre(MergeGroup{1, 2}));
}

TEST_F(MergePlan, HoldsNoMoreOffsetsThanAnIndexCanTellApart) {
  segment(1, INT32_MAX - 10);
  segment(1, 10);
  segment(1, 1);
  segment(1, 1);
  EXPECT_THAT(plan(), ElementsAre(MergeGroup{0, 2}, MergeGroup{2, 2}));
}

}  // namespace
}  // namespace arkive::kafka
