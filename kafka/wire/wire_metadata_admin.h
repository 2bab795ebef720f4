/// The MetadataAdmin `wire`, which is a TopicAdmin too: topics, configs, ACLs, quotas and users read and
/// changed by our own client of Kafka's protocol, for brokers 1.1 to 4.1.
#pragma once

#include <memory>
#include <string>

#include "kafka/metadata_admin.h"
#include "kafka/wire/client_properties.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// As open_wire_log_source() (wire_log_source.h), with the same errors. Of itself: trouble that may pass (a
/// controller that moves, a quota on changes) is waited for 30 s at most, within the deadline, and then
/// stands in the answer. Brokers before 2.3 can only replace a topic's settings as a whole: there its other
/// ones are read first and written back with the changed ones.
Result<std::unique_ptr<MetadataAdmin>> open_wire_metadata_admin(const std::string& bootstrap,
                                                                const ClientProperties& properties,
                                                                Deadline deadline);

}  // namespace arkive::kafka
