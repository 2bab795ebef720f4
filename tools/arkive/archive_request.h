/// From the options of an archive to what kafka/ takes.
#pragma once

#include "kafka/archive/archive.h"
#include "kafka/wire/client_properties.h"
#include "stores/core/result.h"
#include "tools/arkive/options.h"

namespace arkive::tools {

/// The file of --command-config, its warnings logged; without one, nothing is set.
Result<kafka::ClientProperties> read_properties(const KafkaOptions& options);

/// kUsage for a cluster's name or a glob that cannot be.
Result<kafka::ArchiveRequest> archive_request(const ArchiveOptions& options);

}  // namespace arkive::tools
