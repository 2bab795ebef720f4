#include <algorithm>
#include <set>
#include <utility>

#include "kafka/log_directories/partition_files.h"
#include "kafka/recovery/topic_decisions_internal.h"
#include "kafka/recovery/znode_text.h"
#include "kafka/znodes/tree_access.h"
#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

/// What Kafka gives its own topics when it makes them (Topic.java, GroupCoordinator.groupMetadataTopicConfigs
/// and TransactionStateManager.transactionTopicConfigs, 3.9): without it they would not be compacted but
/// deleted after a week, and offsets and transactions with them.
std::string config_of_made_topic(const std::string& topic) {
  if (topic == "__consumer_offsets") {
    return R"({"version":1,"config":{"cleanup.policy":"compact","compression.type":"producer",)"
           R"("segment.bytes":"104857600"}})";
  }
  if (topic == "__transaction_state") {
    return R"({"version":1,"config":{"cleanup.policy":"compact","compression.type":"uncompressed",)"
           R"("min.insync.replicas":"1","segment.bytes":"104857600","unclean.leader.election.enable":"false"}})";
  }
  return R"({"version":1,"config":{}})";
}

std::string offsets_text(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " offset" : " offsets");
}

}  // namespace

struct TopicDecisions::Topic {
  std::string path;
  TopicData data;         // of the backup
  std::string id;         // that it gets
  bool is_other = false;  // the disks hold a later topic of that name
  bool in_backup = true;
};

TopicDecisions::TopicDecisions(const zk::Tree& backup, const ClusterOnDisks& disks,
                               const DecideOptions& options, std::int64_t controller_epoch,
                               DecisionDrawer& drawer, ZnodeDecisions& decided)
    : backup_(backup),
      disks_(disks),
      options_(options),
      controller_epoch_(controller_epoch),
      drawer_(drawer),
      decided_(decided) {
  for (const auto& [partition, replicas] : disks.partitions)
    on_disk_[partition.topic].push_back(partition.partition);
}

Status TopicDecisions::run() {
  std::set<std::string> in_backup;
  for_each_child(backup_, options_.root, "/brokers/topics",
                 [&](zk::NodeIndex index) { in_backup.emplace(backup_[index].name()); });
  for (const std::string& name : in_backup) ARKIVE_TRY(of_backup(name));
  for (const auto& [name, partitions] : on_disk_) {
    if (!in_backup.contains(name)) not_of_backup(name);
  }
  std::ranges::sort(decided_.partitions, {}, &RecoveredPartition::partition);
  return ok();
}

void TopicDecisions::note(RecoveryNote::Kind kind, const std::string& topic, const std::string& what,
                          const std::string& advice) {
  decided_.notes.push_back({kind, "topic " + printable(topic), what, advice});
}

Status TopicDecisions::of_backup(const std::string& name) {
  Topic topic;
  topic.path = at("/brokers/topics/" + name);
  const auto parsed = parse_topic(data_at(backup_, "", topic.path));
  if (!parsed) {
    return fail(Outcome::kCorrupt,
                "read '" + printable(topic.path) + "' of the backup: it is not as Kafka writes it",
                "plan with an older run: --from STORE@ID");
  }
  topic.data = *parsed;
  topic.id = parsed->id;
  const bool on_disk = on_disk_.contains(name);
  if (!on_disk && disks_.topics_being_deleted.contains(name)) {
    drawer_.drop(topic.path, "was deleted after the backup: its directories end in -delete");
    if (backup_.find(at("/config/topics/" + name)) != zk::kNoNode)
      drawer_.drop(at("/config/topics/" + name), "its topic was deleted after the backup");
    note(RecoveryNote::Kind::kAsks, name, "was deleted after the backup and stays so",
         "its records are in the archive: arkive restore topics brings it back");
    return ok();
  }
  const auto id = disks_.topic_ids.find(name);
  if (id != disks_.topic_ids.end() && id->second.text() != topic.id) {
    if (!topic.id.empty()) {
      topic.is_other = true;
      note(RecoveryNote::Kind::kAsks, name,
           "was deleted and made anew after the backup: it gets the id of its log directories, " +
               id->second.text() + ", and the config that the backup has of its predecessor",
           "compare its config (kafka-configs.sh --describe) with what it should be");
    }
    topic.id = id->second.text();
  }
  ARKIVE_TRY(partitions(name, topic));
  config_of_one_made_anew(name, topic);
  return ok();
}

