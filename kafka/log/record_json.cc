#include "kafka/log/record_parts_internal.h"
#include "stores/core/hash.h"

namespace arkive::kafka {
namespace {

/// The length of the character at text[at] when a terminal must not see it: a control beyond ASCII, a mark or
/// separator that reorders or breaks a line (the same ones as printable()); else 0. `text` is UTF-8.
std::size_t steering_character(Bytes text, std::size_t at, unsigned& point) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (byte(0) == 0xc2 && byte(1) <= 0x9f) return point = byte(1), 2;
  if (byte(0) == 0xd8 && byte(1) == 0x9c) return point = 0x061c, 2;
  if (byte(0) != 0xe2) return 0;
  const unsigned three = 0x2000U | (byte(1) & 0x3fU) << 6 | (byte(2) & 0x3fU);
  const bool steers = three == 0x200e || three == 0x200f || (three >= 0x2028 && three <= 0x202e) ||
                      (three >= 0x2066 && three <= 0x2069);
  if (!steers) return 0;
  point = three;
  return 3;
}

void append_unicode_escape(std::string& to, unsigned point) {
  constexpr char kDigits[] = "0123456789abcdef";
  to += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) to += kDigits[point >> shift & 0xf];
}

/// "name":value or "name_base64":"..."
void append_bytes(std::string& to, std::string_view name, const std::optional<Bytes>& bytes) {
  to += ",\"";
  to += name;
  if (!bytes) {
    to += "\":null";
  } else if (is_utf8(*bytes)) {
    to += "\":";
    append_json_string(to, *bytes);
  } else {
    to += "_base64\":\"" + base64(*bytes) + "\"";
  }
}

void append_header_part(std::string& to, const std::optional<Bytes>& part) {
  if (!part) {
    to += "null";
  } else if (is_utf8(*part)) {
    append_json_string(to, *part);
  } else {
    to += "{\"base64\":\"" + base64(*part) + "\"}";
  }
}

}  // namespace

void append_json_string(std::string& to, Bytes text) {
  to += '"';
  std::size_t plain = 0;  // from here on nothing needs an escape so far
  const auto flush = [&](std::size_t end) { to.append(text.substr(plain, end - plain)); };
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    std::size_t size = 1;
    unsigned point = byte;
    if (byte >= 0x80) {
      size = steering_character(text, at, point);
      if (size == 0) {
        ++at;
        continue;
      }
    } else if (byte >= 0x20 && byte != 0x7f && byte != '"' && byte != '\\') {
      ++at;
      continue;
    }
    flush(at);
    if (byte == '"' || byte == '\\') {
      to += '\\';
      to += text[at];
    } else if (byte == '\n') {
      to += "\\n";
    } else if (byte == '\t') {
      to += "\\t";
    } else if (byte == '\r') {
      to += "\\r";
    } else {
      append_unicode_escape(to, point);
    }
    at += size;
    plain = at;
  }
  flush(text.size());
  to += '"';
}

std::string_view timestamp_type(const RecordPlace& place) {
  if (place.magic == 0) return "NoTimestampType";
  return place.log_append_time ? "LogAppendTime" : "CreateTime";
}

std::string marker_word(const ControlMarker& marker) {
  switch (marker.kind) {
    case ControlMarker::Kind::kAbort:
      return "abort";
    case ControlMarker::Kind::kCommit:
      return "commit";
    case ControlMarker::Kind::kOther:
      break;
  }
  return std::to_string(marker.type);
}

void append_json_headers(std::string& to, const Headers& headers) {
  to += '[';
  bool first = true;
  for (const Header& header : headers) {
    if (!first) to += ',';
    first = false;
    to += '[';
    append_header_part(to, header.name);
    to += ',';
    append_header_part(to, header.value);
    to += ']';
  }
  to += ']';
}

void append_json_record(std::string& to, const RecordPlace& place, const Record& record) {
  to += '{';
  if (!place.topic.empty()) {
    to += "\"topic\":";
    append_json_string(to, place.topic);
    to += ',';
  }
  to += "\"partition\":" + std::to_string(place.partition) + ",\"offset\":" + std::to_string(record.offset);
  to += ",\"timestamp\":" + (place.magic == 0 ? "null" : std::to_string(record.timestamp));
  to += ",\"timestampType\":\"";
  to += timestamp_type(place);
  to += '"';
  append_bytes(to, "key", record.key);
  append_bytes(to, "value", record.value);
  to += ",\"headers\":";
  append_json_headers(to, record.headers);
  if (place.control) {
    const bool named = place.control->kind != ControlMarker::Kind::kOther;
    to += ",\"control\":";
    to += named ? '"' + marker_word(*place.control) + '"' : marker_word(*place.control);
    if (named) to += ",\"coordinatorEpoch\":" + std::to_string(place.control->coordinator_epoch);
  }
  if (place.aborted) to += ",\"aborted\":true";
  if (place.open_transaction) to += ",\"openTransaction\":true";
  to += "}\n";
}

}  // namespace arkive::kafka
