// When a log is not the one that was archived any more, a new generation begins and the old one stays.
#include <thread>

#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Generations : public ScriptedArchive {
 protected:
  Generations() {
    cluster_.make("orders");
    for (int batch = 0; batch < 10; ++batch) log().append(5);
  }
  ScriptedPartition& log() { return cluster_.at("orders"); }
  /// delete.retention.ms=1: every later run comes too late.
  void make_compacted() {
    cluster_.topics["orders"].configs = {{"cleanup.policy", "compact"}, {"delete.retention.ms", "1"}};
  }
  static void await_clock(UnixMilliseconds time) {
    while (wall_clock_now() < time) std::this_thread::yield();
  }
  static void let_retention_pass() { await_clock(wall_clock_now() + 3); }
};

TEST_F(Generations, BeginWhenTheLogEndsBelowWhatIsArchived) {
  run_whole();
  const std::string old = log().bytes();
  log().cut_at(30);
  log().append(3);
  const ArchiveReport report = run_whole();
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("was cut below offset 50")));
  EXPECT_EQ(partition_of(report, "orders").generation, 1);
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(Generations, BeginWhenTheLogWasCutAndHasGrownBeyondWhatIsArchived) {
  run_whole();
  const std::string old = log().bytes();
  log().cut_at(30);
  for (int batch = 0; batch < 20; ++batch) log().append(5);
  EXPECT_EQ(partition_of(run_whole(), "orders").generation, 1);
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(Generations, BeginWhenTheLogWasCutAndEndsWhereTheArchiveEnds) {
  run_whole();
  log().cut_at(30);
  for (int batch = 0; batch < 4; ++batch) log().append(5, {}, 33);
  EXPECT_EQ(partition_of(run_whole(), "orders").generation, 1);
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(Generations, BeginAtTheNextRunWhenTheLogIsCutWhileItIsRead) {
  run_whole();
  const std::string old = log().bytes();
  for (int batch = 0; batch < 10; ++batch) log().append(5);
  cluster_.most_answer = 200;
  cluster_.before_fetch = [&](int number, auto) {
    if (number != 3) return;  // more than what is left was read
    log().cut_at(30);
    for (int batch = 0; batch < 20; ++batch) log().append(5, {}, 33);
  };
  const ArchiveReport second = run();
  EXPECT_THAT(missing_of(second), HasSubstr("partition orders-0: its log was cut while it was read"));
  EXPECT_EQ(partition_of(second, "orders").next_offset, 50);
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  cluster_.before_fetch = nullptr;
  EXPECT_EQ(partition_of(run_whole(), "orders").generation, 1);
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(Generations, BeginAtTheFirstRunAgainWhenTheLogIsCutWhileItIsRead) {
  cluster_.most_answer = 200;
  cluster_.before_fetch = [&](int number, auto) {
    if (number != 5) return;
    log().cut_at(5);
    for (int batch = 0; batch < 20; ++batch) log().append(5, {}, 33);
  };
  const ArchiveReport first = run();
  EXPECT_THAT(missing_of(first), HasSubstr("partition orders-0: its log was cut while it was read"));
  EXPECT_THAT(partition_of(first, "orders").segments, IsEmpty());
  cluster_.before_fetch = nullptr;
  run_whole();
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/0")));
}

TEST_F(Generations, BeginAtOnceWhenABatchBeginsWithinWhatIsArchived) {
  cluster_.most_answer = 200;
  cluster_.before_fetch = [&](int number, auto) {
    if (number != 5) return;
    log().cut_at(5);
    for (int batch = 0; batch < 20; ++batch) log().append(7, {}, 33);
  };
  EXPECT_EQ(partition_of(run_whole(), "orders").generation, 1);
  EXPECT_TRUE(log().bytes().starts_with(logs_.at("orders/0/1")));
  run_whole();
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(Generations, ThatEndInARunWhoseLogIsCutTwiceKeepNothingOfTheMiddle) {
  run_whole();
  const std::string old = log().bytes();
  for (int batch = 0; batch < 10; ++batch) log().append(5);
  cluster_.most_answer = 200;
  int cuts = 0;
  cluster_.before_fetch = [&](int number, auto) {
    if (number != 3 && number != 5) return;
    ++cuts;
    // First other batches at the same offsets, which are taken for the log's; then some that begin elsewhere.
    log().cut_at(30);
    for (int batch = 0; batch < 20; ++batch) log().append(number == 3 ? 5 : 4, {}, 33);
  };
  const ArchiveReport second = run();
  ASSERT_EQ(cuts, 2);
  cluster_.before_fetch = nullptr;
  EXPECT_EQ(partition_of(second, "orders").generation, 1);
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  run_whole();
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(Generations, DoNotBeginWhenANewLeaderHasAllOfIt) {
  run_whole();
  log().begin_epoch();
  EXPECT_EQ(partition_of(run_whole(), "orders").generation, 0);
  log().append(5);
  EXPECT_EQ(partition_of(run_whole(), "orders").generation, 0);
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/0")));
}

TEST_F(Generations, DoNotBeginWhenANewLeaderDoesNotYetShowAllItHas) {
  run_whole();
  log().begin_epoch();
  log().high_watermark = 40;  // its followers have not told it yet
  const ArchiveReport second = run_whole();
  EXPECT_EQ(partition_of(second, "orders").generation, 0);
  log().high_watermark.reset();
  log().append(5);
  EXPECT_EQ(partition_of(run_whole(), "orders").generation, 0);
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/0")));
}

TEST_F(Generations, BeginWhenABatchLiesAcrossTheEndOfWhatIsArchived) {
  // Without topic ids and in the same leader epoch a topic made anew shows itself only so.
  cluster_.topics.clear();
  cluster_.make("orders", 1, 0);
  log().append(20);
  run_whole();
  const std::string old = log().bytes();
  cluster_.make("orders", 1, 0);
  log().append(33);
  log().append(5);
  EXPECT_EQ(partition_of(run_whole(), "orders").generation, 1);
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(Generations, OfACompactedTopicBeginWhenTombstonesMayBeLost) {
  make_compacted();
  run_whole();
  const std::string old = log().bytes();
  log().append(5);
  log().compact_away(10);
  let_retention_pass();
  const ArchiveReport report = run_whole();
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("delete.retention.ms")));
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(Generations, OfACompactedTopicDoNotBeginWhenNothingWasWritten) {
  make_compacted();
  run_whole();
  log().compact_away(10);
  let_retention_pass();
  const ArchiveReport report = run_whole();
  EXPECT_EQ(report.partitions_changed, 0U);
  EXPECT_EQ(partition_of(report, "orders").generation, 0);
  EXPECT_THAT(report.notes, IsEmpty());
}

TEST_F(Generations, ThatCannotBeFinishedAreGivenUpAndBegunAgain) {
  make_compacted();
  run_whole();
  const std::string old = log().bytes();
  log().append(5);
  let_retention_pass();
  std::string& bad = log().entries[4].bytes;
  bad[70] = static_cast<char>(bad[70] ^ 1);
  const ArchiveReport second = run();
  EXPECT_FALSE(second.manifest.whole);
  EXPECT_EQ(partition_of(second, "orders").generation, 0);
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  bad[70] = static_cast<char>(bad[70] ^ 1);
  EXPECT_EQ(partition_of(run_whole(), "orders").generation, 1);
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(Generations, AreCountedFromTheLastRunThatBroughtThePartitionToItsCut) {
  make_compacted();
  cluster_.topics["orders"].configs["delete.retention.ms"] = "86400000";
  const ArchiveReport first = run_whole();
  log().append(5);
  await_clock(first.manifest.finished + 100);
  log().offsets_error = "LEADER_NOT_AVAILABLE";
  EXPECT_FALSE(run().manifest.whole);
  log().offsets_error.clear();
  // As if retention were longer than since the failed run, and shorter than since the whole one.
  cluster_.topics["orders"].configs["delete.retention.ms"] =
      std::to_string(wall_clock_now() - first.manifest.finished - 1);
  EXPECT_EQ(partition_of(run_whole(), "orders").generation, 1);
}

}  // namespace
}  // namespace arkive::kafka::test
