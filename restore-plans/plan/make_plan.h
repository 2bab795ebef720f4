/// Making a plan: from a backup and an observation, without asking anybody.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/backup/backup_facts.h"
#include "restore-plans/observe/observation.h"
#include "restore-plans/plan/plan.h"
#include "stores/core/result.h"
#include "stores/store.h"
#include "zk/dump/facts.h"
#include "zk/restore/restore.h"
#include "zk/tree.h"

namespace arkive::restore_plans {

/// What a plan needs to know of a backup. Borrowed by make_plan() only.
struct BackupInHand {
  PlannedBackup where;
  const zk::Tree* tree = nullptr;  ///< null: there is none
  zk::DumpFacts tree_facts;
  bool redacted = false;
  std::uint64_t unknown_acls = 0;                ///< znodes whose ACL the backup does not know
  std::vector<ObservedBroker> brokers;           ///< that were registered
  const kafka::ArchiveIndex* archive = nullptr;  ///< null: there is none
  std::vector<kafka::ArchivedTopic> topics;
  kafka::BackupRates rates;
  std::string not_whole;  ///< why the backup is not whole; empty: it is
  /// The greatest producer id in the archive; asked only where logs are seeded.
  std::function<Result<std::int64_t>()> highest_producer_id;
};

struct PlanOptions {
  std::string path = "/";              ///< restore this of the tree only
  std::vector<std::string> overwrite;  ///< globs
  bool make_missing_topics = false;
  bool seed = false;  ///< log directories are empty and are to be seeded, whatever was observed
  std::string acl;    ///< see Plan::acl
  std::optional<Scenario> scenario;  ///< instead of what the observation tells
  std::string arkive_version;
  UnixMilliseconds now = 0;
};

/// The objects of the notes about what came after the backup: every plan that needs its tree, or its archive,
/// has one, whatever the backup is worth.
inline constexpr std::string_view kLaterChanges = "changes of znodes";
inline constexpr std::string_view kLaterRecords = "records";

/// Errors: kUsage (the observation tells too little, saying what to look at and how; options that do not go
/// together), kConflict (backup and target or disks are of different clusters), kNotFound (the backup has no
/// part that this needs), kDenied (a redacted tree), kCorrupt.
Result<Plan> make_plan(const BackupInHand& backup, const Observation& observation,
                       const PlanOptions& options);

}  // namespace arkive::restore_plans
