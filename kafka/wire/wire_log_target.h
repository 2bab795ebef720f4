/// The LogTarget `wire`: batches appended and offsets committed by our own client of Kafka's protocol, for
/// brokers 1.1 to 4.1.
#pragma once

#include <memory>
#include <string>

#include "kafka/log_target.h"
#include "kafka/wire/client_properties.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// As open_wire_log_source() (wire_log_source.h), with the same errors. Of the target itself: trouble of one
/// group (a coordinator that moves or loads) is waited for 30 s at most, within the deadline, and then stands
/// in its answers. A single answer is waited for twice request.timeout.ms at most.
Result<std::unique_ptr<LogTarget>> open_wire_log_target(const std::string& bootstrap,
                                                        const ClientProperties& properties,
                                                        Deadline deadline);

}  // namespace arkive::kafka
