#include "tools/arkive/archive_report.h"

#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/progress.h"
#include "tools/arkive/output.h"

namespace arkive::tools {

nlohmann::json archive_json(const kafka::ArchiveReport& report) {
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

void print_topics(const kafka::ArchiveReport& report) {
  print_line("  " + counted(report.topics, "topic") + ", " + counted(report.partitions, "partition") + ", " +
             counted(report.groups, "consumer group") + "; archived in all: " +
             counted(report.segments, "segment") + ", " + human_size(report.bytes_archived));
  print_line("  the cut took " + human_duration(report.cut_took) +
             "; new records: " + std::to_string(report.records_fetched));
  for (const std::string& note : report.notes) print_line("  note: " + printable(note));
}

void print_missing_parts(const Manifest& manifest) {
  std::size_t told = 0;
  for (const Missing& missing : manifest.missing) {
    if (++told > 20) break;
    print_line("  not whole: " + printable(missing.object) + ": " + printable(missing.cause));
  }
  if (manifest.missing_count > told) {
    print_line("  ... " + std::to_string(manifest.missing_count) + " in all");
  }
}

void print_archive(const kafka::ArchiveReport& report, const std::string& store) {
  print_line(printable(store) + ": run " + report.manifest.id + ": " + report.manifest.summary);
  print_topics(report);
  print_missing_parts(report.manifest);
}

}  // namespace arkive::tools
