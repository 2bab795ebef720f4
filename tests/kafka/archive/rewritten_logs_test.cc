// A log that is another one than was archived, and shows it by nothing but its batches.
#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RewrittenLogs : public ScriptedArchive {
 protected:
  /// `id` 0: of brokers before 2.8.
  void make(char id) {
    cluster_.make("orders", 1, id);
    for (int batch = 0; batch < 4; ++batch) log().append(5);
  }
  /// As many records, in batches of the same offsets.
  void make_anew() {
    cluster_.make("orders", 1, 0);
    for (int batch = 0; batch < 4; ++batch) log().append(5, {}, 33);
  }
  ScriptedPartition& log() { return cluster_.at("orders"); }
  void expect_goes_on(const ArchiveReport& report) {
    EXPECT_THAT(report.notes, IsEmpty());
    EXPECT_EQ(partition_of(report, "orders").generation, 0);
  }
};

TEST_F(RewrittenLogs, OfATopicWithoutIdAreNotMixedThoughTheNextBatchBeginsWhereTheArchiveEnds) {
  make(0);
  run_whole();
  const std::string old = log().bytes();
  make_anew();
  log().append(5);
  const ArchiveReport report = run_whole();
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("orders-0 has another batch at offset 19")));
  EXPECT_EQ(partition_of(report, "orders").generation, 1);
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
  log().append(5);
  EXPECT_THAT(run_whole().notes, IsEmpty());
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(RewrittenLogs, OfATopicWithoutIdAreSeenThoughNothingIsNew) {
  make(0);
  run_whole();
  const std::string old = log().bytes();
  make_anew();
  const ArchiveReport report = run_whole();
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("the topic was made anew")));
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(RewrittenLogs, AreNotSuspectedWithoutReason) {
  make(0);
  run_whole();
  const int before = cluster_.fetches;
  expect_goes_on(run_whole());
  EXPECT_EQ(cluster_.fetches, before + 1);  // the last batch, once
  log().append(5);
  expect_goes_on(run_whole());
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/0")));
}

TEST_F(RewrittenLogs, OfATopicWithAnIdAreNotLookedForUnderTheSameLeader) {
  make(1);
  run_whole();
  const int before = cluster_.fetches;
  expect_goes_on(run_whole());
  EXPECT_EQ(cluster_.fetches, before);
  log().append(5);
  expect_goes_on(run_whole());
  EXPECT_EQ(cluster_.fetches, before + 1);
}

TEST_F(RewrittenLogs, AreSeenUnderANewLeaderThatTellsTheSameEpochs) {
  make(1);
  run_whole();
  const std::string old = log().bytes();
  log().entries.clear();
  for (int batch = 0; batch < 5; ++batch) log().append(5, {}, 33);
  log().leader_epoch = 7;
  const ArchiveReport report = run_whole();
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("its log was cut and written anew: generation 1 begins")));
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log().bytes(), logs_.at("orders/0/1")));
}

TEST_F(RewrittenLogs, AreNotSeenWhereCompactionTookTheLastBatch) {
  make(0);
  cluster_.topics["orders"].configs = {{"cleanup.policy", "compact"}};
  run_whole();
  log().append(5);
  log().compact_away(15);
  expect_goes_on(run_whole());
  EXPECT_EQ(partition_of(run_whole(), "orders").next_offset, 25);
}

TEST_F(RewrittenLogs, OfATopicThatIsNotCompactedAreSeenWhereTheLastBatchIsMissing) {
  make(0);
  cluster_.topics["orders"].configs = {{"cleanup.policy", "delete"}};
  run_whole();
  log().append(5);
  log().compact_away(15);
  EXPECT_THAT(run_whole().notes, ElementsAre(HasSubstr("another batch at offset 19")));
}

TEST_F(RewrittenLogs, AreAskedForAgainWhenTheLeaderMoved) {
  make(0);
  run_whole();
  make_anew();
  cluster_.before_fetch = [&](int, auto) {
    log().leader = 2;
    cluster_.before_fetch = nullptr;
  };
  EXPECT_EQ(partition_of(run_whole(), "orders").generation, 1);
}

TEST_F(RewrittenLogs, OfWhichNobodyCanTellAreNamedAndLeftAsTheyWere) {
  make(0);
  run_whole();
  const std::string old = log().bytes();
  request_.fetch.patience = 300ms;
  log().append(5);
  log().leader = -1;
  const ArchiveReport report = run();
  ASSERT_THAT(report.manifest.missing, SizeIs(1));
  EXPECT_THAT(report.manifest.missing[0].cause, HasSubstr("is not known: it has no leader"));
  EXPECT_TRUE(same(old, logs_.at("orders/0/0")));
}

}  // namespace
}  // namespace arkive::kafka::test
