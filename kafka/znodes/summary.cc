#include "kafka/znodes/summary.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

#include "kafka/znodes/words.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kLongestSummary = 100;

// What the object of a sentence is called when all sentences of a kind have the same one. kOnlyOne: there is
// one of its kind in a cluster, which needs no number.
enum class Object : std::uint8_t { kNone, kOnlyOne, kTopic, kPartitionsOfTopic, kAcl, kConfig };

// How a category is counted: "2 topics created".
struct Words {
  std::string_view category;
  std::string_view noun;
  std::string_view verb;
  Object object = Object::kNone;
};

// In the order of the summary. Several categories with the same words are counted together.
constexpr std::array kWords = {
    Words{"cluster-id-changed", "cluster id", "changed", Object::kOnlyOne},
    Words{"producer-ids-backwards", "producer ids", "set back", Object::kOnlyOne},
    Words{"producer-ids-broken", "producer ids", "broken", Object::kOnlyOne},
    Words{"topic-created", "topic", "created", Object::kTopic},
    Words{"topic-deleted", "topic", "deleted", Object::kTopic},
    Words{"topic-recreated", "topic", "re-created", Object::kTopic},
    Words{"topic-id-lost", "topic id", "lost", Object::kTopic},
    Words{"partitions-added", "topic", "given partitions", Object::kTopic},
    Words{"partitions-removed", "topic", "robbed of partitions", Object::kTopic},
    Words{"replicas-moved", "partition", "moved", Object::kPartitionsOfTopic},
    Words{"reassignment-begun", "reassignment", "begun", Object::kPartitionsOfTopic},
    Words{"reassignment-changed", "reassignment", "changed", Object::kPartitionsOfTopic},
    Words{"reassignment-ended", "reassignment", "ended", Object::kPartitionsOfTopic},
    Words{"reassignment-cancelled", "reassignment", "cancelled", Object::kPartitionsOfTopic},
    Words{"partition-state-removed", "partition state", "removed", Object::kPartitionsOfTopic},
    Words{"acl-added", "ACL", "added", Object::kAcl},
    Words{"acl-removed", "ACL", "removed", Object::kAcl},
    Words{"scram-created", "SCRAM credential", "created", Object::kConfig},
    Words{"scram-changed", "SCRAM credential", "changed", Object::kConfig},
    Words{"scram-removed", "SCRAM credential", "removed", Object::kConfig},
    Words{"topic-config-set", "topic config", "changed", Object::kConfig},
    Words{"topic-config-changed", "topic config", "changed", Object::kConfig},
    Words{"topic-config-removed", "topic config", "changed", Object::kConfig},
    Words{"quota-set", "quota", "changed", Object::kConfig},
    Words{"quota-changed", "quota", "changed", Object::kConfig},
    Words{"quota-removed", "quota", "changed", Object::kConfig},
    Words{"broker-config-set", "broker config", "changed", Object::kConfig},
    Words{"broker-config-changed", "broker config", "changed", Object::kConfig},
    Words{"broker-config-removed", "broker config", "changed", Object::kConfig},
    Words{"token-created", "delegation token", "created"},
    Words{"token-renewed", "delegation token", "renewed"},
    Words{"token-changed", "delegation token", "changed"},
    Words{"token-removed", "delegation token", "removed"},
    Words{"zookeeper-acl-changed", "ZooKeeper ACL", "changed"},
    Words{"features-changed", "features", "changed", Object::kOnlyOne},
    Words{"migration-changed", "migration to KRaft", "begun or ended", Object::kOnlyOne},
    Words{"deletion-ordered", "topic deletion", "waiting"},
    Words{"reassignment-order-ordered", "reassignment", "waiting"},
    Words{"election-ordered", "election", "waiting"},
};

constexpr Words kOther = {"", "other change", ""};

std::string_view after(std::string_view path, std::string_view marker) {
  const std::size_t at = path.find(marker);
  return at == std::string_view::npos ? std::string_view() : path.substr(at + marker.size());
}

// Told from the path, whatever root is before it; empty when it is not there.
std::string object_of(const zk::Sentence& sentence, Object kind) {
  const std::string_view path = sentence.path;
  switch (kind) {
    case Object::kNone:
    case Object::kOnlyOne:
      return {};
    case Object::kTopic:
    case Object::kPartitionsOfTopic: {
      const std::string_view topic = after(path, "/brokers/topics/");
      return std::string(topic.substr(0, topic.find('/')));
    }
    case Object::kAcl:
      for (const std::string_view prefix : {"/kafka-acl", "/kafka-acl-extended"}) {
        const std::size_t at = path.find(std::string(prefix) + "/");
        if (at == std::string_view::npos) continue;
        const KafkaZnode znode = znode_at(path, path.substr(0, at));
        if (znode.role == ZnodeRole::kAcl) return acl_resource(znode);
      }
      return {};
    case Object::kConfig: {
      const std::size_t at = path.find("/config/");
      if (at == std::string_view::npos) return {};
      const KafkaZnode znode = znode_at(path, path.substr(0, at));
      return znode.role == ZnodeRole::kConfig ? entity_words(znode) : std::string();
    }
  }
  return {};
}

struct Count {
  Words words;
  std::size_t count = 0;
  std::string object;  // while it is the same for all
};

std::string phrase_for(const Count& item) {
  if (item.words.object == Object::kTopic && item.count == 1 && !item.object.empty() &&
      item.words.noun == "topic") {
    return "topic " + shown(item.object) + " " + std::string(item.words.verb);
  }
  std::string text = item.words.object == Object::kOnlyOne ? std::string(item.words.noun)
                                                           : counted(item.count, item.words.noun);
  if (!item.words.verb.empty()) text += " " + std::string(item.words.verb);
  if (!item.object.empty() && item.words.object != Object::kTopic) text += " on " + item.object;
  return text;
}

std::vector<Count> count(std::span<const zk::Sentence> sentences) {
  std::vector<Count> counts;
  for (const Words& words : kWords) {
    const bool known =
        !counts.empty() && counts.back().words.noun == words.noun && counts.back().words.verb == words.verb;
    if (!known) counts.push_back({words, 0, {}});
  }
  counts.push_back({kOther, 0, {}});
  std::map<std::string_view, Words> by_category;
  for (const Words& words : kWords) by_category[words.category] = words;
  for (const zk::Sentence& sentence : sentences) {
    if (sentence.minor) continue;
    const auto found = by_category.find(sentence.category);
    const Words words = found == by_category.end() ? kOther : found->second;
    Count& item = *std::find_if(counts.begin(), counts.end(), [&](const Count& other) {
      return other.words.noun == words.noun && other.words.verb == words.verb;
    });
    const std::string object = object_of(sentence, words.object);
    item.object = item.count == 0 || item.object == object ? object : std::string();
    ++item.count;
  }
  std::erase_if(counts, [](const Count& item) { return item.count == 0; });
  return counts;
}

}  // namespace

std::string summarise(std::span<const zk::Sentence> sentences) {
  const std::vector<Count> counts = count(sentences);
  std::string summary;
  std::size_t left_out = 0;
  for (const Count& item : counts) {
    const std::string phrase = phrase_for(item);
    if (left_out == 0 && (summary.empty() || summary.size() + 2 + phrase.size() <= kLongestSummary)) {
      summary += (summary.empty() ? "" : ", ") + phrase;
    } else {
      left_out += item.count;
    }
  }
  if (left_out > 0) summary += ", " + counted(left_out, "more change");
  return summary;
}

}  // namespace arkive::kafka
