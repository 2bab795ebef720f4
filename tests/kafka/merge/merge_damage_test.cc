// Merges over damaged segments and aborted transactions.
#include "tests/kafka/merge/merge_fixture.h"
#include "tests/support/next_moment.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class DamagedMerge : public MergedStore {
 protected:
  /// Of the newest run.
  std::string path_of(const std::string& topic, std::size_t number) const {
    const ArchivedTopic list = topic_of(*store_, newest(), topic);
    return scratch("store/") + log_key("main", list, 0, list.find(0)->segments.at(number));
  }
  static std::vector<std::int32_t> merges(const ArchivedPartition& partition) {
    std::vector<std::int32_t> all;
    for (const ArchivedSegment& segment : partition.segments) all.push_back(segment.merge);
    return all;
  }
  /// Merges with one damaged segment among seven: those on both sides of it are merged.
  void expect_left(std::size_t number, const std::string& what) {
    const std::string key = path_of("orders", number).substr(scratch("store/").size());
    const MergeReport report = value_of(try_merge());
    ASSERT_THAT(report.damaged, SizeIs(1));
    EXPECT_EQ(report.damaged[0].object, key);
    EXPECT_THAT(report.damaged[0].what, HasSubstr(what));
    ASSERT_TRUE(report.manifest);
    EXPECT_FALSE(report.manifest->whole);
    ASSERT_THAT(report.manifest->missing, SizeIs(1));
    EXPECT_EQ(report.manifest->missing[0].object, "partition orders-0");
    EXPECT_THAT(report.manifest->missing[0].cause, HasSubstr(key));
    EXPECT_EQ(report.sources, 6U);
    EXPECT_EQ(report.merged, 2U);
    EXPECT_THAT(merges(newest_partition("orders")), ElementsAre(1, 0, 1));
    // By itself the run has that one segment damaged, and all others are what they should be.
    for (const Finding& finding :
         value_of(verify_archive(*store_, "main", report.manifest->id, {})).findings) {
      EXPECT_EQ(finding.object, key) << finding.what;
    }
  }
};

TEST_F(DamagedMerge, LeavesASegmentWithAChangedByteAndMergesThoseAroundIt) {
  archive_runs_of(7);
  flip(path_of("orders", 3), 100);
  expect_left(3, "CRC");
}

TEST_F(DamagedMerge, LeavesASegmentWithAByteChangedThatNoCrcCovers) {
  archive_runs_of(7);
  flip(path_of("orders", 3), 15);  // the leader epoch
  expect_left(3, "SHA-256");
}

TEST_F(DamagedMerge, LeavesASegmentThatIsMissing) {
  archive_runs_of(7);
  std::filesystem::remove(path_of("orders", 3));
  expect_left(3, "");
}

TEST_F(DamagedMerge, LeavesASegmentThatIsCutShort) {
  archive_runs_of(7);
  std::filesystem::resize_file(path_of("orders", 3), 50);
  expect_left(3, "50");
}

TEST_F(DamagedMerge, LeavesACompressedSegmentWithADamagedFrameAndOneWithADamagedTable) {
  request_.compress = true;
  archive_runs_of(7);
  const std::string path = path_of("orders", 3);
  flip(path, 30);
  expect_left(3, "");
  prune_to(1);
  flip(path, 30);
  flip(path, std::filesystem::file_size(path) - 6);
  const MergeReport again = value_of(try_merge());
  ASSERT_THAT(again.damaged, SizeIs(1));
  EXPECT_FALSE(again.manifest) << "what is left has one neighbour on each side, and those are merged";
}

TEST_F(DamagedMerge, NamesOnceWhatStaysDamagedAndMergesItWhenItIsBroughtBack) {
  archive_runs_of(7);
  const std::string path = path_of("orders", 3);
  flip(path, 100);
  expect_left(3, "CRC");
  for (int i = 0; i < 2; ++i) {
    cluster_.at("orders").append(5);
    arkive::test::until_next_moment();
    value_of(try_run());
  }
  const MergeReport again = value_of(try_merge());
  EXPECT_THAT(again.damaged, SizeIs(1));
  ASSERT_TRUE(again.manifest);
  EXPECT_EQ(again.manifest->missing_count, 1U);
  flip(path, 100);
  merge_it();
  EXPECT_THAT(newest_partition("orders").segments, SizeIs(1));
  EXPECT_THAT(problems_of(*store_), IsEmpty());
}

