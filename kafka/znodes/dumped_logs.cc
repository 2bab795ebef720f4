#include "kafka/znodes/dumped_logs.h"

#include "kafka/znodes/roots.h"
#include "kafka/znodes/tree_access.h"
#include "kafka/znodes/znode_data.h"
#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

tl::unexpected<Error> not_kafkas(const std::string& path) {
  return fail(Outcome::kCorrupt, "read '" + printable(path) + "' of the dump: it is not as Kafka writes it");
}

Result<DumpedTopic> topic_at(const zk::Tree& tree, const std::string& path, Bytes data) {
  const auto parsed = parse_topic(data);
  if (!parsed) return not_kafkas(path);
  DumpedTopic topic;
  topic.id = parsed->id;
  for (const auto& [number, replicas] : parsed->replicas) {
    DumpedPartition& partition = topic.partitions[number];
    partition.replicas = replicas;
    const std::string state_path = path + "/partitions/" + std::to_string(number) + "/state";
    const zk::NodeIndex index = tree.find(state_path);
    if (index == zk::kNoNode) continue;
    const auto state = parse_partition_state(tree[index].data());
    if (!state) return not_kafkas(state_path);
    partition.leader_epoch = state->leader_epoch;
  }
  return topic;
}

}  // namespace

Result<DumpedLogs> dumped_logs(const zk::Tree& tree) {
  const std::vector<std::string> roots = find_roots(tree);
  if (roots.empty()) return fail(Outcome::kNotFound, "look for 'Kafka' in the dump: its tree holds none");
  if (roots.size() > 1) {
    std::string where;
    for (const std::string& root : roots)
      where += (where.empty() ? "'" : ", '") + printable(root + "/") + "'";
    return fail(Outcome::kUsage, "look for 'Kafka' in the dump: its tree holds several, at " + where,
                "dump the one that is meant by itself: --zk HOST:PORT/its/root");
  }
  DumpedLogs logs;
  logs.root = roots.front();
  const auto optional_data = [&](const std::string& path) { return data_at(tree, logs.root, path); };
  if (const Bytes data = optional_data("/cluster/id"); !data.empty()) {
    const auto id = parse_cluster_id(data);
    if (!id) return not_kafkas(logs.root + "/cluster/id");
    logs.cluster_id = *id;
  }
  if (const Bytes data = optional_data("/latest_producer_id_block"); !data.empty()) {
    const auto block = parse_producer_id_block(data);
    if (!block) return not_kafkas(logs.root + "/latest_producer_id_block");
    logs.last_producer_id = block->end;
  }
  Status status = ok();
  for_each_child(tree, logs.root, "/brokers/topics", [&](zk::NodeIndex index) {
    if (!status) return;
    const std::string name(tree[index].name());
    auto topic = topic_at(tree, logs.root + "/brokers/topics/" + name, tree[index].data());
    if (!topic) {
      status = fail(std::move(topic).error());
    } else {
      logs.topics.emplace(name, std::move(*topic));
    }
  });
  ARKIVE_TRY(std::move(status));
  return logs;
}

}  // namespace arkive::kafka
