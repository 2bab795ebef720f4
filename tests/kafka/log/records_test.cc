#include "kafka/log/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "tests/kafka/log/encoder/log_encoder.h"
#include "tests/kafka/log/sent_records.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using test::BatchOptions;
using test::encode_batch;
using test::encode_message;
using test::encode_wrapper;
using test::received;
using test::SentRecord;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

Result<std::vector<SentRecord>> read(Bytes bytes) {
  RecordReader reader;
  return received(reader, value_of(parse_entry(bytes)).value());
}

constexpr std::int64_t kMonth = 30LL * 86'400'000;

TEST(Records, NullEmptyAndDoubledPartsComeBackAsTheyWere) {
  const std::vector<SentRecord> sent = {
      {10, 1000, std::nullopt, std::nullopt, {}},
      {11, 1000, "", "", {}},
      {12, 999, "key", std::nullopt, {{"", std::nullopt}, {"a", ""}, {"a", "1"}, {"a", "1"}, {"b", "\xff"}}},
      {13, 1001, std::nullopt, std::string("\0\xff", 2), {}}};
  EXPECT_THAT(value_of(read(encode_batch({.first_offset = 10}, sent))), ElementsAreArray(sent));
}

TEST(Records, ReadsABatchWrittenByHand) {
  std::string batch("\0\0\0\0\0\0\0\5\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0", 23);
  append_big_endian<std::int32_t>(batch, 0);
  append_big_endian<std::int64_t>(batch, 1000);
  append_big_endian<std::int64_t>(batch, 1000);
  batch += std::string(14, '\xff');
  append_big_endian<std::int32_t>(batch, 1);
  // length 14, attributes, timestamp +1 (zigzag 2), offset +0, key "k", null value, one header "h" with null
  batch += std::string("\x14\0\2\0\2k\1\2\2h\1", 11);
  batch[11] = static_cast<char>(batch.size() - 12);
  EXPECT_THAT(value_of(read(batch)),
              ElementsAre(SentRecord{5, 1001, "k", std::nullopt, {{"h", std::nullopt}}}));
}

TEST(Records, TimestampsMayLieFartherApartThan32BitsTell) {
  const std::vector<SentRecord> sent = {{0, 0, {}, "1970", {}},
                                        {1, 1'700'000'000'000, {}, "now", {}},
                                        {2, -1, {}, "none", {}},
                                        {3, kMonth, {}, "a month", {}},
                                        {4, 253'402'300'799'999, {}, "far", {}},
                                        {5, std::numeric_limits<std::int64_t>::max(), {}, "last", {}}};
  EXPECT_THAT(value_of(read(encode_batch({}, sent))), ElementsAreArray(sent));
}

TEST(Records, LogAppendTimeIsThatOfTheBatch) {
  EXPECT_THAT(
      value_of(read(encode_batch({.log_append_time = 5000}, {{0, 1, {}, "a", {}}, {1, 2, {}, "b", {}}}))),
      ElementsAre(SentRecord{0, 5000, {}, "a", {}}, SentRecord{1, 5000, {}, "b", {}}));
}

TEST(Records, WithADeleteHorizonDeltasCountFromIt) {
  const std::vector<SentRecord> sent = {{0, 1, "k", std::nullopt, {}}, {1, 2, "l", std::nullopt, {}}};
  const std::string batch = encode_batch({.delete_horizon = 1'700'000'000'000}, sent);
  EXPECT_TRUE(value_of(parse_entry(batch))->delete_horizon);
  EXPECT_EQ(value_of(parse_entry(batch))->base_timestamp, 1'700'000'000'000);
  EXPECT_THAT(value_of(read(batch)), ElementsAreArray(sent));
}

