#include "kafka/groups/commit_groups.h"

#include <map>

#include "stores/core/interrupt.h"

namespace arkive::kafka {
namespace {

std::vector<CommittedOffset> missing_of(const PlannedGroup& group) {
  std::vector<CommittedOffset> missing;
  for (const PlannedOffset& item : group.offsets) {
    if (!item.is_left_out() && !item.is_there()) missing.push_back(item.wanted);
  }
  return missing;
}

// The first that was refused; empty: none.
std::string refused(const std::vector<CommittedOffset>& offsets, const std::vector<ItemAnswer>& answers) {
  if (answers.size() != offsets.size()) {
    return std::to_string(answers.size()) + " answers to " + std::to_string(offsets.size()) + " offsets";
  }
  std::size_t count = 0;
  std::string first;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    if (answers[i].error.empty()) continue;
    if (count++ > 0) continue;
    first = offsets[i].partition.text() + ": " + answers[i].error;
    if (answers[i].error.starts_with("UNKNOWN_MEMBER_ID")) first += ": it has got members meanwhile";
  }
  if (count > 1)
    first +=
        ", and so on for " + std::to_string(count) + " of " + std::to_string(offsets.size()) + " offsets";
  return first;
}

// What of `group` is not as wanted; empty: all of it is.
std::string amiss(const PlannedGroup& group, const GroupFacts* there) {
  if (there == nullptr) return "it is not there after the commit";
  if (!there->error.empty()) return "it cannot be read back: " + there->error;
  std::map<TopicPartition, const CommittedOffset*> by_partition;
  for (const CommittedOffset& committed : there->offsets) by_partition[committed.partition] = &committed;
  for (const PlannedOffset& item : group.offsets) {
    if (item.is_left_out()) continue;
    const auto found = by_partition.find(item.wanted.partition);
    const std::string name = item.wanted.partition.text();
    if (found == by_partition.end()) return name + ": no offset is there after the commit";
    if (same_position(*found->second, item.wanted)) continue;
    if (found->second->offset == item.wanted.offset)
      return name + ": other metadata is there after the commit";
    return name + ": " + std::to_string(found->second->offset) + " is there after the commit of " +
           std::to_string(item.wanted.offset);
  }
  return {};
}

void read_back(const std::vector<const PlannedGroup*>& committed, LogSource& source, Deadline deadline,
               GroupReport& report) {
  if (committed.empty()) return;
  const auto live = source.groups(deadline);
  if (!live) {
    report.not_read_back = committed.size();
    report.ended = live.error().within("read the groups back after the commit");
    return;
  }
  std::map<std::string_view, const GroupFacts*> by_name;
  for (const GroupFacts& group : *live) by_name[group.name] = &group;
  for (const PlannedGroup* group : committed) {
    const auto found = by_name.find(group->name);
    std::string what = amiss(*group, found == by_name.end() ? nullptr : found->second);
    if (!what.empty()) {
      report.failed.push_back({group->name, std::move(what)});
      continue;
    }
    ++report.groups;
    report.offsets += group->offsets.size() - group->left_out();
  }
}

}  // namespace

GroupReport commit_groups(const GroupPlan& plan, LogSource& source, LogTarget& target,
                          std::chrono::milliseconds patience, const std::function<void()>& on_group) {
  GroupReport report;
  std::vector<const PlannedGroup*> committed;
  for (const PlannedGroup& group : plan.groups) {
    if (!group.is_written()) continue;
    if (!report.ended) {
      if (const Status go_on = check_interrupt("commit the offsets of groups"); !go_on) {
        report.ended = go_on.error();
      }
    }
    if (report.ended) {
      ++report.not_tried;
      continue;
    }
    const std::vector<CommittedOffset> offsets = missing_of(group);
    const auto answers = target.commit(group.name, offsets, Deadline::after(patience));
    if (!answers) {
      report.ended = answers.error();
      report.failed.push_back({group.name, answers.error().what});
      continue;
    }
    if (std::string what = refused(offsets, *answers); !what.empty()) {
      report.failed.push_back({group.name, std::move(what)});
    } else {
      committed.push_back(&group);
    }
    if (on_group) on_group();
  }
  if (report.ended) {
    report.not_read_back = committed.size();
  } else {
    read_back(committed, source, Deadline::after(patience), report);
  }
  return report;
}

}  // namespace arkive::kafka
