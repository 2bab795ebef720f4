#include "kafka/prune/prune.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/arkive/repositories.h"

namespace arkive::tools {
namespace {

using kafka::JudgedRun;
using kafka::PruneOutcome;

bool is_removed(const PruneOutcome& outcome, const JudgedRun& one) {
  return std::find(outcome.removed.begin(), outcome.removed.end(), one.run.id) != outcome.removed.end();
}

/// "stays: last 3, daily 2026-11-03", "would go", "removed".
std::string verdict(const PruneOutcome& outcome, const JudgedRun& one, bool dry_run) {
  if (!one.stays()) {
    if (!is_removed(outcome, one)) return "stays: its removal was refused";
    return dry_run ? "would go" : "removed";
  }
  std::string text = "stays: ";
  for (const std::string& reason : one.reasons)
    text += (&reason == &one.reasons.front() ? "" : ", ") + reason;
  return text;
}

nlohmann::json run_json(const JudgedRun& one) {
  nlohmann::json object = {
      {"id", one.run.id}, {"what", one.run.what}, {"started_ms", one.run.started}, {"whole", one.run.whole}};
  if (one.stays()) object["reasons"] = one.reasons;
  return object;
}

nlohmann::json document_of(const PruneOutcome& outcome, const std::string& cluster, bool dry_run) {
  nlohmann::json removed = nlohmann::json::array();
  nlohmann::json kept = nlohmann::json::array();
  for (const JudgedRun& one : outcome.runs)
    (is_removed(outcome, one) ? removed : kept).push_back(run_json(one));
  nlohmann::json refused = nlohmann::json::array();
  for (const Refusal& one : outcome.refused) refused.push_back({{"object", one.object}, {"what", one.what}});
  return {{"cluster", cluster},
          {"dry_run", dry_run},
          {"removed", std::move(removed)},
          {"kept", std::move(kept)},
          {"bytes_freed", outcome.bytes()},
          {"tree_bytes", outcome.tree_bytes},
          {"lists", outcome.lists},
          {"list_bytes", outcome.list_bytes},
          {"segments", outcome.segments},
          {"segment_bytes", outcome.segment_bytes},
          {"refused", std::move(refused)},
          {"notes", outcome.notes}};
}

void print_outcome(const PruneOutcome& outcome, bool dry_run) {
  Table table({"RUN", "TIME", "WHAT", "WHOLE", "VERDICT"});
  for (const JudgedRun& one : outcome.runs) {
    table.add({one.run.id, time_text(one.run.started), one.run.what, one.run.whole ? "yes" : "no",
               verdict(outcome, one, dry_run)});
  }
  table.print();
  std::string parts = "trees " + human_size(outcome.tree_bytes);
  if (outcome.lists > 0)
    parts += "; " + counted(outcome.lists, "list") + " " + human_size(outcome.list_bytes);
  if (outcome.segments > 0 || outcome.segment_bytes > 0) {
    parts += "; " + counted(outcome.segments, "segment") + " " + human_size(outcome.segment_bytes);
  }
  print_line((dry_run ? "would remove " : "removed ") + counted(outcome.removed.size(), "run") + " (" +
             parts + "), kept " + std::to_string(outcome.runs.size() - outcome.removed.size()));
  for (const std::string& note : outcome.notes) print_line("note: " + printable(note));
  for (const Refusal& one : outcome.refused) {
    print_line("refused: " + printable(one.object) + ": " + printable(one.what));
  }
}

RetentionRules rules_of(const PruneOptions& options) {
  RetentionRules rules;
  rules.last = options.keep;
  if (options.within.count() > 0) rules.within = options.within;
  rules.daily = options.daily;
  rules.weekly = options.weekly;
  rules.monthly = options.monthly;
  rules.yearly = options.yearly;
  return rules;
}

}  // namespace

Result<ExitStatus> run_prune(const PruneOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from.from, false));
  kafka::PruneRequest request;
  request.rules = rules_of(options);
  if (!request.rules.any()) {
    return fail(Outcome::kUsage, "prune '" + printable(options.from.from) + "': no rule says what stays",
                "give at least one of --keep, --keep-within, --keep-daily, --keep-weekly, --keep-monthly and "
                "--keep-yearly, above 0");
  }
  const bool is_git = name.kind == RepositoryName::Kind::kGit;
  ARKIVE_ASSIGN(const std::unique_ptr<Repository> repository,
                open_repository(name, {.key = options.from.key}));
  std::unique_ptr<Store> store;
  if (!is_git) {
    ARKIVE_ASSIGN(store, open_store(name, {.key = options.from.key}));
  }
  ARKIVE_ASSIGN(request.cluster, choose_cluster(*repository, options.from.cluster));
  request.repository = repository.get();
  request.store = store.get();
  request.now = wall_clock_now();
  request.dry_run = options.dry_run;
  ARKIVE_ASSIGN(const PruneOutcome outcome, kafka::prune(request));
  if (common.json) {
    print_json(document_of(outcome, request.cluster, options.dry_run));
  } else {
    print_outcome(outcome, options.dry_run);
    if (is_git && !outcome.removed.empty()) {
      print_line("a git history keeps its commits: only the runs' records (stats, ephemerals) are removed");
    }
  }
  return outcome.refused.empty() ? kWhole : kNotWhole;
}

}  // namespace arkive::tools
