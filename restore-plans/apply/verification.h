/// The brokers' side of a restored cluster compared with its plan.
#pragma once

#include <span>
#include <vector>

#include "kafka/log_source.h"
#include "restore-plans/apply/surroundings.h"
#include "restore-plans/plan/plan.h"
#include "stores/core/deadline.h"

namespace arkive::restore_plans {

/// The cluster id; of each planned partition that it is served from where its log begins to where it ended;
/// of each planned group offset that the group stands there, or, where it is at work already, not before it.
Result<std::vector<Deviation>> log_deviations(const Plan& plan, kafka::LogSource& source, Deadline deadline);

/// Adds to `deviations` the groups that stand before an offset in `wanted`, which are those of the target.
Status compare_groups(std::span<const PlannedGroupOffset> wanted, kafka::LogSource& source, Deadline deadline,
                      std::vector<Deviation>& deviations);

}  // namespace arkive::restore_plans
