/// After the run: is everything that was written there as it should be?
#pragma once

#include "zk/restore/ledger.h"
#include "zk/restore/target.h"

namespace arkive::zk {

/// Reads the target's subtree again, in bulk, and notes in `report` what differs. ACLs are read back as
/// RestoreOptions::verify_every_acl says. Errors as Source::read.
Status verify(Target& target, const Ledger& ledger, const RestoreOptions& options, Deadline deadline,
              RestoreReport& report);

}  // namespace arkive::zk
