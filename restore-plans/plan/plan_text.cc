#include <algorithm>
#include <map>
#include <utility>

#include "restore-plans/plan/plan.h"
#include "stores/core/bytes.h"
#include "stores/core/words.h"

namespace arkive::restore_plans {
namespace {

using Kind = kafka::RecoveryNote::Kind;

/// A word for a shell.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                          "-_./:,@=+%{}") == std::string::npos;
  if (plain) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return printable(text + "'");
}

std::string command_line(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) {
    std::string shown = word;
    if (shown.starts_with(kStateDirectory)) shown = "." + shown.substr(kStateDirectory.size());
    text += (text.empty() ? "" : " ") + quoted(shown);
  }
  return text;
}

std::string title_of(const Plan& plan) {
  const std::string_view letter = scenario_letter(plan.scenario);
  std::string text(scenario_name(plan.scenario));
  std::ranges::replace(text, '-', ' ');
  if (!letter.empty()) text += " (" + std::string(letter) + ")";
  for (const std::string& variant : plan.variants) text += ", " + printable(variant);
  return text;
}

std::string estimate(const Step& step) {
  std::string text;
  if (step.seconds > 0) text = "about " + human_duration(std::chrono::seconds(step.seconds));
  if (step.bytes > 0) text += (text.empty() ? "" : ", ") + counted(step.bytes, "byte");
  return text;
}

std::map<std::string, std::size_t> counts(const Plan& plan) {
  std::map<std::string, std::size_t> counted;
  for (const kafka::ZnodeDecision& decision : plan.decisions) {
    ++counted[std::string(kafka::znode_action_name(decision.action))];
    if (decision.replaces) ++counted["replaced on the target"];
  }
  return counted;
}

void add_notes(const Plan& plan, Kind kind, const std::string& before, std::size_t most, std::string& text) {
  std::size_t shown = 0;
  std::size_t left = 0;
  for (const kafka::RecoveryNote& note : plan.notes) {
    if (note.kind != kind) continue;
    if (++shown > most) {
      ++left;
      continue;
    }
    text += before + printable(note.object) + " " + printable(note.what) + "\n";
    if (!note.advice.empty()) text += std::string(before.size(), ' ') + "  " + printable(note.advice) + "\n";
  }
  if (left > 0) text += before + "and " + std::to_string(left) + " more, in the plan's \"notes\"\n";
}

std::string gates_text(const std::vector<Gate>& gates) {
  std::string text;
  for (const Gate gate : gates) text += (text.empty() ? "" : ", ") + std::string(gate_name(gate));
  return text;
}

void add_step(const Plan& plan, const Step& step, std::size_t number, std::string& text) {
  text += "\n## " + std::to_string(number) + ". " + printable(step.title) + "\n\n" +
          "Why: " + printable(step.why) + ".\n";
  if (const std::string about = estimate(step); !about.empty()) text += "Takes: " + about + ".\n";
  if (!step.before.empty()) text += "\nBefore it, make sure of: " + gates_text(step.before) + ".\n";
  for (const std::string& one : step.irreversible) text += "\n**Cannot be undone:** " + printable(one) + "\n";
  if (step.kind == StepKind::kOnHost) {
    for (const HostCommand& host : step.hosts) {
      text += "\n- broker " + std::to_string(host.broker) +
              (host.host.empty() ? std::string() : " on " + printable(host.host)) + ":\n\n      " +
              command_line(host.command) + "\n";
    }
  } else if (step.kind == StepKind::kArkive) {
    text += "\n    arkive " + command_line(step.command) + "\n";
  } else if (step.kind == StepKind::kRestoreZnodes) {
    text += "\n    arkive restore znodes --from " +
            quoted(plan.backup.tree_from + "@" + plan.backup.tree_run) + " --cluster " +
            quoted(plan.backup.cluster) + " --zk " + quoted(plan.observation.zookeeper.address) +
            (plan.path == "/" ? std::string() : " --path " + quoted(plan.path)) +
            "\n\nand then set the znodes of the table below by hand, or let `arkive apply` do both.\n";
  } else if (step.kind == StepKind::kNotify) {
    text +=
        "\nCreate these as sequential znodes (zkCli.sh: create -s PATH DATA), or restart the brokers:\n\n";
    for (const kafka::Notice& notice : plan.notices)
      text += "    " + printable(notice.path) + " " + printable(notice.data) + "\n";
  } else if (step.kind == StepKind::kDumpBefore) {
    text += "\n    arkive dump --zk " + quoted(plan.observation.zookeeper.address) + " --to " +
            quoted(plan.backup.tree_from) + " --cluster " + quoted(plan.backup.cluster + "-before-restore") +
            "\n";
  } else {
    text +=
        "\nCompare topics, end offsets and group offsets with the tables below; produce a record and read "
        "it.\n";
  }
  if (!step.after.empty()) text += "\nAfter it, make sure of: " + gates_text(step.after) + ".\n";
}

