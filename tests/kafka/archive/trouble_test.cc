// Brokers and logs that do not behave: what can be had is archived, the rest is named.
#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class Trouble : public ScriptedArchive {
 protected:
  Trouble() {
    cluster_.make("orders", 3);
    for (int partition = 0; partition < 3; ++partition) {
      for (int batch = 0; batch < 20; ++batch) log(partition).append(5, {}, 200);
    }
    cluster_.most_answer = 3000;
  }
  ScriptedPartition& log(int partition = 0) { return cluster_.at("orders", partition); }
  void expect_all_bytes() {
    for (int partition = 0; partition < 3; ++partition) {
      EXPECT_TRUE(same(log(partition).bytes(), logs_["orders/" + std::to_string(partition) + "/0"]))
          << partition;
    }
  }
  static FetchGot answer(FetchGot::State state, std::string error) {
    FetchGot got;
    got.state = state;
    got.error = std::move(error);
    return got;
  }
};

TEST_F(Trouble, ALeaderThatMovesIsFollowed) {
  cluster_.before_fetch = [&](int number, auto) {
    // They settle in the end: leaders that move for ever can be out of step with the reader for ever.
    if (number % 4 != 0 || number > 60) return;
    for (int partition = 0; partition < 3; ++partition) log(partition).leader = 1 + (number + partition) % 3;
  };
  run_whole();
  expect_all_bytes();
}

TEST_F(Trouble, ABrokerThatIsAwayForAWhileIsWaitedFor) {
  int refused = 0;
  cluster_.open_error = [&](std::int32_t broker) -> Status {
    if (broker == 2 && ++refused < 5) return fail(Outcome::kRetry, "connect to broker 2: refused");
    return ok();
  };
  run_whole();
  EXPECT_GE(refused, 5);
  expect_all_bytes();
}

TEST_F(Trouble, ABrokerThatStaysAwayCostsOnlyItsPartitions) {
  request_.fetch.patience = 500ms;
  cluster_.open_error = [&](std::int32_t broker) -> Status {
    if (broker == 2) return fail(Outcome::kRetry, "connect to broker 2: refused");
    return ok();
  };
  const ArchiveReport report = run();
  EXPECT_EQ(missing_of(report), "partition orders-1: connect to broker 2: refused\n");
  EXPECT_TRUE(same(log(0).bytes(), logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log(2).bytes(), logs_.at("orders/2/0")));
  cluster_.open_error = nullptr;
  run_whole();
  expect_all_bytes();
}

TEST_F(Trouble, EmptyAnswersAreAskedAgain) {
  for (int i = 0; i < 3; ++i) log().answers.push_back(answer(FetchGot::State::kRead, ""));
  run_whole();
  expect_all_bytes();
}

TEST_F(Trouble, ALogThatGivesNothingIsNamed) {
  request_.fetch.patience = 300ms;
  for (int i = 0; i < 100; ++i) {
    FetchGot empty = answer(FetchGot::State::kRead, "");
    empty.last_stable_offset = empty.high_watermark = log().end();
    log().answers.push_back(empty);
  }
  const ArchiveReport report = run();
  EXPECT_EQ(missing_of(report),
            "partition orders-0: the log gives nothing from offset 0 on, though it went to 100\n");
  log().answers.clear();
  run_whole();
  expect_all_bytes();
}

TEST_F(Trouble, ACorruptBatchIsNamedWithItsOffsetAndTheOthersGoOn) {
  std::string& bad = log(1).entries[7].bytes;
  const std::string good = bad;
  bad[bad.size() - 3] = static_cast<char>(bad[bad.size() - 3] ^ 1);
  const ArchiveReport report = run();
  EXPECT_EQ(report.manifest.missing_count, 1U);
  EXPECT_THAT(missing_of(report), AllOf(HasSubstr("orders-1"), HasSubstr("35"), HasSubstr("CRC")));
  EXPECT_TRUE(same(log(0).bytes(), logs_.at("orders/0/0")));
  EXPECT_TRUE(same(log(1).bytes(0, 35), logs_.at("orders/1/0")));
  EXPECT_TRUE(same(log(2).bytes(), logs_.at("orders/2/0")));
  const ArchiveReport again = run();
  EXPECT_EQ(again.manifest.missing_count, 1U);
  bad = good;
  run_whole();
  expect_all_bytes();
}

TEST_F(Trouble, BytesThatAreNoBatchAreNamed) {
  FetchGot garbage = answer(FetchGot::State::kRead, "");
  const std::string bytes(200, '\x7f');
  garbage.records = bytes;
  log().answers.push_back(garbage);
  const ArchiveReport report = run();
  EXPECT_EQ(report.manifest.missing_count, 1U);
  EXPECT_THAT(missing_of(report), AllOf(HasSubstr("orders-0"), HasSubstr("offset 0")));
  run_whole();
  expect_all_bytes();
}

TEST_F(Trouble, BatchesBeforeTheOffsetAskedForArePassedOver) {
  for (int i = 0; i < 3; ++i) {
    FetchGot old = answer(FetchGot::State::kRead, "");
    old.records = log().entries[0].bytes;  // offsets 0 to 4, again and again
    log().answers.push_back(old);
  }
  run_whole();
  expect_all_bytes();
}

TEST_F(Trouble, DeniedAndFailedCostOnlyTheirPartition) {
  log(0).answers.push_back(answer(FetchGot::State::kDenied, "TOPIC_AUTHORIZATION_FAILED"));
  log(1).answers.push_back(answer(FetchGot::State::kFailed, "KAFKA_STORAGE_ERROR"));
  const ArchiveReport report = run();
  EXPECT_THAT(missing_of(report), AllOf(HasSubstr("orders-0: TOPIC_AUTHORIZATION_FAILED"),
                                        HasSubstr("orders-1: KAFKA_STORAGE_ERROR")));
  EXPECT_TRUE(same(log(2).bytes(), logs_.at("orders/2/0")));
  run_whole();
  expect_all_bytes();
}