/// Brokers that were started against the empty ZooKeeper give a topic that a client asks for no config at
/// all.
void TopicDecisions::config_of_one_made_anew(const std::string& name, const Topic& topic) {
  const std::string path = at("/config/topics/" + name);
  if (backup_.find(path) == zk::kNoNode || !drawer_.target_holds(path)) return;
  const bool is_bare = !drawer_.target_has_other(path, R"({"version":1,"config":{}})");
  if (is_bare || drawer_.replaces(topic.path))
    drawer_.replace_if_other(path, "brokers made its topic anew, without the config that it had");
}

void TopicDecisions::not_of_backup(const std::string& name) {
  std::int64_t offsets = 0;
  for (const std::int32_t partition : on_disk_.at(name)) {
    std::int64_t most = 0;
    for (const ReplicaOnDisk& replica : disks_.partitions.at({name, partition}))
      most = std::max(most, replica.log_end - replica.log_start);
    offsets += most;
  }
  const std::string holds =
      std::to_string(on_disk_.at(name).size()) + " partitions, " + offsets_text(offsets);
  if (!options_.make_missing_topics && drawer_.target_holds(at("/brokers/topics/" + name))) {
    note(RecoveryNote::Kind::kAsks, name,
         "is not in the backup, but on the disks (" + holds +
             ") and on the target, as brokers made it there: that stays, and only the partitions it names "
             "are served",
         "plan with --make-missing-topics: it is made from its log directories");
    return;
  }
  if (!options_.make_missing_topics) {
    note(RecoveryNote::Kind::kLoses, name,
         "is on the disks (" + holds +
             ") and not in the backup: its logs stay where they are, and nobody "
             "serves them",
         "plan with --make-missing-topics: it is made from its log directories");
    return;
  }
  const std::string like = at("/brokers/topics");
  if (backup_.find(like) == zk::kNoNode) return;
  note(RecoveryNote::Kind::kAsks, name,
       "is on the disks (" + holds +
           ") and not in the backup: it is made from its log directories, without "
           "the config and the ACLs that it may have had",
       "set its config (kafka-configs.sh) and ACLs (kafka-acls.sh) afterwards");
  Topic topic;
  topic.path = at("/brokers/topics/" + name);
  topic.in_backup = false;
  if (const auto id = disks_.topic_ids.find(name); id != disks_.topic_ids.end()) topic.id = id->second.text();
  if (backup_.find(at("/config/topics")) != zk::kNoNode) {
    const std::string path = at("/config/topics/" + name);
    if (backup_.find(path) == zk::kNoNode)
      drawer_.write(path, config_of_made_topic(name), false, "the config of a topic that is made anew",
                    at("/config/topics"));
  }
  // Without data of the backup nothing can be wrong with it.
  (void)partitions(name, topic).has_value();
}

