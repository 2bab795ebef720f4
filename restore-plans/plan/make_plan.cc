#include "restore-plans/plan/make_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "kafka/recovery/disks.h"
#include "kafka/znodes/topics_in_tree.h"
#include "restore-plans/plan/planned_steps.h"
#include "restore-plans/plan/scenario.h"
#include "stores/core/bytes.h"
#include "stores/core/glob.h"
#include "stores/core/hash.h"
#include "stores/core/time.h"

namespace arkive::restore_plans {
namespace {

bool restores_znodes(Scenario scenario) {
  switch (scenario) {
    case Scenario::kZooKeeperLost:
    case Scenario::kStartedAgainstEmpty:
    case Scenario::kAllLost:
    case Scenario::kReverted:
    case Scenario::kSubtree:
      return true;
    case Scenario::kNothing:
    case Scenario::kNewCluster:
    case Scenario::kTopicsLost:
      return false;
  }
  return false;
}

bool needs_archive(Scenario scenario) {
  return scenario == Scenario::kAllLost || scenario == Scenario::kNewCluster ||
         scenario == Scenario::kTopicsLost;
}

bool is_whole_cluster(Scenario scenario) {
  return scenario == Scenario::kZooKeeperLost || scenario == Scenario::kStartedAgainstEmpty ||
         scenario == Scenario::kAllLost;
}

class Making {
 public:
  Making(const BackupInHand& backup, const Observation& observation, const PlanOptions& options)
      : backup_(backup), seen_(observation), options_(options) {}

  Result<Plan> run() {
    plan_.id = new_run_id(options_.now);
    plan_.made = options_.now;
    plan_.arkive_version = options_.arkive_version;
    plan_.backup = backup_.where;
    plan_.observation = seen_;
    plan_.path = options_.path;
    plan_.acl = options_.acl;
    brokers();
    kafka::ClusterOnDisks disks = kafka::cluster_on_disks(seen_.logs);
    ARKIVE_ASSIGN(const ChosenScenario chosen, choose_scenario(backup_, seen_, disks, options_));
    plan_.scenario = chosen.scenario;
    plan_.why = chosen.why;
    if (plan_.scenario == Scenario::kNothing) return std::move(plan_);
    ARKIVE_TRY(check_parts());
    variants(disks);
    if (plan_.scenario == Scenario::kAllLost) {
      ARKIVE_ASSIGN(const std::int64_t highest, backup_.highest_producer_id());
      disks = kafka::cluster_as_seeded(*backup_.archive, backup_.topics, highest);
    }
    if (is_whole_cluster(plan_.scenario)) {
      ARKIVE_TRY(decide_cluster(disks));
    } else if (restores_znodes(plan_.scenario)) {
      ARKIVE_TRY(decide_part());
    }
    foreign_trees();
    what_is_lost();
    group_offsets(chosen);
    ARKIVE_TRY(order(steps_of(plan_, chosen, backup_, disks)));
    return std::move(plan_);
  }

 private:
  using Kind = kafka::RecoveryNote::Kind;
  void note(Kind kind, std::string object, std::string what, std::string advice = {}) {
    plan_.notes.push_back({kind, std::move(object), std::move(what), std::move(advice)});
  }

  /// The newest word about each counts: where it answers, where it is registered, where it was.
  void brokers() {
    std::map<std::int32_t, ObservedBroker> by_id;
    for (const auto* const list : {&backup_.brokers, &seen_.zookeeper.brokers, &seen_.kafka.brokers}) {
      for (const ObservedBroker& broker : *list) by_id[broker.id] = broker;
    }
    for (const kafka::LogsReport& report : seen_.logs) {
      if (report.broker >= 0) by_id.try_emplace(report.broker, ObservedBroker{report.broker, {}, 0});
    }
    for (auto& [id, broker] : by_id) plan_.brokers.push_back(std::move(broker));
  }

  Status check_parts() {
    if (restores_znodes(plan_.scenario)) {
      if (backup_.tree == nullptr) {
        return fail(Outcome::kNotFound, "plan a restore: the backup has no tree of ZooKeeper",
                    "name one that has by --from (arkive dump and arkive backup make them)");
      }
      if (backup_.redacted) {
        return fail(
            Outcome::kDenied,
            "plan a restore: the secrets of run " + backup_.where.tree_run + " were replaced by fingerprints",
            "name a run that is not redacted by --from STORE@ID");
      }
      if (seen_.zookeeper.reached != Reached::kAnswered) {
        return fail(Outcome::kRetry, "plan a restore: ZooKeeper did not answer when it was looked at",
                    "start it, empty if its data is lost, and plan again");
      }
    }
    if (needs_archive(plan_.scenario) && backup_.archive == nullptr) {
      return fail(Outcome::kNotFound, "plan a restore: the backup has no topics",
                  "name the store of arkive backup or arkive archive by --topics-from");
    }
    if (backup_.unknown_acls > 0 && options_.acl.empty() && restores_znodes(plan_.scenario)) {
      note(Kind::kStops, "ACLs",
           "of " + std::to_string(backup_.unknown_acls) + " znodes are not known to the backup",
           "plan with --acl, which is given to them");
    }
    if (!backup_.not_whole.empty())
      note(Kind::kLoses, "the backup", "is not whole: " + backup_.not_whole,
           "name an older run that is whole by --from STORE@ID, or take what there is");
    return ok();
  }

