/// Groups of a scripted cluster, archived, and another scripted cluster to bring them back to.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "kafka/groups/commit_groups.h"
#include "kafka/groups/group_plan.h"
#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {

/// Brokers that take commits as Kafka's do: into groups without members, all offsets of a request or each for
/// itself refused. What they keep is in ScriptedCluster::groups.
class ScriptedCoordinator final : public LogTarget {
 public:
  explicit ScriptedCoordinator(ScriptedCluster& cluster) : cluster_(cluster) {}

  struct Commit {
    std::string group;
    std::vector<CommittedOffset> offsets;
  };
  std::vector<Commit> commits;
  /// Of the commit with this number, from 1; ok: goes on as usual.
  std::function<Status(int commit)> lost;
  /// Of one offset; empty: taken.
  std::function<std::string(const std::string& group, const CommittedOffset&)> refuse;
  std::function<void(int commit)> after;

  std::string_view name() const override { return "scripted"; }
  Result<ProducerIdentity> new_producer(Deadline) override {
    return fail(Outcome::kUsage, "no producers here");
  }
  Result<std::unique_ptr<LogAppender>> open_appender(std::int32_t, Deadline) override {
    return fail(Outcome::kUsage, "no appenders here");
  }
  Result<std::vector<ItemAnswer>> commit(const std::string& group, std::span<const CommittedOffset> offsets,
                                         Deadline) override {
    commits.push_back({group, {offsets.begin(), offsets.end()}});
    const int number = static_cast<int>(commits.size());
    if (lost) ARKIVE_TRY(lost(number));
    std::vector<ItemAnswer> answers;
    for (const CommittedOffset& offset : offsets) answers.push_back(take(group, offset));
    if (after) after(number);
    return answers;
  }

 private:
  ItemAnswer take(const std::string& group, const CommittedOffset& offset) {
    if (refuse) {
      if (std::string error = refuse(group, offset); !error.empty())
        return {std::move(error), Outcome::kFail};
    }
    GroupFacts& facts = group_of(group);
    if (facts.members > 0)
      return {"UNKNOWN_MEMBER_ID: a member that the group does not know", Outcome::kFail};
    std::erase_if(facts.offsets, [&](const auto& one) { return one.partition == offset.partition; });
    // Kafka keeps no metadata as an empty one.
    facts.offsets.push_back(
        {offset.partition, offset.offset, offset.leader_epoch, offset.metadata.value_or("")});
    return {};
  }
  GroupFacts& group_of(const std::string& name) {
    for (GroupFacts& group : cluster_.groups) {
      if (group.name == name) return group;
    }
    GroupFacts& made = cluster_.groups.emplace_back();
    made.name = name;
    made.state = "Empty";
    return made;
  }
  ScriptedCluster& cluster_;
};

inline GroupFacts group(std::string name, std::vector<CommittedOffset> offsets, std::string state = "Empty",
                        std::int32_t members = 0) {
  GroupFacts facts;
  facts.name = std::move(name);
  facts.state = std::move(state);
  facts.protocol = "consumer";
  facts.members = members;
  facts.offsets = std::move(offsets);
  return facts;
}

inline CommittedOffset at(std::string topic, std::int32_t partition, std::int64_t offset,
                          std::optional<std::string> metadata = "") {
  return {{std::move(topic), partition}, offset, -1, std::move(metadata)};
}

/// [begin, end) of a topic's partition, replayed as `runs` say.
inline ReplayedPartition replayed(std::string topic, std::int32_t partition, std::int64_t begin,
                                  std::int64_t end, const std::vector<OffsetRun>& runs) {
  ReplayedPartition one;
  one.source_topic = one.target_topic = std::move(topic);
  one.source_partition = one.target_partition = partition;
  one.source_begin = begin;
  one.source_end = end;
  for (const OffsetRun& run : runs) one.map.add(run);
  one.complete = true;
  return one;
}

class GroupsTest : public ScriptedArchive {
 protected:
  GroupsTest() { target_cluster_.id = "target"; }

  /// The archive of cluster_ as it is; call once, before plan().
  void archive_all() {
    const ArchiveReport report = run_whole();
    index_ = value_of(read_index(*store_, report.manifest, Deadline::never()));
    restore_.store = store_.get();
    restore_.archive = &index_;
    restore_.run = report.manifest.id;
    restore_.patience = 2s;
  }
  void translate_by(std::vector<ReplayedPartition> partitions) {
    map_.source_cluster = cluster_.id;
    map_.target_cluster = target_cluster_.id;
    map_.partitions = std::move(partitions);
    restore_.map = &map_;
  }
  static GroupGlobs globs(const std::vector<std::string>& texts) {
    return value_of(GroupGlobs::parse(texts));
  }

  Result<GroupPlan> try_plan() { return plan_groups(restore_, target_); }
  GroupPlan plan() { return value_of(try_plan()); }
  GroupReport commit(const GroupPlan& plan) { return commit_groups(plan, target_, coordinator_, 2s); }

  /// "billing: orders-0=5 orders-1=7", of the target.
  std::vector<std::string> on_target() const {
    std::vector<std::string> lines;
    for (const GroupFacts& group : target_cluster_.groups) {
      std::string line = group.name + ":";
      for (const CommittedOffset& one : group.offsets) {
        line += " " + one.partition.text() + "=" + std::to_string(one.offset);
        if (one.metadata && !one.metadata->empty()) line += "(" + *one.metadata + ")";
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }
  static std::vector<std::string> actions(const GroupPlan& plan) {
    std::vector<std::string> lines;
    for (const PlannedGroup& group : plan.groups) {
      lines.push_back(group.name + ": " + std::string(group_action_name(group.action)));
    }
    return lines;
  }

  ArchiveIndex index_;
  OffsetMap map_;
  GroupRestore restore_;
  ScriptedCluster target_cluster_;
  ScriptedLogSource target_{target_cluster_};
  ScriptedCoordinator coordinator_{target_cluster_};
};

}  // namespace arkive::kafka::test
