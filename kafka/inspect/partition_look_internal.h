/// One partition directory, looked through.
#pragma once

#include <optional>
#include <string>

#include "kafka/inspect/inspect_logs.h"
#include "kafka/inspect/log_directory_internal.h"

namespace arkive::kafka::inspecting {

/// Nothing: it went away while a broker was at work. Trouble stands in the partition. Errors: kInterrupted,
/// kRetry when options.deadline has passed.
Result<std::optional<InspectedPartition>> look_at_partition(const LogDirectory& directory,
                                                            const std::string& name,
                                                            const InspectOptions& options);

}  // namespace arkive::kafka::inspecting
