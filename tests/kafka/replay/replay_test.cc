// What is replayed, undisturbed: every kind of batch, records and times exactly, the map, the second call.
#include "kafka/replay/partitioner.h"
#include "tests/kafka/replay/replay_fixture.h"

namespace arkive::kafka::test {
namespace {

class ReplayTest : public ScriptedReplay {
 protected:
  void fill_source() {
    cluster_.make("orders", 3);
    for (int i = 0; i < 3; ++i) append_all_kinds(cluster_.at("orders", i));
    cluster_.make("empty", 2, 2);
  }
};

TEST_F(ReplayTest, EveryKindOfBatchComesBackWithItsRecordsAndTimes) {
  fill_source();
  archive_source();
  make_target_topics();
  const ReplayReport report = replay_all_of(request());
  expect_equal_to_source();
  EXPECT_FALSE(report.resumed);
  const LeftOut left = report.left();
  EXPECT_EQ(left.control, 6);
  EXPECT_EQ(left.aborted, 9);
  EXPECT_EQ(left.open + left.late + left.too_large, 0);
}

TEST_F(ReplayTest, BatchesThatMayGoAsTheyAreKeepTheirBytes) {
  cluster_.make("orders").partitions.at(0).append(5, {.codec = Codec::kZstd});
  archive_source();
  make_target_topics();
  (void)replay_all_of(request());
  const std::string& sent = cluster_.at("orders").entries.at(0).bytes;
  const std::string& got = target_cluster_.at("orders").entries.at(0).bytes;
  EXPECT_TRUE(same(sent.substr(kBatchHeader), got.substr(kBatchHeader)));
}

TEST_F(ReplayTest, ASecondCallSaysThatItIsDoneAndSendsNothing) {
  fill_source();
  archive_source();
  make_target_topics();
  const ReplayReport first = replay_all_of(request());
  const int changes = brokers_.changes;
  const std::int64_t next = brokers_.next_producer;
  const ReplayReport second = replay_all_of(request());
  EXPECT_TRUE(second.was_finished);
  EXPECT_EQ(second.records(), first.records());
  EXPECT_EQ(second.left(), first.left());
  EXPECT_EQ(brokers_.changes, changes);
  EXPECT_EQ(brokers_.next_producer, next);
}

TEST_F(ReplayTest, RecordsOfOpenTransactionsAreLeftOutAndCounted) {
  auto& log = cluster_.make("orders").partitions.at(0);
  log.append(3);
  BatchOptions open;
  open.transactional = true;
  open.producer_id = 21;
  log.append(4, open);
  log.append(2);
  archive_source();
  make_target_topics();
  const ReplayReport report = replay_all_of(request());
  EXPECT_EQ(report.left().open, 4);
  expect_equal_to_source();
}

TEST_F(ReplayTest, ATopicThatHoldsRecordsIsRefusedByNameUnlessAppendIsGiven) {
  fill_source();
  archive_source();
  make_target_topics();
  target_cluster_.at("orders", 1).append(3);
  const auto refused = try_replay(request());
  EXPECT_TRUE(failed_with(Outcome::kConflict, refused));
  EXPECT_NE(refused.error().what.find("'orders'"), std::string::npos);
  EXPECT_EQ(brokers_.changes, 0);
  ReplayRequest append = request();
  append.append = true;
  const ReplayReport report = replay_all_of(append);
  EXPECT_TRUE(report.topics.at(1).foreign.empty());
  expect_equal_to_source();
}

TEST_F(ReplayTest, ADamagedBatchEndsItsPartitionOnlyAndIsNamed) {
  cluster_.make("orders", 2);
  for (int i = 0; i < 2; ++i) {
    for (int k = 0; k < 10; ++k) cluster_.at("orders", i).append(5);
  }
  archive_source();
  make_target_topics();
  const ArchivedTopic topic = topic_of(*store_, run_, "orders");
  const std::string key = log_key("main", topic, 1, topic.partitions.at(1).segments.at(0));
  const std::size_t batch = cluster_.at("orders", 1).entries.at(6).bytes.size();
  flip(scratch("store") + "/" + key, 6 * batch + batch / 2);
  const ReplayReport report = value_of(try_replay(request()));
  EXPECT_FALSE(report.complete);
  EXPECT_TRUE(report.damaged);
  ASSERT_EQ(report.topics.at(0).errors.size(), 1U);
  EXPECT_NE(report.topics.at(0).errors[0].find(key), std::string::npos) << report.topics.at(0).errors[0];
  EXPECT_EQ(replayed("orders", 0).size(), 50U);
  EXPECT_EQ(replayed("orders", 1).size(), 30U);
  const OffsetMap map = value_of(read_offset_map(scratch("journal")));
  EXPECT_FALSE(map.find("orders", 1)->complete);
  EXPECT_TRUE(map.find("orders", 0)->complete);
}

TEST_F(ReplayTest, ABatchAboveTheTargetsLimitIsMadeSmallerAndARecordAboveItIsCounted) {
  auto& log = cluster_.make("orders").partitions.at(0);
  log.append(2);
  log.append(40, {}, 100);
  log.append(1, {}, 5000);
  log.append(2);
  archive_source();
  make_target_topics();
  target_cluster_.topics.at("orders").configs["max.message.bytes"] = "1000";
  const ReplayReport report = replay_all_of(request());
  EXPECT_EQ(report.left().too_large, 1);
  EXPECT_EQ(replayed("orders", 0).size(), 44U);
  for (const auto& entry : target_cluster_.at("orders").entries) EXPECT_LE(entry.bytes.size(), 1000U);
}

TEST_F(ReplayTest, ABatchAboveTheTargetsSegmentsIsMadeSmallerToo) {
  auto& log = cluster_.make("orders").partitions.at(0);
  log.append(40, {}, 100);
  log.append(1, {}, 5000);
  archive_source();
  make_target_topics();
  target_cluster_.topics.at("orders").configs = {{"max.message.bytes", "2147483647"},
                                                 {"segment.bytes", "1000"}};
  EXPECT_EQ(replay_all_of(request()).left().too_large, 1);
  EXPECT_EQ(replayed("orders", 0).size(), 40U);
  for (const auto& entry : target_cluster_.at("orders").entries) EXPECT_LE(entry.bytes.size(), 1000U);
}

TEST_F(ReplayTest, BatchesThatAreMadeAnewStaySmallThoughTheTargetTakesLargeOnes) {
  cluster_.make("orders").configs["max.message.bytes"] = "1000";
  auto& log = cluster_.at("orders");
  BatchOptions no_more_as_it_is;
  no_more_as_it_is.delete_horizon = 1'600'000'000'000;
  log.append(40, no_more_as_it_is, 100);
  log.append(1, no_more_as_it_is, 5000);
  log.append(20, {}, 200);
  archive_source();
  for (const int partitions : {1, 3}) {
    SCOPED_TRACE(partitions);
    target_cluster_.topics.clear();
    target_cluster_.make("orders", partitions, 9).configs["max.message.bytes"] = "2147483647";
    ReplayRequest wish = request();
    wish.journal = scratch("journal of " + std::to_string(partitions));
    const ReplayReport report = replay_all_of(wish);
    EXPECT_EQ(report.left().too_large, 0);
    EXPECT_EQ(report.records(), 61);
    std::vector<std::int64_t> large;  // records in batches above the limit
    for (int i = 0; i < partitions; ++i) {
      for (const auto& entry : target_cluster_.at("orders", i).entries) {
        if (entry.bytes.size() > 1000) large.push_back(entry.last - entry.first + 1);
      }
    }
    // The record that is larger by itself; and the batch that may go as it is, where partitions stay.
    EXPECT_EQ(large, partitions == 1 ? std::vector<std::int64_t>({1, 20}) : std::vector<std::int64_t>({1}));
  }
}

TEST_F(ReplayTest, TheFirstBatchOfAProducerGoesAheadAloneForBrokersWouldTakeTheSecondInItsPlace) {
  cluster_.make("orders");
  for (int i = 0; i < 10; ++i) cluster_.at("orders").append(3);
  archive_source();
  make_target_topics();
  brokers_.fault = [](int batch, const TopicPartition&) {
    return batch == 1 ? Fault::kTryAgain : Fault::kNone;
  };
  (void)replay_all_of(request());
  expect_equal_to_source();
}

TEST_F(ReplayTest, AQuotaOfTheTargetIsWaitedOutAndTold) {
  cluster_.make("orders", 3);
  for (int i = 0; i < 3; ++i) {
    for (int k = 0; k < 12; ++k) cluster_.at("orders", i).append(3);
  }
  archive_source();
  make_target_topics();
  int pauses = 0;
  brokers_.throttle = [&](std::int32_t, int batch) {
    const bool asked = batch % 6 == 0;
    if (asked) ++pauses;
    return asked ? 20ms : 0ms;
  };
  workers_ = 1;
  const ReplayReport report = replay_all_of(request());
  expect_equal_to_source();
  EXPECT_GE(pauses, 3);
  EXPECT_EQ(brokers_.impatient, 0);
  EXPECT_LE(brokers_.most_after_pause, 5U);  // at once, before the first pause was known
  EXPECT_GE(report.throttled, 20ms);
  EXPECT_EQ(brokers_.duplicates, 0);
}

TEST_F(ReplayTest, AQuotaLongerThanThePatienceIsNoTrouble) {
  cluster_.make("orders");
  for (int k = 0; k < 12; ++k) cluster_.at("orders").append(3);
  archive_source();
  make_target_topics();
  brokers_.fault = [](int batch, const TopicPartition&) {
    return batch == 2 ? Fault::kTryAgain : Fault::kNone;
  };
  brokers_.throttle = [](std::int32_t, int batch) { return batch == 2 ? 900ms : 0ms; };
  ReplayRequest wish = request();
  wish.work.patience = 600ms;
  const ReplayReport report = replay_all_of(wish);
  expect_equal_to_source();
  EXPECT_GE(report.throttled, 850ms);
}

TEST_F(ReplayTest, ABrokerThatRestsDoesNotHoldBackTheOthers) {
  cluster_.make("orders", 2);
  for (int i = 0; i < 2; ++i) {
    for (int k = 0; k < 40; ++k) cluster_.at("orders", i).append(3);
  }
  archive_source();
  make_target_topics();
  target_cluster_.at("orders", 1).leader = 2;
  brokers_.throttle = [](std::int32_t broker, int) { return broker == 1 ? 20ms : 0ms; };
  std::vector<std::int32_t> appended;
  brokers_.on_append = [&](const TopicPartition& partition, Bytes) {
    appended.push_back(partition.partition);
  };
  workers_ = 1;
  (void)replay_all_of(request());
  expect_equal_to_source();
  const auto last = std::find(appended.rbegin(), appended.rend(), 1);
  EXPECT_GE(std::count(appended.rbegin(), last, 0), 20)
      << "of the broker that rests, after the other was done";
}

TEST_F(ReplayTest, WhatIsAboveTheTimeIsLeftOutWhateverItsPlace) {
  cluster_.make("orders");
  auto& log = cluster_.at("orders");
  const auto batch = [&](std::vector<UnixMilliseconds> times) {
    std::vector<SentRecord> records;
    for (const UnixMilliseconds time : times) {
      const auto offset = log.end() + static_cast<std::int64_t>(records.size());
      records.push_back({offset, time, "k" + std::to_string(offset), "v", {}});
    }
    BatchOptions options;
    options.first_offset = log.end();
    log.entries.push_back({log.end(), records.back().offset, encode_batch(options, records)});
  };
  batch({10, 20, 30});
  batch({90, 40, 100, 50});
  batch({150, 160});
  batch({60, 99});
  archive_source();
  make_target_topics();
  ReplayRequest until = request();
  until.selection.until = 100;
  const ReplayReport report = replay_all_of(until);
  EXPECT_EQ(report.left().late, 3);
  std::vector<SentRecord> wanted;
  for (SentRecord& record : committed_records(log)) {
    if (record.timestamp < 100) wanted.push_back(std::move(record));
  }
  expect_equal_to_source("orders", 0, wanted);
}

TEST_F(ReplayTest, OffsetsNewestAndSinceBoundEachPartition) {
  cluster_.make("orders", 2);
  for (int i = 0; i < 2; ++i) append_all_kinds(cluster_.at("orders", i));
  archive_source();
  const std::vector<SentRecord> all = committed_records(cluster_.at("orders"));
  ScriptedLogSource source(target_cluster_);
  make_target_topics();
  for (std::size_t newest = 1; newest <= all.size(); ++newest) {
    ReplayRequest wish = request();
    wish.selection.newest = newest;
    const ReplayDraft draft = value_of(draft_replay(wish.archive, wish.selection, source, Deadline::never()));
    EXPECT_EQ(draft.topics.at(0).plan.partitions.at(0).begin, all.at(all.size() - newest).offset);
  }
  ReplayRequest wish = request();
  wish.selection.until_offsets[{"orders", 0}] = all.at(20).offset;
  (void)replay_all_of(wish);
  const auto end = all.begin() + 20;
  expect_equal_to_source("orders", 0, std::vector<SentRecord>(all.begin(), end));
  expect_equal_to_source("orders", 1, committed_records(cluster_.at("orders", 1)));
  wish.selection.until_offsets[{"other", 0}] = 1;
  EXPECT_TRUE(
      failed_with(Outcome::kUsage, draft_replay(wish.archive, wish.selection, source, Deadline::never())));
}

TEST_F(ReplayTest, AnotherNumberOfPartitionsSpreadsRecordsByKeyAndKeepsTheOrderOfAKey) {
  cluster_.make("orders", 2);
  for (int i = 0; i < 2; ++i) append_all_kinds(cluster_.at("orders", i));
  archive_source();
  target_cluster_.make("orders", 5, 9);
  const ReplayReport report = replay_all_of(request());
  EXPECT_TRUE(report.topics.at(0).by_key);
  std::size_t wanted = 0;
  for (int i = 0; i < 2; ++i) wanted += committed_records(cluster_.at("orders", i)).size();
  std::size_t got = 0;
  for (int i = 0; i < 5; ++i) {
    for (const SentRecord& record : replayed("orders", i)) {
      ++got;
      if (!record.key) continue;
      EXPECT_EQ(partition_for_key(*record.key, 5), i);
    }
  }
  EXPECT_EQ(got, wanted);
  const OffsetMap map = value_of(read_offset_map(scratch("journal")));
  EXPECT_EQ(map.find("orders", 1)->target_partition, -1);
  EXPECT_TRUE(map.find("orders", 1)->complete);
}

TEST(RenameTest, AStarCarriesOver) {
  const Rename rename = value_of(Rename::parse("orders*=old-*-x"));
  EXPECT_EQ(rename.apply("orders.eu"), "old-.eu-x");
  EXPECT_EQ(rename.apply("payments"), std::nullopt);
  EXPECT_EQ(value_of(Rename::parse("a=b")).apply("a"), "b");
  for (const char* const wrong : {"a", "a=", "=b", "a*=b", "a**=b*", "a=b*"}) {
    EXPECT_TRUE(failed_with(Outcome::kUsage, Rename::parse(wrong))) << wrong;
  }
}

}  // namespace
}  // namespace arkive::kafka::test
