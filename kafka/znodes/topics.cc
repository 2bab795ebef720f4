// Topics: their assignment, ids, partition states and configs. One sentence sums up the znodes of a topic
// that came or went as a whole.
#include <algorithm>
#include <iterator>
#include <map>

#include "kafka/znodes/telling.h"
#include "kafka/znodes/words.h"
#include "kafka/znodes/znode_data.h"

namespace arkive::kafka {
namespace {

struct TopicChanges {
  Change* topic = nullptr;
  Change* config = nullptr;
  std::vector<Change*> states;
  std::vector<Change*> directories;
};

std::map<std::string, TopicChanges> by_topic(Telling& telling) {
  std::map<std::string, TopicChanges> topics;
  for (Change& change : telling.changes()) {
    if (change.told) continue;
    const ZnodeRole role = change.at.role;
    if (role == ZnodeRole::kTopic) topics[change.at.name].topic = &change;
    if (role == ZnodeRole::kPartitionState) topics[change.at.name].states.push_back(&change);
    if (role == ZnodeRole::kTopicDirectory) topics[change.at.name].directories.push_back(&change);
    if (role == ZnodeRole::kConfig && change.at.type == "topics") topics[change.at.name].config = &change;
  }
  // Siblings come in the order of their names: 10 before 2.
  for (auto& [name, topic] : topics) {
    std::sort(topic.states.begin(), topic.states.end(),
              [](const Change* a, const Change* b) { return a->at.partition < b->at.partition; });
  }
  return topics;
}

std::string size_of(const TopicData& topic) {
  return counted(topic.replicas.size(), "partition") + ", replication factor " +
         replication_factor(topic.replicas);
}

std::string leader_name(std::int64_t leader) {
  return leader < 0 ? "none" : std::to_string(leader);
}

std::vector<std::int32_t> without(const std::vector<std::int32_t>& ids,
                                  const std::vector<std::int32_t>& gone) {
  std::vector<std::int32_t> rest;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(rest),
               [&](std::int32_t id) { return std::find(gone.begin(), gone.end(), id) == gone.end(); });
  return rest;
}

std::vector<std::int32_t> replicas_of(const Assignment& assignment, std::int32_t partition) {
  const auto found = assignment.find(partition);
  return found == assignment.end() ? std::vector<std::int32_t>() : found->second;
}

// What a topic's partition is told as: `before` and `after` both have it.
class PartitionMove {
 public:
  PartitionMove(const TopicData& before, const TopicData& after, std::int32_t partition)
      : was_(replicas_of(before.replicas, partition)),
        is_(replicas_of(after.replicas, partition)),
        was_adding_(replicas_of(before.adding, partition)),
        was_removing_(replicas_of(before.removing, partition)),
        adding_(replicas_of(after.adding, partition)),
        removing_(replicas_of(after.removing, partition)) {}

  void tell(Telling& telling, Change& change, const std::string& name) const {
    const bool was_moving = !was_adding_.empty() || !was_removing_.empty();
    const bool is_moving = !adding_.empty() || !removing_.empty();
    if (is_moving && (was_adding_ != adding_ || was_removing_ != removing_)) {
      const std::string what = was_moving ? "changed" : "begun";
      telling.say(change, "reassignment-" + what,
                  name + ": reassignment " + what + ", " + replicas() + orders());
    } else if (was_moving && !is_moving) {
      tell_end(telling, change, name);
    } else if (was_ != is_) {
      telling.say(change, "replicas-moved",
                  name + ": " + replicas() + (same_brokers() ? " (order only)" : ""));
    }
  }

 private:
  void tell_end(Telling& telling, Change& change, const std::string& name) const {
    if (!was_adding_.empty() && same(is_, without(was_, was_adding_))) {
      telling.say(change, "reassignment-cancelled",
                  name + ": reassignment cancelled, replicas stay " + joined(is_));
    } else {
      telling.say(change, "reassignment-ended", name + ": reassignment ended, " + replicas());
    }
  }

