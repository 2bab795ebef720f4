#include "kafka/log/record_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/kafka/log/encoder/log_encoder.h"
#include "tests/support/results.h"

namespace arkive::kafka {
namespace {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using test::SentRecord;

/// The line of `sent`, after a way through a batch.
std::string line(const SentRecord& sent, RecordFormat format, const RecordPlace& place = {}) {
  const std::string batch = test::encode_batch({.first_offset = sent.offset}, {sent});
  RecordReader reader;
  std::string text;
  EXPECT_TRUE(
      succeeded(for_each_record(reader, value_of(parse_entry(batch)).value(),
                                [&](const Record& record) { append_record(text, place, record, format); })));
  return text;
}

const SentRecord kPlain{42, 1'700'000'000'123, "k-1", "{\"n\":1}", {{"trace", "ab"}, {"none", std::nullopt}}};
const SentRecord kBinary{43, 0, "\xff\x01", "\xc3", {{"\xfe", "\xfd"}}};
const SentRecord kNull{44, -1, std::nullopt, std::nullopt, {}};
const SentRecord kEmpty{45, 5, "", "", {{"", ""}}};

TEST(TextLine, ShowsPartitionOffsetTimeKeyValueAndHeaders) {
  EXPECT_EQ(line(kPlain, RecordFormat::kText),
            "0@42  2023-11-14T22:13:20.123Z  k-1  {\"n\":1}  [trace=ab, none=null]\n");
  EXPECT_EQ(line(kBinary, RecordFormat::kText, {.topic = "orders", .partition = 3}),
            "orders 3@43  1970-01-01T00:00:00.000Z  hex:ff01  hex:c3  [hex:fe=hex:fd]\n");
  EXPECT_EQ(line(kNull, RecordFormat::kText), "0@44  -  null  null\n");
  EXPECT_EQ(line(kEmpty, RecordFormat::kText), "0@45  1970-01-01T00:00:00.005Z  \"\"  \"\"  [\"\"=\"\"]\n");
}

TEST(TextLine, NoTextIsTakenForSomethingElse) {
  EXPECT_EQ(line({0, -1, "null", "hex:00", {{"a=b", "c,d]"}}}, RecordFormat::kText),
            "0@0  -  \"null\"  \"hex:00\"  [\"a=b\"=\"c,d]\"]\n");
  EXPECT_EQ(line({0, -1, "a  b", "\"<", {}}, RecordFormat::kText), "0@0  -  \"a  b\"  \"\\\"<\"\n");
  EXPECT_EQ(line({0, -1, " a", "\x1b[2J\n\xc2\x9b", {}}, RecordFormat::kText),
            "0@0  -  \" a\"  \\x1b[2J\\x0a\\xc2\\x9b\n");
}

TEST(TextLine, MarksControlAndAbortedRecords) {
  RecordPlace control;
  control.control = ControlMarker{ControlMarker::Kind::kAbort, 0, 3};
  EXPECT_EQ(line(kNull, RecordFormat::kText, control), "0@44  -  <abort, coordinator epoch 3>\n");
  control.control = ControlMarker{ControlMarker::Kind::kOther, 5, -1};
  EXPECT_EQ(line(kNull, RecordFormat::kText, control), "0@44  -  <5>\n");
  EXPECT_EQ(line(kNull, RecordFormat::kText, {.aborted = true}), "0@44  -  null  null  <aborted>\n");
}

TEST(Lines, OfOpenTransactionsAreMarked) {
  const RecordPlace open{.open_transaction = true};
  EXPECT_EQ(line(kNull, RecordFormat::kText, open), "0@44  -  null  null  <open transaction>\n");
  EXPECT_THAT(line(kNull, RecordFormat::kJson, open), testing::HasSubstr(",\"openTransaction\":true}"));
  EXPECT_THAT(line(kNull, RecordFormat::kCsv, open), testing::EndsWith(",open\r\n"));
}

TEST(HexLine, ShowsBytesAlways) {
  EXPECT_EQ(line(kPlain, RecordFormat::kHex),
            "0@42  2023-11-14T22:13:20.123Z  hex:6b2d31  hex:7b226e223a317d  [trace=hex:6162, none=null]\n");
  EXPECT_EQ(line(kEmpty, RecordFormat::kHex), "0@45  1970-01-01T00:00:00.005Z  hex:  hex:  [\"\"=hex:]\n");
}

TEST(Timestamps, BeyondTheCalendarStayNumbers) {
  EXPECT_EQ(format_timestamp(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(format_timestamp(253'402'300'800'000), "253402300800000ms");
  EXPECT_EQ(format_timestamp(-62'167'219'200'000), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(format_timestamp(-2), "1969-12-31T23:59:59.998Z");
  EXPECT_EQ(format_timestamp(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808ms");
}

TEST(JsonLine, IsAsTheHeaderSays) {
  EXPECT_EQ(line(kPlain, RecordFormat::kJson, {.topic = "orders"}),
            "{\"topic\":\"orders\",\"partition\":0,\"offset\":42,\"timestamp\":1700000000123,"
            "\"timestampType\":\"CreateTime\",\"key\":\"k-1\",\"value\":\"{\\\"n\\\":1}\","
            "\"headers\":[[\"trace\",\"ab\"],[\"none\",null]]}\n");
  EXPECT_EQ(line(kBinary, RecordFormat::kJson, {.partition = 3, .log_append_time = true}),
            "{\"partition\":3,\"offset\":43,\"timestamp\":0,\"timestampType\":\"LogAppendTime\","
            "\"key_base64\":\"/wE=\",\"value_base64\":\"ww==\","
            "\"headers\":[[{\"base64\":\"/g==\"},{\"base64\":\"/Q==\"}]]}\n");
  EXPECT_EQ(line(kNull, RecordFormat::kJson, {.magic = 0}),
            "{\"partition\":0,\"offset\":44,\"timestamp\":null,\"timestampType\":\"NoTimestampType\","
            "\"key\":null,\"value\":null,\"headers\":[]}\n");
}

TEST(JsonLine, MarksControlAndAbortedRecords) {
  RecordPlace place;
  place.control = ControlMarker{ControlMarker::Kind::kCommit, 1, 3};
  EXPECT_THAT(line(kNull, RecordFormat::kJson, place),
              testing::HasSubstr("\"headers\":[],\"control\":\"commit\",\"coordinatorEpoch\":3}"));
  place.control = ControlMarker{ControlMarker::Kind::kOther, 5, -1};
  EXPECT_THAT(line(kNull, RecordFormat::kJson, place), testing::HasSubstr("\"control\":5}"));
  EXPECT_THAT(line(kNull, RecordFormat::kJson, {.aborted = true}), testing::HasSubstr(",\"aborted\":true}"));
}

TEST(JsonLine, EveryCharacterComesBackAndNoneSteersATerminal) {
  std::string text;
  for (char32_t point = 0; point < 0x10ffff; point += point < 0x3000 ? 1 : 997) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    if (point < 0x80) {
      text += static_cast<char>(point);
    } else if (point < 0x800) {
      text += {static_cast<char>(0xc0 | point >> 6), static_cast<char>(0x80 | (point & 0x3f))};
    } else if (point < 0x10000) {
      text += {static_cast<char>(0xe0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3f)),
               static_cast<char>(0x80 | (point & 0x3f))};
    } else {
      text += {static_cast<char>(0xf0 | point >> 18), static_cast<char>(0x80 | (point >> 12 & 0x3f)),
               static_cast<char>(0x80 | (point >> 6 & 0x3f)), static_cast<char>(0x80 | (point & 0x3f))};
    }
  }
  ASSERT_TRUE(is_utf8(text));
  std::string json = line({0, 0, text, {}, {}}, RecordFormat::kJson);
  EXPECT_EQ(nlohmann::json::parse(json).at("key").get<std::string>(), text);
  json.pop_back();
  EXPECT_EQ(printable(json), json);
}

TEST(CsvLine, TellsNullFromEmpty) {
  EXPECT_EQ(
      csv_head(),
      "topic,partition,offset,timestamp,timestamp_type,key,key_base64,value,value_base64,headers,control,"
      "aborted\r\n");
  EXPECT_EQ(line(kNull, RecordFormat::kCsv, {.topic = "t"}), "t,0,44,-1,CreateTime,,,,,,,\r\n");
  EXPECT_EQ(line(kEmpty, RecordFormat::kCsv),
            ",0,45,5,CreateTime,\"\",,\"\",,\"[[\"\"\"\",\"\"\"\"]]\",,\r\n");
  EXPECT_EQ(line(kBinary, RecordFormat::kCsv, {.magic = 0, .aborted = true}),
            ",0,43,,NoTimestampType,,/wE=,,ww==,"
            "\"[[{\"\"base64\"\":\"\"/g==\"\"},{\"\"base64\"\":\"\"/Q==\"\"}]]\",,true\r\n");
  EXPECT_EQ(line({1, 2, "a,b", "c\"\r\n", {}}, RecordFormat::kCsv),
            ",0,1,2,CreateTime,\"a,b\",,\"c\"\"\r\n\",,,,\r\n");
  RecordPlace place;
  place.control = ControlMarker{ControlMarker::Kind::kCommit, 1, 3};
  EXPECT_EQ(line(kNull, RecordFormat::kCsv, place), ",0,44,-1,CreateTime,,,,,,commit,\r\n");
}

TEST(Formats, AreNamed) {
  EXPECT_EQ(value_of(record_format("json")), RecordFormat::kJson);
  EXPECT_EQ(value_of(record_format("text")), RecordFormat::kText);
  EXPECT_EQ(value_of(record_format("hex")), RecordFormat::kHex);
  EXPECT_EQ(value_of(record_format("csv")), RecordFormat::kCsv);
  EXPECT_TRUE(failed_with(Outcome::kUsage, record_format("xml")));
}

}  // namespace
}  // namespace arkive::kafka
