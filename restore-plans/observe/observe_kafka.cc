#include <algorithm>

#include "kafka/znodes/cluster_state.h"
#include "restore-plans/observe/observe.h"

namespace arkive::restore_plans {
namespace {

constexpr std::size_t kMostNamed = 20;
constexpr std::string_view kSetOnTopic = "DYNAMIC_TOPIC_CONFIG";

/// Errors that are no answer: they end the looking.
bool ends_it(const Error& error) {
  return error.outcome == Outcome::kInterrupted || error.outcome == Outcome::kDenied ||
         error.outcome == Outcome::kUsage;
}

class KafkaObserver {
 public:
  KafkaObserver(kafka::LogSource& source, Deadline deadline, const BrokerQuestions& ask, ObservedKafka& seen)
      : source_(source), deadline_(deadline), ask_(ask), seen_(seen) {}

  Status look() {
    ARKIVE_TRY(look_at_cluster());
    // A share of the time for each, so that what cannot be told does not take it from the others.
    ARKIVE_TRY(note("releases of brokers", look_at_releases(share(5))));
    ARKIVE_TRY(note("authoriser", look_at_authoriser(share(4))));
    ARKIVE_TRY(note("offsets", look_at_offsets(share(3))));
    ARKIVE_TRY(note("configs of topics", look_at_configs(share(2))));
    return note("groups", look_at_groups());
  }

 private:
  Deadline share(int of) const { return deadline_.sooner(deadline_.remaining() / of); }

  Status note(const char* what, Status status) {
    if (status) return ok();
    if (status.error().outcome == Outcome::kInterrupted) return status;
    seen_.not_known.push_back(std::string(what) + ": " + status.error().what);
    return ok();
  }

  Status look_at_cluster() {
    ARKIVE_ASSIGN(const kafka::ClusterFacts cluster, source_.cluster(deadline_));
    ARKIVE_ASSIGN(const std::vector<kafka::TopicFacts> topics, source_.topics(deadline_));
    seen_.cluster_id = cluster.cluster_id;
    seen_.controller = cluster.controller;
    for (const kafka::BrokerFacts& broker : cluster.brokers) {
      seen_.brokers.push_back({broker.id, broker.host, broker.port});
    }
    sort_by(seen_.brokers, [](const ObservedBroker& broker) { return broker.id; });
    for (const kafka::TopicFacts& facts : topics) take_topic(facts);
    seen_.reached = Reached::kAnswered;
    return ok();
  }

  Status look_at_authoriser(Deadline deadline) {
    if (!ask_.has_authoriser) return ok();
    ARKIVE_ASSIGN(const bool present, ask_.has_authoriser(deadline));
    seen_.authoriser = present ? Authoriser::kPresent : Authoriser::kAbsent;
    return ok();
  }

  Status look_at_releases(Deadline deadline) {
    if (!ask_.releases) return ok();
    ARKIVE_ASSIGN(const auto releases, ask_.releases(deadline));
    for (const auto& [broker, release] : releases) seen_.releases[std::to_string(broker)] = release;
    return ok();
  }

  void take_topic(const kafka::TopicFacts& facts) {
    ObservedLiveTopic& topic = seen_.topics[facts.name];
    topic.id = facts.id.text();
    topic.error = facts.error;
    for (const kafka::PartitionFacts& one : facts.partitions) {
      ObservedPartition& partition = topic.partitions.emplace_back();
      partition.partition = one.partition;
      partition.leader = one.leader;
      partition.leader_epoch = one.leader_epoch;
      partition.replicas = one.replicas;
      partition.in_sync = one.in_sync_replicas;
    }
    sort_by(topic.partitions, [](const ObservedPartition& one) { return one.partition; });
  }

  /// Ascending, each once.
  template <class T, class Key>
  static void sort_by(std::vector<T>& list, Key key) {
    std::stable_sort(list.begin(), list.end(), [&](const T& a, const T& b) { return key(a) < key(b); });
    const auto same = [&](const T& a, const T& b) { return key(a) == key(b); };
    list.erase(std::unique(list.begin(), list.end(), same), list.end());
  }