  static bool same(std::vector<std::int32_t> a, std::vector<std::int32_t> b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
  }
  bool same_brokers() const { return same(was_, is_); }
  std::string replicas() const { return "replicas " + joined(was_) + " -> " + joined(is_); }
  std::string orders() const {
    return " (adding " + joined(adding_) + ", removing " + joined(removing_) + ")";
  }

  std::vector<std::int32_t> was_, is_, was_adding_, was_removing_, adding_, removing_;
};

// One topic's changes.
class TopicTeller {
 public:
  TopicTeller(Telling& telling, const std::string& topic, TopicChanges& changes)
      : telling_(telling), topic_(shown(topic)), changes_(changes) {}

  void tell() {
    if (changes_.topic != nullptr) tell_topic(*changes_.topic);
    if (changes_.config != nullptr && !changes_.config->told) {
      tell_config_entries(telling_, *changes_.config, topic_, "topic-config");
    }
    for (Change* state : changes_.states) {
      if (!state->told) tell_state(*state);
    }
    for (Change* directory : changes_.directories) {
      if (!directory->told && directory->data_changed()) tell_directory(*directory);
    }
  }

 private:
  void tell_topic(Change& change) {
    if (!change.data_changed()) return;
    if (change.removed()) return tell_deleted(change);
    const std::optional<TopicData> after = parse_topic(change.data_after());
    if (!after) return;
    if (change.created()) return tell_created(change, *after);
    const std::optional<TopicData> before = parse_topic(change.data_before());
    if (!before) return;
    if (is_another(change, *before, *after)) return tell_recreated(change, *before, *after);
    tell_id(change, *before, *after);
    tell_partitions(change, *before, *after);
    if (!change.told)
      telling_.say_minor(change, "topic-rewritten", "topic " + topic_ + ": its znode was rewritten");
  }

  void tell_created(Change& change, const TopicData& after) {
    std::string text = "topic " + topic_ + " created: " + size_of(after);
    if (changes_.config != nullptr && changes_.config->created()) {
      if (const std::optional<Config> config = parse_config(changes_.config->data_after())) {
        changes_.config->told = true;
        for (const auto& [key, value] : *config) {
          text += ", " + shown(key) + "=" + shown_value("topics", key, value);
        }
      }
    }
    telling_.say(change, "topic-created", std::move(text));
    consume([](const Change& znode) { return znode.created(); });
  }

  void tell_deleted(Change& change) {
    std::string text = "topic " + topic_ + " deleted";
    if (const std::optional<TopicData> before = parse_topic(change.data_before())) {
      text += ": it had " + counted(before->replicas.size(), "partition");
    }
    telling_.say(change, "topic-deleted", std::move(text));
    consume([](const Change& znode) { return znode.removed(); });
    if (changes_.config != nullptr && changes_.config->removed()) changes_.config->told = true;
  }

  // Before 2.8 topics have no id; the znode made anew tells as much.
  static bool is_another(const Change& change, const TopicData& before, const TopicData& after) {
    if (!before.id.empty() || !after.id.empty()) {
      return !before.id.empty() && !after.id.empty() && before.id != after.id;
    }
    const auto& was = change.znodes->before->stat;
    const auto& is = change.znodes->after->stat;
    return was && is && was->czxid != 0 && is->czxid != 0 && was->czxid != is->czxid;
  }

  void tell_recreated(Change& change, const TopicData& before, const TopicData& after) {
    std::string text = "topic " + topic_ + " re-created";
    if (!after.id.empty()) text += " under another id";
    text += ": " + size_of(after);
    if (size_of(before) != size_of(after)) text += " (before: " + size_of(before) + ")";
    if (!after.id.empty()) text += ", id " + shown(before.id) + " -> " + shown(after.id);
    telling_.say(change, "topic-recreated", std::move(text));
    consume([](const Change&) { return true; });
  }

