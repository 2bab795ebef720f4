#include "kafka/wire/messages/protocol.h"

#include <gtest/gtest.h>

#include "stores/core/bytes.h"

namespace arkive::kafka::wire {
namespace {

std::string written(bool flexible, void (*write)(Writer&)) {
  std::string bytes;
  Writer to(bytes, flexible);
  write(to);
  return to_hex(bytes);
}

TEST(Protocol, ClassicLengthsAreIntegers) {
  EXPECT_EQ(written(false, [](Writer& to) { to.string("ab"); }), "00026162");
  EXPECT_EQ(written(false, [](Writer& to) { to.null_string(); }), "ffff");
  EXPECT_EQ(written(false, [](Writer& to) { to.bytes("ab"); }), "000000026162");
  EXPECT_EQ(written(false, [](Writer& to) { to.array(3); }), "00000003");
  EXPECT_EQ(written(false, [](Writer& to) { to.null_array(); }), "ffffffff");
  EXPECT_EQ(written(false, [](Writer& to) { to.end(); }), "");
}

TEST(Protocol, FlexibleLengthsAreVarintsOfOneMore) {
  EXPECT_EQ(written(true, [](Writer& to) { to.string("ab"); }), "036162");
  EXPECT_EQ(written(true, [](Writer& to) { to.null_string(); }), "00");
  EXPECT_EQ(written(true, [](Writer& to) { to.bytes("ab"); }), "036162");
  EXPECT_EQ(written(true, [](Writer& to) { to.array(300); }), "ad02");
  EXPECT_EQ(written(true, [](Writer& to) { to.null_array(); }), "00");
  EXPECT_EQ(written(true, [](Writer& to) { to.end(); }), "00");
}

TEST(Protocol, VarintsOfAllSizesComeBack) {
  for (const std::uint32_t value : {0U, 1U, 127U, 128U, 16383U, 16384U, 1U << 31, UINT32_MAX}) {
    std::string bytes;
    Writer(bytes, true).unsigned_varint(value);
    Reader from(bytes, true);
    EXPECT_EQ(from.unsigned_varint(), value);
    EXPECT_TRUE(from.ok());
    EXPECT_TRUE(from.left().empty());
  }
}

TEST(Protocol, AVarintWithoutEndOrTooLargeIsRefused) {
  for (const Bytes bytes :
       {Bytes("\xff\xff\xff\xff\xff\x01", 6), Bytes("\xff\xff\xff\xff\x1f", 5), Bytes("\x80", 1)}) {
    Reader from(bytes, true);
    (void)from.unsigned_varint();
    EXPECT_FALSE(from.ok());
  }
}

TEST(Protocol, StringsAndBytesComeBackAlsoNull) {
  for (const bool flexible : {false, true}) {
    std::string bytes;
    Writer to(bytes, flexible);
    to.string("topic");
    to.null_string();
    to.string("");
    to.bytes(Bytes("\0\1", 2));
    Reader from(bytes, flexible);
    EXPECT_EQ(from.nullable_string(), "topic");
    EXPECT_EQ(from.nullable_string(), std::nullopt);
    EXPECT_EQ(from.nullable_string(), "");
    EXPECT_EQ(from.nullable_bytes(), Bytes("\0\1", 2));
    EXPECT_TRUE(from.ok());
  }
}

TEST(Protocol, TaggedFieldsArePassedOver) {
  Reader from(Bytes("\x02\x00\x03"
                    "abc\xac\x02\x01"
                    "dZ",
                    11),
              true);
  from.end();
  EXPECT_TRUE(from.ok());
  EXPECT_EQ(from.left(), "Z");
}

TEST(Protocol, TaggedFieldsWithoutEndAreRefused) {
  for (const Bytes bytes : {Bytes("\x02\x00\x03"
                                  "abc",
                                  6),
                            Bytes("\x01\x00\x04"
                                  "abc",
                                  6),
                            Bytes("\xff\xff\xff\xff\x0f", 5)}) {
    Reader from(bytes, true);
    from.end();
    EXPECT_FALSE(from.ok());
  }
}

TEST(Protocol, ACountIsNeverMoreThanTheBytesLeftCanHold) {
  Reader classic(Bytes("\x7f\xff\xff\xff....", 8), false);
  EXPECT_EQ(classic.array(1), 0U);
  EXPECT_FALSE(classic.ok());
  Reader flexible(Bytes("\xff\xff\xff\xff\x0f....", 9), true);
  EXPECT_EQ(flexible.array(1), 0U);
  EXPECT_FALSE(flexible.ok());
  Reader fits(Bytes("\0\0\0\2....", 8), false);
  EXPECT_EQ(fits.array(2), 2U);
  EXPECT_TRUE(fits.ok());
}

TEST(Protocol, AfterTheFirstThingThatDoesNotFitAllIsEmpty) {
  Reader from(Bytes("\x00\x09"
                    "ab\x00\x01",
                    6),
              false);
  EXPECT_EQ(from.string(), "");
  EXPECT_FALSE(from.ok());
  EXPECT_EQ(from.int16(), 0);
  EXPECT_EQ(from.array(1), 0U);
  EXPECT_FALSE(from.nullable_bytes());
}

}  // namespace
}  // namespace arkive::kafka::wire
