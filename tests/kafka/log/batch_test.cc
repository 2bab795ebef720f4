#include "kafka/log/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/log/crc32c.h"
#include "tests/kafka/log/encoder/log_encoder.h"
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
using testing::HasSubstr;

std::string from_hex(std::string_view text) {
  std::string bytes;
  std::string digits;
  for (const char digit : text) {
    if (digit == ' ') continue;
    digits += digit;
    if (digits.size() == 2) {
      bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
      digits.clear();
    }
  }
  return bytes;
}

LogEntry entry_of(Bytes bytes) {
  return value_of(parse_entry(bytes)).value();
}

TEST(Crc, KnowsTheCheckValuesOfBothPolynomials) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32("123456789"), 0xcbf43926U);
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);  // RFC 3720 B.4
}

TEST(ParseEntry, ReadsEveryFieldOfABatchWrittenByHand) {
  const std::string bytes = from_hex(
      "00 00 00 00 00 00 03 e8"    // base offset 1000
      "00 00 00 38"                // length 56
      "00 00 00 07 02"             // leader epoch 7, magic 2
      "de ad be ef"                // CRC, wrong
      "00 7b"                      // lz4, log append time, transactional, control, delete horizon
      "00 00 00 04"                // last offset delta 4
      "00 00 01 8c c2 51 f4 00"    // base timestamp
      "00 00 01 8c c2 51 f4 01"    // max timestamp
      "00 00 00 00 00 01 e2 40"    // producer id 123456
      "00 09 00 00 00 0a"          // epoch 9, base sequence 10
      "00 00 00 03"                // 3 records
      "01 02 03 04 05 06 07 ff");  // 7 bytes of it, 1 of the next entry
  const LogEntry entry = entry_of(bytes);
  EXPECT_EQ(entry.bytes.size(), 68U);
  EXPECT_EQ(entry.magic, 2);
  EXPECT_EQ(entry.first_offset, 1000);
  EXPECT_EQ(entry.last_offset, 1004);
  EXPECT_EQ(entry.next_offset(), 1005);
  EXPECT_EQ(entry.leader_epoch, 7);
  EXPECT_EQ(entry.crc, 0xdeadbeefU);
  EXPECT_EQ(entry.codec, Codec::kLz4);
  EXPECT_TRUE(entry.log_append_time);
  EXPECT_TRUE(entry.transactional);
  EXPECT_TRUE(entry.control);
  EXPECT_TRUE(entry.delete_horizon);
  EXPECT_EQ(entry.base_timestamp, 1704067200000);
  EXPECT_EQ(entry.max_timestamp, 1704067200001);
  EXPECT_EQ(entry.producer_id, 123456);
  EXPECT_EQ(entry.producer_epoch, 9);
  EXPECT_EQ(entry.base_sequence, 10);
  EXPECT_EQ(entry.record_count, 3);
  EXPECT_FALSE(entry.is_wrapper());
  const Status checked = check_crc(entry);
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, checked));
  EXPECT_THAT(checked.error().what, HasSubstr("offsets 1000 to 1004: its CRC is 0xdeadbeef"));
}

TEST(ParseEntry, ReadsMessagesOfMagic1AndMagic0WrittenByHand) {
  // CRCs computed with Python's zlib.crc32.
  const LogEntry one =
      entry_of(from_hex("00 00 00 00 00 00 00 2a 00 00 00 18 12 03 83 c4 01 08 00 00 01 8c c2 51 f4 00"
                        "00 00 00 01 6b 00 00 00 01 76"));
  EXPECT_EQ(one.magic, 1);
  EXPECT_EQ(one.first_offset, 42);
  EXPECT_EQ(one.last_offset, 42);
  EXPECT_EQ(one.record_count, 1);
  EXPECT_EQ(one.base_timestamp, 1704067200000);
  EXPECT_EQ(one.max_timestamp, 1704067200000);
  EXPECT_TRUE(one.log_append_time);
  EXPECT_EQ(one.leader_epoch, -1);
  EXPECT_EQ(one.producer_id, kNoProducerId);
  EXPECT_TRUE(succeeded(check_crc(one)));

  const LogEntry zero =
      entry_of(from_hex("00 00 00 00 00 00 00 2b 00 00 00 0f d2 0c bf f5 00 00 ff ff ff ff 00 00 00 01 76"));
  EXPECT_EQ(zero.magic, 0);
  EXPECT_EQ(zero.last_offset, 43);
  EXPECT_EQ(zero.max_timestamp, kNoTimestamp);
  EXPECT_TRUE(succeeded(check_crc(zero)));
}

TEST(ParseEntry, WrapperKnowsItsLastOffsetOnly) {
  const LogEntry entry = entry_of(encode_wrapper({}, {{10, 5, "k", "v", {}}, {12, 6, "k", "w", {}}}));
  EXPECT_TRUE(entry.is_wrapper());
  EXPECT_EQ(entry.first_offset, kUnknownOffset);
  EXPECT_EQ(entry.record_count, kUnknownCount);
  EXPECT_EQ(entry.last_offset, 12);
  EXPECT_EQ(entry.max_timestamp, 6);
}

TEST(ParseEntry, BatchEmptiedByCompactionKeepsItsOffsets) {
  BatchOptions options;
  options.first_offset = 5;
  options.last_offset = 17;
  const LogEntry entry = entry_of(encode_batch(options, {}));
  EXPECT_EQ(entry.record_count, 0);
  EXPECT_EQ(entry.next_offset(), 18);
  EXPECT_TRUE(succeeded(check_crc(entry)));
}