std::string cell(const std::string& text) {
  std::string escaped;
  for (const char c : printable(text)) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

std::string ids(const std::vector<std::int32_t>& list) {
  std::string text;
  for (const std::int32_t id : list) text += (text.empty() ? "" : " ") + std::to_string(id);
  return text;
}

}  // namespace

std::string plan_text(const Plan& plan) {
  std::string text = "scenario: " + title_of(plan) + "\n";
  for (const std::string& line : plan.why) text += "  because " + printable(line) + "\n";
  if (plan.scenario == Scenario::kNothing) return text + "nothing to restore\n";
  if (!plan.backup.tree_run.empty() && plan.scenario != Scenario::kTopicsLost)
    text +=
        "tree: run " + printable(plan.backup.tree_run) + " of " + format_time(plan.backup.tree_taken) + "\n";
  if (!plan.backup.topics_run.empty() && plan.scenario != Scenario::kReverted)
    text += "topics: run " + printable(plan.backup.topics_run) + ", cut at " +
            format_time(plan.backup.topics_taken) + "\n";
  text += "steps:\n";
  std::size_t number = 0;
  for (const Step& step : plan.steps) {
    const std::string about = estimate(step);
    text += "  " + std::to_string(++number) + ". " + printable(step.title) +
            (about.empty() ? std::string() : " (" + about + ")") + "\n";
    for (const std::string& one : step.irreversible)
      text += "     cannot be undone: " + printable(one) + "\n";
  }
  if (plan.znodes > 0) {
    text += "znodes: " + std::to_string(plan.znodes);
    for (const auto& [what, count] : counts(plan)) text += ", " + what + " " + std::to_string(count);
    text += "\n";
  }
  constexpr std::size_t kMost = 20;
  add_notes(plan, Kind::kLoses, "will not be there: ", kMost, text);
  add_notes(plan, Kind::kAsks, "note: ", kMost, text);
  add_notes(plan, Kind::kStops, "stops: ", kMost, text);
  return text;
}

std::string plan_markdown(const Plan& plan) {
  std::string text = "# Restore: " + title_of(plan) + "\n\n";
  text += "Plan " + printable(plan.id) + ", made " + format_time(plan.made) + ".\n\n";
  for (const std::string& line : plan.why) text += "- " + printable(line) + "\n";
  text += "\n## What will not be there afterwards\n\n";
  add_notes(plan, Kind::kLoses, "- ", SIZE_MAX, text);
  text += "\n## What to decide or know\n\n";
  add_notes(plan, Kind::kStops, "- **stops:** ", SIZE_MAX, text);
  add_notes(plan, Kind::kAsks, "- ", SIZE_MAX, text);
  std::size_t number = 0;
  for (const Step& step : plan.steps) add_step(plan, step, ++number, text);
  if (!plan.decisions.empty()) {
    text +=
        "\n## Znodes that do not go back as they were\n\n| znode | what | data | why |\n|---|---|---|---|\n";
    for (const kafka::ZnodeDecision& decision : plan.decisions)
      text += "| " + cell(decision.path) + " | " + std::string(kafka::znode_action_name(decision.action)) +
              (decision.replaces ? ", replaces the target's" : "") + " | " +
              (decision.data ? "`" + cell(*decision.data) + "`" : std::string()) + " | " +
              cell(decision.reason) + " |\n";
  }
  if (!plan.partitions.empty()) {
    text +=
        "\n## Partitions\n\n| partition | replicas | in sync | leader epoch | from | to "
        "|\n|---|---|---|---|---|---|\n";
    for (const kafka::RecoveredPartition& partition : plan.partitions)
      text += "| " + cell(partition.partition.text()) + " | " + ids(partition.replicas) + " | " +
              ids(partition.in_sync) + " | " + std::to_string(partition.leader_epoch) + " | " +
              std::to_string(partition.log_start) + " | " + std::to_string(partition.log_end) + " |\n";
  }
  if (!plan.group_offsets.empty()) {
    text += "\n## Offsets of groups\n\n| group | partition | offset |\n|---|---|---|\n";
    for (const PlannedGroupOffset& one : plan.group_offsets)
      text += "| " + cell(one.group) + " | " + cell(one.topic) + "-" + std::to_string(one.partition) + " | " +
              std::to_string(one.offset) + " |\n";
  }
  return text;
}

}  // namespace arkive::restore_plans
