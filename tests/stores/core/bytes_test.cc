#include "stores/core/bytes.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

namespace arkive {
namespace {

using namespace std::string_literals;

TEST(Bytes, BigEndianNumbersComeBackAsTheyWent) {
  std::string bytes;
  append_big_endian<std::int16_t>(bytes, -2);
  append_big_endian<std::int32_t>(bytes, 0x01020304);
  append_big_endian<std::int64_t>(bytes, INT64_MIN);
  append_big_endian<std::uint8_t>(bytes, 0xff);
  EXPECT_EQ(to_hex(bytes), "fffe010203048000000000000000ff");
  EXPECT_EQ(load_big_endian<std::int16_t>(bytes.data()), -2);
  EXPECT_EQ(load_big_endian<std::int32_t>(bytes.data() + 2), 0x01020304);
  EXPECT_EQ(load_big_endian<std::int64_t>(bytes.data() + 6), INT64_MIN);
  EXPECT_EQ(load_big_endian<std::uint8_t>(bytes.data() + 14), 0xff);
}

TEST(Printable, LeavesOrdinaryTextOfAnyLanguageAlone) {
  for (const char* text :
       {"", "/config/topics/orders", "größe", "日本語", "🙂", "a\\x1b", "tab is not, space is"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, EscapesControlsByteByByte) {
  EXPECT_EQ(printable("\x1b[31mred\n\r\t\x7f"), "\\x1b[31mred\\x0a\\x0d\\x09\\x7f");
  EXPECT_EQ(printable("a\0b"s), "a\\x00b");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m");
}

TEST(Printable, EscapesWhatReordersALineForTheReader) {
  // U+200E, U+200F, U+202A..202E, U+2066..2069, U+061C, U+2028, U+2029
  for (const char* text : {"\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
                           "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8",
                           "\xe2\x81\xa9", "\xd8\x9c", "\xe2\x80\xa8", "\xe2\x80\xa9"}) {
    EXPECT_EQ(printable(text).substr(0, 2), "\\x") << to_hex(text);
  }
  EXPECT_EQ(printable("\xe2\x80\xae"), "\\xe2\\x80\\xae");
}

TEST(Printable, EscapesInvalidUtf8AndKeepsWhatFollowsIt) {
  EXPECT_EQ(printable("\xff"
                      "a"),
            "\\xffa");
  EXPECT_EQ(printable("\xe2\x82"), "\\xe2\\x82");
  EXPECT_EQ(printable("\xc3("), "\\xc3(");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndCutCharacters) {
  for (const char* text :
       {"", "plain", "größe", "日本語", "\xf4\x8f\xbf\xbf", "eight by eight bytes and ü"}) {
    EXPECT_TRUE(is_utf8(text)) << to_hex(text);
  }
  for (const char* text : {"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                           "\xf8", "\x80", "12345678\xc3", "\xe2\x82"}) {
    EXPECT_FALSE(is_utf8(text)) << to_hex(text);
  }
  EXPECT_TRUE(is_utf8("\0"s));
}

TEST(Printable, OfAnyBytesIsHarmlessUtf8AndStaysSoWhenRepeated) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  // Bytes that begin or continue the characters of interest come up often.
  const std::string likely = "\x1b\x7f\xc2\x9b\xe2\x80\xae\x81\xa6\xd8\x9c\xed\xa0\xf0\x9f/a\n";
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& c : bytes)
      c = random() % 2 == 0 ? static_cast<char>(random()) : likely[random() % likely.size()];
    const std::string text = printable(bytes);
    ASSERT_TRUE(is_utf8(text)) << to_hex(bytes);
    ASSERT_EQ(printable(text), text) << to_hex(bytes);
    for (const char c : text)
      ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << to_hex(bytes);
    ASSERT_EQ(text.find("\xc2\x9b"), std::string::npos) << to_hex(bytes);
    ASSERT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << to_hex(bytes);
    if (is_utf8(bytes) && text.find("\\x") == std::string::npos) {
      ASSERT_EQ(text, bytes);
    }
  }
}

TEST(HumanSize, SaysPowersOf1024AndNever1024OfThem) {
  EXPECT_EQ(human_size(0), "0 B");
  EXPECT_EQ(human_size(120), "120 B");
  EXPECT_EQ(human_size(1023), "1023 B");
  EXPECT_EQ(human_size(1024), "1.0 KiB");
  EXPECT_EQ(human_size(1536ULL * 1024), "1.5 MiB");
  EXPECT_EQ(human_size(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(human_size(UINT64_MAX), "16.0 EiB");
}

}  // namespace
}  // namespace arkive