TEST(Records, CompactedBatchesHaveHolesOrNothingAtAll) {
  const std::vector<SentRecord> sent = {{7, 1, "k", "v", {}}, {9, 2, "l", "w", {}}};
  EXPECT_THAT(value_of(read(encode_batch({.first_offset = 5, .last_offset = 20}, sent))),
              ElementsAreArray(sent));
  EXPECT_THAT(value_of(read(encode_batch({.first_offset = 5, .last_offset = 20}, {}))), IsEmpty());
  EXPECT_THAT(value_of(read(encode_batch({.last_offset = 3, .codec = Codec::kZstd}, {}))), IsEmpty());
}

TEST(Records, ControlRecordsTellTheirMarker) {
  RecordReader reader;
  const std::string abort = test::encode_marker(0, 33, 4, 17, 999);
  Record record;
  ASSERT_TRUE(succeeded(reader.open(value_of(parse_entry(abort)).value())));
  ASSERT_TRUE(value_of(reader.next(record)));
  EXPECT_EQ(record.timestamp, 999);
  EXPECT_EQ(value_of(parse_marker(record)).kind, ControlMarker::Kind::kAbort);
  EXPECT_EQ(value_of(parse_marker(record)).coordinator_epoch, 17);
}

TEST(Records, MessagesOfMagic1And0) {
  const SentRecord sent{42, 1000, "k", std::nullopt, {}};
  EXPECT_THAT(value_of(read(encode_message(1, sent))), ElementsAre(sent));
  EXPECT_THAT(value_of(read(encode_message(0, sent))),
              ElementsAre(SentRecord{42, -1, "k", std::nullopt, {}}));
  EXPECT_THAT(value_of(read(encode_message(1, {1, 2, std::nullopt, "", {}}))),
              ElementsAre(SentRecord{1, 2, std::nullopt, "", {}}));
}

TEST(Records, WrappersOfMagic1CountBackFromTheirOffset) {
  // Compaction took 11 and what came after 12 within the wrapper stays: relative 0, 2.
  const std::vector<SentRecord> sent = {{10, 5, "k", "v", {}}, {12, 6, {}, "w", {}}};
  for (const Codec codec : {Codec::kGzip, Codec::kSnappy, Codec::kLz4}) {
    EXPECT_THAT(value_of(read(encode_wrapper({.codec = codec}, sent))), ElementsAreArray(sent));
  }
  EXPECT_THAT(
      value_of(read(encode_wrapper({.codec = Codec::kLz4, .style = {.broken_lz4_header = true}}, sent))),
      ElementsAreArray(sent));
  EXPECT_THAT(value_of(read(encode_wrapper({.log_append_time = 77}, sent))),
              ElementsAre(SentRecord{10, 77, "k", "v", {}}, SentRecord{12, 77, {}, "w", {}}));
}

TEST(Records, WrappersOfMagic0HaveAbsoluteOffsets) {
  EXPECT_THAT(value_of(read(encode_wrapper({.magic = 0, .relative = false},
                                           {{10, 5, "k", "v", {}}, {12, 6, {}, "w", {}}}))),
              ElementsAre(SentRecord{10, -1, "k", "v", {}}, SentRecord{12, -1, {}, "w", {}}));
}

TEST(Records, WrapperIsCompletedByDecodingIt) {
  RecordReader reader;
  const std::string bytes = encode_wrapper({}, {{10, 5, "k", "v", {}}, {12, 6, {}, "w", {}}});
  LogEntry entry = value_of(parse_entry(bytes)).value();
  ASSERT_TRUE(succeeded(complete_wrapper(entry, reader)));
  EXPECT_EQ(entry.first_offset, 10);
  EXPECT_EQ(entry.record_count, 2);
  const std::string batch = encode_batch({.first_offset = 3}, {{3, 1, {}, {}, {}}});
  entry = value_of(parse_entry(batch)).value();
  ASSERT_TRUE(succeeded(complete_wrapper(entry, reader)));
  EXPECT_EQ(entry.first_offset, 3);
}

