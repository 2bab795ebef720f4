/// What a prune did, or would do, as it is printed.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "kafka/prune/prune.h"

namespace arkive::tools {

nlohmann::json prune_json(const kafka::PruneOutcome& outcome, const std::string& cluster, bool dry_run);

/// A line for each run with its verdict, then the totals.
void print_prune(const kafka::PruneOutcome& outcome, bool dry_run);
/// How much, and what was refused or waits.
void print_prune_totals(const kafka::PruneOutcome& outcome, bool dry_run);

}  // namespace arkive::tools