Status TopicDecisions::partitions(const std::string& name, const Topic& topic) {
  std::set<std::int32_t> numbers;
  if (!topic.is_other) {
    for (const auto& [partition, replicas] : topic.data.replicas) numbers.insert(partition);
  }
  if (const auto found = on_disk_.find(name); found != on_disk_.end())
    numbers.insert(found->second.begin(), found->second.end());
  std::map<std::int32_t, std::vector<std::int32_t>> assignment;
  for (const std::int32_t number : numbers) {
    PartitionInBackup backup;
    const auto before = topic.data.replicas.find(number);
    if (before != topic.data.replicas.end() && !topic.is_other) backup.replicas = before->second;
    const std::string path = topic.path + "/partitions/" + std::to_string(number) + "/state";
    if (const auto state = parse_partition_state(data_at(backup_, "", path)); state && !topic.is_other)
      backup.leader_epoch = state->leader_epoch;
    const auto on_disk = disks_.partitions.find({name, number});
    RecoveredPartition recovered = recover_partition({name, number},
                                                     on_disk == disks_.partitions.end()
                                                         ? std::span<const ReplicaOnDisk>()
                                                         : std::span<const ReplicaOnDisk>(on_disk->second),
                                                     backup, disks_.brokers);
    assignment[number] = recovered.replicas;
    tell(recovered, backup.replicas);
    state(name, recovered, topic.in_backup ? topic.path : at("/brokers/topics"));
    decided_.partitions.push_back(std::move(recovered));
  }
  const bool moves = !topic.in_backup || topic.id != topic.data.id || !topic.data.adding.empty() ||
                     !topic.data.removing.empty() || assignment != topic.data.replicas;
  const std::string like = at("/brokers/topics");
  if (!moves) {
    drawer_.replace_if_other(topic.path, "brokers serve a topic only under the id that its logs have");
    return ok();
  }
  const Bytes old = topic.in_backup ? data_at(backup_, "", topic.path) : Bytes();
  const auto text = topic_text(old, topic.id, assignment);
  if (!text) {
    return fail(Outcome::kCorrupt,
                "read '" + printable(topic.path) + "' of the backup: it is not as Kafka writes it");
  }
  drawer_.write(topic.path, *text, topic.in_backup,
                topic.in_backup ? "replicas are where the log directories are; no reassignment goes on"
                                : "made from its log directories",
                like);
  return ok();
}

void TopicDecisions::state(const std::string& name, const RecoveredPartition& partition,
                           const std::string& like) {
  const std::string topic_partitions = at("/brokers/topics/" + name + "/partitions");
  const std::string directory = topic_partitions + "/" + std::to_string(partition.partition.partition);
  const std::string path = directory + "/state";
  for (const std::string& parent : {topic_partitions, directory}) {
    if (backup_.find(parent) == zk::kNoNode)
      drawer_.write(parent, std::nullopt, false, "the directory of a partition's state", like);
  }
  Bytes old = data_at(backup_, "", path);
  auto text = state_text(old, partition, controller_epoch_);
  if (!text) text = state_text({}, partition, controller_epoch_);
  drawer_.write(
      path, *text, backup_.find(path) != zk::kNoNode,
      partition.on_disk
          ? "leader and in-sync replicas are those with the newest log; leader epoch above all that "
            "any replica has heard of"
          : "no log of it is known; leader epoch above that of the backup",
      like);
}

void TopicDecisions::tell(const RecoveredPartition& partition, const std::vector<std::int32_t>& before) {
  const std::string object = "partition " + printable(partition.partition.text());
  if (!partition.on_disk) {
    const bool all_known = disks_.complete && std::ranges::all_of(before, [&](std::int32_t id) {
                             return disks_.brokers.contains(id);
                           });
    if (all_known) {
      decided_.notes.push_back({RecoveryNote::Kind::kLoses, object,
                                "has no log among those that are known: it comes back empty",
                                "if it held records: arkive restore topics brings those of the archive"});
    } else {
      decided_.notes.push_back({RecoveryNote::Kind::kStops, object,
                                "lies on brokers whose disks are not known",
                                "run arkive inspect-logs on their hosts too"});
    }
    return;
  }
  for (const std::string& one : partition.notes) {
    decided_.notes.push_back(
        {partition.loses_acknowledged ? RecoveryNote::Kind::kStops : RecoveryNote::Kind::kAsks,
         object,
         one,
         {}});
  }
}

}  // namespace arkive::kafka