TEST(Records, WrapperThatIsNoneIsCorrupt) {
  const std::vector<SentRecord> two = {{10, 5, "k", "v", {}}, {12, 6, {}, "w", {}}};
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read(encode_wrapper({.offset = 1}, two))));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt,
                          read(encode_wrapper({.magic = 0, .relative = false, .offset = 11}, two))));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read(encode_wrapper({}, {two[1], two[0]}))));
  const auto holding = [](const std::string& inner) {
    std::string wrapper = encode_message(1, {0, 0, {}, test::compress(Codec::kGzip, inner), {}});
    wrapper[17] = 1;
    test::repair_crc(wrapper);
    return read(wrapper);
  };
  const std::string message = encode_message(1, {0, 0, "k", "v", {}});
  EXPECT_TRUE(succeeded(holding(message)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, holding("")));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, holding(message + message.substr(0, 20))));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, holding(encode_batch({}, {{0, 0, {}, {}, {}}}))));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, holding(encode_wrapper({}, two))));
  std::string null = encode_message(1, {0, 0, "k", std::nullopt, {}});
  null[17] = 1;
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read(null)));
}

TEST(Records, EveryLengthIsChecked) {
  const std::string good = encode_batch({.first_offset = 50},
                                        {{50, 1, "key", "value", {{"h", "x"}}}, {51, 1, "key", "value", {}}});
  RecordReader reader;
  int refused = 0;
  for (std::size_t at = kBatchHeader; at < good.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string bad = good;
      bad[at] = static_cast<char>(byte);
      const auto records = received(reader, value_of(parse_entry(bad)).value());
      if (records) continue;
      ++refused;
      EXPECT_EQ(records.error().outcome, Outcome::kCorrupt);
      EXPECT_THAT(records.error().what, HasSubstr("last offset 51"));
    }
  }
  EXPECT_GT(refused, 3000);
  for (const std::int32_t count : {0, 1, 3, 2'147'483'647}) {
    std::string bad = good;
    std::string bytes;
    append_big_endian(bytes, count);
    bad.replace(57, 4, bytes);
    // Emptied by compaction: then nothing is looked at.
    EXPECT_EQ(read(bad).has_value(), count == 0) << count;
  }
}

TEST(Records, OneThatBecomesTooLargeIsRefused) {
  const std::string bomb =
      encode_batch({.codec = Codec::kGzip}, {{0, 0, {}, std::string(5'000'000, '0'), {}}});
  RecordReader reader(1'000'000);
  const auto result = received(reader, value_of(parse_entry(bomb)).value());
  ASSERT_TRUE(failed_with(Outcome::kFull, result));
  EXPECT_THAT(result.error().what, HasSubstr("last offset 0: decompress gzip"));
}

TEST(RecordsProperty, WhatWasEncodedComesBack) {
  const std::uint64_t seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  RecordReader reader;
  for (int round = 0; round < 150; ++round) {
    BatchOptions options;
    options.first_offset = static_cast<std::int64_t>(random() >> (random() % 40 + 2));
    options.codec = static_cast<Codec>(random() % 5);
    options.style.xerial = random() % 2 == 0;
    options.style.lz4_linked = random() % 2 == 0;
    options.style.zstd_content_size = random() % 2 == 0;
    const std::vector<SentRecord> sent = test::random_records(random, options.first_offset);
    options.last_offset = sent.back().offset + static_cast<std::int64_t>(random() % 3);
    const std::string bytes = encode_batch(options, sent);
    const LogEntry entry = value_of(parse_entry(bytes)).value();
    ASSERT_TRUE(succeeded(check_crc(entry)));
    ASSERT_THAT(value_of(received(reader, entry)), ElementsAreArray(sent)) << "round " << round;

    std::vector<SentRecord> old = sent;
    const auto magic = static_cast<std::int8_t>(random() % 2);
    for (SentRecord& record : old) {
      record.headers.clear();
      if (magic == 0) record.timestamp = kNoTimestamp;
    }
    const std::string wrapper = encode_wrapper(
        {.magic = magic, .codec = static_cast<Codec>(random() % 3 + 1), .relative = magic == 1}, old);
    ASSERT_THAT(value_of(read(wrapper)), ElementsAreArray(old)) << "round " << round;
  }
}

}  // namespace
}  // namespace arkive::kafka
