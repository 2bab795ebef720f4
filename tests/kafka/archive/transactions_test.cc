// Transactions at the cut: fetched on to their markers, or named.
#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Transactions : public ScriptedArchive {
 protected:
  static BatchOptions of(std::int64_t producer) {
    BatchOptions options;
    options.transactional = true;
    options.producer_id = producer;
    options.producer_epoch = 3;
    options.base_sequence = 0;
    return options;
  }
  ScriptedPartition& log() { return cluster_.at("payments"); }
  Transactions() { cluster_.make("payments"); }
};

TEST_F(Transactions, OpenAtTheCutAreFetchedOnToTheirMarker) {
  log().append(5);
  log().append(5, of(7));
  const std::int64_t cut = log().end();
  cluster_.before_fetch = [&](int number, auto) {
    if (number != 2) return;
    log().append(4);
    log().end_transaction(7, 1);
    log().append(3);  // after the marker: the next run's
  };
  const ArchivedPartition partition = partition_of(run_whole(), "payments");
  EXPECT_EQ(partition.high_watermark, cut);
  EXPECT_EQ(partition.next_offset, 15);
  EXPECT_THAT(partition.open, IsEmpty());
  EXPECT_TRUE(same(log().bytes(0, 15), logs_.at("payments/0/0")));
  cluster_.before_fetch = nullptr;
  run_whole();
  EXPECT_TRUE(same(log().bytes(), logs_.at("payments/0/0")));
}

TEST_F(Transactions, ThatBeginBehindTheCutAreNotWaitedFor) {
  log().append(5, of(7));
  cluster_.before_fetch = [&](int number, auto) {
    if (number != 2) return;
    log().append(2, of(8));
    log().end_transaction(7, 0);
  };
  const ArchiveReport first = run_whole();
  const ArchivedPartition partition = partition_of(first, "payments");
  ASSERT_THAT(partition.open, SizeIs(1));
  EXPECT_EQ(partition.open[0].producer_id, 8);
  EXPECT_EQ(partition.open[0].first_offset, 5);
  cluster_.before_fetch = nullptr;
  log().end_transaction(8, 0);
  const ArchivedPartition second = partition_of(run_whole(), "payments");
  EXPECT_THAT(second.open, IsEmpty());
  ASSERT_THAT(second.segments, SizeIs(2));
  EXPECT_EQ(second.segments[0].aborted, 1U);
  EXPECT_EQ(second.segments[1].aborted, 1U);  // its records are in the segment before
}

TEST_F(Transactions, LeftOpenAreNamedUntilTheyEnd) {
  log().append(5);
  log().append(5, of(7));
  log().append(5);
  const ArchiveReport first = run();
  EXPECT_FALSE(first.manifest.whole);
  EXPECT_THAT(missing_of(first), HasSubstr("partition payments-0: a transaction of producer 7 (epoch 3) is "
                                           "open since offset 5"));
  EXPECT_TRUE(same(log().bytes(), logs_.at("payments/0/0")));

  const ArchiveReport second = run();
  EXPECT_EQ(second.partitions_changed, 0U);
  EXPECT_EQ(missing_of(second), missing_of(first));

  log().append(1);
  log().end_transaction(7, 0);
  const ArchivedPartition partition = partition_of(run_whole(), "payments");
  EXPECT_THAT(partition.open, IsEmpty());
  EXPECT_TRUE(same(log().bytes(), logs_.at("payments/0/0")));
  EXPECT_EQ(partition.segments.back().aborted, 1U);
}

TEST_F(Transactions, AbortedStandInTheTransactionIndex) {
  log().append(5, of(7));
  log().append(2);
  log().end_transaction(7, 0);
  log().append(3, of(8));
  log().end_transaction(8, 1);
  const ArchiveReport report = run_whole();
  const ArchivedTopic topic = topic_of(*store_, report.manifest, "payments");
  const ArchivedSegment& segment = topic.partitions[0].segments[0];
  const std::string index = object_of(*store_, topic, 0, segment, SegmentFile::kTransactionIndex);
  const auto aborted = value_of(read_transaction_index(index));
  EXPECT_THAT(aborted, ElementsAre(AbortedSpan{7, 0, 7, 8}));
}

TEST_F(Transactions, LeftOpenAreNamedWithWhatTheBrokerKnowsAndHowToEndThem) {
  log().append(5);
  log().append(5, of(7));
  log().append(5, of(8));
  log().append(5, of(9));
  log().producers = {{7, 3, 6, 1'700'000'000'000, 5}, {8, 3, -1, -1, 10}, {9, 3, 2, 1'700'000'000'000, -1}};
  const ArchiveReport report = run();
  std::vector<std::string> causes;
  for (const Missing& missing : report.manifest.missing) causes.push_back(missing.cause);
  ASSERT_THAT(causes, SizeIs(3));
  EXPECT_THAT(causes[0],
              testing::StartsWith("a transaction of producer 7 (epoch 3, coordinator epoch 6) is open "
                                  "since offset 5; its last record is of 2023-11-14T22:13:20Z, "));
  EXPECT_THAT(causes[0], testing::EndsWith(" ago; when its application is gone for good, this aborts it: "
                                           "kafka-transactions.sh --bootstrap-server broker:9092 abort "
                                           "--topic payments --partition 0 --start-offset 5"));
  EXPECT_THAT(causes[1], HasSubstr("(epoch 3, coordinator epoch none yet) is open since offset 10; when"));
  EXPECT_EQ(causes[2],
            "a transaction of producer 9 (epoch 3, coordinator epoch 2) was open since offset 15 and has "
            "ended now");
}

TEST_F(Transactions, LeftOpenAreNamedWhereTheBrokerTellsNothing) {
  log().append(5, of(7));
  const ArchiveReport report = run();
  ASSERT_THAT(report.manifest.missing, SizeIs(1));
  EXPECT_EQ(report.manifest.missing[0].cause, "a transaction of producer 7 (epoch 3) is open since offset 0");
}

}  // namespace
}  // namespace arkive::kafka::test
