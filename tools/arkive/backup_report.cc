#include "tools/arkive/backup_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "tools/arkive/archive_report.h"
#include "tools/arkive/dump_report.h"
#include "tools/arkive/output.h"

namespace arkive::tools {
namespace {

using Kind = kafka::Disagreement::Kind;

void print_disagreements(const kafka::BackupReport& report) {
  constexpr std::size_t kMost = 20;
  // Mismatches are named with all that makes the run not whole.
  const std::pair<Kind, const char*> kinds[] = {{Kind::kMoved, "moved meanwhile"},
                                                {Kind::kOffset, "out of range"}};
  for (const auto& [kind, word] : kinds) {
    std::size_t told = 0;
    for (const kafka::Disagreement& one : report.disagreements) {
      if (one.kind != kind || ++told > kMost) continue;
      print_line("  " + std::string(word) + ": " + printable(one.object) + ": " + printable(one.what));
    }
    if (told > kMost) print_line("  ... " + std::to_string(told) + " in all (--json lists them)");
  }
  const bool mismatch = std::any_of(report.disagreements.begin(), report.disagreements.end(),
                                    [](const auto& one) { return one.kind == Kind::kMismatch; });
  if (report.compared && !mismatch) print_line("  the tree and the brokers tell the same of every topic");
}

}  // namespace

void print_backup(const kafka::BackupReport& report, const std::string& store) {
  print_line("cluster " + report.manifest.cluster + ":");
  if (report.tree) {
    print_dump(*report.tree, report.manifest.id);
  } else {
    print_line(printable(store) + ": run " + report.manifest.id + ": " + report.manifest.summary);
  }
  print_topics(report.topics);
  print_disagreements(report);
  print_missing_parts(report.manifest);
}

nlohmann::json backup_json(const kafka::BackupReport& report) {
  nlohmann::json document = {{"run", manifest_json(report.manifest)},
                             {"compared", report.compared},
                             {"topics", archive_json(report.topics)},
                             {"disagreements", nlohmann::json::array()}};
  document["topics"].erase("run");  // the backup's own says it
  for (const kafka::Disagreement& one : report.disagreements) {
    document["disagreements"].push_back(
        {{"kind", kafka::kind_name(one.kind)}, {"object", one.object}, {"what", one.what}});
  }
  if (report.tree) document["tree"] = dump_json(*report.tree, report.manifest.id);
  return document;
}

}  // namespace arkive::tools
