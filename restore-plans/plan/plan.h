/// Plan: the way back, as a file a person can read and edit (docs/format-plan.md): what was found, what is
/// done step by step and why, znode by znode, and what will not be there afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/recovery/decide.h"
#include "kafka/recovery/notices.h"
#include "kafka/recovery/replicas.h"
#include "kafka/recovery/znode_decision.h"
#include "restore-plans/observe/observation.h"
#include "restore-plans/plan/step.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::restore_plans {

/// What was lost, and so how the way back goes.
enum class Scenario : std::uint8_t {
  kNothing,              ///< nothing of the backup is missing on the target
  kZooKeeperLost,        ///< A: brokers' disks are there
  kStartedAgainstEmpty,  ///< A': the same, and brokers were started against the empty ZooKeeper
  kAllLost,              ///< B: log directories are seeded from the archive
  kNewCluster,           ///< C: topics are replayed into another cluster
  kTopicsLost,           ///< D: the cluster lives, topics were deleted or emptied
  kReverted,             ///< E: configs, ACLs or quotas of a living cluster from history
  kSubtree               ///< F: znodes below one path, whoever they belong to
};
/// "nothing", "zookeeper-lost", "started-against-empty-zookeeper", "all-lost", "new-cluster", "topics-lost",
/// "reverted", "subtree".
std::string_view scenario_name(Scenario scenario);
std::optional<Scenario> parse_scenario(std::string_view name);
/// "A", "A'", ...; empty for kNothing.
std::string_view scenario_letter(Scenario scenario);

/// Where the backup is.
struct PlannedBackup {
  std::string tree_from;  ///< STORE or git:PATH, without a reference
  std::string tree_run;   ///< empty: no tree is used
  std::string topics_from;
  std::string topics_run;  ///< empty: no archive is used
  std::string cluster;     ///< the name it is kept under
  UnixMilliseconds tree_taken = 0;
  UnixMilliseconds topics_taken = 0;
  /// All of it is as of a moment between these two.
  UnixMilliseconds span_began = 0;
  UnixMilliseconds span_ended = 0;
  std::int64_t zxid_last = 0;
  bool operator==(const PlannedBackup&) const = default;
};

/// What the cluster must have at the end.
struct PlannedGroupOffset {
  std::string group;
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  bool operator==(const PlannedGroupOffset&) const = default;
};

struct Plan {
  static constexpr int kFormat = 1;

  std::string id;  ///< as a run's: new_run_id()
  UnixMilliseconds made = 0;
  std::string arkive_version;
  PlannedBackup backup;
  Scenario scenario = Scenario::kNothing;
  std::vector<std::string> why;  ///< this scenario, a line each
  /// "old-kafka" (G: log directories without a cluster id), "imported" (H: ACLs and kinds are guesses).
  std::vector<std::string> variants;
  std::vector<Step> steps;  ///< in their order
  std::string path = "/";   ///< of the backup's tree: what is restored
  std::string kafka_root;   ///< in it
                            /// Of the cluster, from the backup and the observation, ascending by id.
  std::vector<ObservedBroker> brokers;
  std::string acl;           ///< for znodes whose ACL the backup does not know; empty: they are refused
  std::uint64_t znodes = 0;  ///< that are restored
  std::vector<kafka::ZnodeDecision> decisions;
  std::vector<kafka::Notice> notices;  ///< of kNotify
  std::vector<kafka::RecoveredPartition> partitions;
  std::vector<PlannedGroupOffset> group_offsets;
  std::vector<kafka::RecoveryNote> notes;
  Observation observation;

  /// Nothing in `notes` stops it.
  bool may_be_applied() const;
  std::string to_json() const;
  /// Kept readable for who edits it by hand: not sealed. kCorrupt naming the field; kUsage for a newer format
  /// and for what cannot be meant: steps in no possible order, decisions about one path twice.
  static Result<Plan> from_json(std::string_view text);
};

/// A runbook for people who do it by hand: Markdown.
std::string plan_markdown(const Plan& plan);
/// For a terminal: the scenario and why, steps, counts of znodes, notes.
std::string plan_text(const Plan& plan);
/// What is otherwise in `later`, a line each.
std::vector<std::string> plan_differences(const Plan& earlier, const Plan& later);

}  // namespace arkive::restore_plans
