#include "kafka/prune/judged_runs.h"

#include <algorithm>
#include <map>

#include "zk/dump/facts.h"

namespace arkive::kafka {

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
                                  UnixMilliseconds now) {
  std::sort(runs.begin(), runs.end(), earlier_run);
  std::vector<DatedRun> trees;
  std::vector<DatedRun> topics;
  for (const Manifest& run : runs) {
    if (!run.tree.location.empty()) trees.push_back({run.id, run.started, zk::tree_is_whole(run)});
    if (!run.logs.location.empty()) topics.push_back({run.id, run.started, topics_are_whole(run)});
  }
  std::map<std::string, std::vector<std::string>> reasons;
  for (const auto* const part : {&trees, &topics}) {
    for (RetentionVerdict& verdict : apply_retention(rules, *part, now)) {
      auto& all = reasons[verdict.id];
      for (std::string& reason : verdict.reasons) {
        if (std::find(all.begin(), all.end(), reason) == all.end()) all.push_back(std::move(reason));
      }
    }
  }
  std::vector<JudgedRun> judged;
  judged.reserve(runs.size());
  for (Manifest& run : runs) {
    std::vector<std::string> why = std::move(reasons[run.id]);
    // Not the business of this arkive: what it does not know it does not remove.
    if (run.tree.location.empty() && run.logs.location.empty())
      why.emplace_back("it holds neither a tree nor topics");
    judged.push_back({std::move(run), std::move(why)});
  }
  return judged;
}

}  // namespace arkive::kafka
