#include "kafka/log/record_parts_internal.h"
#include "stores/core/hash.h"

namespace arkive::kafka {
namespace {

/// A field that is there: in quotes when it is empty (nothing at all would be null) or parts fields.
void append_field(std::string& to, Bytes text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == Bytes::npos) {
    to += text;
    return;
  }
  to += '"';
  for (const char c : text) {
    if (c == '"') to += '"';
    to += c;
  }
  to += '"';
}

/// Two fields: as text, or as base64.
void append_bytes(std::string& to, const std::optional<Bytes>& bytes) {
  to += ',';
  if (bytes && is_utf8(*bytes)) append_field(to, *bytes);
  to += ',';
  if (bytes && !is_utf8(*bytes)) to += base64(*bytes);
}

}  // namespace

std::string_view csv_head() {
  return "topic,partition,offset,timestamp,timestamp_type,key,key_base64,value,value_base64,headers,control,"
         "aborted\r\n";
}

void append_csv_record(std::string& to, const RecordPlace& place, const Record& record) {
  if (!place.topic.empty()) append_field(to, place.topic);
  to += ',' + std::to_string(place.partition) + ',' + std::to_string(record.offset) + ',';
  if (place.magic != 0) to += std::to_string(record.timestamp);
  to += ',';
  to += timestamp_type(place);
  append_bytes(to, record.key);
  append_bytes(to, record.value);
  to += ',';
  if (!record.headers.empty()) {
    std::string headers;
    append_json_headers(headers, record.headers);
    append_field(to, headers);
  }
  to += ',';
  if (place.control) to += marker_word(*place.control);
  to += place.aborted ? ",true\r\n" : place.open_transaction ? ",open\r\n" : ",\r\n";
}

}  // namespace arkive::kafka
