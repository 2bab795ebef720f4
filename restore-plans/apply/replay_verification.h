/// A cluster into which topics were replayed compared with what the replay's journal says of them.
#pragma once

#include <vector>

#include "kafka/log_source.h"
#include "kafka/replay/offset_map.h"
#include "restore-plans/apply/surroundings.h"
#include "restore-plans/plan/plan.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::restore_plans {

/// Of each replayed partition that all of it was sent, that the target's log holds all of it, and that the
/// last record can really be read; of each planned group offset, which is one of the archive, that the group
/// stands where the map takes it, or, where it is at work already, not before it.
Result<std::vector<Deviation>> replay_deviations(const Plan& plan, const kafka::OffsetMap& map,
                                                 kafka::LogSource& source, Deadline deadline);

}  // namespace arkive::restore_plans