TEST_F(DamagedMerge, OfATopicWhoseListIsDamagedLeavesItAndMergesTheOthers) {
  cluster_.make("payments", 1, 3);
  for (int i = 0; i < 3; ++i) {
    cluster_.at("payments").append(2);
    archive_more();
  }
  const ArchiveIndex index = value_of(read_index(*store_, newest(), Deadline::never()));
  put(list_key(index.find("payments")->list), "{}");
  const MergeReport report = value_of(try_merge());
  ASSERT_THAT(report.damaged, SizeIs(1));
  EXPECT_EQ(report.damaged[0].object, list_key(index.find("payments")->list));
  EXPECT_THAT(newest_partition("orders").segments, SizeIs(1));
}

/// Transactions that begin in one run and are aborted in another.
class MergedTransactions : public DamagedMerge {
 protected:
  MergedTransactions() {
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
  /// An archive that may name open transactions.
  void archive_it() {
    arkive::test::until_next_moment();
    const Manifest made = run().manifest;
    held_[made.id] = logs_;
  }
  /// A large segment that stays, within which a transaction begins that is aborted three runs later.
  void begin_before_a_large_segment() {
    ScriptedPartition& log = cluster_.at("payments");
    log.append(2, of(7));
    log.append(2, of(8));
    log.append(1, {}, 4000);
    archive_it();
    for (const std::int64_t producer : {8, 7}) {
      log.append(1, of(producer));
      archive_it();
      log.end_transaction(producer, 0);
      archive_it();
    }
  }
  MergeReport merge_what_follows() {
    MergeRequest request = merge_request();
    request.bounds = {6000, 3000};
    arkive::test::until_next_moment();
    return value_of(merge(*store_, request));
  }
};

TEST_F(MergedTransactions, AreToldAsBeforeWhereTheyBeganInWhatIsNotMerged) {
  begin_before_a_large_segment();
  const auto records = records_of(*store_, newest());
  ASSERT_TRUE(merge_what_follows().manifest);
  const ArchivedPartition partition = newest_partition("payments");
  EXPECT_THAT(merges(partition), ElementsAre(0, 1));
  EXPECT_EQ(partition.segments[1].aborted, 2U);
  EXPECT_EQ(records_of(*store_, newest()), records);
  EXPECT_THAT(problems_of(*store_), IsEmpty());
}

TEST_F(MergedTransactions, AreNotLookedForInWhatIsNotMergedWhereTheIndexesAreWhole) {
  begin_before_a_large_segment();
  flip(path_of("payments", 0), 100);
  const MergeReport report = merge_what_follows();
  EXPECT_THAT(report.damaged, IsEmpty());
  EXPECT_EQ(newest_partition("payments").segments.at(1).aborted, 2U);
}

TEST_F(MergedTransactions, AreToldFromTheLogWhereAnIndexIsLostOrWrong) {
  begin_before_a_large_segment();
  const auto records = records_of(*store_, newest());
  const std::string log = path_of("payments", 2);
  const std::string index = log.substr(0, log.size() - 4) + ".txnindex";
  ASSERT_TRUE(std::filesystem::exists(index));
  const std::string sound = bytes_of(index);
  flip(index, 17);  // the first offset
  ASSERT_TRUE(merge_what_follows().manifest);
  write(index, sound);
  EXPECT_EQ(records_of(*store_, newest()), records);
  EXPECT_THAT(problems_of(*store_), IsEmpty());
}

TEST_F(MergedTransactions, ThatCannotBeToldLeaveTheirSegmentsAsTheyAre) {
  begin_before_a_large_segment();
  const std::string log = path_of("payments", 2);
  std::filesystem::remove(log.substr(0, log.size() - 4) + ".txnindex");
  flip(path_of("payments", 0), 100);
  const MergeReport report = merge_what_follows();
  ASSERT_THAT(report.damaged, SizeIs(1));
  EXPECT_THAT(report.damaged[0].what, HasSubstr("aborted"));
  EXPECT_THAT(merges(newest_partition("payments")), ElementsAre(0, 0, 0, 0, 0));
}

}  // namespace
}  // namespace arkive::kafka::test
