/// verify --against-cluster: the archive beside the live cluster, and how that is told.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "kafka/archive/compare.h"
#include "tools/arkive/exit_status.h"
#include "tools/arkive/options.h"

namespace arkive::tools {

struct ClusterComparison {
  kafka::CompareReport report;
  std::string run;
  std::uint32_t sample = 0;
  std::uint64_t seed = 0;
};

/// Of the run that options.from names. Errors as open_archive(), open_wire_log_source(),
/// compare_with_cluster().
Result<ClusterComparison> compare_with_live_cluster(const VerifyOptions& options);

void print_comparison(const ClusterComparison& compared);
nlohmann::json comparison_json(const ClusterComparison& compared);
/// kDamage: there are differences; kNotWhole: something was lost or could not be compared.
ExitStatus exit_status_of(const kafka::CompareReport& report);

}  // namespace arkive::tools
