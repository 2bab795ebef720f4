// What is otherwise now than it was.
#include <algorithm>

#include "kafka/znodes/cluster_state.h"
#include "restore-plans/observe/observation.h"
#include "stores/core/bytes.h"

namespace arkive::restore_plans {
namespace {

using kafka::InspectedDirectory;
using kafka::InspectedPartition;
using kafka::LogsReport;

constexpr std::size_t kMostLines = 20;  // of a subject

/// Lines about one subject. Names the first and counts the others when it ends.
class Subject {
 public:
  Subject(std::string name, std::vector<std::string>& lines) : name_(std::move(name)), lines_(lines) {}
  ~Subject() {
    if (count_ > kMostLines) say("and " + std::to_string(count_ - kMostLines) + " more");
  }
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  void add(const std::string& what) {
    if (++count_ <= kMostLines) say(what);
  }
  void compare(const std::string& what, const std::string& then, const std::string& now) {
    if (then != now) add(what + " was " + then + ", is " + now);
  }

 private:
  void say(const std::string& what) { lines_.push_back(name_ + ": " + what); }

  std::string name_;
  std::vector<std::string>& lines_;
  std::size_t count_ = 0;
};

std::string quoted(std::string_view text) {
  return text.empty() ? "none" : "'" + printable(text) + "'";
}

std::string path_text(std::string_view path) {
  return "'" + printable(path) + "'";
}

std::string numbers(const std::vector<std::int32_t>& list) {
  std::string text;
  for (const std::int32_t number : list) text += (text.empty() ? "" : ",") + std::to_string(number);
  return text.empty() ? "none" : "[" + text + "]";
}

template <class T>
const T* pointer_to(const T& value) {
  return &value;
}
template <class T>
const T* pointer_to(const T* value) {
  return value;
}

/// Calls visit(key, then's value, now's value) for each key of either map; null where it is not.
template <class Map, class Visit>
void for_each_of_both(const Map& then, const Map& now, Visit visit) {
  auto a = then.begin();
  auto b = now.begin();
  using Pointer = decltype(pointer_to(a->second));
  const Pointer absent = nullptr;
  while (a != then.end() && b != now.end()) {
    if (a->first < b->first) {
      visit(a->first, pointer_to(a->second), absent);
      ++a;
    } else if (b->first < a->first) {
      visit(b->first, absent, pointer_to(b->second));
      ++b;
    } else {
      visit(a->first, pointer_to(a->second), pointer_to(b->second));
      ++a;
      ++b;
    }
  }
  for (; a != then.end(); ++a) visit(a->first, pointer_to(a->second), absent);
  for (; b != now.end(); ++b) visit(b->first, absent, pointer_to(b->second));
}

template <class T, class Key>
auto by_key(const std::vector<T>& list, Key key) {
  std::map<decltype(key(list.front())), const T*> map;
  for (const T& one : list) map.emplace(key(one), &one);
  return map;
}

/// True: both answered and can be compared further.
bool compare_reached(Subject& subject, Reached then, Reached now) {
  const auto words = [](Reached reached, bool past) -> std::string {
    switch (reached) {
      case Reached::kNotAsked:
        return past ? "was not asked" : "is not asked";
      case Reached::kUnreachable:
        return past ? "could not be reached" : "cannot be reached";
      case Reached::kAnswered:
        break;
    }
    return past ? "answered" : "answers";
  };
  if (then != now) subject.add(words(then, true) + ", " + words(now, false) + " now");
  return then == Reached::kAnswered && now == Reached::kAnswered;
}

void compare_brokers(const std::string& name, const std::vector<ObservedBroker>& then,
                     const std::vector<ObservedBroker>& now, std::vector<std::string>& lines) {
  Subject subject(name, lines);
  const auto id = [](const ObservedBroker& broker) { return broker.id; };
  const auto at = [](const ObservedBroker& broker) {
    return quoted(broker.host + ":" + std::to_string(broker.port));
  };
  for_each_of_both(by_key(then, id), by_key(now, id),
                   [&](std::int32_t number, const ObservedBroker* a, const ObservedBroker* b) {
                     const std::string broker = "broker " + std::to_string(number);
                     if (a == nullptr) return subject.add(broker + " is there now, at " + at(*b));
                     if (b == nullptr) return subject.add(broker + " is gone");
                     subject.compare("the address of " + broker, at(*a), at(*b));
                   });
}

std::string text_of(const std::optional<ObservedProducerIds>& ids) {
  if (!ids) return "none";
  return ids->is_null ? "without data" : "up to " + std::to_string(ids->end);
}

/// At or below a path of `paths`.
bool is_hidden(const std::vector<std::string>& paths, std::string_view path) {
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& top) {
    return path == top || top == "/" || (path.starts_with(top) && path[top.size()] == '/');
  });
}

