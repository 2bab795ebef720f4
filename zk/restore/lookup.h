/// Looking at the target after something went otherwise than planned: what is there now, and is it ours?
#pragma once

#include <vector>

#include "zk/restore/ledger.h"
#include "zk/restore/step.h"
#include "zk/restore/target.h"
#include "zk/restore/temporary_identity.h"

namespace arkive::zk {

/// What became of a step whose answer is not known, or that found its znode there.
enum class Fate : std::uint8_t {
  kUnknown,  ///< the connection was lost again: look once more
  kNotDone,  ///< to be sent (again)
  kSettled   ///< the ledger has been told
};

/// Looks at `steps`, pipelined, and tells the ledger of those that are settled: done, or kept since somebody
/// else wrote meanwhile. `sent`: they were sent by us and the answer was lost, so what looks like ours is.
/// For counters the steps' counts are lowered by what was done.
std::vector<Fate> look_at(Target& target, Ledger& ledger, const TemporaryIdentity* identity,
                          std::vector<Step>& steps, bool sent);

}  // namespace arkive::zk
