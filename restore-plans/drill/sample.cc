#include "restore-plans/drill/sample.h"

#include <algorithm>
#include <random>

namespace arkive::restore_plans {
namespace {

/// As Kafka calls its own (Topic.java), whatever an archive says of them.
bool is_internal(const kafka::ArchivedTopic& topic) {
  return topic.internal || topic.name == "__consumer_offsets" || topic.name == "__transaction_state";
}

void take_children(const zk::Tree& tree, const std::string& directory, const std::set<std::string>& topics,
                   std::vector<zk::NodeIndex>& taken) {
  const zk::NodeIndex top = tree.find(directory);
  if (top == zk::kNoNode) return;
  tree.walk(top, [&](zk::NodeIndex index, const std::string&) {
    if (index == top) return true;
    if (!topics.contains(std::string(tree[index].name()))) taken.push_back(index);
    return false;
  });
}

}  // namespace

std::set<std::string> choose_sample(const std::vector<kafka::ArchivedTopic>& topics,
                                    const SampleOptions& options) {
  std::set<std::string> chosen;
  std::vector<const kafka::ArchivedTopic*> others;
  for (const kafka::ArchivedTopic& topic : topics) {
    if (is_internal(topic)) {
      chosen.insert(topic.name);
    } else if (!options.wanted || options.wanted(topic.name)) {
      others.push_back(&topic);
    }
  }
  std::mt19937_64 random(options.seed);
  std::ranges::shuffle(others, random);
  std::uint64_t left = options.bytes;
  bool any = false;
  for (const kafka::ArchivedTopic* topic : others) {
    const std::uint64_t bytes = topic->bytes();
    if (options.bytes > 0 && bytes > left) continue;
    left -= options.bytes > 0 ? bytes : 0;
    chosen.insert(topic->name);
    any = true;
  }
  if (!any && !others.empty()) {
    const auto smallest = std::ranges::min_element(
        others, {}, [](const kafka::ArchivedTopic* topic) { return topic->bytes(); });
    chosen.insert((*smallest)->name);
  }
  return chosen;
}

kafka::ArchiveIndex only_topics(const kafka::ArchiveIndex& index, const std::set<std::string>& topics) {
  kafka::ArchiveIndex kept = index;
  // Of several of a name only the one that is restored: the others are no part of the cluster any more.
  std::erase_if(kept.topics, [&](const kafka::ArchiveIndex::Topic& topic) {
    const kafka::ArchiveIndex::Topic* const newest = index.find(topic.name);
    return !topics.contains(topic.name) || newest == nullptr || newest->id != topic.id;
  });
  for (kafka::GroupFacts& group : kept.groups) {
    std::erase_if(group.offsets, [&](const kafka::CommittedOffset& committed) {
      return !topics.contains(committed.partition.topic);
    });
  }
  return kept;
}

void leave_out_topics(zk::Tree& tree, const std::string& root, const std::set<std::string>& topics) {
  std::vector<zk::NodeIndex> taken;
  take_children(tree, root + "/brokers/topics", topics, taken);
  take_children(tree, root + "/config/topics", topics, taken);
  take_children(tree, root + "/admin/delete_topics", topics, taken);
  std::ranges::sort(taken);
  tree.remove_all(taken);
}

}  // namespace arkive::restore_plans
