#include "kafka/znodes/overview.h"

#include <algorithm>
#include <set>

#include "kafka/znodes/secrets.h"
#include "kafka/znodes/tree_access.h"
#include "kafka/znodes/words.h"
#include "kafka/znodes/znode_data.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kMostNamed = 5;

// "a, b, c and 4 more"
std::string some_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNamed); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kMostNamed ? text + " and " + std::to_string(names.size() - kMostNamed) + " more"
                                   : text;
}

class Overview {
 public:
  Overview(const zk::Tree& tree, std::string_view root) : tree_(tree), root_(root) {}

  std::vector<std::pair<std::string, std::string>> make() {
    if (const auto id = parse_cluster_id(data_at(tree_, root_, "/cluster/id"))) say("cluster id", shown(*id));
    if (const Bytes epoch = data_at(tree_, root_, "/controller_epoch"); !epoch.empty()) {
      say("controller epoch", shown(epoch));
    }
    count_topics();
    count_acls();
    count_configs();
    count("delegation tokens", children("/delegation_token/tokens").size());
    if (const auto block = parse_producer_id_block(data_at(tree_, root_, "/latest_producer_id_block"))) {
      say("producer ids up to", std::to_string(block->end));
    }
    warn_of_orders();
    std::move(warnings_.begin(), warnings_.end(), std::back_inserter(facts_));
    return std::move(facts_);
  }

 private:
  void say(std::string name, std::string value) { facts_.emplace_back(std::move(name), std::move(value)); }
  void count(std::string name, std::size_t number) {
    if (number > 0) say(std::move(name), std::to_string(number));
  }
  void warn(const std::string& name, std::string value) {
    warnings_.emplace_back("warning: " + name, std::move(value));
  }

  std::vector<std::string> children(std::string_view path) const {
    std::vector<std::string> names;
    for_each_child(tree_, root_, path,
                   [&](zk::NodeIndex index) { names.push_back(shown(tree_[index].name())); });
    return names;
  }

  void count_topics() {
    std::size_t topics = 0;
    std::size_t internal = 0;
    std::size_t partitions = 0;
    std::set<std::int32_t> brokers;
    std::vector<std::pair<std::size_t, std::string>> sizes;
    std::vector<std::string> moving;
    std::vector<std::string> unreadable;
    for_each_child(tree_, root_, "/brokers/topics", [&](zk::NodeIndex index) {
      const std::string name = shown(tree_[index].name());
      ++topics;
      if (name.starts_with("__")) ++internal;
      const std::optional<TopicData> topic = parse_topic(tree_[index].data());
      if (!topic) return unreadable.push_back(name);
      partitions += topic->replicas.size();
      sizes.emplace_back(topic->replicas.size(), name);
      for (const auto& [partition, replicas] : topic->replicas)
        brokers.insert(replicas.begin(), replicas.end());
      if (!topic->adding.empty() || !topic->removing.empty()) moving.push_back(name);
    });
    say("topics",
        std::to_string(topics) + (internal > 0 ? " (" + std::to_string(internal) + " internal)" : ""));
    say("partitions", std::to_string(partitions));
    if (!brokers.empty()) say("brokers that hold them", joined({brokers.begin(), brokers.end()}));
    name_largest(sizes);
    count_states();
    if (!moving.empty())
      warn("replicas were being moved", some_of(moving) + " (a restore would go on moving them)");
    if (!unreadable.empty()) warn("topics of unknown form", some_of(unreadable));
  }

  void name_largest(std::vector<std::pair<std::size_t, std::string>>& sizes) {
    std::sort(sizes.begin(), sizes.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min<std::size_t>(sizes.size(), 3); ++i) {
      names.push_back(sizes[i].second + " (" + std::to_string(sizes[i].first) + ")");
    }
    if (sizes.size() > 1) say("largest topics", some_of(names));
  }

  void count_states() {
    std::vector<std::string> leaderless;
    for_each_below(tree_, root_, "/brokers/topics", [&](zk::NodeIndex index, const std::string& path) {
      const KafkaZnode at = znode_at(path, root_);
      if (at.role != ZnodeRole::kPartitionState) return;
      const std::optional<PartitionState> state = parse_partition_state(tree_[index].data());
      if (state && state->leader < 0)
        leaderless.push_back(shown(at.name) + "-" + std::to_string(at.partition));
    });
    if (!leaderless.empty()) warn("partitions without a leader", some_of(leaderless));
  }

  void count_acls() {
    std::size_t rules = 0;
    for (const std::string_view path : {"/kafka-acl", "/kafka-acl-extended"}) {
      for_each_below(tree_, root_, path, [&](zk::NodeIndex index, const std::string& at) {
        if (znode_at(at, root_).role != ZnodeRole::kAcl) return;
        if (const auto parsed = parse_acl_rules(tree_[index].data())) rules += parsed->size();
      });
    }
    say("ACLs", std::to_string(rules));
  }

  void count_configs() {
    std::size_t topic_configs = 0;
    std::size_t credentials = 0;
    std::size_t quotas = 0;
    std::size_t secrets = 0;
    std::set<std::string> users;
    std::vector<std::string> brokers;
    for_each_below(tree_, root_, "/config", [&](zk::NodeIndex index, const std::string& path) {
      const KafkaZnode at = znode_at(path, root_);
      if (at.role != ZnodeRole::kConfig) return;
      const std::optional<Config> config = parse_config(tree_[index].data());
      if (!config) return;
      if (at.type == "brokers" && !config->empty())
        brokers.push_back(at.default_name ? "default" : shown(at.name));
      for (const auto& [key, value] : *config) {
        if (at.type == "topics") ++topic_configs;
        if (is_quota(key)) ++quotas;
        if (at.type == "users" && is_scram(key)) {
          ++credentials;
          users.insert(at.name);
        } else if (is_secret_entry(at.type, key, value)) {
          ++secrets;
        }
      }
    });
    count("topic configs", topic_configs);
    if (credentials > 0) {
      say("SCRAM users", std::to_string(users.size()) + " (" + counted(credentials, "credential") + ")");
    }
    count("quotas", quotas);
    if (!brokers.empty()) say("brokers with configs of their own", some_of(brokers));
    count("other secret configs", secrets);
  }

  void warn_of_orders() {
    const std::vector<std::string> deletions = children("/admin/delete_topics");
    if (!deletions.empty()) warn("topics were being deleted", some_of(deletions) + " (a restore keeps them)");
    if (tree_.find(std::string(root_) + "/admin/reassign_partitions") != zk::kNoNode) {
      warn("a reassignment waited for the controller", "a restore leaves it out");
    }
    if (tree_.find(std::string(root_) + "/migration") != zk::kNoNode) {
      warn("a migration to KRaft was begun", "a restore leaves its znode out");
    }
  }

  const zk::Tree& tree_;
  const std::string_view root_;
  std::vector<std::pair<std::string, std::string>> facts_;
  std::vector<std::pair<std::string, std::string>> warnings_;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> overview(const zk::Tree& tree, std::string_view root) {
  return Overview(tree, root).make();
}

}  // namespace arkive::kafka
