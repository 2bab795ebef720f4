#include "restore-plans/plan/planned_steps.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "stores/core/bytes.h"
#include "stores/core/glob.h"

namespace arkive::restore_plans {
namespace {

constexpr const char* kBrokersDown = "brokers are down";
constexpr const char* kTargetDumped = "what the target has is kept";
constexpr const char* kZnodesRestored = "znodes are restored";
constexpr const char* kBrokersUp = "brokers are up";
constexpr const char* kMetadataRestored = "topics and their settings are made";
constexpr const char* kTopicsReplayed = "topics are replayed";
constexpr const char* kGroupsRestored = "groups are restored";

std::uint64_t seconds_for(std::uint64_t amount, std::uint64_t a_second) {
  return amount == 0 || a_second == 0 ? 0 : amount / a_second + 1;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

/// Brokers by id, with the host of each as far as it is known.
std::map<std::int32_t, std::string> brokers_of(const Plan& plan, const kafka::ClusterOnDisks& disks) {
  std::map<std::int32_t, std::string> brokers;
  for (const std::int32_t broker : disks.brokers) brokers[broker];
  for (const ObservedBroker& broker : plan.brokers) brokers[broker.id] = broker.host;
  for (const kafka::LogsReport& report : plan.observation.logs) {
    if (report.broker >= 0) brokers[report.broker] = report.host;
  }
  return brokers;
}

class Declaring {
 public:
  Declaring(const Plan& plan, const ChosenScenario& chosen, const BackupInHand& backup,
            const kafka::ClusterOnDisks& disks)
      : plan_(plan), chosen_(chosen), backup_(backup), brokers_(brokers_of(plan, disks)) {}

  std::vector<Step> run() {
    switch (plan_.scenario) {
      case Scenario::kNothing:
        break;
      case Scenario::kZooKeeperLost:
      case Scenario::kStartedAgainstEmpty:
        stop_brokers();
        restore_znodes(true, {kBrokersDown});
        start_brokers({kZnodesRestored});
        verify({kBrokersUp});
        break;
      case Scenario::kAllLost:
        stop_brokers();
        restore_znodes(true, {kBrokersDown});
        start_brokers(seed_brokers());
        verify({kBrokersUp});
        break;
      case Scenario::kNewCluster:
      case Scenario::kTopicsLost:
        verify(replay());
        break;
      case Scenario::kReverted:
        restore_znodes(false, {});
        notify_brokers();
        break;
      case Scenario::kSubtree:
        restore_znodes(false, {});
        break;
    }
    return std::move(steps_);
  }

 private:
  void stop_brokers() {
    Step step;
    step.id = "stop-brokers";
    step.title = "Stop all brokers";
    step.why =
        "a broker that runs while znodes are restored acts on half of them; one that has lost ZooKeeper "
        "hangs "
        "when it is asked to stop, and may be killed then";
    step.provides = {kBrokersDown};
    step.after = {Gate::kBrokersDown};
    for (const auto& [broker, host] : brokers_)
      step.hosts.push_back({broker, host, "stop-broker", {"systemctl", "stop", "kafka"}});
    steps_.push_back(std::move(step));
  }

  std::vector<std::string> replaced() const {
    std::vector<std::string> lines;
    for (const kafka::ZnodeDecision& decision : plan_.decisions) {
      if (decision.replaces)
        lines.push_back("replaces " + decision.path + " of the target: " + decision.reason);
    }
    return lines;
  }

  void restore_znodes(bool whole_cluster, std::vector<std::string> needs) {
    Step step;
    step.id = "restore-znodes";
    step.kind = StepKind::kRestoreZnodes;
    step.title = "Put the znodes of run " + plan_.backup.tree_run + " into ZooKeeper";
    step.why = whole_cluster ? "znodes come before brokers in every version of Kafka: a broker that starts "
                               "first makes a new cluster of its own"
                             : "what is named of the tree comes back";
    step.needs = std::move(needs);
    step.irreversible = replaced();
    if (!step.irreversible.empty()) {
      dump_before();
      step.needs.emplace_back(kTargetDumped);
    }
    step.provides = {kZnodesRestored};
    step.before = {Gate::kZooKeeperAnswers, Gate::kTargetAsObserved};
    if (whole_cluster) step.before.push_back(Gate::kBrokersDown);
    step.after = {Gate::kZnodesAsPlanned};
    step.seconds = seconds_for(plan_.znodes, backup_.rates.znodes_per_second);
    steps_.push_back(std::move(step));
  }

  void notify_brokers() {
    if (plan_.notices.empty()) return;
    Step step;
    step.id = "notify-brokers";
    step.kind = StepKind::kNotify;
    step.title = "Tell brokers that run what has changed";
    step.why = "they read configs and ACLs at their start, and when a notice names them";
    step.needs = {kZnodesRestored};
    step.before = {Gate::kZooKeeperAnswers};
    steps_.push_back(std::move(step));
  }

  void dump_before() {
    Step step;
    step.id = "dump-before";
    step.kind = StepKind::kDumpBefore;
    step.title = "Keep what the target's ZooKeeper holds, beside the backup";
    step.why = "something in it is replaced";
    step.provides = {kTargetDumped};
    step.before = {Gate::kZooKeeperAnswers};
    steps_.push_back(std::move(step));
  }

  /// What the brokers' start needs.
  std::vector<std::string> seed_brokers() {
    std::vector<std::string> needs = {kZnodesRestored};
    std::map<std::int32_t, std::vector<std::string>> directories;
    for (const kafka::LogsReport& report : plan_.observation.logs) {
      for (const kafka::InspectedDirectory& directory : report.directories)
        directories[report.broker].push_back(directory.path);
    }
    std::map<std::int32_t, std::uint64_t> bytes;
    for (const kafka::RecoveredPartition& partition : plan_.partitions) {
      for (const std::int32_t broker : partition.replicas) bytes[broker] += partition.bytes;
    }
    for (const auto& [broker, host] : brokers_) {
      if (!bytes.contains(broker))
        continue;  // no archived partition is its: it starts with empty directories
      const std::string number = std::to_string(broker);
      Step step;
      step.id = "seed-broker-" + number;
      step.title = "Write the log directories of broker " + number + " from the archive";
      step.why = "its logs come back with every offset, group and transaction as it was";
      step.needs = {kBrokersDown};
      step.provides = {"log directories of broker " + number + " are seeded"};
      step.before = {Gate::kBrokersDown};
      step.after = {Gate::kLogsSeeded};
      const auto known = directories.find(broker);
      step.hosts.push_back(
          {broker,
           host,
           "seed-broker",
           {"arkive", "restore", "seed", "--from", plan_.backup.topics_from + "@" + plan_.backup.topics_run,
            "--cluster", plan_.backup.cluster, "--broker", number, "--log-dirs",
            known == directories.end() ? "LOG_DIRS" : joined(known->second)}});
      step.bytes = bytes[broker];
      step.seconds = seconds_for(step.bytes, backup_.rates.bytes_per_second);
      needs.push_back(step.provides.front());
      steps_.push_back(std::move(step));
    }
    return needs;
  }

  void start_brokers(std::vector<std::string> needs) {
    Step step;
    step.id = "start-brokers";
    step.title = "Start all brokers";
    step.why = "in any order: whoever is told to lead a partition has its newest records";
    step.needs = std::move(needs);
    step.provides = {kBrokersUp};
    // Seeding may have taken hours: a ZooKeeper that was lost in them makes brokers begin a cluster of their
    // own.
    step.before = {Gate::kZooKeeperAnswers, Gate::kZnodesInPlace};
    step.after = {Gate::kBrokersUp, Gate::kInSyncFull, Gate::kRecordsReadable};
    for (const auto& [broker, host] : brokers_)
      step.hosts.push_back({broker, host, "start-broker", {"systemctl", "start", "kafka"}});
    steps_.push_back(std::move(step));
  }

  std::vector<std::string> from(const std::string& place, const std::string& run) const {
    return {"--from",    place + "@" + run,
            "--cluster", plan_.backup.cluster,
            "--kafka",   plan_.observation.kafka.address};
  }

  void arkive_step(const std::string& id, const std::string& title, const std::string& why,
                   std::vector<std::string> command, std::vector<std::string> needs, const char* provides,
                   std::uint64_t bytes = 0) {
    Step step;
    step.id = id;
    step.kind = StepKind::kArkive;
    step.title = title;
    step.why = why;
    step.command = std::move(command);
    step.needs = std::move(needs);
    step.provides = {provides};
    step.before = {Gate::kKafkaAnswers};
    step.bytes = bytes;
    step.seconds = seconds_for(bytes, backup_.rates.bytes_per_second);
    steps_.push_back(std::move(step));
  }

  /// What the verification needs.
  std::vector<std::string> replay() {
    std::vector<std::string> needs;
    if (plan_.scenario == Scenario::kNewCluster && !plan_.backup.tree_run.empty()) {
      std::vector<std::string> command = {"restore", "metadata"};
      for (std::string& word : from(plan_.backup.tree_from, plan_.backup.tree_run))
        command.push_back(std::move(word));
      arkive_step("restore-metadata", "Make topics, configs, ACLs and quotas",
                  "by the admin API, which brokers with and without ZooKeeper have", std::move(command), {},
                  kMetadataRestored);
      needs.emplace_back(kMetadataRestored);
    }
    std::vector<std::string> topics = {"restore", "topics"};
    for (std::string& word : from(plan_.backup.topics_from, plan_.backup.topics_run))
      topics.push_back(std::move(word));
    std::uint64_t bytes = 0;
    for (const kafka::ArchivedTopic& topic : backup_.topics) {
      if (plan_.scenario != Scenario::kTopicsLost ||
          std::ranges::binary_search(chosen_.lost_topics, topic.name))
        bytes += topic.bytes();
    }
    if (plan_.scenario == Scenario::kTopicsLost) {
      topics.emplace_back("--topics");
      topics.push_back(joined(chosen_.lost_topics));
    }
    topics.insert(topics.end(), {"--journal", std::string(kReplayJournal)});
    arkive_step("restore-topics", "Replay the archived topics",
                "whole batches by an idempotent producer; offsets are kept in a map", std::move(topics),
                needs, kTopicsReplayed, bytes);
    if (plan_.group_offsets.empty() && !knows_group_without_offsets()) return {kTopicsReplayed};
    restore_groups();
    return {kGroupsRestored};
  }

  /// Whose offsets could not be archived: restore groups names it.
  bool knows_group_without_offsets() const {
    return std::ranges::any_of(backup_.archive->groups,
                               [](const kafka::GroupFacts& group) { return !group.error.empty(); });
  }

  void restore_groups() {
    std::vector<std::string> command = {"restore", "groups"};
    for (std::string& word : from(plan_.backup.topics_from, plan_.backup.topics_run))
      command.push_back(std::move(word));
    command.insert(command.end(), {"--journal", std::string(kReplayJournal)});
    std::vector<std::string> irreversible;
    if (plan_.scenario == Scenario::kTopicsLost) {
      command.insert(command.end(), {"--topics", joined(chosen_.lost_topics)});
      // A topic that was deleted took its groups' offsets with it; one that was emptied did not.
      std::set<std::string> overwritten;
      for (const PlannedGroupOffset& planned : plan_.group_offsets) {
        if (planned.group.empty() || !std::ranges::binary_search(chosen_.emptied_topics, planned.topic) ||
            !overwritten.insert(planned.group).second)
          continue;
        command.push_back("--overwrite=" + glob_of_path(planned.group));
        irreversible.push_back("replaces what group " + printable(planned.group) +
                               " has committed in topics that were emptied");
      }
    }
    arkive_step("restore-groups", "Commit the offsets of groups",
                "translated by the map of the replay, to groups without members only", std::move(command),
                {kTopicsReplayed}, kGroupsRestored);
    steps_.back().irreversible = std::move(irreversible);
  }

  void verify(std::vector<std::string> needs) {
    Step step;
    step.id = "verify";
    step.kind = StepKind::kVerify;
    step.title = "Compare all of it with the backup, and send a record through";
    step.why = "ZooKeeper can look healthy while nothing is served";
    step.needs = std::move(needs);
    step.before = {Gate::kKafkaAnswers};
    steps_.push_back(std::move(step));
  }

  const Plan& plan_;
  const ChosenScenario& chosen_;
  const BackupInHand& backup_;
  const std::map<std::int32_t, std::string> brokers_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> steps_of(const Plan& plan, const ChosenScenario& chosen, const BackupInHand& backup,
                           const kafka::ClusterOnDisks& disks) {
  return Declaring(plan, chosen, backup, disks).run();
}

}  // namespace arkive::restore_plans
