/// The Surroundings of a drill: what is done on hosts of brokers is done to the brokers of a
/// ThrowawayCluster. Internal to restore-plans/drill.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kafka/archive/contents.h"
#include "restore-plans/apply/surroundings.h"
#include "restore-plans/drill/throwaway_cluster.h"
#include "stores/manifest/manifest.h"
#include "stores/store.h"

namespace arkive::restore_plans {

/// What seeding told. Filled while the plan is carried out.
struct SeedFigures {
  std::map<std::string, std::uint64_t> bytes;  ///< by step
  std::vector<Missing> missing;                ///< each once
};

struct DrillSurroundings {
  const Store& store;
  std::string cluster;
  const kafka::ArchiveIndex& index;
  const std::vector<kafka::ArchivedTopic>& topics;
  ThrowawayCluster& servers;
  SeedFigures& figures;
  std::chrono::milliseconds start_wait;
  std::function<void(std::uint64_t)> on_seeded;
};

/// `live` does all else. Everything is borrowed.
std::unique_ptr<Surroundings> drill_surroundings(Surroundings& live, DrillSurroundings how);

}  // namespace arkive::restore_plans
