/// Records as people and other programs want to see them: one line each.
///
/// kText  0@42  2026-11-20T23:30:00.123Z  key  value  [name=value, name=null]
///        Partition and offset, time, key, value; headers when there are some. Valid UTF-8 stands as
///        printable() gives it, all else as hex:00ff. null is the bare word; a text that could be taken for
///        one of these, or is empty or holds two blanks in a row, stands in quotes. Control records: <abort,
///        coordinator epoch 3>; records of aborted transactions end with <aborted>, those of transactions
///        that have no marker yet with <open transaction>.
/// kHex   the same line with key, value and headers' values as hex: always.
/// kJson  {"topic":"orders","partition":0,"offset":42,"timestamp":1700000000123,"timestampType":"CreateTime",
///        "key":"k","value":null,"headers":[["name","value"],["name",null]]}
///        What is not UTF-8 is base64 in "key_base64" or "value_base64" instead, and within headers
///        {"base64":"..."} in the place of the string. timestampType is CreateTime, LogAppendTime or (magic
///        0) NoTimestampType with a null timestamp. Only where it is so: "aborted":true;
///        "openTransaction":true; "control":"abort", "commit" or a number, with "coordinatorEpoch". "topic"
///        only when it is given. Controls and characters that reorder a line are written \uXXXX.
/// kCsv   RFC 4180, lines end with CR LF, columns as csv_head(). null is nothing between the commas,
///        empty is "". Columns *_base64 as in JSON; headers are the JSON list, nothing when there are none;
///        "aborted" is true, open (no marker yet) or nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kafka/log/records.h"
#include "stores/core/result.h"

namespace arkive::kafka {

enum class RecordFormat : std::uint8_t { kText, kHex, kJson, kCsv };

/// "text", "hex", "json", "csv"; kUsage otherwise.
Result<RecordFormat> record_format(std::string_view word);

/// What is known of a record besides itself.
struct RecordPlace {
  std::string_view topic{};  ///< may be empty
  std::int32_t partition = 0;
  std::int8_t magic = 2;          ///< of the entry
  bool log_append_time = false;   ///< of the entry
  bool aborted = false;           ///< within an AbortedSpan of its producer
  bool open_transaction = false;  ///< of a transaction that has no marker yet
  std::optional<ControlMarker> control{};
};

/// The line of `record` with its end ("\n", or "\r\n" in CSV), appended to `to`.
void append_record(std::string& to, const RecordPlace& place, const Record& record, RecordFormat format);

/// The first line of a CSV file.
std::string_view csv_head();

/// `text`, which is UTF-8, as a JSON string in quotes.
void append_json_string(std::string& to, Bytes text);

/// "2026-11-20T23:30:00.123Z"; "-" for kNoTimestamp; outside the years 0 to 9999, where producers have
/// counted in another unit, the number as it is: "1700000000000000000ms".
std::string format_timestamp(UnixMilliseconds timestamp);

}  // namespace arkive::kafka
