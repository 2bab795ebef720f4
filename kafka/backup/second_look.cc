#include "kafka/backup/second_look.h"

#include <algorithm>
#include <map>

#include "stores/core/retry.h"

namespace arkive::kafka {
namespace {

constexpr int kMostLooks = 3;
// A broker learns of a change in ZooKeeper by a watch: milliseconds, unless it is busy.
constexpr std::chrono::milliseconds kBetweenLooks{500};

using Differing = std::map<std::string, std::vector<std::string>>;

std::string joined(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += (text.empty() ? "" : "; ") + sentence;
  return text;
}

Differing compare_all(const ClusterInTree& tree, std::span<const TopicFacts> topics,
                      std::span<const TopicConfigs> configs, const ArchiveRequest& request) {
  std::map<std::string, TopicOnWire> wire;
  for (std::size_t i = 0; i < topics.size(); ++i) {
    wire[topics[i].name] = {&topics[i], i < configs.size() ? &configs[i] : nullptr};
  }
  for (const auto& [name, topic] : tree.topics) {
    if (is_wanted(request, name)) wire.try_emplace(name);
  }
  Differing found;
  for (const auto& [name, on_wire] : wire) {
    const auto in_tree = tree.topics.find(name);
    auto sentences = differences(in_tree == tree.topics.end() ? nullptr : &in_tree->second, on_wire);
    if (!sentences.empty()) found.emplace(name, std::move(sentences));
  }
  return found;
}

// A glob that matches `path` only.
Result<Glob> glob_of(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[' || c == ']' || c == '\\') text += '\\';
    text += c;
  }
  return Glob::parse(text);
}

// What still differs of `before`, asked of both again.
Result<Differing> look_again(const ClusterInTree& tree, const Differing& before, const SecondLook& look,
                             Deadline deadline) {
  zk::ReadOptions options;
  options.connections = look.connections;
  options.deadline = deadline;
  std::vector<std::string> names;
  for (const auto& [name, sentences] : before) {
    names.push_back(name);
    for (const std::string& path : znodes_of_topic(tree.root, name)) {
      ARKIVE_ASSIGN(Glob glob, glob_of(path));
      options.selection.include.push_back(std::move(glob));
    }
  }
  ARKIVE_ASSIGN(const zk::Reading reading, look.tree.read(options));
  ClusterInTree tree_now = cluster_in_tree(reading.tree, tree.root);
  std::erase_if(tree_now.topics, [&](const auto& topic) { return !before.contains(topic.first); });
  ARKIVE_ASSIGN(std::vector<TopicFacts> topics, look.wire.topics(deadline));
  std::erase_if(topics, [&](const TopicFacts& topic) { return !before.contains(topic.name); });
  names.clear();
  for (const TopicFacts& topic : topics) names.push_back(topic.name);
  ARKIVE_ASSIGN(const std::vector<TopicConfigs> configs, look.wire.topic_configs(names, deadline));
  return compare_all(tree_now, topics, configs, look.request);
}

}  // namespace

Result<std::vector<Disagreement>> compare(const ClusterInTree& tree, const SeenCluster& seen,
                                          const SecondLook& look, Deadline deadline) {
  const Differing first = compare_all(tree, seen.topics, seen.configs, look.request);
  Differing left = first;
  std::string failure;
  for (int looks = 0; looks < kMostLooks && !left.empty(); ++looks) {
    if (looks > 0 && !pause_for(kBetweenLooks, deadline)) {
      return fail(Outcome::kInterrupted, "compare the tree with the brokers: interrupted");
    }
    auto again = look_again(tree, left, look, deadline);
    if (!again && again.error().outcome == Outcome::kInterrupted) return fail(again.error());
    if (!again) {
      failure = again.error().what;
      break;
    }
    left = std::move(*again);
  }
  std::vector<Disagreement> found;
  for (const auto& [name, sentences] : first) {
    const auto still = left.find(name);
    if (still == left.end()) {
      found.push_back({Disagreement::Kind::kMoved, "topic " + name,
                       joined(sentences) + "; it changed between the two readings: a second look found both "
                                           "the same"});
      continue;
    }
    found.push_back({Disagreement::Kind::kMismatch, "topic " + name,
                     joined(still->second) + (failure.empty() ? "" : "; a second look failed: " + failure)});
  }
  return found;
}

}  // namespace arkive::kafka
