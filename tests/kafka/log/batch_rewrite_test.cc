#include "kafka/log/batch_rewrite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "kafka/log/batch_encoder.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using arkive::test::succeeded;
using arkive::test::value_of;

std::string batch_of(int records, std::int64_t first_offset = 0) {
  BatchEncoder encoder(SIZE_MAX);
  for (int i = 0; i < records; ++i) {
    const std::string value = "{\"order\": " + std::to_string(i) + ", \"state\": \"paid and paid again\"}";
    RecordToEncode record;
    record.offset = first_offset + i;
    record.timestamp = 1795217400000 + i;
    record.value = value;
    encoder.append(record);
  }
  return std::string(encoder.batches());
}

LogEntry entry_of(Bytes bytes) {
  const auto entry = value_of(parse_entry(bytes));
  return entry.value_or(LogEntry{});
}

TEST(ProducersBatch, KeepsItsRecordsAndTakesTheIdentity) {
  std::string batch = batch_of(7, 4711);
  const std::string before = batch;
  // As a transactional producer wrote it.
  batch[22] = 0x10;
  as_producers_batch(batch, {815, 3}, sequence_after(12));
  const LogEntry entry = entry_of(batch);
  EXPECT_TRUE(succeeded(check_crc(entry)));
  EXPECT_EQ(entry.first_offset, 0);
  EXPECT_EQ(entry.last_offset, 6);
  EXPECT_EQ(entry.leader_epoch, -1);
  EXPECT_EQ(entry.producer_id, 815);
  EXPECT_EQ(entry.producer_epoch, 3);
  EXPECT_EQ(entry.base_sequence, 12);
  EXPECT_FALSE(entry.transactional);
  EXPECT_EQ(Bytes(batch).substr(57), Bytes(before).substr(57));
}

TEST(ProducersBatch, OnlyBatchesThatBrokersTakeGoAsTheyAre) {
  const std::string batch = batch_of(7, 4711);
  const LogEntry sound = entry_of(batch);
  EXPECT_TRUE(may_go_as_it_is(sound));
  const auto with = [&](auto change) {
    LogEntry changed = sound;
    change(changed);
    return may_go_as_it_is(changed);
  };
  EXPECT_TRUE(with([](LogEntry& e) { e.transactional = true; }));
  EXPECT_FALSE(with([](LogEntry& e) { e.control = true; }));
  EXPECT_FALSE(with([](LogEntry& e) { e.delete_horizon = true; }));
  EXPECT_FALSE(with([](LogEntry& e) { e.log_append_time = true; }));
  EXPECT_FALSE(with([](LogEntry& e) { e.record_count = 0; }));
  EXPECT_FALSE(with([](LogEntry& e) { ++e.last_offset; }));
  EXPECT_FALSE(with([](LogEntry& e) { e.magic = 1; }));
}

TEST(ProducersBatch, SequenceNumbersGoOnWithZeroAfterTheGreatest) {
  EXPECT_EQ(sequence_after(0), 0);
  EXPECT_EQ(sequence_after(INT32_MAX), INT32_MAX);
  EXPECT_EQ(sequence_after(std::int64_t{INT32_MAX} + 1), 0);
}

TEST(CompressedBatch, IsReadBackWithEveryCodec) {
  const std::string batch = batch_of(500);
  Compressor compressor;
  Decompressor decompressor;
  for (const Codec codec : {Codec::kNone, Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
    SCOPED_TRACE(codec_name(codec));
    std::string to = "before";
    EXPECT_TRUE(succeeded(append_compressed(batch, codec, compressor, to)));
    const Bytes compressed = Bytes(to).substr(6);
    const LogEntry entry = entry_of(compressed);
    EXPECT_EQ(entry.bytes.size(), compressed.size());
    EXPECT_TRUE(succeeded(check_crc(entry)));
    EXPECT_EQ(entry.codec, codec);
    EXPECT_EQ(entry.record_count, 500);
    EXPECT_EQ(compressed.size() < batch.size(), codec != Codec::kNone);
    EXPECT_EQ(value_of(decompressor.decompress(codec, compressed.substr(kBatchHeader))),
              Bytes(batch).substr(kBatchHeader));
  }
}

TEST(CompressedBatch, OfRandomBytesAndOfNoneIsReadBackToo) {
  std::mt19937 random(20261128);
  Compressor compressor;
  Decompressor decompressor;
  for (const std::size_t size : {0U, 1U, 1000U, 100'000U, 3'000'000U}) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    for (const Codec codec : {Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
      const std::string compressed(value_of(compressor.compress(codec, bytes)));
      EXPECT_TRUE(value_of(decompressor.decompress(codec, compressed)) == bytes)
          << codec_name(codec) << " of " << size << " bytes";
    }
  }
}

}  // namespace
}  // namespace arkive::kafka
