/// What was written or read, as JSON lines on standard output.
#pragma once

#include <librdkafka/rdkafka.h>

#include <string_view>

#include "stores/core/result.h"

namespace arkive::producer {

/// {"topic":"orders","partition":0,"offset":7,"timestamp":1700000000000,"timestamp_type":"create",
///  "key":"key-3","value":null,"headers":[["name","value"],["name",null]]} and, unless it is empty,
/// "outcome":"committed". Bytes that are no UTF-8 are {"base64":"..."}; what is not there is null.
/// timestamp_type: "create", "append", or "none" in the oldest message format (the timestamp is then -1).
void print_record(const rd_kafka_message_t& record, std::string_view outcome);

/// {"group":"readers","topic":"orders","partition":0,"offset":7,"metadata":"..."}
void print_commit(std::string_view group, const rd_kafka_topic_partition_t& committed);

/// Flushes standard output; kFail when it could not be written.
Status flush_lines();

}  // namespace arkive::producer
