/// How a dump is told: for people, and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "zk/dump/dump.h"

namespace arkive::tools {

void print_dump(const zk::DumpOutcome& outcome, const std::string& run_id);
/// Of it: what became of each repository.
void print_destinations(const zk::DumpOutcome& outcome, const std::string& run_id);
nlohmann::json dump_json(const zk::DumpOutcome& outcome, const std::string& run_id);

}  // namespace arkive::tools
