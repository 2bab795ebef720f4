// Records come back as they were produced, whatever a partition holds besides.
#include "tests/kafka/log_source/contract.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

class RecordsContract : public LogSourceContract {
 protected:
  PartitionOffsets offsets_of(LogSource& live, const TopicPartition& name) {
    return value_of(live.offsets({&name, 1}, patience()))[0];
  }
};

TEST_P(RecordsContract, RecordsOfAllKindsComeBackAsTheyWereProduced) {
  start();
  record_producer({"create-topic", "orders", "--partitions", "2"});
  record_producer({"create-topic", "stamped", "message.timestamp.type=LogAppendTime"});
  std::vector<Line> produced;
  int first = 0;
  for (const std::string codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    for (const std::string value : {"json", "empty", "random"}) {
      for (Line& line : produce_lines({"--topic",
                                       "orders",
                                       "--records",
                                       "40",
                                       "--first-record",
                                       std::to_string(first += 40),
                                       "--codec",
                                       codec,
                                       "--value",
                                       value,
                                       "--keys",
                                       "3",
                                       "--tombstone-every",
                                       "7",
                                       "--headers",
                                       "odd",
                                       "--batch-records",
                                       "9",
                                       "--timestamp-step",
                                       "-500"})) {
        produced.push_back(std::move(line));
      }
    }
  }
  for (Line& line : produce_lines({"--topic", "orders", "--records", "2", "--empty-keys"})) {
    produced.push_back(std::move(line));
  }
  for (Line& line : produce_lines({"--topic", "orders", "--partition", "1", "--records", "3", "--size",
                                   "900000", "--value", "random"})) {
    produced.push_back(std::move(line));
  }
  const auto stamped = produce_lines({"--topic", "stamped", "--records", "30", "--batch-records", "10"});

  const auto live = source();
  const TopicFacts orders = facts_of(*live, "orders");
  Read read = read_all(*live, orders, 0, 0, 602);
  const Read other = read_all(*live, orders, 1, 0, 3);
  EXPECT_THAT(read.gaps, IsEmpty());
  EXPECT_THAT(other.gaps, IsEmpty());
  read.lines.insert(read.lines.end(), other.lines.begin(), other.lines.end());
  ASSERT_THAT(read.lines, SizeIs(605));
  EXPECT_EQ(Line(read.lines), Line(produced));

  const Read times = read_all(*live, facts_of(*live, "stamped"), 0, 0, 30);
  ASSERT_THAT(times.lines, SizeIs(30));
  EXPECT_EQ(Line(times.lines), Line(stamped));

  // From the middle of a batch, and in small answers.
  FetchLimits small;
  small.most_bytes = small.most_bytes_per_partition = 1000;
  const Read from_middle = read_all(*live, orders, 0, 101, 602, small);
  EXPECT_GT(from_middle.fetches, 1);
  EXPECT_EQ(Line(from_middle.lines), Line(std::vector<Line>(produced.begin() + 101, produced.begin() + 602)));
}

TEST_P(RecordsContract, CommittedTransactionsComeAndTheirMarkersAreGapsOrBatches) {
  start();
  record_producer({"create-topic", "payments"});
  const auto produced = produce_lines({"--topic", "payments", "--records", "60", "--transaction", "pay",
                                       "--transaction-records", "5", "--abort-every", "3"});
  ASSERT_THAT(produced, SizeIs(40));
  const auto live = source();
  const TopicFacts payments = facts_of(*live, "payments");
  const PartitionOffsets offsets = offsets_of(*live, {"payments", 0});
  EXPECT_EQ(offsets.high_watermark, 72);  // twelve markers
  EXPECT_EQ(offsets.last_stable_offset, 72);
  const Read read = read_all(*live, payments, 0, 0, 72);
  EXPECT_EQ(Line(read.lines), Line(produced));
  EXPECT_EQ(read.next_offset, 72);
  if (is_exact()) {
    EXPECT_THAT(read.gaps, IsEmpty());
    return;
  }
  // After two transactions of five records with their markers comes an aborted one.
  ASSERT_THAT(read.gaps, Not(IsEmpty()));
  EXPECT_THAT(read.gaps[0], Pair(5, 6));
  EXPECT_THAT(read.gaps[1], Pair(11, 18));
  EXPECT_EQ(read.gaps.back().second, 72);
}

