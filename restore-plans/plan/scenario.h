/// Which scenario an observation tells of. Internal to restore-plans/plan.
#pragma once

#include <string>
#include <vector>

#include "kafka/recovery/disks.h"
#include "restore-plans/plan/make_plan.h"

namespace arkive::restore_plans {

struct ChosenScenario {
  Scenario scenario = Scenario::kNothing;
  std::vector<std::string> why;
  std::vector<std::string> lost_topics{};     ///< of kTopicsLost: those to be replayed, ascending
  std::vector<std::string> emptied_topics{};  ///< of these those that are there; ascending
};

/// kUsage: it cannot be told; the hint says what to look at, and how.
Result<ChosenScenario> choose_scenario(const BackupInHand& backup, const Observation& observation,
                                       const kafka::ClusterOnDisks& disks, const PlanOptions& options);

}  // namespace arkive::restore_plans
