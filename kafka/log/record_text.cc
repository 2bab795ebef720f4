#include "kafka/log/record_text.h"

#include <cstdio>

#include "kafka/log/record_parts_internal.h"
#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

/// True when `text` could be taken for something else in a line: for null, hex, the end of a field or a list.
bool needs_quotes(Bytes text, bool in_list) {
  if (text.empty() || text == "null" || text.starts_with("hex:") || text.starts_with('"') ||
      text.starts_with('<') || text.starts_with('[') || text.starts_with(' ') || text.ends_with(' ') ||
      text.find("  ") != Bytes::npos) {
    return true;
  }
  return in_list && text.find_first_of(",=]") != Bytes::npos;
}

void append_part(std::string& to, const std::optional<Bytes>& part, bool hex, bool in_list = false) {
  if (!part) {
    to += "null";
    return;
  }
  if (hex || !is_utf8(*part)) {
    to += "hex:" + to_hex(*part);
    return;
  }
  if (!needs_quotes(*part, in_list)) {
    to += printable(*part);
    return;
  }
  to += '"';
  for (const char c : printable(*part)) {
    if (c == '"') to += '\\';
    to += c;
  }
  to += '"';
}

void append_text_record(std::string& to, const RecordPlace& place, const Record& record, bool hex) {
  if (!place.topic.empty()) to += printable(place.topic) + ' ';
  to += std::to_string(place.partition) + '@' + std::to_string(record.offset) + "  " +
        format_timestamp(record.timestamp) + "  ";
  if (place.control) {
    to += '<' + marker_word(*place.control);
    if (place.control->kind != ControlMarker::Kind::kOther) {
      to += ", coordinator epoch " + std::to_string(place.control->coordinator_epoch);
    }
    to += ">\n";
    return;
  }
  append_part(to, record.key, hex);
  to += "  ";
  append_part(to, record.value, hex);
  if (!record.headers.empty()) {
    to += "  [";
    bool first = true;
    for (const Header& header : record.headers) {
      if (!first) to += ", ";
      first = false;
      append_part(to, header.name, false, true);
      to += '=';
      append_part(to, header.value, hex, true);
    }
    to += ']';
  }
  if (place.aborted) to += "  <aborted>";
  if (place.open_transaction) to += "  <open transaction>";
  to += '\n';
}

}  // namespace

Result<RecordFormat> record_format(std::string_view word) {
  if (word == "text") return RecordFormat::kText;
  if (word == "hex") return RecordFormat::kHex;
  if (word == "json") return RecordFormat::kJson;
  if (word == "csv") return RecordFormat::kCsv;
  return fail(Outcome::kUsage, "read format '" + printable(word) + "': not known",
              "use text, hex, json or csv");
}

std::string format_timestamp(UnixMilliseconds timestamp) {
  constexpr UnixMilliseconds kYear0 = -62'167'219'200'000;
  constexpr UnixMilliseconds kYear10000 = 253'402'300'800'000;
  if (timestamp == kNoTimestamp) return "-";
  if (timestamp < kYear0 || timestamp >= kYear10000) return std::to_string(timestamp) + "ms";
  std::string text = format_time(timestamp);
  const auto fraction = static_cast<int>((timestamp % 1000 + 1000) % 1000);
  char digits[8];
  (void)std::snprintf(digits, sizeof digits, ".%03dZ", fraction);
  text.pop_back();
  return text + digits;
}

void append_record(std::string& to, const RecordPlace& place, const Record& record, RecordFormat format) {
  switch (format) {
    case RecordFormat::kText:
    case RecordFormat::kHex:
      append_text_record(to, place, record, format == RecordFormat::kHex);
      break;
    case RecordFormat::kJson:
      append_json_record(to, place, record);
      break;
    case RecordFormat::kCsv:
      append_csv_record(to, place, record);
  }
}

}  // namespace arkive::kafka