TEST(ParseEntry, CutAnywhereIsCutShort) {
  for (const std::string& whole :
       {encode_batch({}, {{0, 1, "key", "value", {}}}), encode_message(1, {3, 4, "key", "value", {}}),
        encode_message(0, {3, 4, "key", "value", {}})}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_FALSE(value_of(parse_entry(Bytes(whole).substr(0, size)))) << size;
    }
    EXPECT_TRUE(value_of(parse_entry(whole)));
  }
}

TEST(ParseEntry, RefusesWhatNoEntryIsNamingTheOffset) {
  const std::string good = encode_batch({.first_offset = 77}, {{77, 1, "key", "value", {}}});
  const auto said = [&](std::size_t at, std::string_view bytes) {
    std::string bad = good;
    bad.replace(at, bytes.size(), bytes);
    const auto result = parse_entry(bad);
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, result));
    return result ? std::string() : result.error().what;
  };
  EXPECT_THAT(said(8, from_hex("ffffffff")), HasSubstr("offset 77: its length -1"));
  EXPECT_THAT(said(8, from_hex("00000030")), HasSubstr("length 48"));  // one less than a header has
  EXPECT_THAT(said(16, from_hex("03")), HasSubstr("magic 3"));
  EXPECT_THAT(said(16, from_hex("ff")), HasSubstr("magic -1"));
  EXPECT_THAT(said(0, from_hex("ff")), HasSubstr("negative"));
  EXPECT_THAT(said(23, from_hex("ffffffff")), HasSubstr("negative"));
  EXPECT_THAT(said(0, from_hex("7fffffffffffffff")), HasSubstr("too large"));
  EXPECT_THAT(said(57, from_hex("80000000")), HasSubstr("record count -2147483648"));
}

TEST(ForEachEntry, WalksMixedFormatsAndSaysHowFarItCame) {
  const std::string whole = encode_message(0, {1, 0, "a", "b", {}}) +
                            encode_message(1, {2, 9, "a", "b", {}}) +
                            encode_batch({.first_offset = 3}, {{3, 1, {}, {}, {}}, {4, 1, {}, {}, {}}});
  const std::string bytes = whole + encode_batch({.first_offset = 5}, {{5, 1, {}, {}, {}}}).substr(0, 40);
  std::vector<std::int64_t> next;
  EXPECT_EQ(value_of(for_each_entry(bytes, CrcCheck::kYes,
                                    [&](const LogEntry& entry) { next.push_back(entry.next_offset()); })),
            whole.size());
  EXPECT_THAT(next, testing::ElementsAre(2, 3, 5));
  const auto stopped = for_each_entry(bytes, CrcCheck::kYes, [&](const LogEntry& entry) -> Status {
    if (entry.magic == 1) return fail(Outcome::kFull, "enough");
    return ok();
  });
  EXPECT_TRUE(failed_with(Outcome::kFull, stopped));
}

TEST(ForEachEntry, NamesTheByteOfADamagedEntry) {
  std::string bytes = encode_batch({}, {{0, 1, "k", "v", {}}});
  const std::size_t second = bytes.size();
  bytes += encode_batch({.first_offset = 1}, {{1, 1, "k", "v", {}}});
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  const auto result = for_each_entry(bytes, CrcCheck::kYes, [](const LogEntry&) {});
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, result));
  EXPECT_THAT(result.error().what, HasSubstr("at byte " + std::to_string(second) + ": "));
  EXPECT_TRUE(succeeded(for_each_entry(bytes, CrcCheck::kNo, [](const LogEntry&) {})));
}

TEST(Damage, EachFlippedBitWithinTheCrcIsFound) {
  const std::vector<std::string> entries = {
      encode_batch({.codec = Codec::kZstd}, {{0, 1, "key", std::string(300, 'v'), {{"h", "x"}}}}),
      encode_batch({}, {{0, 1, "key", "value", {}}}), encode_message(1, {3, 4, "key", "value", {}}),
      encode_message(0, {3, 4, "key", "value", {}})};
  for (const std::string& good : entries) {
    const std::size_t from = good[16] == 2 ? kOutsideCrc : kEntryPrefix;
    for (std::size_t bit = 8 * from; bit < 8 * good.size(); ++bit) {
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
      // A flipped magic can make a header of another length, which the bytes are then too few for.
      const auto took = for_each_entry(bad, CrcCheck::kYes, [](const LogEntry&) {});
      EXPECT_TRUE(!took || *took < good.size()) << "bit " << bit;
    }
  }
}

TEST(Damage, BitsOutsideTheCrcNeverReachBeyondTheBytes) {
  const std::string good = encode_batch({}, {{0, 1, "key", "value", {}}});
  for (std::size_t bit = 0; bit < 8 * kOutsideCrc; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    LogEntry entry;
    if (read_entry(bad, entry) == EntryState::kWhole) {
      EXPECT_LE(entry.bytes.size(), bad.size());
      EXPECT_LE(entry.first_offset, entry.last_offset);
    }
  }
}

TEST(Codecs, AreNamed) {
  EXPECT_EQ(codec_name(Codec::kZstd), "zstd");
  EXPECT_EQ(codec_name(static_cast<Codec>(7)), "codec-7");
}

}  // namespace
}  // namespace arkive::kafka
