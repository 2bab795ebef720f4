/// Tells people what the log directories of a broker hold: what is whole in a few lines, what is not by name,
/// with what it means and what to do.
#pragma once

#include "kafka/inspect/logs_report.h"

namespace arkive::tools {

/// `quiet`: only what is not sound. `headers_only`: the checksums were not looked at.
void print_logs_report(const kafka::LogsReport& report, bool headers_only, bool quiet);

}  // namespace arkive::tools
