/// Looking at a cluster as the command line names it.
#pragma once

#include "restore-plans/observe/observation.h"
#include "stores/core/result.h"
#include "tools/arkive/options.h"

namespace arkive::tools {

/// Reads the reports, asks ZooKeeper and Kafka, one after the other. kUsage when nothing is named.
Result<restore_plans::Observation> look(const ObserveOptions& options);

}  // namespace arkive::tools
