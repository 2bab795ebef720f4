/// The step that puts the planned tree into ZooKeeper, and the gates about it.
#pragma once

#include <string>
#include <vector>

#include "restore-plans/apply/backup_tree.h"
#include "restore-plans/apply/surroundings.h"
#include "zk/client/connect_string.h"

namespace arkive::restore_plans {

struct ZnodeStep {
  const Plan& plan;
  const LoadTree& load;
  zk::ConnectOptions target;
  std::uint32_t packet_limit = 0xfffff;  ///< jute.maxbuffer of the target
};

/// "312 created, 3 overwritten". Refuses before the first write (kConflict) where the target holds something
/// the plan does not speak of, and what cannot be restored (kUsage: too large, ACL not known).
Result<std::string> restore_planned_znodes(const ZnodeStep& step);

/// What of the planned tree is not there as it should be. With `still` without what moves by itself.
Result<std::vector<Deviation>> znode_deviations(const ZnodeStep& step, bool still);

}  // namespace arkive::restore_plans
