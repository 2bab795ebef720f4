#include "restore-plans/plan/scenario.h"

#include <algorithm>
#include <utility>

#include "kafka/znodes/topics_in_tree.h"
#include "stores/core/bytes.h"
#include "stores/core/words.h"

namespace arkive::restore_plans {
namespace {

/// What the backup says of the cluster: from its tree, or from its archive.
std::string cluster_id_of(const BackupInHand& backup) {
  if (backup.tree != nullptr) {
    for (const kafka::ClusterInTree& cluster : kafka::clusters_in_tree(*backup.tree)) {
      if (!cluster.cluster_id.empty()) return cluster.cluster_id;
    }
  }
  return backup.archive == nullptr ? std::string() : backup.archive->cluster.cluster_id;
}

bool holds_kafka(const BackupInHand& backup) {
  return backup.tree != nullptr && !kafka::clusters_in_tree(*backup.tree).empty();
}

bool tells_of_internals(const std::string& topic) {
  return topic == "__consumer_offsets" || topic == "__transaction_state";
}

class Choosing {
 public:
  Choosing(const BackupInHand& backup, const Observation& observation, const kafka::ClusterOnDisks& disks,
           const PlanOptions& options)
      : backup_(backup), seen_(observation), disks_(disks), options_(options) {}

  Result<ChosenScenario> run() {
    if (options_.scenario) {
      chosen_.scenario = *options_.scenario;
      chosen_.why.push_back("named by --scenario");
      if (chosen_.scenario == Scenario::kTopicsLost) compare_topics();
      return std::move(chosen_);
    }
    if (!holds_kafka(backup_) && backup_.archive == nullptr) return subtree("the backup holds no Kafka");
    if (options_.path != "/") return part();
    if (seen_.kafka.reached == Reached::kAnswered) return living();
    return dead();
  }

 private:
  Result<ChosenScenario> choose(Scenario scenario) {
    chosen_.scenario = scenario;
    return std::move(chosen_);
  }
  void because(std::string text) { chosen_.why.push_back(std::move(text)); }

  Result<ChosenScenario> subtree(const std::string& why) {
    because(why);
    return choose(Scenario::kSubtree);
  }

  Result<ChosenScenario> part() {
    if (!holds_kafka(backup_)) return subtree("--path names a part of the tree");
    const std::string root = kafka::clusters_in_tree(*backup_.tree).front().root;
    const auto below = [&](std::string_view what) {
      return zk::is_at_or_below(options_.path, root + std::string(what));
    };
    if (below("/config") || below("/kafka-acl") || below("/kafka-acl-extended")) {
      because("--path names " + printable(options_.path) +
              ": configs, quotas, credentials or ACLs, which brokers take over while they run");
      return choose(Scenario::kReverted);
    }
    return subtree("--path names a part of the tree");
  }

  Result<ChosenScenario> living() {
    const std::string ours = cluster_id_of(backup_);
    if (!ours.empty() && seen_.kafka.cluster_id != ours) {
      const bool on_our_disks =
          !disks_.partitions.empty() && (disks_.cluster_id.empty() || disks_.cluster_id == ours);
      if (on_our_disks && seen_.zookeeper.kafka_root) {
        because("Kafka answers at " + printable(seen_.kafka.address) + " as cluster " +
                printable(seen_.kafka.cluster_id) + ", on the log directories of the backup's cluster " +
                printable(ours));
        return with_znodes();
      }
      because("Kafka answers at " + printable(seen_.kafka.address) + " as cluster " +
              printable(seen_.kafka.cluster_id) + ", the backup is of " + printable(ours) +
              ": another cluster, into which topics are replayed");
      return choose(Scenario::kNewCluster);
    }
    because("Kafka answers at " + printable(seen_.kafka.address) + " as the cluster of the backup");
    compare_topics();
    return choose(chosen_.lost_topics.empty() ? Scenario::kNothing : Scenario::kTopicsLost);
  }

  void compare_topics() {
    std::size_t whole = 0;
    for (const kafka::ArchivedTopic& topic : backup_.topics) {
      if (tells_of_internals(topic.name)) continue;
      const auto live = seen_.kafka.topics.find(topic.name);
      if (live == seen_.kafka.topics.end()) {
        because("topic " + printable(topic.name) + " is not there");
        chosen_.lost_topics.push_back(topic.name);
        continue;
      }
      std::size_t emptied = 0;
      std::size_t had_records = 0;
      for (const kafka::ArchivedPartition& partition : topic.partitions) {
        if (partition.next_offset <= partition.log_start) continue;
        ++had_records;
        const auto there =
            std::ranges::find(live->second.partitions, partition.partition, &ObservedPartition::partition);
        if (there == live->second.partitions.end() || there->log_end <= there->log_start) ++emptied;
      }
      if (had_records > 0 && emptied == had_records) {
        because("topic " + printable(topic.name) + " is there and holds no records; the archive has some");
        chosen_.lost_topics.push_back(topic.name);
        chosen_.emptied_topics.push_back(topic.name);
      } else {
        ++whole;
      }
    }
    if (chosen_.lost_topics.empty())
      because("all " + counted(whole, "topic") + " of the archive are there and hold records");
  }

