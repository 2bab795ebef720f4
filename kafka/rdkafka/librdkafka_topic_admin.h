/// The TopicAdmin over librdkafka: topics made, configured and deleted by its administration calls.
#pragma once

#include <memory>
#include <string>

#include "kafka/topic_admin.h"
#include "kafka/wire/client_properties.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Reaches the cluster. Errors and settings as open_librdkafka_log_source() (librdkafka_log_source.h); so
/// OAUTHBEARER, and SCRAM to Kafka from 4.0 on, are refused.
///
/// librdkafka 2.0 can only replace all settings of a topic (KIP-133; IncrementalAlterConfigs, KIP-339, came
/// with 2.2): change_configs() reads what is set on the topic, changes it, and writes it back. What somebody
/// else changes in between is lost. kConflict in its answer: a sensitive setting is there, whose value
/// brokers do not tell, so that it would be lost.
Result<std::unique_ptr<TopicAdmin>> open_librdkafka_topic_admin(const std::string& bootstrap,
                                                                const ClientProperties& properties,
                                                                Deadline deadline);

}  // namespace arkive::kafka
