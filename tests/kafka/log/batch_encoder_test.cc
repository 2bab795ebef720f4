#include "kafka/log/batch_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/kafka/log/encoder/log_encoder.h"
#include "tests/kafka/log/sent_records.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using arkive::test::succeeded;
using arkive::test::value_of;
using test::SentRecord;
using testing::ElementsAre;
using testing::ElementsAreArray;

void append(BatchEncoder& encoder, const SentRecord& sent, bool log_append_time = false) {
  std::vector<Header> headers;
  for (const auto& [name, value] : sent.headers) {
    headers.push_back({name, value ? std::optional<Bytes>(*value) : std::nullopt});
  }
  RecordToEncode record;
  record.offset = sent.offset;
  record.timestamp = sent.timestamp;
  record.log_append_time = log_append_time;
  if (sent.key) record.key = *sent.key;
  if (sent.value) record.value = *sent.value;
  record.headers = headers;
  encoder.append(record);
}

struct Batch {
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool operator==(const Batch&) const = default;
};

std::vector<Batch> batches_of(Bytes bytes) {
  std::vector<Batch> batches;
  const auto walked = value_of(for_each_entry(bytes, CrcCheck::kYes, [&](const LogEntry& entry) {
    batches.push_back({entry.first_offset, entry.last_offset});
  }));
  EXPECT_EQ(walked, bytes.size());
  return batches;
}

std::vector<SentRecord> records_of(Bytes bytes) {
  std::vector<SentRecord> records;
  RecordReader reader;
  value_of(for_each_entry(bytes, CrcCheck::kYes, [&](const LogEntry& entry) -> Status {
    ARKIVE_ASSIGN(const auto some, test::received(reader, entry));
    records.insert(records.end(), some.begin(), some.end());
    return ok();
  }));
  return records;
}

TEST(BatchEncoder, WritesTheBytesOfAnotherEncoder) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<SentRecord> sent = test::random_records(random, static_cast<std::int64_t>(random() >> 20));
    for (std::size_t i = 0; i < sent.size(); ++i) {
      sent[i].offset = sent.front().offset + static_cast<std::int64_t>(i);
      if (sent[i].timestamp < 0) sent[i].timestamp = 0;
    }
    test::BatchOptions options;
    options.first_offset = sent.front().offset;
    options.leader_epoch = -1;
    BatchEncoder encoder(64 << 20);
    for (const SentRecord& record : sent) append(encoder, record);
    EXPECT_EQ(encoder.batches(), test::encode_batch(options, sent));
  }
}

TEST(BatchEncoder, WhatWasAppendedIsReadBackAcrossBatches) {
  std::mt19937_64 random(8);
  BatchEncoder encoder(1000);
  for (int round = 0; round < 100; ++round) {
    const auto sent = test::random_records(random, static_cast<std::int64_t>(random() >> 20));
    encoder.clear();
    for (const SentRecord& record : sent) append(encoder, record);
    EXPECT_THAT(records_of(encoder.batches()), ElementsAreArray(sent));
  }
}

TEST(BatchEncoder, MissingOffsetsLieBetweenBatches) {
  BatchEncoder encoder;
  for (const std::int64_t offset : {5, 6, 7, 9, 10, 12}) append(encoder, {offset, 1000, "k", "v", {}});
  EXPECT_THAT(batches_of(encoder.batches()), ElementsAre(Batch{5, 7}, Batch{9, 10}, Batch{12, 12}));
}

TEST(BatchEncoder, AFullBatchIsFollowedByAnother) {
  BatchEncoder encoder(200);
  for (std::int64_t offset = 0; offset < 6; ++offset) {
    append(encoder, {offset, 1000, std::nullopt, std::string(70, 'x'), {}});
  }
  EXPECT_THAT(batches_of(encoder.batches()), ElementsAre(Batch{0, 1}, Batch{2, 3}, Batch{4, 5}));
}

TEST(BatchEncoder, TimestampsOfTheBrokerAndOfProducersAreInBatchesOfTheirOwn) {
  BatchEncoder encoder;
  append(encoder, {0, 1000, {}, "a", {}});
  append(encoder, {1, 5000, {}, "b", {}}, true);
  append(encoder, {2, 5000, {}, "c", {}}, true);
  append(encoder, {3, 6000, {}, "d", {}}, true);
  append(encoder, {4, kNoTimestamp, {}, "e", {}});
  append(encoder, {5, 900, {}, "f", {}});
  append(encoder, {6, 800, {}, "g", {}});
  const Bytes bytes = encoder.batches();
  std::vector<bool> set_by_broker;
  value_of(for_each_entry(bytes, CrcCheck::kYes,
                          [&](const LogEntry& entry) { set_by_broker.push_back(entry.log_append_time); }));
  EXPECT_THAT(set_by_broker, ElementsAre(false, true, true, false, false));
  std::vector<UnixMilliseconds> timestamps;
  for (const SentRecord& record : records_of(bytes)) timestamps.push_back(record.timestamp);
  EXPECT_THAT(timestamps, ElementsAre(1000, 5000, 5000, 6000, -1, 900, 800));
}

TEST(BatchEncoder, GoesOnAfterItsBatchesWereAskedFor) {
  BatchEncoder encoder;
  EXPECT_TRUE(encoder.batches().empty());
  append(encoder, {0, 1000, {}, "a", {}});
  EXPECT_THAT(batches_of(encoder.batches()), ElementsAre(Batch{0, 0}));
  append(encoder, {1, 1000, {}, "b", {}});
  EXPECT_THAT(batches_of(encoder.batches()), ElementsAre(Batch{0, 0}, Batch{1, 1}));
  encoder.clear();
  EXPECT_TRUE(encoder.batches().empty());
}

}  // namespace
}  // namespace arkive::kafka