void compare_znodes(const ObservedZooKeeper& then, const ObservedZooKeeper& now, std::string_view top,
                    std::vector<std::string>& lines) {
  Subject subject("znodes", lines);
  const std::string root = now.kafka_root.value_or(then.kafka_root.value_or(""));
  for_each_of_both(then.znodes, now.znodes,
                   [&](const std::string& path, const std::string* a, const std::string* b) {
                     if (!zk::is_at_or_below(path, top)) return;
                     const kafka::Movement movement = kafka::movement_of(path, root);
                     if (movement == kafka::Movement::kAll) return;
                     if (a == nullptr) {
                       if (!is_hidden(then.unreadable, path)) subject.add(path_text(path) + " is new");
                     } else if (b == nullptr) {
                       if (!is_hidden(now.unreadable, path)) subject.add(path_text(path) + " is gone");
                     } else if (*a != *b && movement == kafka::Movement::kNone) {
                       subject.add(path_text(path) + " has other data");
                     }
                   });
  const std::vector<std::string>& before = then.unreadable;
  for (const std::string& path : now.unreadable) {
    if (zk::is_at_or_below(path, top) && std::find(before.begin(), before.end(), path) == before.end()) {
      subject.add(path_text(path) + " may not be read any more");
    }
  }
  for (const std::string& path : before) {
    if (zk::is_at_or_below(path, top) &&
        std::find(now.unreadable.begin(), now.unreadable.end(), path) == now.unreadable.end()) {
      subject.add(path_text(path) + " could not be read, and that is otherwise now");
    }
  }
}

void compare_foreign(const std::vector<ForeignTree>& then, const std::vector<ForeignTree>& now,
                     std::vector<std::string>& lines) {
  Subject subject("others' znodes", lines);
  const auto path = [](const ForeignTree& tree) { return tree.path; };
  for_each_of_both(by_key(then, path), by_key(now, path),
                   [&](const std::string& at, const ForeignTree* a, const ForeignTree* b) {
                     if (a == nullptr) subject.add(path_text(at) + " is new");
                     if (b == nullptr) subject.add(path_text(at) + " is gone");
                   });
}

void compare_zookeeper(const ObservedZooKeeper& then, const ObservedZooKeeper& now,
                       std::vector<std::string>& lines) {
  {
    Subject subject("ZooKeeper", lines);
    if (!compare_reached(subject, then.reached, now.reached)) return;
    const auto root = [](const std::optional<std::string>& at) {
      return at ? path_text(at->empty() ? "/" : *at) : "nowhere";
    };
    subject.compare("Kafka's root", root(then.kafka_root), root(now.kafka_root));
    subject.compare("the cluster id", quoted(then.cluster_id), quoted(now.cluster_id));
    subject.compare("the block of producer ids", text_of(then.producer_ids), text_of(now.producer_ids));
  }
  compare_brokers("registered brokers", then.brokers, now.brokers, lines);
  {
    Subject subject("topics in ZooKeeper", lines);
    for_each_of_both(then.topics, now.topics,
                     [&](const std::string& name, const ObservedTopic* a, const ObservedTopic* b) {
                       const std::string topic = "topic " + quoted(name);
                       if (a == nullptr) return subject.add(topic + " is new");
                       if (b == nullptr) return subject.add(topic + " is gone");
                       subject.compare("the id of " + topic, quoted(a->id), quoted(b->id));
                       subject.compare("the partitions of " + topic, numbers(a->partitions),
                                       numbers(b->partitions));
                     });
  }
  compare_foreign(then.foreign, now.foreign, lines);
  compare_znodes(then, now, "/", lines);
}

void compare_live_topic(Subject& subject, const std::string& name, const ObservedLiveTopic& then,
                        const ObservedLiveTopic& now) {
  const std::string topic = "topic " + quoted(name);
  if (then.error.empty() != now.error.empty()) {
    return subject.add(topic + (now.error.empty() ? " tells of itself now" : ": " + printable(now.error)));
  }
  subject.compare("the id of " + topic, quoted(then.id), quoted(now.id));
  const auto number = [](const ObservedPartition& one) { return one.partition; };
  for_each_of_both(by_key(then.partitions, number), by_key(now.partitions, number),
                   [&](std::int32_t at, const ObservedPartition* a, const ObservedPartition* b) {
                     const std::string partition = "partition " + std::to_string(at) + " of " + topic;
                     if (a == nullptr) return subject.add(partition + " is new");
                     if (b == nullptr) return subject.add(partition + " is gone");
                     subject.compare("the replicas of " + partition, numbers(a->replicas),
                                     numbers(b->replicas));
                   });
}

