#include "kafka/inspect/inspect_logs.h"

#include "stores/core/bytes.h"
#include "stores/core/progress.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/logs_report_text.h"
#include "tools/arkive/output.h"
#include "tools/arkive/output_file.h"

namespace arkive::tools {
namespace {

ExitStatus status_of(const kafka::LogsReport& report) {
  for (const kafka::InspectedDirectory& directory : report.directories) {
    for (const kafka::InspectedPartition& partition : directory.partitions) {
      if (partition.damage_count > 0) return kDamage;
    }
  }
  return report.is_sound() ? kWhole : kNotWhole;
}

}  // namespace

Result<ExitStatus> run_inspect_logs(const InspectLogsOptions& options, const CommonOptions& common) {
  std::optional<OutputFile> output;
  if (!options.output.empty()) {
    ARKIVE_ASSIGN(OutputFile file, OutputFile::open(options.output));
    output.emplace(std::move(file));
  }
  Result<kafka::LogsReport> report = kafka::LogsReport();
  {
    Progress progress(common.quiet ? ProgressStyle::kNone : default_progress_style(), "inspect logs", 0,
                      ProgressUnit::kBytes);
    kafka::InspectOptions how;
    how.broker = options.broker;
    how.check_batches = !options.headers_only;
    how.on_progress = [&](std::uint64_t bytes) { progress.add(bytes); };
    report = kafka::inspect_logs(options.directories, how);
  }
  if (!report) return fail(std::move(report).error());
  const std::string document = report->to_json();
  if (output) {
    ARKIVE_TRY(output->write(document));
    ARKIVE_TRY(output->finish());
  }
  if (common.json) {
    print(document);
  } else {
    print_logs_report(*report, options.headers_only, common.quiet);
    if (output && !common.quiet) print_line("report: " + printable(options.output));
  }
  return status_of(*report);
}

}  // namespace arkive::tools
