/// What a drill found, as text, as JSON and as one line for monitoring.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "restore-plans/drill/drill.h"
#include "tools/arkive/exit_status.h"

namespace arkive::tools {

void print_drill(const restore_plans::DrillReport& report);
nlohmann::json drill_json(const restore_plans::DrillReport& report);
/// "arkive-drill cluster=main status=0 ...": words without spaces, always the same in the same order.
std::string drill_line(const restore_plans::DrillReport& report, ExitStatus status);

}  // namespace arkive::tools
