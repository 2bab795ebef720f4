#include "kafka/prune/judged_runs.h"

#include <algorithm>
#include <map>

#include "stores/proof/standing.h"
#include "zk/dump/facts.h"

namespace arkive::kafka {
namespace {

using proof::RunStanding;
using proof::Standing;

/// Why each of `runs` stays, by id.
using Reasons = std::map<std::string, std::vector<std::string>>;

Reasons apply_rules(const std::vector<const Manifest*>& runs, const RetentionRules& rules,
                    UnixMilliseconds now) {
  std::vector<DatedRun> trees;
  std::vector<DatedRun> topics;
  for (const Manifest* run : runs) {
    if (!run->tree.location.empty()) trees.push_back({run->id, run->started, zk::tree_is_whole(*run)});
    if (!run->logs.location.empty()) topics.push_back({run->id, run->started, topics_are_whole(*run)});
  }
  Reasons reasons;
  for (const auto* const part : {&trees, &topics}) {
    for (RetentionVerdict& verdict : apply_retention(rules, *part, now)) {
      auto& all = reasons[verdict.id];
      for (std::string& reason : verdict.reasons) {
        if (std::find(all.begin(), all.end(), reason) == all.end()) all.push_back(std::move(reason));
      }
    }
  }
  return reasons;
}

}  // namespace

bool topics_are_whole(const Manifest& run) {
  if (run.logs.location.empty()) return false;
  if (run.whole) return true;
  // Those of the tree come first (docs/format-store.md, "A backup"); what is not named may be anything.
  return !run.missing.empty() && run.missing_count == run.missing.size() &&
         std::all_of(run.missing.begin(), run.missing.end(), [](const Missing& missing) {
           return missing.object.starts_with("znode ") || missing.object.starts_with("ACL of znode ");
         });
}

std::vector<JudgedRun> judge_runs(std::vector<Manifest> runs, const RetentionRules& rules,
                                  UnixMilliseconds now, const proof::PublicKeys* keys) {
  std::sort(runs.begin(), runs.end(), earlier_run);
  const std::vector<RunStanding> standings = keys != nullptr
                                                 ? proof::standings_of(runs, *keys)
                                                 : std::vector<RunStanding>(runs.size(), {Standing::kProven});
  std::vector<const Manifest*> proven;
  std::vector<const Manifest*> with_older;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (standings[i].standing == Standing::kProven) proven.push_back(&runs[i]);
    if (standings[i].standing != Standing::kDoubtful) with_older.push_back(&runs[i]);
  }
  Reasons of_proven = apply_rules(proven, rules, now);
  Reasons of_older = with_older.size() == proven.size() ? Reasons() : apply_rules(with_older, rules, now);
  std::vector<JudgedRun> judged;
  judged.reserve(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Manifest& run = runs[i];
    std::vector<std::string> why;
    if (standings[i].standing == Standing::kProven) why = std::move(of_proven[run.id]);
    if (standings[i].standing == Standing::kUnsignedBefore) why = std::move(of_older[run.id]);
    if (standings[i].standing == Standing::kDoubtful) why = {"not proven"};
    // Not the business of this arkive: what it does not know it does not remove.
    if (run.tree.location.empty() && run.logs.location.empty())
      why.emplace_back("it holds neither a tree nor topics");
    judged.push_back({std::move(run), std::move(why), standings[i].doubt});
  }
  return judged;
}

}  // namespace arkive::kafka
