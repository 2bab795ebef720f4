/// From the options of an archive to what kafka/ takes.
#pragma once

#include "kafka/archive/archive.h"
#include "stores/core/result.h"
#include "tools/arkive/options.h"

namespace arkive::tools {

/// kUsage for a cluster's name or a glob that cannot be.
Result<kafka::ArchiveRequest> archive_request(const ArchiveOptions& options);

}  // namespace arkive::tools