void compare_kafka(const ObservedKafka& then, const ObservedKafka& now, std::vector<std::string>& lines) {
  {
    Subject subject("Kafka", lines);
    if (!compare_reached(subject, then.reached, now.reached)) return;
    subject.compare("the cluster id", quoted(then.cluster_id), quoted(now.cluster_id));
    if (then.authoriser != Authoriser::kNotKnown && now.authoriser != Authoriser::kNotKnown)
      subject.compare("its authoriser", std::string(authoriser_name(then.authoriser)),
                      std::string(authoriser_name(now.authoriser)));
  }
  compare_brokers("live brokers", then.brokers, now.brokers, lines);
  Subject subject("topics of the brokers", lines);
  for_each_of_both(then.topics, now.topics,
                   [&](const std::string& name, const ObservedLiveTopic* a, const ObservedLiveTopic* b) {
                     if (a == nullptr) return subject.add("topic " + quoted(name) + " is new");
                     if (b == nullptr) return subject.add("topic " + quoted(name) + " is gone");
                     compare_live_topic(subject, name, *a, *b);
                   });
}

std::string text_of(const std::optional<kafka::MetaProperties>& meta) {
  if (!meta) return "absent";
  return "of broker " + std::to_string(meta->broker) + " and cluster " + quoted(meta->cluster_id);
}

void compare_partition(Subject& subject, const std::string& at, const InspectedPartition& then,
                       const InspectedPartition& now, bool may_move) {
  const auto text = [](std::int64_t number) { return std::to_string(number); };
  const auto about = [&](const char* what) { return what + (" of " + at); };
  subject.compare(about("the topic id"), quoted(then.topic_id.text()), quoted(now.topic_id.text()));
  subject.compare(about("the damage"), std::to_string(then.damage_count) + " places",
                  std::to_string(now.damage_count) + " places");
  subject.compare(about("the error"), quoted(then.error), quoted(now.error));
  if (may_move) return;
  subject.compare(about("the log start"), text(then.log_start), text(now.log_start));
  subject.compare(about("the log end"), text(then.log_end), text(now.log_end));
  subject.compare(about("the last leader epoch"), text(then.last_epoch), text(now.last_epoch));
  subject.compare(about("the highest leader epoch"), text(then.highest_epoch), text(now.highest_epoch));
  subject.compare(about("the highest producer id"), text(then.highest_producer_id),
                  text(now.highest_producer_id));
}

void compare_directory(Subject& subject, const std::string& path, const InspectedDirectory& then,
                       const InspectedDirectory& now) {
  const std::string in = path_text(path);
  const auto yes_no = [](bool is) -> std::string { return is ? "true" : "false"; };
  subject.compare("meta.properties in " + in, text_of(then.meta), text_of(now.meta));
  subject.compare("the clean shutdown of " + in, yes_no(then.clean_shutdown), yes_no(now.clean_shutdown));
  subject.compare("the use by a broker of " + in, yes_no(then.in_use), yes_no(now.in_use));
  subject.compare("the error of " + in, quoted(then.error), quoted(now.error));
  const auto name = [](const InspectedPartition& one) { return one.directory; };
  for_each_of_both(
      by_key(then.partitions, name), by_key(now.partitions, name),
      [&](const std::string& directory, const InspectedPartition* a, const InspectedPartition* b) {
        const std::string at = path_text(path + "/" + directory);
        if (a == nullptr) return subject.add(at + " is new");
        if (b == nullptr) return subject.add(at + " is gone");
        compare_partition(subject, at, *a, *b, then.in_use && now.in_use);
      });
}

void compare_logs(const std::vector<LogsReport>& then, const std::vector<LogsReport>& now,
                  std::vector<std::string>& lines) {
  // Brokers whose number is not known are told apart by their host.
  const auto whose = [](const LogsReport& report) {
    return std::pair(report.broker, report.broker < 0 ? report.host : std::string());
  };
  for_each_of_both(by_key(then, whose), by_key(now, whose),
                   [&](const auto& key, const LogsReport* a, const LogsReport* b) {
                     const std::string broker = key.first < 0 ? "of host " + quoted(key.second)
                                                              : "of broker " + std::to_string(key.first);
                     Subject subject("log directories " + broker, lines);
                     if (a == nullptr) return subject.add("were not looked at, are now");
                     if (b == nullptr) return subject.add("were looked at, are not now");
                     const auto path = [](const InspectedDirectory& one) { return one.path; };
                     for_each_of_both(by_key(a->directories, path), by_key(b->directories, path),
                                      [&](const std::string& at, const InspectedDirectory* c,
                                          const InspectedDirectory* d) {
                                        if (c == nullptr) return subject.add(path_text(at) + " is new");
                                        if (d == nullptr) return subject.add(path_text(at) + " is gone");
                                        compare_directory(subject, at, *c, *d);
                                      });
                   });
}

}  // namespace

std::vector<std::string> znode_differences(const ObservedZooKeeper& then, const ObservedZooKeeper& now,
                                           std::string_view top) {
  std::vector<std::string> lines;
  compare_znodes(then, now, top, lines);
  return lines;
}

std::vector<std::string> differences(const Observation& then, const Observation& now) {
  std::vector<std::string> lines;
  compare_zookeeper(then.zookeeper, now.zookeeper, lines);
  compare_kafka(then.kafka, now.kafka, lines);
  compare_logs(then.logs, now.logs, lines);
  return lines;
}

}  // namespace arkive::restore_plans
