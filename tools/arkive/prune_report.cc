#include "tools/arkive/prune_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/time.h"
#include "tools/arkive/output.h"

namespace arkive::tools {
namespace {

// Without the right to remove anything they can be all that there is.
constexpr std::size_t kMostRefusals = 20;
// Those of a key that was changed, and not given, can be as many.
constexpr std::size_t kMostUnproven = 20;

using kafka::JudgedRun;
using kafka::PruneOutcome;

bool is_removed(const PruneOutcome& outcome, const JudgedRun& one) {
  return std::find(outcome.removed.begin(), outcome.removed.end(), one.run.id) != outcome.removed.end();
}

/// "stays: last 3, daily 2026-11-03", "would go", "removed".
std::string verdict(const PruneOutcome& outcome, const JudgedRun& one, bool dry_run) {
  if (!one.stays()) {
    if (!is_removed(outcome, one))
      return dry_run ? "would stay: the store keeps it" : "stays: its removal was refused";
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
  if (!one.doubt.empty()) object["doubt"] = one.doubt;
  return object;
}

std::string totals(const PruneOutcome& outcome, bool dry_run) {
  std::string parts = "trees " + human_size(outcome.tree_bytes);
  if (outcome.lists > 0)
    parts += "; " + counted(outcome.lists, "list") + " " + human_size(outcome.list_bytes);
  if (outcome.segments > 0 || outcome.segment_bytes > 0) {
    parts += "; " + counted(outcome.segments, "segment") + " " + human_size(outcome.segment_bytes);
  }
  return (dry_run ? "would remove " : "removed ") + counted(outcome.removed.size(), "run") + " (" + parts +
         "), kept " + std::to_string(outcome.runs.size() - outcome.removed.size());
}

/// The first of them, and how many more there are.
void print_refusals(const char* word, const std::vector<Refusal>& refusals) {
  for (std::size_t i = 0; i < refusals.size() && i < kMostRefusals; ++i) {
    const Refusal& one = refusals[i];
    print_line(std::string(word) + ": " + printable(one.object) + ": " + printable(one.what));
  }
  if (refusals.size() > kMostRefusals) {
    print_line(std::string(word) + ": " + std::to_string(refusals.size() - kMostRefusals) +
               " more; --json names them all");
  }
}

nlohmann::json refusals_json(const std::vector<Refusal>& refusals) {
  nlohmann::json all = nlohmann::json::array();
  for (const Refusal& one : refusals) all.push_back({{"object", one.object}, {"what", one.what}});
  return all;
}

void print_extension(const kafka::Extension& extension, bool dry_run) {
  print_line((dry_run ? "would extend the retention of " : "extended the retention of ") +
             counted(extension.extended, "object") + " (" + human_size(extension.extended_bytes) +
             ") until " + format_time(extension.until) + "; kept so long already: " +
             std::to_string(extension.long_enough) + " (" + human_size(extension.long_enough_bytes) + ")");
  print_refusals("not extended", extension.failed);
}

nlohmann::json extension_json(const kafka::Extension& extension) {
  return {{"until_ms", extension.until},
          {"objects", extension.extended},
          {"bytes", extension.extended_bytes},
          {"long_enough", extension.long_enough},
          {"long_enough_bytes", extension.long_enough_bytes},
          {"failed", refusals_json(extension.failed)}};
}

}  // namespace

nlohmann::json prune_json(const PruneOutcome& outcome, const std::string& cluster, bool dry_run) {
  nlohmann::json removed = nlohmann::json::array();
  nlohmann::json kept = nlohmann::json::array();
  for (const JudgedRun& one : outcome.runs)
    (is_removed(outcome, one) ? removed : kept).push_back(run_json(one));
  nlohmann::json unproven = nlohmann::json::array();
  for (const Finding& one : outcome.unproven)
    unproven.push_back({{"object", one.object}, {"what", one.what}});
  nlohmann::json document = {{"cluster", cluster},
                             {"dry_run", dry_run},
                             {"removed", std::move(removed)},
                             {"kept", std::move(kept)},
                             {"bytes_freed", outcome.bytes()},
                             {"tree_bytes", outcome.tree_bytes},
                             {"lists", outcome.lists},
                             {"list_bytes", outcome.list_bytes},
                             {"segments", outcome.segments},
                             {"segment_bytes", outcome.segment_bytes},
                             {"refused", refusals_json(outcome.refused)},
                             {"kept_bytes", outcome.kept_bytes},
                             {"unproven", std::move(unproven)},
                             {"notes", outcome.notes}};
  if (outcome.extension) document["extended"] = extension_json(*outcome.extension);
  return document;
}

void print_prune(const PruneOutcome& outcome, bool dry_run) {
  Table table({"RUN", "TIME", "WHAT", "WHOLE", "VERDICT"});
  for (const JudgedRun& one : outcome.runs) {
    table.add({one.run.id, time_text(one.run.started), one.run.what, one.run.whole ? "yes" : "no",
               verdict(outcome, one, dry_run)});
  }
  table.print();
  print_prune_totals(outcome, dry_run);
}

void print_prune_totals(const PruneOutcome& outcome, bool dry_run) {
  print_line(totals(outcome, dry_run));
  if (!outcome.refused.empty()) {
    print_line("kept by the store: " + counted(outcome.refused.size(), "object") + ", and so " +
               human_size(outcome.kept_bytes) + (dry_run ? " would not go free" : " did not go free"));
  }
  for (const std::string& note : outcome.notes) print_line("note: " + printable(note));
  for (std::size_t i = 0; i < outcome.unproven.size() && i < kMostUnproven; ++i) {
    const Finding& one = outcome.unproven[i];
    print_line("not proven: " + printable(one.object) + " stays: " + printable(one.what));
  }
  if (outcome.unproven.size() > kMostUnproven) {
    print_line("not proven: " + std::to_string(outcome.unproven.size() - kMostUnproven) +
               " more; --json names them all");
  }
  if (!outcome.unproven.empty())
    print_line("note: what is not proven counts for no rule; docs/retention.md tells what to do with it");
  print_refusals(dry_run ? "would stay" : "refused", outcome.refused);
  if (outcome.extension) print_extension(*outcome.extension, dry_run);
}

}  // namespace arkive::tools