  void variants(const kafka::ClusterOnDisks& disks) {
    if (!disks.partitions.empty() && disks.cluster_id.empty()) {
      plan_.variants.emplace_back("old-kafka");
      plan_.why.emplace_back(
          "no log directory tells a cluster id: brokers before 2.0, which start against any ZooKeeper");
    }
    if (backup_.tree_facts.source == "burry") {
      plan_.variants.emplace_back("imported");
      plan_.why.emplace_back("the backup was imported from burry, which keeps no ACLs");
    }
  }

  /// Names where Kafka's tree stands in the backup; kUsage when there are several.
  Result<std::string> root() {
    std::vector<std::string> roots;
    for (const kafka::ClusterInTree& cluster : kafka::clusters_in_tree(*backup_.tree)) {
      if (zk::is_at_or_below(cluster.root.empty() ? "/" : cluster.root, options_.path))
        roots.push_back(cluster.root);
    }
    if (roots.empty()) return fail(Outcome::kNotFound, "plan a restore: the backup's tree holds no Kafka");
    if (roots.size() > 1) {
      std::string names;
      for (const std::string& one : roots) names += (names.empty() ? "" : ", ") + printable(one + "/");
      return fail(Outcome::kUsage, "plan a restore: the backup's tree holds several Kafkas, at " + names,
                  "name one by --path");
    }
    return roots.front();
  }

  Result<std::vector<Glob>> overwritten() const {
    std::vector<Glob> globs;
    for (const std::string& text : options_.overwrite) {
      ARKIVE_ASSIGN(Glob glob, Glob::parse(text));
      globs.push_back(std::move(glob));
    }
    return globs;
  }

  Status decide_cluster(const kafka::ClusterOnDisks& disks) {
    ARKIVE_ASSIGN(plan_.kafka_root, root());
    ARKIVE_ASSIGN(const std::vector<Glob> globs, overwritten());
    kafka::TargetZnodes target;
    target.hashes = seen_.zookeeper.znodes;
    target.controller_epoch = seen_.zookeeper.controller_epoch;
    if (seen_.zookeeper.producer_ids) target.producer_ids_end = seen_.zookeeper.producer_ids->end;
    kafka::DecideOptions options;
    options.root = plan_.kafka_root;
    options.make_missing_topics = options_.make_missing_topics;
    if (!globs.empty())
      options.replaces = [&](std::string_view path) {
        return std::ranges::any_of(globs, [&](const Glob& glob) { return glob.matches(path); });
      };
    ARKIVE_ASSIGN(kafka::ZnodeDecisions decided, kafka::decide_znodes(*backup_.tree, disks, target, options));
    plan_.decisions = std::move(decided.decisions);
    plan_.partitions = std::move(decided.partitions);
    for (kafka::RecoveryNote& one : decided.notes) plan_.notes.push_back(std::move(one));
    plan_.znodes = backup_.tree->size();
    return ok();
  }

  /// Of a part of the tree only what differs is decided about.
  Status decide_part() {
    if (backup_.tree->find(options_.path) == zk::kNoNode) {
      return fail(Outcome::kNotFound, "plan a restore: run " + backup_.where.tree_run + " has no znode '" +
                                          printable(options_.path) + "'");
    }
    ARKIVE_ASSIGN(const std::vector<Glob> globs, overwritten());
    const bool all = globs.empty() && plan_.scenario == Scenario::kReverted;
    backup_.tree->walk(backup_.tree->find(options_.path), [&](zk::NodeIndex index, const std::string& path) {
      ++plan_.znodes;
      const auto there = seen_.zookeeper.znodes.find(path);
      if (there == seen_.zookeeper.znodes.end()) return true;
      const zk::Node& node = (*backup_.tree)[index];
      if (there->second == (node.is_null() ? std::string("-") : hex(sha256(node.data())))) return true;
      const bool replaces =
          all || std::ranges::any_of(globs, [&, &at = path](const Glob& glob) { return glob.matches(at); });
      plan_.decisions.push_back(
          {path,
           replaces ? kafka::ZnodeAction::kKeep : kafka::ZnodeAction::kLeave,
           replaces,
           {},
           {},
           replaces ? "the value of the backup is wanted"
                    : "the target holds another value, which stays (--overwrite names what is replaced)"});
      return true;
    });
    tell_brokers();
    name_what_stays();
    return ok();
  }

