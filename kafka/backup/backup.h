/// The backup: ZooKeeper's tree, consumer groups and topics of one cluster in one cut, with one manifest. The
/// use case behind `arkive backup`; tools/ only parses and prints.
///
/// The order: the tree; then what archive() does: group offsets, end offsets of __transaction_state, the
/// vector of all other end offsets, records up to it. Then both halves are compared, and one create-only put
/// commits all of it: killed before, a store has the old runs only; what was written stays for the next run
/// to use or remove.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/archive/archive.h"
#include "kafka/backup/consistency.h"
#include "stores/manifest/manifest.h"
#include "zk/dump/dump.h"

namespace arkive::kafka {

struct BackupRequest {
  LogSource* source = nullptr;
  Store* store = nullptr;
  /// Topics, fetch, patience. Its cluster names the backup; `held` and `commit` are the backup's own.
  ArchiveRequest topics;
  /// None: a cluster without ZooKeeper. Its cluster, run_id, to and complete are the backup's own.
  std::optional<zk::DumpRequest> tree;
  Repository* repository = nullptr;    ///< `store`, as a keeper of trees; needed with `tree`
  std::vector<Repository*> histories;  ///< where the tree goes too: git
};

struct BackupReport {
  Manifest manifest;
  /// The last of its destinations is the store. It borrows the request's repositories.
  std::optional<zk::DumpOutcome> tree;
  ArchiveReport topics;
  std::vector<Disagreement> disagreements;
  bool compared = false;  ///< both halves were: there is a tree, and it was read whole
};

/// Errors: those of zk::dump() and archive(); kConflict when the tree is of another cluster than the brokers;
/// nothing is committed in the store then. A history that fails leaves its error in report.tree, and one that
/// succeeds keeps its commit whatever becomes of the rest.
Result<BackupReport> backup(const BackupRequest& request);

}  // namespace arkive::kafka
