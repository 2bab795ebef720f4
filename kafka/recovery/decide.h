/// What Kafka's znodes of a backup must become before brokers start on given disks: the classes keep, drop,
/// raise, make and conflict, znode by znode, each with its reason.
///
/// What the rules rest on stands in docs/restore-guide.md, section "Which znodes are restored as they were".
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/recovery/disks.h"
#include "kafka/recovery/replicas.h"
#include "kafka/recovery/znode_decision.h"
#include "stores/core/result.h"
#include "zk/tree.h"

namespace arkive::kafka {

/// What the target's ZooKeeper holds already.
struct TargetZnodes {
  std::map<std::string, std::string> hashes;  ///< SHA-256 of the data of each, hex; "-" for null
  std::int64_t controller_epoch = -1;
  std::int64_t producer_ids_end = -1;
};

struct DecideOptions {
  std::string root;  ///< where Kafka's tree stands in the backup: "", "/kafka"
  /// Topics that are on the disks and not in the backup get znodes.
  bool make_missing_topics = false;
  /// Further znodes whose value on the target is replaced; null: none.
  std::function<bool(std::string_view path)> replaces;
};

/// Something a person has to know or to decide.
struct RecoveryNote {
  enum class Kind : std::uint8_t {
    kStops,  ///< the restore must not go on before it is dealt with
    kAsks,   ///< it goes on as told here; another answer is possible
    kLoses   ///< will not be there afterwards
  };
  Kind kind = Kind::kAsks;
  std::string object;  ///< "topic orders", "partition orders-0"
  std::string what;
  std::string advice;  ///< may be empty
  bool operator==(const RecoveryNote&) const = default;
};

struct ZnodeDecisions {
  std::vector<ZnodeDecision> decisions;        ///< ascending by path, so parents come first
  std::vector<RecoveredPartition> partitions;  ///< of topics that are restored, ascending
  std::vector<RecoveryNote> notes;
  std::int64_t producer_ids_end = -1;  ///< of the block that is restored; -1: none is
  std::int64_t controller_epoch = -1;
  std::string cluster_id;
};

/// kNotFound: the backup's tree holds no Kafka at `options.root`; kCorrupt: a znode that must be changed is
/// not as Kafka writes it; kConflict: disks of another cluster than the backup.
Result<ZnodeDecisions> decide_znodes(const zk::Tree& backup, const ClusterOnDisks& disks,
                                     const TargetZnodes& target, const DecideOptions& options);

}  // namespace arkive::kafka
