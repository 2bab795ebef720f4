#include "tools/arkive/cluster_doors.h"

#include <algorithm>

#include "kafka/rdkafka/librdkafka_topic_admin.h"
#include "tools/arkive/log_sources.h"

namespace arkive::tools {
namespace {

KafkaOptions at(KafkaOptions kafka, const std::string& bootstrap, Deadline deadline) {
  kafka.bootstrap = bootstrap;
  kafka.timeout = std::min(kafka.timeout, deadline.remaining());
  return kafka;
}

}  // namespace

void give_clients(const KafkaOptions& kafka, const kafka::ClientProperties& properties,
                  restore_plans::LiveDoors& doors) {
  doors.open_source = [kafka, properties](const std::string& bootstrap, Deadline deadline) {
    return open_log_source(reader_for("auto", properties), at(kafka, bootstrap, deadline), properties);
  };
  doors.open_target = [kafka, properties](const std::string& bootstrap, Deadline deadline) {
    return open_log_target(reader_for("auto", properties), at(kafka, bootstrap, deadline), properties);
  };
  doors.open_admin = [properties](const std::string& bootstrap, Deadline deadline) {
    return kafka::open_librdkafka_topic_admin(bootstrap, properties, deadline);
  };
}

}  // namespace arkive::tools
