#include "kafka/seed/dump_match.h"
#include "stores/core/words.h"

#include <algorithm>

namespace arkive::kafka {
namespace {

class Differences {
 public:
  void add(const std::string& text) {
    constexpr std::size_t kMost = 8;
    if (++count_ <= kMost) text_ += (text_.empty() ? "" : "; ") + text;
  }
  bool none() const { return count_ == 0; }
  std::string text() const {
    const std::size_t more = count_ - std::min<std::size_t>(count_, 8);
    return more == 0 ? text_ : text_ + "; and " + std::to_string(more) + " more";
  }

 private:
  std::size_t count_ = 0;
  std::string text_;
};

void compare(const ArchivedTopic& topic, const DumpedTopic& dumped, Differences& differences) {
  const std::string id = topic.id.text();
  if (!id.empty() && !dumped.id.empty() && id != dumped.id) {
    differences.add("topic " + topic.name + " has the id " + dumped.id + " in the dump, " + id +
                    " in the archive");
    return;
  }
  if (topic.partitions.size() != dumped.partitions.size()) {
    differences.add("topic " + topic.name + " has " + std::to_string(dumped.partitions.size()) +
                    " partitions in the dump, " + std::to_string(topic.partitions.size()) +
                    " in the archive");
    return;
  }
  for (const ArchivedPartition& partition : topic.partitions) {
    const auto at = dumped.partitions.find(partition.partition);
    if (at == dumped.partitions.end()) {
      differences.add("partition " + topic.name + "-" + std::to_string(partition.partition) +
                      " is not in the dump");
    } else if (!std::is_permutation(partition.replicas.begin(), partition.replicas.end(),
                                    at->second.replicas.begin(), at->second.replicas.end())) {
      differences.add("partition " + topic.name + "-" + std::to_string(partition.partition) +
                      " has the replicas " + in_brackets(at->second.replicas) + " in the dump, " +
                      in_brackets(partition.replicas) + " in the archive");
    }
  }
}

}  // namespace

Status check_match(const ArchiveIndex& index, const std::vector<ArchivedTopic>& topics,
                   const DumpedLogs& dump) {
  Differences differences;
  if (!dump.cluster_id.empty() && !index.cluster.cluster_id.empty() &&
      dump.cluster_id != index.cluster.cluster_id) {
    differences.add("the cluster id is " + dump.cluster_id + " in the dump, " + index.cluster.cluster_id +
                    " in the archive");
  }
  for (const ArchivedTopic& topic : topics) {
    const auto at = dump.topics.find(topic.name);
    if (at == dump.topics.end()) {
      differences.add("topic " + topic.name + " is not in the dump");
    } else {
      compare(topic, at->second, differences);
    }
  }
  if (differences.none()) return ok();
  return fail(Outcome::kConflict,
              "seed beside the dump: archive and dump do not belong together: " + differences.text(),
              "take a dump and an archive of the same time (@RUN); a topic that was deleted between them is "
              "left out with --exclude-topics");
}

std::vector<ZnodeToRaise> znodes_to_raise(const std::vector<ArchivedTopic>& topics,
                                          std::int64_t highest_producer_id, const DumpedLogs& dump) {
  std::vector<ZnodeToRaise> raise;
  for (const ArchivedTopic& topic : topics) {
    const auto at = dump.topics.find(topic.name);
    if (at == dump.topics.end()) continue;
    for (const ArchivedPartition& partition : topic.partitions) {
      const auto state = at->second.partitions.find(partition.partition);
      if (state == at->second.partitions.end() || partition.epochs.empty()) continue;
      const std::int64_t needs = partition.epochs.back().epoch;
      if (state->second.leader_epoch >= needs) continue;
      raise.push_back({dump.root + "/brokers/topics/" + topic.name + "/partitions/" +
                           std::to_string(partition.partition) + "/state",
                       "leader_epoch", state->second.leader_epoch, needs});
    }
  }
  if (dump.last_producer_id < highest_producer_id) {
    raise.push_back(
        {dump.root + "/latest_producer_id_block", "block_end", dump.last_producer_id, highest_producer_id});
  }
  return raise;
}

std::vector<std::string> topics_without_records(const std::vector<ArchivedTopic>& topics,
                                                const DumpedLogs& dump) {
  std::vector<std::string> names;
  for (const auto& [name, topic] : dump.topics) {
    if (std::none_of(topics.begin(), topics.end(),
                     [&name = name](const ArchivedTopic& archived) { return archived.name == name; })) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace arkive::kafka
