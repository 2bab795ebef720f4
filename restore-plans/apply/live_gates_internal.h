/// Gates asked of a live system. Internal to restore-plans/apply.
#pragma once

#include <string>

#include "restore-plans/apply/live_surroundings.h"

namespace arkive::restore_plans {

/// As Surroundings::check().
Status check_gate(Gate gate, const Plan& plan, const LiveDoors& doors);

/// Where brokers are asked: as it was told, as in the plan, or where they were registered.
std::string kafka_address(const LiveDoors& doors, const Plan& plan);

}  // namespace arkive::restore_plans
