/// Trees of runs, loaded for restoring, and the dump of what a restore replaces.
#pragma once

#include <string>
#include <vector>

#include "restore-plans/apply/backup_tree.h"
#include "stores/core/result.h"
#include "stores/repository.h"
#include "tools/places/repositories.h"
#include "zk/client/connect_string.h"

namespace arkive::tools {

/// What is at and below `path`. `acl` is given to znodes whose own the run does not know: "creator" (all for
/// the digest identities among `identities`), or an ACL written out; empty: it stays unknown. kUsage for one
/// that is none, or that would show a digest's hash.
Result<restore_plans::LoadedTree> load_tree(const RunReader& run, const std::string& path,
                                            const std::string& acl,
                                            const std::vector<zk::Identity>& identities);

/// All of the target's tree, kept in `place` (empty: the repository of `opened`) under the cluster's name
/// with kBeforeRestore. `speak`: says where.
Status dump_before(const std::string& place, const KeyOptions& key, const OpenedRun& opened,
                   const zk::ConnectOptions& target, bool speak);

}  // namespace arkive::tools