  Status look_at_offsets(Deadline deadline) {
    std::vector<kafka::TopicPartition> partitions;
    std::vector<ObservedPartition*> places;
    Unknown unknown(seen_.not_known);
    for (auto& [name, topic] : seen_.topics) {
      for (ObservedPartition& one : topic.partitions) {
        const kafka::TopicPartition partition{name, one.partition};
        if (one.leader < 0) {
          // Nobody could answer, and the source would wait for a leader.
          unknown.add("offsets of " + partition.text() + ": it has no leader");
          continue;
        }
        partitions.push_back(partition);
        places.push_back(&one);
      }
    }
    if (partitions.empty()) return ok();
    ARKIVE_ASSIGN(const std::vector<kafka::PartitionOffsets> offsets, source_.offsets(partitions, deadline));
    for (std::size_t i = 0; i < offsets.size() && i < places.size(); ++i) {
      if (!offsets[i].error.empty()) {
        unknown.add("offsets of " + partitions[i].text() + ": " + offsets[i].error);
        continue;
      }
      places[i]->log_start = offsets[i].log_start;
      places[i]->log_end = offsets[i].high_watermark;
    }
    return ok();
  }

  Status look_at_configs(Deadline deadline) {
    std::vector<std::string> names;
    for (const auto& [name, topic] : seen_.topics) {
      if (topic.error.empty()) names.push_back(name);
    }
    if (names.empty()) return ok();
    ARKIVE_ASSIGN(const std::vector<kafka::TopicConfigs> all, source_.topic_configs(names, deadline));
    Unknown unknown(seen_.not_known);
    for (const kafka::TopicConfigs& configs : all) {
      if (!configs.error.empty()) unknown.add("config of topic " + configs.topic + ": " + configs.error);
      const auto topic = seen_.topics.find(configs.topic);
      if (topic == seen_.topics.end()) continue;
      for (const kafka::ConfigEntry& entry : configs.entries) {
        if (entry.source != kSetOnTopic || entry.sensitive || !entry.value) continue;
        topic->second.config[entry.name] = *entry.value;
      }
      topic->second.config = kafka::without_secrets(std::move(topic->second.config));
    }
    return ok();
  }

  Status look_at_groups() {
    ARKIVE_ASSIGN(const std::vector<kafka::GroupFacts> groups, source_.groups(deadline_));
    Unknown unknown(seen_.not_known);
    for (const kafka::GroupFacts& facts : groups) {
      if (!facts.error.empty()) unknown.add("group " + facts.name + ": " + facts.error);
      seen_.groups[facts.name] = {facts.state, facts.members, facts.offsets.size()};
    }
    return ok();
  }

  /// Names the first of a kind and counts the others.
  class Unknown {
   public:
    explicit Unknown(std::vector<std::string>& to) : to_(to) {}
    ~Unknown() {
      if (count_ > kMostNamed) to_.push_back("and " + std::to_string(count_ - kMostNamed) + " more");
    }
    Unknown(const Unknown&) = delete;
    Unknown& operator=(const Unknown&) = delete;
    void add(std::string what) {
      if (++count_ <= kMostNamed) to_.push_back(std::move(what));
    }

   private:
    std::vector<std::string>& to_;
    std::size_t count_ = 0;
  };

  kafka::LogSource& source_;
  Deadline deadline_;
  const BrokerQuestions& ask_;
  ObservedKafka& seen_;
};

}  // namespace

Result<ObservedKafka> observe_kafka(const std::string& address, Result<kafka::LogSource*> source,
                                    Deadline deadline, const BrokerQuestions& ask) {
  ObservedKafka seen;
  seen.address = address;
  seen.reached = Reached::kUnreachable;
  Status status = source ? KafkaObserver(**source, deadline, ask, seen).look() : fail(source.error());
  if (!status && ends_it(status.error())) return fail(std::move(status).error());
  if (!status) seen.error = status.error().what;
  return seen;
}

}  // namespace arkive::restore_plans