TEST_F(Trouble, RetentionThatOvertakesTheRunLeavesANamedGap) {
  cluster_.before_fetch = [&](int, std::span<const FetchWant> wants) {
    for (const FetchWant& want : wants) {
      if (want.offset > 0 && want.offset < 60) log(want.partition.partition).delete_before(60);
    }
  };
  const ArchiveReport report = run_whole();
  for (int number = 0; number < 3; ++number) {
    const ArchivedPartition partition = partition_of(report, "orders", number);
    ASSERT_THAT(partition.gaps, SizeIs(1)) << number;
    EXPECT_EQ(partition.gaps[0].next, 60);
    EXPECT_THAT(partition.gaps[0].cause, StartsWith("retention or deleted records"));
    // It lies between two segments, and nothing else is missing.
    std::int64_t next = 0;
    for (const ArchivedSegment& segment : partition.segments) {
      if (segment.base_offset != next) {
        EXPECT_EQ(next, partition.gaps[0].first);
        EXPECT_EQ(segment.base_offset, partition.gaps[0].next);
      }
      EXPECT_EQ(segment.gap_count, 0U);
      next = segment.next_offset;
    }
    EXPECT_EQ(next, 100);
  }
}

TEST_F(Trouble, RetentionBetweenRunsLeavesANamedGap) {
  run_whole();
  for (int batch = 0; batch < 10; ++batch) log().append(5);
  log().delete_before(120);
  const ArchiveReport report = run_whole();
  const ArchivedPartition partition = partition_of(report, "orders");
  ASSERT_THAT(partition.gaps, SizeIs(1));
  EXPECT_EQ(partition.gaps[0].first, 100);
  EXPECT_EQ(partition.gaps[0].next, 120);
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("offsets 100 to 119 were removed")));
}

TEST_F(Trouble, ALogThatBeginsWithinABatchIsTakenFromThatBatchOn) {
  log().log_start = 7;  // deleted records: the batch stays
  log().entries.erase(log().entries.begin());
  const ArchivedPartition partition = partition_of(run_whole(), "orders");
  EXPECT_THAT(base_offsets(partition), ElementsAre(5));
  EXPECT_THAT(partition.gaps, IsEmpty());
  expect_all_bytes();
}

TEST_F(Trouble, ATopicDeletedInMidRunIsNamedAndWhatIsThereIsKept) {
  cluster_.make("payments", 1, 5).partitions[0].append(5);
  const std::string all = log(0).bytes();
  cluster_.before_fetch = [&](int number, auto) {
    if (number == 9) cluster_.topics.erase("orders");
  };
  const ArchiveReport report = run();
  EXPECT_THAT(missing_of(report), HasSubstr("topic orders: it was deleted during the run"));
  EXPECT_TRUE(all.starts_with(logs_["orders/0/0"]));
  EXPECT_TRUE(same(cluster_.at("payments").bytes(), logs_.at("payments/0/0")));
  run_whole();
}

TEST_F(Trouble, ATopicMadeAnewInMidRunIsNamedAndNotMixed) {
  const std::string all = log(0).bytes();
  cluster_.before_fetch = [&](int number, auto) {
    if (number != 9) return;
    cluster_.make("orders", 3, 9);
    for (int partition = 0; partition < 3; ++partition) {
      for (int batch = 0; batch < 40; ++batch) log(partition).append(7, {}, 100);
    }
  };
  const ArchiveReport report = run();
  EXPECT_THAT(missing_of(report), HasSubstr("topic orders: it was deleted and made anew during the run"));
  EXPECT_TRUE(all.starts_with(logs_["orders/0/0"]));
  cluster_.before_fetch = nullptr;
  const ArchiveReport second = run_whole();
  EXPECT_THAT(value_of(read_index(*store_, second.manifest, Deadline::never())).topics, SizeIs(2));
  EXPECT_EQ(partition_of(second, "orders").next_offset, 280);
}

TEST_F(Trouble, ATopicOfWhichTheBrokersSayNothingForAWhileIsNotGone) {
  cluster_.before_topics = [&](int number) {
    cluster_.topics["orders"].error = number == 1 ? "" : "LEADER_NOT_AVAILABLE";
  };
  const ArchiveReport report = run();
  EXPECT_THAT(missing_of(report), Not(HasSubstr("deleted")));
  expect_all_bytes();
}

TEST_F(Trouble, APartitionWithoutOffsetsKeepsWhatItHad) {
  run_whole();
  for (int partition = 0; partition < 3; ++partition) log(partition).append(5);
  log(1).offsets_error = "LEADER_NOT_AVAILABLE: it has no leader";
  const ArchiveReport second = run();
  EXPECT_EQ(missing_of(second), "partition orders-1: LEADER_NOT_AVAILABLE: it has no leader\n");
  EXPECT_EQ(partition_of(second, "orders", 1).next_offset, 100);
  log(1).offsets_error.clear();
  run_whole();
  expect_all_bytes();
}

TEST_F(Trouble, ATopicThatMayNotBeReadKeepsWhatItHad) {
  run_whole();
  cluster_.topics["orders"].error = "TOPIC_AUTHORIZATION_FAILED: not authorised to describe it";
  const ArchiveReport second = run();
  EXPECT_EQ(missing_of(second), "topic orders: TOPIC_AUTHORIZATION_FAILED: not authorised to describe it\n");
  expect_all_bytes();
}

}  // namespace
}  // namespace arkive::kafka::test