  Result<ChosenScenario> dead() {
    const bool asked = seen_.kafka.reached == Reached::kUnreachable;
    because(asked ? "no broker answers at " + printable(seen_.kafka.address)
                  : "no broker was asked (--kafka)");
    if (seen_.zookeeper.reached == Reached::kNotAsked) {
      return fail(Outcome::kUsage, "plan a restore: nothing is known of ZooKeeper",
                  "name it by --zk, running and empty if need be; or only --kafka, for a cluster that lives");
    }
    if (seen_.zookeeper.reached == Reached::kUnreachable) {
      return fail(Outcome::kRetry,
                  "plan a restore: ZooKeeper does not answer at " + printable(seen_.zookeeper.address) +
                      ": " + printable(seen_.zookeeper.error),
                  "start it, empty if its data is lost, and plan again");
    }
    if (seen_.logs.empty() && !options_.seed) {
      return fail(
          Outcome::kUsage,
          "plan a restore: no broker answers, and nothing is known of the brokers' log directories",
          "run 'arkive inspect-logs DIR... -o broker-N.json' on each broker's host and name the files "
          "by --logs; or --seed, if all of them are lost");
    }
    if (options_.seed || disks_.partitions.empty()) return all_lost();
    because("the log directories of " + counted(disks_.brokers.size(), "broker") + " hold " +
            counted(disks_.partitions.size(), "partition") +
            (disks_.cluster_id.empty() ? std::string() : " of cluster " + disks_.cluster_id));
    if (!seen_.zookeeper.kafka_root) {
      because(seen_.zookeeper.is_empty() ? "ZooKeeper is empty" : "ZooKeeper holds no znodes of Kafka");
      return choose(Scenario::kZooKeeperLost);
    }
    return with_znodes();
  }

  Result<ChosenScenario> all_lost() {
    if (backup_.archive == nullptr) {
      return fail(Outcome::kUsage,
                  "plan a restore: all log directories are empty, and the backup has no topics",
                  "name the store of arkive backup or arkive archive by --from or --topics-from");
    }
    because(options_.seed ? "--seed: the log directories are lost"
                          : "the log directories of " + counted(seen_.logs.size(), "broker") + " are empty");
    return choose(Scenario::kAllLost);
  }

  Result<ChosenScenario> with_znodes() {
    const ObservedZooKeeper& zookeeper = seen_.zookeeper;
    because("ZooKeeper holds " + counted(zookeeper.znodes.size(), "znode") + ", Kafka's at '" +
            printable(*zookeeper.kafka_root + "/") + "'");
    bool poisoned = false;
    if (!disks_.cluster_id.empty() && zookeeper.cluster_id != disks_.cluster_id) {
      because("/cluster/id is " +
              (zookeeper.cluster_id.empty() ? "not there" : printable(zookeeper.cluster_id)) +
              ", the disks' is " + disks_.cluster_id + ": brokers were started against the empty ZooKeeper");
      poisoned = true;
    }
    if (zookeeper.producer_ids &&
        (zookeeper.producer_ids->is_null || zookeeper.producer_ids->end < disks_.highest_producer_id)) {
      because("/latest_producer_id_block would give out producer ids again that are in the logs (up to " +
              std::to_string(disks_.highest_producer_id) + ")");
      poisoned = true;
    }
    std::size_t missing = 0;
    std::size_t other = 0;
    for (const auto& [partition, replicas] : disks_.partitions) {
      const auto topic = zookeeper.topics.find(partition.topic);
      if (topic == zookeeper.topics.end()) {
        ++missing;
        continue;
      }
      const auto id = disks_.topic_ids.find(partition.topic);
      if (id != disks_.topic_ids.end() && !topic->second.id.empty() && topic->second.id != id->second.text())
        ++other;
    }
    if (missing > 0) because(counted(missing, "partition") + " of the disks have no znodes");
    if (other > 0) because(counted(other, "partition") + " have another topic id there than on the disks");
    if (poisoned || missing > 0 || other > 0) return choose(Scenario::kStartedAgainstEmpty);
    because("it knows all topics of the disks under their ids: start the brokers");
    return choose(Scenario::kNothing);
  }

  const BackupInHand& backup_;
  const Observation& seen_;
  const kafka::ClusterOnDisks& disks_;
  const PlanOptions& options_;
  ChosenScenario chosen_;
};

}  // namespace

Result<ChosenScenario> choose_scenario(const BackupInHand& backup, const Observation& observation,
                                       const kafka::ClusterOnDisks& disks, const PlanOptions& options) {
  return Choosing(backup, observation, disks, options).run();
}

}  // namespace arkive::restore_plans
