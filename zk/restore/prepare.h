/// Before the flow: ACLs that must be in force before data is written below or into existing znodes.
#pragma once

#include "zk/restore/ledger.h"
#include "zk/restore/target.h"
#include "zk/restore/temporary_identity.h"

namespace arkive::zk {

/// Sets them all, pipelined, and tells the ledger. kRetry when the target is away for longer than
/// `without_server`.
Status prepare_existing(Target& target, Ledger& ledger, const TemporaryIdentity* identity,
                        std::chrono::milliseconds without_server);

}  // namespace arkive::zk
