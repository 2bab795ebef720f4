/// A restore drill: ZooKeeper and brokers that live for a moment are brought back from a backup alone, by the
/// plan that would be followed if everything was lost, and compared with it.
///
/// What it tells: how long each step of the way back took, and what would not be there at its end.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kafka/archive/compare.h"
#include "restore-plans/apply/apply.h"
#include "restore-plans/apply/live_surroundings.h"
#include "restore-plans/drill/sample.h"
#include "restore-plans/plan/make_plan.h"
#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/store.h"

namespace arkive::restore_plans {

struct DrillOptions {
  /// An empty directory that is the drill's alone; all it writes is below it. Whoever made it removes it.
  std::string scratch;
  std::string kafka_home;      ///< a distribution of Kafka, as it is unpacked
  std::string zookeeper_home;  ///< as above, of ZooKeeper; empty: what Kafka's brings along
  std::string heap = "512m";   ///< of each broker
  SampleOptions topics;
  std::uint32_t batches = 3;  ///< of each partition, compared byte for byte; 0: none
  std::chrono::milliseconds gate_wait{std::chrono::minutes(10)};  ///< for a gate of the plan to open
  std::string arkive_version;
  UnixMilliseconds now = 0;
  /// Called with bytes as they are written into log directories.
  std::function<void(std::uint64_t bytes)> on_seeded{};
};

/// The backup and how it is reached. Borrowed by drill() only.
struct DrilledBackup {
  const BackupInHand* backup = nullptr;  ///< its tree and archive must be there
  const Store* store = nullptr;          ///< that holds the archive
  /// load_tree, the functions that open connections, and say are used.
  LiveDoors doors;
};

/// One step of the way back.
struct DrillStep {
  std::string name;  ///< "start-zookeeper", "plan", then as in the plan
  std::chrono::milliseconds took{0};
  std::uint64_t bytes = 0;  ///< written into log directories
};

/// Something that is in the backup, or should be, and did not come back.
struct NotBack {
  std::string object;  ///< "partition orders-0"
  std::string what;
  std::string found_by;  ///< "plan", "seed", "verify", "compare"
  bool operator==(const NotBack&) const = default;
};

struct DrillReport {
  Plan plan;
  std::string kafka_version;
  std::string zookeeper_version;
  std::vector<std::int32_t> brokers;
  std::set<std::string> topics;    ///< that were brought back
  std::size_t topics_of_all = 0;   ///< in the backup
  std::uint64_t bytes_of_all = 0;  ///< of all replicas of all its topics
  std::vector<DrillStep> steps;
  std::chrono::milliseconds rto{0};              ///< all steps together
  std::chrono::milliseconds compare_took{0};     ///< on top of it
  std::uint64_t bytes = 0;                       ///< written into log directories: of all replicas
  std::uint64_t bytes_a_second = 0;              ///< of the steps that wrote them; 0: too few to tell
  std::optional<kafka::CompareReport> compared;  ///< nothing: it did not come so far
  std::vector<NotBack> not_back;
  std::vector<std::string> not_rehearsed;  ///< what a drill leaves out, and why
  std::optional<Error> refused;            ///< the step at which the way back ended

  /// `rto` when all topics were taken; else reckoned from the bytes of all and the rate. Nothing: the sample
  /// was too small to tell a rate.
  std::optional<std::chrono::milliseconds> rto_of_all() const;
};

/// Starts servers on 127.0.0.1 only, and ends all of them, whatever happens. Errors: kNotFound (no such
/// distribution, no topic is wanted, a part of the backup is missing), kUsage (a Kafka without ZooKeeper),
/// kFull (the scratch directory's file system has too little room), those of steps, kInterrupted.
Result<DrillReport> drill(const DrilledBackup& backup, const DrillOptions& options);

}  // namespace arkive::restore_plans
