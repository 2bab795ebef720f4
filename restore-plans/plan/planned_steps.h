/// The steps of each scenario, as declarations: their order comes from what they need and provide. Internal
/// to restore-plans/plan.
#pragma once

#include <string>
#include <vector>

#include "restore-plans/plan/make_plan.h"
#include "restore-plans/plan/plan.h"
#include "restore-plans/plan/scenario.h"

namespace arkive::restore_plans {

/// `plan` has all but its steps.
std::vector<Step> steps_of(const Plan& plan, const ChosenScenario& chosen, const BackupInHand& backup,
                           const kafka::ClusterOnDisks& disks);

}  // namespace arkive::restore_plans