  /// Of what is replaced or made: brokers that run read it only when they are told.
  void tell_brokers() {
    if (plan_.scenario != Scenario::kReverted) return;
    plan_.kafka_root = kafka::clusters_in_tree(*backup_.tree).front().root;
    std::set<std::string> left;
    for (const kafka::ZnodeDecision& decision : plan_.decisions) {
      if (!decision.replaces) left.insert(decision.path);
    }
    backup_.tree->walk(backup_.tree->find(options_.path), [&](zk::NodeIndex, const std::string& path) {
      const auto there = seen_.zookeeper.znodes.find(path);
      const bool differs =
          std::ranges::find(plan_.decisions, path, &kafka::ZnodeDecision::path) != plan_.decisions.end();
      if (left.contains(path) || (there != seen_.zookeeper.znodes.end() && !differs)) return true;
      if (auto notice = kafka::notice_of(path, plan_.kafka_root)) plan_.notices.push_back(std::move(*notice));
      return true;
    });
  }

  /// A restore removes nothing: what was made after the backup stays.
  void name_what_stays() {
    for (const auto& [path, hash] : seen_.zookeeper.znodes) {
      if (!zk::is_at_or_below(path, options_.path) || backup_.tree->find(path) != zk::kNoNode) continue;
      note(Kind::kAsks, "znode " + printable(path), "is on the target and not in the backup: it stays",
           "remove it by hand, or with Kafka's own tools, if it was not there for a reason");
    }
  }

  void foreign_trees() {
    for (const ForeignTree& foreign : seen_.zookeeper.foreign) {
      if (foreign.danger.empty()) continue;
      note(Kind::kAsks, "znodes of " + foreign.owner + " at " + printable(foreign.path), foreign.danger,
           "stop it until the restore is verified");
    }
    for (const std::string& path : seen_.zookeeper.unreadable)
      note(Kind::kAsks, "znode " + printable(path) + " of the target", "may not be read by this session",
           "name an identity that may by --zk-auth-file");
  }

  void what_is_lost() {
    if (restores_znodes(plan_.scenario) && plan_.scenario != Scenario::kReverted) {
      note(Kind::kLoses, std::string(kLaterChanges),
           "after " + format_time(backup_.where.tree_taken) + " (zxid " +
               std::to_string(backup_.where.zxid_last) + "): topics, configs, ACLs, credentials, quotas");
    }
    if (!needs_archive(plan_.scenario)) return;
    std::int64_t offsets = 0;
    std::size_t partitions = 0;
    for (const kafka::ArchivedTopic& topic : backup_.topics) {
      for (const kafka::ArchivedPartition& partition : topic.partitions) {
        offsets += partition.next_offset - partition.log_start;
        ++partitions;
      }
    }
    note(Kind::kLoses, std::string(kLaterRecords),
         "written after the cut of " + format_time(backup_.where.topics_taken) + "; the archive has " +
             std::to_string(offsets) + " offsets of " + std::to_string(partitions) + " partitions");
    if (plan_.scenario != Scenario::kAllLost) return;
    for (const kafka::ArchivedTopic& topic : backup_.topics) {
      for (const kafka::ArchivedPartition& partition : topic.partitions) {
        for (const kafka::OpenTransaction& open : partition.open)
          note(Kind::kAsks, "partition " + printable(topic.name) + "-" + std::to_string(partition.partition),
               "has a transaction of producer " + std::to_string(open.producer_id) + " open since offset " +
                   std::to_string(open.first_offset) +
                   ": its coordinator ends it; where none does, read_committed consumers wait there",
               "kafka-transactions.sh find-hanging, and abort, once brokers run");
      }
    }
  }

  void group_offsets(const ChosenScenario& chosen) {
    if (!needs_archive(plan_.scenario)) return;
    for (const kafka::GroupFacts& group : backup_.archive->groups) {
      if (!group.error.empty())
        note(Kind::kLoses, "group " + printable(group.name),
             "its offsets could not be archived: " + printable(group.error));
      bool any = false;
      for (const kafka::CommittedOffset& committed : group.offsets) {
        if (plan_.scenario == Scenario::kTopicsLost &&
            !std::ranges::binary_search(chosen.lost_topics, committed.partition.topic))
          continue;
        any = true;
        plan_.group_offsets.push_back(
            {group.name, committed.partition.topic, committed.partition.partition, committed.offset});
      }
      const auto live = seen_.kafka.groups.find(group.name);
      if (any && live != seen_.kafka.groups.end() && live->second.members > 0)
        note(Kind::kAsks, "group " + printable(group.name),
             "has members: offsets are committed to groups without members only",
             "stop its consumers until its offsets are restored");
    }
  }

  Status order(std::vector<Step> steps) {
    ARKIVE_ASSIGN(const std::vector<std::size_t> sequence, order_steps(steps, {}));
    for (const std::size_t index : sequence) plan_.steps.push_back(std::move(steps[index]));
    return ok();
  }

  const BackupInHand& backup_;
  const Observation& seen_;
  const PlanOptions& options_;
  Plan plan_;
};

}  // namespace

Result<Plan> make_plan(const BackupInHand& backup, const Observation& observation,
                       const PlanOptions& options) {
  return Making(backup, observation, options).run();
}

}  // namespace arkive::restore_plans
