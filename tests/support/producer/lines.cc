#include "tests/support/producer/lines.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/hash.h"

namespace arkive::producer {

namespace {

/// Keeps the order in which things are said.
using Json = nlohmann::ordered_json;

Json json_of(const void* bytes, std::size_t size) {
  if (bytes == nullptr) return nullptr;
  const Bytes all(static_cast<const char*>(bytes), size);
  if (is_utf8(all)) return std::string(all);
  return Json{{"base64", base64(all)}};
}

Json headers_of(const rd_kafka_message_t& record) {
  Json list = Json::array();
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&record, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return list;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i) {
    list.push_back(Json::array({std::string(name), json_of(value, size)}));
  }
  return list;
}

const char* name_of(rd_kafka_timestamp_type_t type) {
  if (type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME) return "append";
  return type == RD_KAFKA_TIMESTAMP_CREATE_TIME ? "create" : "none";
}

void print(const Json& line) {
  const auto text = line.dump() + "\n";
  (void)std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace

void print_record(const rd_kafka_message_t& record, std::string_view outcome) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const auto timestamp = rd_kafka_message_timestamp(&record, &type);
  Json line = {{"topic", rd_kafka_topic_name(record.rkt)},
               {"partition", record.partition},
               {"offset", record.offset},
               {"timestamp", timestamp},
               {"timestamp_type", name_of(type)},
               {"key", json_of(record.key, record.key_len)},
               {"value", json_of(record.payload, record.len)},
               {"headers", headers_of(record)}};
  if (!outcome.empty()) line["outcome"] = outcome;
  print(line);
}

void print_commit(std::string_view group, const rd_kafka_topic_partition_t& committed) {
  print({{"group", group},
         {"topic", committed.topic},
         {"partition", committed.partition},
         {"offset", committed.offset},
         {"metadata", json_of(committed.metadata, committed.metadata_size)}});
}

Status flush_lines() {
  if (std::fflush(stdout) == 0) return ok();
  return fail(Outcome::kFail, "write to standard output: it could not be written");
}

}  // namespace arkive::producer
