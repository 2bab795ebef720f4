#include "tools/arkive/planned_groups.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "stores/core/bytes.h"
#include "tools/arkive/output.h"

namespace arkive::tools {
namespace {

using kafka::GroupAction;
using kafka::PlannedGroup;
using kafka::PlannedOffset;

constexpr GroupAction kAllActions[] = {GroupAction::kCommit, GroupAction::kOverwrite, GroupAction::kSame,
                                       GroupAction::kKeep,   GroupAction::kLive,      GroupAction::kNotKnown,
                                       GroupAction::kNothing};

std::string number(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : "-";
}

std::string target_text(const PlannedOffset& item) {
  if (item.is_left_out()) return "-";
  const kafka::TopicPartition& to = item.wanted.partition;
  return to.topic + "/" + std::to_string(to.partition) + "@" + std::to_string(item.wanted.offset);
}

void print_offsets(const kafka::GroupPlan& plan) {
  Table table(
      {"GROUP", "TOPIC", "PARTITION", "COMMITTED", "GOES TO", "KIND", "LAG THEN", "LAG NOW", "ACTION"});
  bool any = false;
  for (const PlannedGroup& group : plan.groups) {
    for (const PlannedOffset& item : group.offsets) {
      table.add({group.name, item.archived.partition.topic, std::to_string(item.archived.partition.partition),
                 std::to_string(item.archived.offset), target_text(item),
                 std::string(offset_kind_name(item.kind)), number(item.lag_then), number(item.lag_now),
                 std::string(group_action_name(group.action))});
      any = true;
    }
  }
  if (any) table.print();
}

// Everything that is not simply committed. The first of many: the table of --dry-run has all.
void print_named(const kafka::GroupPlan& plan, bool all) {
  constexpr std::size_t kMost = 40;
  std::vector<std::string> lines;
  std::vector<std::string> harmless;  // last, so that they hide nothing
  for (const PlannedGroup& group : plan.groups) {
    if (!group.reason.empty()) {
      const bool nothing_lost = group.action == GroupAction::kNothing && group.offsets.empty();
      (nothing_lost ? harmless : lines)
          .push_back(std::string(group_action_name(group.action)) + ": group " + printable(group.name) +
                     ": " + printable(group.reason));
    }
    for (const PlannedOffset& item : group.offsets) {
      if (item.note.empty()) continue;
      lines.push_back(std::string(offset_kind_name(item.kind)) + ": group " + printable(group.name) + ", " +
                      printable(item.archived.partition.text()) + " at " +
                      std::to_string(item.archived.offset) + ": " + printable(item.note));
    }
  }
  lines.insert(lines.end(), harmless.begin(), harmless.end());
  const std::size_t shown = all ? lines.size() : std::min(lines.size(), kMost);
  for (std::size_t i = 0; i < shown; ++i) print_line(lines[i]);
  if (shown < lines.size()) {
    print_line("... and " + std::to_string(lines.size() - shown) + " more (--dry-run names all)");
  }
}

}  // namespace

void print_plan(const kafka::GroupPlan& plan, bool every_offset) {
  for (const std::string& note : plan.notes) print_line("note: " + printable(note));
  if (every_offset) print_offsets(plan);
  print_named(plan, every_offset);
  std::string counts;
  for (const GroupAction action : kAllActions) {
    const std::size_t count = plan.count(action);
    if (count == 0) continue;
    counts +=
        (counts.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(group_action_name(action));
  }
  if (const std::size_t left = plan.left_out(); left > 0)
    counts += "; " + counted(left, "offset") + " left out";
  print_line("plan: " + counted(plan.groups.size(), "group") + ": " + counts);
}

nlohmann::json plan_json(const kafka::GroupPlan& plan) {
  nlohmann::json groups = nlohmann::json::array();
  for (const PlannedGroup& group : plan.groups) {
    nlohmann::json offsets = nlohmann::json::array();
    for (const PlannedOffset& item : group.offsets) {
      nlohmann::json one = {{"topic", item.archived.partition.topic},
                            {"partition", item.archived.partition.partition},
                            {"offset", item.archived.offset},
                            {"kind", offset_kind_name(item.kind)},
                            {"note", item.note},
                            {"target", nullptr},
                            {"metadata", nullptr},
                            {"there", nullptr},
                            {"lag_then", nullptr},
                            {"lag_now", nullptr}};
      if (!item.is_left_out()) {
        one["target"] = {{"topic", item.wanted.partition.topic},
                         {"partition", item.wanted.partition.partition},
                         {"offset", item.wanted.offset}};
      }
      if (item.archived.metadata) one["metadata"] = *item.archived.metadata;
      if (item.there) one["there"] = item.there->offset;
      if (item.lag_then) one["lag_then"] = *item.lag_then;
      if (item.lag_now) one["lag_now"] = *item.lag_now;
      offsets.push_back(std::move(one));
    }
    groups.push_back({{"group", group.name},
                      {"state", group.state},
                      {"protocol", group.protocol},
                      {"action", group_action_name(group.action)},
                      {"reason", group.reason},
                      {"offsets", std::move(offsets)}});
  }
  nlohmann::json counts = nlohmann::json::object();
  for (const GroupAction action : kAllActions) {
    if (plan.count(action) > 0) counts[std::string(group_action_name(action))] = plan.count(action);
  }
  return {{"groups", std::move(groups)},
          {"counts", std::move(counts)},
          {"left_out", plan.left_out()},
          {"notes", plan.notes},
          {"complete", plan.is_complete()}};
}

}  // namespace arkive::tools
