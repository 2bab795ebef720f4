#include "stores/proof/history.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "stores/core/bytes.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/places/proving.h"
#include "tools/places/repositories.h"

namespace arkive::tools {
namespace {

nlohmann::json json_of(const proof::Record& record, bool checked) {
  auto document = nlohmann::json::parse(record.to_json());
  document.erase("seal");
  document["sha256"] = record.sha256;
  document["signed"] = !record.key.empty();
  if (checked) document["proven"] = !record.key.empty();  // wrongly signed ones are findings
  return document;
}

std::string runs_text(const proof::Record& record) {
  if (record.runs.empty()) return "-";
  if (record.runs.size() == 1) return record.runs.front().id;
  return record.runs.front().id + " and " + std::to_string(record.runs.size() - 1) + " more";
}

std::string what_text(const proof::Record& record) {
  std::string text = record.words;
  if (record.outcome != "whole") text += (text.empty() ? "" : "; ") + record.outcome;
  return text;
}

}  // namespace

Result<ExitStatus> run_history(const HistoryOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from, false));
  if (name.kind == RepositoryName::Kind::kGit) {
    return fail(Outcome::kUsage,
                "tell the history of 'git:" + printable(name.path) + "': only stores have one",
                "arkive log tells what changed in a git history, git log who wrote it");
  }
  std::optional<proof::PublicKeys> keys;
  if (!options.public_key.empty()) {
    ARKIVE_ASSIGN(keys, proof::PublicKeys::read(options.public_key));
  }
  ARKIVE_ASSIGN(const auto store, open_store(name, {.key = options.key}));
  ARKIVE_ASSIGN(const proof::History history,
                proof::read_history(*store, keys ? &*keys : nullptr, Deadline::never()));
  nlohmann::json records = nlohmann::json::array();
  Table table(
      {"N", "TIME", "WHO", "VERSION", "COMMAND", "CLUSTER", "RUN", keys ? "PROVEN" : "SIGNED", "WHAT"});
  for (const proof::Record& record : history.records) {
    if (!options.cluster.empty() && record.cluster != options.cluster) continue;
    records.push_back(json_of(record, keys.has_value()));
    table.add({std::to_string(record.number), format_time(record.time), record.user + "@" + record.host,
               record.arkive_version, record.command, record.cluster.empty() ? "-" : record.cluster,
               runs_text(record), record.key.empty() ? "no" : "yes", what_text(record)});
  }
  if (common.json) {
    nlohmann::json findings = nlohmann::json::array();
    for (const Finding& finding : history.findings)
      findings.push_back({{"object", finding.object}, {"what", finding.what}});
    print_json({{"records", std::move(records)}, {"findings", std::move(findings)}});
  } else {
    table.print();
    for (const Finding& finding : history.findings)
      print_line("damage: " + printable(finding.object) + ": " + printable(finding.what));
  }
  return history.findings.empty() ? kWhole : kDamage;
}

}  // namespace arkive::tools
