/// What did not come back, gathered from all who look: each partition is named by the first only. Internal to
/// restore-plans/drill.
#pragma once

#include <vector>

#include "restore-plans/drill/drill.h"

namespace arkive::restore_plans {

/// Notes of a plan that stop it or name a loss. What was written after the backup is no such: no drill knows
/// it.
void add_notes(const Plan& plan, std::vector<NotBack>& list);
void add_missing(const std::vector<Missing>& missing, std::vector<NotBack>& list);
void add_deviations(const std::vector<Deviation>& deviations, std::vector<NotBack>& list);
void add_compared(const kafka::CompareReport& report, std::vector<NotBack>& list);

}  // namespace arkive::restore_plans
