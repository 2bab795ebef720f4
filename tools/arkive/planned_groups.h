/// A plan of groups for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "kafka/groups/group_plan.h"

namespace arkive::tools {

/// Notes, what is kept, refused, moved or left out by name, and a line that counts. `every_offset`: the table
/// of all of them before that.
void print_plan(const kafka::GroupPlan& plan, bool every_offset);
nlohmann::json plan_json(const kafka::GroupPlan& plan);

}  // namespace arkive::tools
