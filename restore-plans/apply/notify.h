/// Notices written for running brokers.
#pragma once

#include <span>

#include "kafka/recovery/notices.h"
#include "stores/core/result.h"
#include "zk/client/connect_string.h"

namespace arkive::restore_plans {

/// Each as a sequential znode with the ACL of its parent; parents must be there, as brokers make them. Errors
/// name the znode.
Status write_notices(std::span<const kafka::Notice> notices, const zk::ConnectOptions& target);

}  // namespace arkive::restore_plans
