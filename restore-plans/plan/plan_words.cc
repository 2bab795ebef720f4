#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "restore-plans/plan/plan.h"
#include "restore-plans/plan/plan_words_internal.h"
#include "stores/core/bytes.h"
#include "stores/core/words.h"

namespace arkive::restore_plans {
namespace {

using NoteKind = kafka::RecoveryNote::Kind;

struct ScenarioWords {
  Scenario scenario;
  std::string_view name;
  std::string_view letter;
};

constexpr std::array<ScenarioWords, 8> kScenarios = {
    {{Scenario::kNothing, "nothing", ""},
     {Scenario::kZooKeeperLost, "zookeeper-lost", "A"},
     {Scenario::kStartedAgainstEmpty, "started-against-empty-zookeeper", "A'"},
     {Scenario::kAllLost, "all-lost", "B"},
     {Scenario::kNewCluster, "new-cluster", "C"},
     {Scenario::kTopicsLost, "topics-lost", "D"},
     {Scenario::kReverted, "reverted", "E"},
     {Scenario::kSubtree, "subtree", "F"}}};

constexpr std::array<std::pair<NoteKind, std::string_view>, 3> kNoteKinds = {
    {{NoteKind::kStops, "stops"}, {NoteKind::kAsks, "asks"}, {NoteKind::kLoses, "loses"}}};

std::string line_of(const kafka::RecoveryNote& note) {
  return std::string(note_kind_name(note.kind)) + ": " + note.object + ": " + note.what;
}

std::string line_of(const kafka::ZnodeDecision& decision) {
  return std::string(kafka::znode_action_name(decision.action)) + (decision.replaces ? " (replaces)" : "") +
         (decision.data ? " " + printable(*decision.data) : std::string());
}

std::string line_of(const kafka::RecoveredPartition& partition) {
  return "replicas " + in_brackets(partition.replicas) + ", in sync " + in_brackets(partition.in_sync) +
         ", leader epoch " + std::to_string(partition.leader_epoch) + ", log end " +
         std::to_string(partition.log_end);
}

/// What is in only one of the two, or otherwise in both, by key.
void compare(const std::string& what, const std::map<std::string, std::string>& before,
             const std::map<std::string, std::string>& after, std::vector<std::string>& lines) {
  for (const auto& [key, text] : before) {
    if (!after.contains(key)) lines.push_back(what + " " + printable(key) + ": gone (" + text + ")");
  }
  for (const auto& [key, text] : after) {
    const auto old = before.find(key);
    if (old == before.end()) {
      lines.push_back(what + " " + printable(key) + ": new (" + text + ")");
    } else if (old->second != text) {
      lines.push_back(what + " " + printable(key) + ": " + old->second + " -> " + text);
    }
  }
}

std::map<std::string, std::string> steps_by_id(const Plan& plan) {
  std::map<std::string, std::string> steps;
  for (const Step& step : plan.steps) {
    std::string text = step.title;
    for (const std::string& word : step.command) text += " " + word;
    for (const std::string& one : step.irreversible) text += "; " + one;
    steps[step.id] = printable(text);
  }
  return steps;
}

}  // namespace

std::string_view scenario_name(Scenario scenario) {
  const auto found = std::ranges::find(kScenarios, scenario, &ScenarioWords::scenario);
  return found == kScenarios.end() ? std::string_view() : found->name;
}

std::optional<Scenario> parse_scenario(std::string_view name) {
  const auto found = std::ranges::find(kScenarios, name, &ScenarioWords::name);
  if (found == kScenarios.end()) return std::nullopt;
  return found->scenario;
}

std::string_view scenario_letter(Scenario scenario) {
  const auto found = std::ranges::find(kScenarios, scenario, &ScenarioWords::scenario);
  return found == kScenarios.end() ? std::string_view() : found->letter;
}

std::string_view note_kind_name(NoteKind kind) {
  for (const auto& [one, name] : kNoteKinds) {
    if (one == kind) return name;
  }
  return {};
}

std::optional<NoteKind> parse_note_kind(std::string_view name) {
  for (const auto& [kind, one] : kNoteKinds) {
    if (one == name) return kind;
  }
  return std::nullopt;
}

bool Plan::may_be_applied() const {
  return std::ranges::none_of(notes, [](const auto& note) { return note.kind == NoteKind::kStops; });
}

std::vector<std::string> plan_differences(const Plan& earlier, const Plan& later) {
  std::vector<std::string> lines;
  if (earlier.scenario != later.scenario)
    lines.push_back("scenario: " + std::string(scenario_name(earlier.scenario)) + " -> " +
                    std::string(scenario_name(later.scenario)));
  if (earlier.backup.tree_run != later.backup.tree_run)
    lines.push_back("run of the tree: " + printable(earlier.backup.tree_run) + " -> " +
                    printable(later.backup.tree_run));
  if (earlier.backup.topics_run != later.backup.topics_run)
    lines.push_back("run of the topics: " + printable(earlier.backup.topics_run) + " -> " +
                    printable(later.backup.topics_run));
  compare("step", steps_by_id(earlier), steps_by_id(later), lines);
  std::map<std::string, std::string> before;
  std::map<std::string, std::string> after;
  for (const auto& one : earlier.decisions) before[one.path] = line_of(one);
  for (const auto& one : later.decisions) after[one.path] = line_of(one);
  compare("znode", before, after, lines);
  before.clear();
  after.clear();
  for (const auto& one : earlier.partitions) before[one.partition.text()] = line_of(one);
  for (const auto& one : later.partitions) after[one.partition.text()] = line_of(one);
  compare("partition", before, after, lines);
  before.clear();
  after.clear();
  for (const auto& one : earlier.notes) before[line_of(one)] = one.advice;
  for (const auto& one : later.notes) after[line_of(one)] = one.advice;
  for (const auto& [line, advice] : before) {
    if (!after.contains(line)) lines.push_back("no longer: " + line);
  }
  for (const auto& [line, advice] : after) {
    if (!before.contains(line)) lines.push_back("new: " + line);
  }
  for (std::string& line : differences(earlier.observation, later.observation))
    lines.push_back("observed: " + std::move(line));
  return lines;
}

}  // namespace arkive::restore_plans
