/// The last run of a cluster: what a new one is compared with, and whose ACLs it may reuse.
#pragma once

#include <memory>
#include <string_view>

#include "stores/repository.h"

namespace arkive::zk {

/// The newest run; null when there is none.
Result<std::unique_ptr<RunReader>> open_last_run(const Repository& repository, std::string_view cluster);

}  // namespace arkive::zk
