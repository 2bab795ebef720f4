#include "kafka/archive/archive.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "kafka/wire/wire_log_source.h"
#include "stores/core/log.h"
#include "stores/core/progress.h"
#include "stores/repository.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/arkive/repositories.h"
#include "tools/arkive/version.h"

namespace arkive::tools {
namespace {

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

Result<std::vector<Glob>> topic_globs(const std::vector<std::string>& texts) {
  std::vector<Glob> globs;
  for (const std::string& text : texts) {
    if (text.empty() || text.find('/') != std::string::npos) {
      return fail(Outcome::kUsage, "read glob '" + text + "': no topic has such a name",
                  "globs are over topic names, for example 'orders*,payments'");
    }
    ARKIVE_ASSIGN(Glob glob, Glob::parse(text));
    globs.push_back(std::move(glob));
  }
  return globs;
}

nlohmann::json report_json(const kafka::ArchiveReport& report) {
  return {{"run", manifest_json(report.manifest)},
          {"topics", report.topics},
          {"partitions", report.partitions},
          {"partitions_changed", report.partitions_changed},
          {"bytes_fetched", report.bytes_fetched},
          {"records_fetched", report.records_fetched},
          {"segments", report.segments},
          {"bytes_archived", report.bytes_archived},
          {"groups", report.groups},
          {"cut_ms", report.cut_took.count()},
          {"notes", report.notes}};
}

void print_report(const kafka::ArchiveReport& report, const std::string& store) {
  print_line(printable(store) + ": run " + report.manifest.id + ": " + report.manifest.summary);
  print_line("  " + counted(report.topics, "topic") + ", " + counted(report.partitions, "partition") + ", " +
             counted(report.groups, "consumer group") + "; archived in all: " +
             counted(report.segments, "segment") + ", " + human_size(report.bytes_archived));
  print_line("  the cut took " + human_duration(report.cut_took) +
             "; new records: " + std::to_string(report.records_fetched));
  for (const std::string& note : report.notes) print_line("  note: " + printable(note));
  std::size_t told = 0;
  for (const Missing& missing : report.manifest.missing) {
    if (++told > 20) break;
    print_line("  not whole: " + printable(missing.object) + ": " + printable(missing.cause));
  }
  if (report.manifest.missing_count > told) {
    print_line("  ... " + std::to_string(report.manifest.missing_count) + " in all");
  }
}

}  // namespace

Result<ExitStatus> run_archive(const ArchiveOptions& options, const CommonOptions& common) {
  kafka::ClientProperties properties;
  if (!options.kafka.command_config.empty()) {
    ARKIVE_ASSIGN(properties, kafka::read_client_properties(options.kafka.command_config));
    for (const std::string& warning : properties.warnings) log_warning(warning);
  }
  ARKIVE_TRY(check_cluster_name(options.cluster));
  kafka::ArchiveRequest request;
  ARKIVE_ASSIGN(request.topics, topic_globs(options.topics));
  ARKIVE_ASSIGN(request.excluded, topic_globs(options.exclude));
  request.cluster = options.cluster;
  request.segment_bytes = options.segment_size;
  request.arkive_version = std::string(version());
  request.host = host_name();
  request.fetch.workers = options.workers;
  request.fetch.open_transactions = options.transaction_wait;
  request.fetch.most_bytes_per_second = options.limit_rate;
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.to, false));
  ARKIVE_ASSIGN(const auto store, open_store(name, {.create = true}));
  ARKIVE_ASSIGN(const auto source, kafka::open_wire_log_source(options.kafka.bootstrap, properties,
                                                               Deadline::after(options.kafka.timeout)));
  Progress progress(common.quiet ? ProgressStyle::kNone : default_progress_style(), "archive bytes");
  request.fetch.on_progress = [&](std::uint64_t bytes) { progress.add(bytes); };
  ARKIVE_ASSIGN(const kafka::ArchiveReport report, kafka::archive(*source, *store, request));
  if (common.json) {
    print_json(report_json(report));
  } else if (!common.quiet) {
    print_report(report, store->name());
  }
  return report.manifest.whole ? kWhole : kNotWhole;
}

}  // namespace arkive::tools
