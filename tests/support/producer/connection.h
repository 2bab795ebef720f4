/// How the record producer reaches a cluster: one librdkafka client, its settings and its errors.
#pragma once

#include <librdkafka/rdkafka.h>

#include <map>
#include <string>
#include <string_view>

#include "stores/core/handle.h"
#include "stores/core/result.h"

namespace arkive::producer {

struct Connection {
  std::string bootstrap;                          ///< "127.0.0.1:4001,..."; may stand in the file instead
  std::string config_file;                        ///< librdkafka's properties, as `kcat -F` reads them
  std::map<std::string, std::string> properties;  ///< librdkafka's, over those of the file
};

/// One client. All of a program that uses it is one thread.
using Client = Handle<rd_kafka_t, rd_kafka_destroy>;
using PartitionList = Handle<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;

/// What happens to each record that was sent; `opaque` is that of connect().
using Delivered = void (*)(rd_kafka_t*, const rd_kafka_message_t*, void* opaque);

/// Makes a client; connects to nobody yet. `ours` stands below what `connection` says. kUsage for a property
/// that librdkafka does not know.
Result<Client> connect(rd_kafka_type_t kind, const Connection& connection,
                       const std::map<std::string, std::string>& ours, Delivered delivered = nullptr,
                       void* opaque = nullptr);

/// What librdkafka answered, as ours.
Status checked(rd_kafka_resp_err_t code, std::string_view operation);
/// As above; takes `error` over (nothing is success).
Status checked(rd_kafka_error_t* error, std::string_view operation);

}  // namespace arkive::producer