TEST_P(RecordsContract, AnOpenTransactionHoldsTheLastStableOffset) {
  start();
  record_producer({"create-topic", "payments"});
  auto produced = produce_lines({"--topic", "payments", "--records", "7"});
  produce_lines({"--topic", "payments", "--records", "3", "--transaction", "left", "--last", "open",
                 "--transaction-timeout", "300s"});
  produce_lines({"--topic", "payments", "--records", "2"});
  const auto live = source();
  const TopicFacts payments = facts_of(*live, "payments");
  const PartitionOffsets offsets = offsets_of(*live, {"payments", 0});
  EXPECT_EQ(offsets.high_watermark, 12);
  EXPECT_EQ(offsets.last_stable_offset, 7);
  const Read read = read_all(*live, payments, 0, 0, 7);
  EXPECT_EQ(Line(read.lines), Line(produced));
  const auto fetcher = value_of(live->open_fetcher(1, patience()));
  const FetchWant wanted = want(payments, 0, 0);
  auto got = value_of(fetcher->fetch({&wanted, 1}, {}, patience()));
  EXPECT_EQ(got[0].last_stable_offset, 7);
  EXPECT_EQ(got[0].high_watermark, 12);
  const FetchWant at_the_end = want(payments, 0, 7);
  got = value_of(fetcher->fetch({&at_the_end, 1}, {}, patience()));
  EXPECT_THAT(got[0].records, IsEmpty());
  EXPECT_EQ(got[0].last_stable_offset, 7);
}

TEST_P(RecordsContract, WhatCompactionTookIsPassedOver) {
  rehearse::KafkaSettings settings;
  settings.properties = {{"log.cleaner.backoff.ms", "200"}};
  start(settings);
  record_producer({"create-topic", "state", "cleanup.policy=compact", "segment.bytes=20000",
                   "min.cleanable.dirty.ratio=0.01"});
  const auto produced =
      produce_lines({"--topic", "state", "--records", "1500", "--keys", "20", "--batch-records", "50"});
  const auto live = source();
  const TopicFacts state = facts_of(*live, "state");
  Read read = read_all(*live, state, 0, 0, 1500);
  for (const Deadline deadline = patience(); read.lines.size() == 1500 && !deadline.passed();) {
    read = read_all(*live, state, 0, 0, 1500);
  }
  EXPECT_LT(read.lines.size(), 1500U);
  EXPECT_EQ(read.next_offset, 1500);
  std::size_t at = 0;
  for (const Line& line : read.lines) {
    while (at < produced.size() && produced[at]["offset"] != line["offset"]) ++at;
    ASSERT_LT(at, produced.size());
    EXPECT_EQ(line, produced[at]);
  }
  EXPECT_TRUE(is_exact() || !read.gaps.empty());
}

TEST_P(RecordsContract, ManyPartitionsAreFetchedTogether) {
  start();
  record_producer({"create-topic", "orders", "--partitions", "8"});
  const auto produced =
      produce_lines({"--topic", "orders", "--partitions", "6", "--records", "600", "--batch-records", "10"});
  const auto live = source();
  const TopicFacts orders = facts_of(*live, "orders");
  const auto fetcher = value_of(live->open_fetcher(1, patience()));
  std::vector<FetchWant> wants;
  for (std::int32_t partition = 7; partition >= 0; --partition) wants.push_back(want(orders, partition, 0));
  std::vector<std::int64_t> next(8, 0);
  for (const Deadline deadline = patience(); !deadline.passed();) {
    const auto got = value_of(fetcher->fetch(wants, {}, deadline));
    ASSERT_THAT(got, SizeIs(8));
    for (std::size_t i = 0; i < got.size(); ++i) {
      ASSERT_EQ(got[i].state, FetchGot::State::kRead) << got[i].error;
      EXPECT_EQ(got[i].log_start, 0);
      value_of(for_each_entry(got[i].records, CrcCheck::kYes, [&](const LogEntry& entry) {
        if (entry.last_offset < wants[i].offset) return;
        EXPECT_EQ(entry.first_offset, wants[i].offset);
        wants[i].offset = entry.next_offset();
      }));
      next[static_cast<std::size_t>(wants[i].partition.partition)] = wants[i].offset;
    }
    if (next == std::vector<std::int64_t>{100, 100, 100, 100, 100, 100, 0, 0}) break;
  }
  EXPECT_THAT(next, ElementsAre(100, 100, 100, 100, 100, 100, 0, 0));
}

INSTANTIATE_TEST_SUITE_P(Reader, RecordsContract, testing::Values("wire", "librdkafka"), reader_name);

}  // namespace
}  // namespace arkive::kafka::test
