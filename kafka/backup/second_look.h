/// Compares the two halves topic by topic, and looks at what differs again, in both, until they agree or are
/// known not to.
#pragma once

#include <vector>

#include "kafka/archive/archive.h"
#include "kafka/backup/consistency.h"
#include "zk/source.h"

namespace arkive::kafka {

struct SecondLook {
  zk::Source& tree;
  LogSource& wire;
  const ArchiveRequest& request;  ///< which topics are wanted
  int connections = 1;
};

/// Ascending by topic. Errors: those of a second look that failed, by itself no reason to give up a backup:
/// what differed then stands as a mismatch whose text says so; only kInterrupted is handed up.
Result<std::vector<Disagreement>> compare(const ClusterInTree& tree, const SeenCluster& seen,
                                          const SecondLook& look, Deadline deadline);

}  // namespace arkive::kafka