  void tell_id(Change& change, const TopicData& before, const TopicData& after) {
    if (before.id == after.id) return;
    if (before.id.empty()) {
      telling_.say_minor(change, "topic-id-given", "topic " + topic_ + ": id " + shown(after.id) + " given");
    } else {
      telling_.say(change, "topic-id-lost",
                   "topic " + topic_ + ": lost its id " + shown(before.id) +
                       " (an old tool wrote it; brokers will not match it with their files)");
    }
  }

  void tell_partitions(Change& change, const TopicData& before, const TopicData& after) {
    std::size_t added = 0;
    std::size_t removed = 0;
    for (const auto& [partition, replicas] : after.replicas) {
      if (before.replicas.contains(partition)) continue;
      ++added;
      consume([number = partition](const Change& znode) {
        return znode.created() && znode.at.partition == number;
      });
    }
    for (const auto& [partition, replicas] : before.replicas) {
      if (!after.replicas.contains(partition)) ++removed;
    }
    const std::string sizes =
        " (" + std::to_string(before.replicas.size()) + " -> " + std::to_string(after.replicas.size()) + ")";
    if (added > 0) {
      telling_.say(change, "partitions-added",
                   topic_ + ": " + counted(added, "partition") + " added" + sizes);
    }
    if (removed > 0) {
      telling_.say(change, "partitions-removed",
                   topic_ + ": " + counted(removed, "partition") + " removed" + sizes);
    }
    for (const auto& [partition, replicas] : after.replicas) {
      if (!before.replicas.contains(partition)) continue;
      PartitionMove(before, after, partition)
          .tell(telling_, change, topic_ + "-" + std::to_string(partition));
    }
  }

  // Only moves: shown with --all.
  void tell_state(Change& change) {
    if (!change.data_changed()) return;
    const std::string name = topic_ + "-" + std::to_string(change.at.partition);
    if (change.removed()) {
      return telling_.say(change, "partition-state-removed",
                          name + ": state removed (a controller would start it anew: any replica may lead)");
    }
    const std::optional<PartitionState> after = parse_partition_state(change.data_after());
    if (!after) return;
    if (change.created()) {
      return telling_.say_minor(change, "leader-moved",
                                name + ": state created, leader " + leader_name(after->leader) +
                                    ", in sync " + joined(after->in_sync));
    }
    const std::optional<PartitionState> before = parse_partition_state(change.data_before());
    if (!before) return;
    std::string text;
    const auto add = [&](const std::string& what, const std::string& was, const std::string& is) {
      if (was == is) return;
      text += text.empty() ? ": " : ", ";
      text += what + " " + was + " -> " + is;
    };
    add("leader", leader_name(before->leader), leader_name(after->leader));
    add("leader epoch", std::to_string(before->leader_epoch), std::to_string(after->leader_epoch));
    add("in sync", joined(before->in_sync), joined(after->in_sync));
    telling_.say_minor(change, "leader-moved", name + (text.empty() ? ": state rewritten" : text));
  }

  void tell_directory(Change& change) {
    if (!change.created() && !change.removed()) return;
    const std::string where =
        change.at.partition < 0 ? topic_ : topic_ + "-" + std::to_string(change.at.partition);
    telling_.say_minor(change, "directory-changed",
                       where + ": directory of its state " + (change.created() ? "created" : "removed"));
  }

  template <class Condition>
  void consume(Condition condition) {
    for (Change* state : changes_.states) state->told = state->told || condition(*state);
    for (Change* directory : changes_.directories) directory->told = directory->told || condition(*directory);
  }

  Telling& telling_;
  const std::string topic_;
  TopicChanges& changes_;
};

}  // namespace

void tell_topics(Telling& telling) {
  for (auto& [name, changes] : by_topic(telling)) TopicTeller(telling, name, changes).tell();
}

}  // namespace arkive::kafka
