/// A cluster in memory, as LogSource: what its logs hold and how it misbehaves is what a test says. Include
/// log_encoder's entries; nothing here reads them but for their offsets.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kafka/log_source.h"
#include "tests/kafka/log/encoder/log_encoder.h"

namespace arkive::kafka::test {

/// One log. Offsets are those of the entries; what lies between them is a gap.
struct ScriptedPartition {
  struct Entry {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::string bytes;
  };
  std::int32_t leader = 1;
  std::int32_t leader_epoch = 0;
  std::int64_t log_start = 0;
  /// Consumers see no more than that; none: all.
  std::optional<std::int64_t> high_watermark{};
  std::vector<Entry> entries;
  std::map<std::int64_t, std::int64_t> open;     ///< producer id -> first offset
  std::vector<LeaderEpochStart> epochs{{0, 0}};  ///< as the leader's cache has them, ascending
  std::string offsets_error;                     ///< of LogSource::offsets()
  std::vector<ActiveProducer> producers;
  bool gives_nothing = false;    ///< though it says that there is more
  std::deque<FetchGot> answers;  ///< given, one a fetch, instead of what is in the log

  std::int64_t end() const { return entries.empty() ? log_start : entries.back().last + 1; }
  std::int64_t shown_end() const { return high_watermark.value_or(end()); }
  std::int64_t stable_end() const {
    std::int64_t least = shown_end();
    for (const auto& [producer, first] : open) least = std::min(least, first);
    return least;
  }

  /// Appends a batch of `count` records at the end (or at `options.first_offset`, if that lies further on).
  void append(int count, BatchOptions options = {}, std::size_t value_size = 20) {
    options.first_offset = std::max(options.first_offset, end());
    options.leader_epoch = epochs.back().epoch;
    if (options.transactional) open.emplace(options.producer_id, options.first_offset);
    std::vector<SentRecord> records;
    for (int i = 0; i < count; ++i) {
      const std::int64_t offset = options.first_offset + i;
      SentRecord record;
      record.offset = offset;
      record.timestamp = 1'700'000'000'000 + offset;
      record.key = "key-" + std::to_string(offset);
      record.value = std::string(value_size, static_cast<char>('a' + offset % 26));
      records.push_back(std::move(record));
    }
    const std::int64_t last = options.last_offset.value_or(options.first_offset + count - 1);
    entries.push_back({options.first_offset, last, encode_batch(options, records)});
  }
  /// Ends the transaction of `producer`: type 0 aborts, 1 commits.
  void end_transaction(std::int64_t producer, std::int16_t type) {
    const std::int64_t offset = end();
    entries.push_back({offset, offset, encode_marker(type, offset, producer)});
    open.erase(producer);
  }
  /// Everything from `offset` on is lost, and a new leader goes on with the next epoch.
  void cut_at(std::int64_t offset) {
    std::erase_if(entries, [&](const Entry& entry) { return entry.first >= offset; });
    const std::int32_t last = epochs.back().epoch;
    std::erase_if(epochs, [&](const LeaderEpochStart& epoch) { return epoch.start_offset >= offset; });
    leader_epoch = last + 1;
    epochs.push_back({leader_epoch, end()});
  }
  void begin_epoch() {
    leader_epoch = epochs.back().epoch + 1;
    epochs.push_back({leader_epoch, end()});
  }
  /// As retention does: whole entries before `offset` go.
  void delete_before(std::int64_t offset) {
    std::erase_if(entries, [&](const Entry& entry) { return entry.last < offset; });
    log_start = offset;
  }
  void compact_away(std::int64_t first) {
    std::erase_if(entries, [&](const Entry& entry) { return entry.first == first; });
  }
  /// All bytes from the entry that holds `from` to the one that ends at `to`.
  std::string bytes(std::int64_t from = 0, std::int64_t to = std::numeric_limits<std::int64_t>::max()) const {
    std::string all;
    for (const Entry& entry : entries) {
      if (entry.last >= from && entry.first < to) all += entry.bytes;
    }
    return all;
  }
};

struct ScriptedTopic {
  TopicId id;
  std::map<std::int32_t, ScriptedPartition> partitions;
  std::map<std::string, std::string> configs;  ///< set on the topic
  std::string error;
};

/// What the test says and what it wants to know. Change it before archive() or in `before_fetch`.
struct ScriptedCluster {
  std::string id = "scripted-cluster";
  std::string reader = "scripted";
  bool exact = true;
  std::map<std::string, ScriptedTopic> topics;
  std::vector<GroupFacts> groups;
  /// Called with the number of the fetch, from 1, and what is wanted.
  std::function<void(int, std::span<const FetchWant>)> before_fetch;
  /// Called with the number of the listing of topics, from 1.
  std::function<void(int)> before_topics;
  std::size_t most_answer = 4096;  ///< bytes of one partition in one answer; the last batch is cut short
  std::size_t most_answer_of_all =
      std::numeric_limits<std::size_t>::max();            ///< those wanted first come first
  std::function<Status(std::int32_t broker)> open_error;  ///< none: every broker is there
  std::function<Status(int fetch)> fetch_error;           ///< of the fetch of this number; none: none fails

  int fetches = 0;
  int listings = 0;
  std::mutex mutex;

  ScriptedPartition& at(const std::string& topic, std::int32_t partition = 0) {
    return topics.at(topic).partitions.at(partition);
  }
  ScriptedTopic& make(const std::string& name, int partitions = 1, char id_byte = 1) {
    ScriptedTopic topic;
    topic.id.bytes.fill(static_cast<unsigned char>(id_byte));
    for (int i = 0; i < partitions; ++i) topic.partitions[i].leader = 1 + i % 3;
    return topics[name] = std::move(topic);
  }
};

class ScriptedFetcher final : public LogFetcher {
 public:
  ScriptedFetcher(ScriptedCluster& cluster, std::int32_t broker) : cluster_(cluster), broker_(broker) {}

  Result<std::span<const FetchGot>> fetch(std::span<const FetchWant> wants, const FetchLimits& limits,
                                          Deadline) override {
    const std::lock_guard lock(cluster_.mutex);
    ++cluster_.fetches;
    if (cluster_.before_fetch) cluster_.before_fetch(cluster_.fetches, wants);
    if (cluster_.fetch_error) ARKIVE_TRY(cluster_.fetch_error(cluster_.fetches));
    got_.clear();
    bytes_.clear();
    room_ = cluster_.most_answer_of_all;
    for (const FetchWant& want : wants) got_.push_back(answer(want, limits));
    return std::span<const FetchGot>(got_);
  }

 private:
  FetchGot answer(const FetchWant& want, const FetchLimits& limits) {
    FetchGot got;
    const auto topic = cluster_.topics.find(want.partition.topic);
    if (topic == cluster_.topics.end() || topic->second.id != want.topic_id) {
      got.state = FetchGot::State::kGone;
      got.error = "UNKNOWN_TOPIC_ID";
      return got;
    }
    ScriptedPartition& log = topic->second.partitions.at(want.partition.partition);
    if (log.leader != broker_) {
      got.state = FetchGot::State::kMoved;
      got.error = "NOT_LEADER_OR_FOLLOWER";
      return got;
    }
    if (!log.answers.empty()) {
      got = std::move(log.answers.front());
      log.answers.pop_front();
      return got;
    }
    got.log_start = log.log_start;
    got.high_watermark = log.shown_end();
    got.last_stable_offset = log.stable_end();
    if (want.offset < log.log_start || want.offset > log.end()) {
      got.state = FetchGot::State::kOffsetOutOfRange;
      got.error = "OFFSET_OUT_OF_RANGE";
      return got;
    }
    const std::int64_t end = limits.committed_only ? log.stable_end() : log.shown_end();
    std::string bytes;
    for (const ScriptedPartition::Entry& entry : log.entries) {
      if (entry.last < want.offset) continue;
      const std::size_t most = std::min(cluster_.most_answer, room_);
      if (log.gives_nothing || entry.first >= end || bytes.size() >= most) break;
      // A first batch is whole, however large; the last may be cut short.
      const std::size_t room = bytes.empty() ? entry.bytes.size() : most - bytes.size();
      bytes += entry.bytes.substr(0, room);
    }
    room_ -= std::min(room_, bytes.size());
    got.records = *bytes_.emplace_back(std::make_unique<std::string>(std::move(bytes)));
    return got;
  }

  ScriptedCluster& cluster_;
  const std::int32_t broker_;
  std::size_t room_ = 0;  ///< in the answer that is made
  std::vector<FetchGot> got_;
  std::vector<std::unique_ptr<std::string>> bytes_;
};

/// Three brokers, 1 to 3. Borrows the cluster.
class ScriptedLogSource final : public LogSource {
 public:
  explicit ScriptedLogSource(ScriptedCluster& cluster) : cluster_(cluster) {}

  std::string_view name() const override { return cluster_.reader; }
  bool exact() const override { return cluster_.exact; }
  Result<ClusterFacts> cluster(Deadline) override {
    ClusterFacts facts;
    facts.cluster_id = cluster_.id;
    facts.controller = 1;
    for (std::int32_t id = 1; id <= 3; ++id) facts.brokers.push_back({id, "broker", 9092, ""});
    return facts;
  }
  Result<std::vector<TopicFacts>> topics(Deadline) override {
    const std::lock_guard lock(cluster_.mutex);
    ++cluster_.listings;
    if (cluster_.before_topics) cluster_.before_topics(cluster_.listings);
    std::vector<TopicFacts> all;
    for (const auto& [name, topic] : cluster_.topics) {
      TopicFacts& facts = all.emplace_back();
      facts.name = name;
      facts.error = topic.error;
      if (!topic.error.empty()) continue;  // Kafka tells neither id nor partitions then
      facts.id = topic.id;
      for (const auto& [number, log] : topic.partitions) {
        facts.partitions.push_back({number, log.leader, log.leader_epoch, {1, 2, 3}, {1, 2, 3}});
      }
    }
    return all;
  }
  Result<std::vector<PartitionOffsets>> offsets(std::span<const TopicPartition> partitions,
                                                Deadline) override {
    const std::lock_guard lock(cluster_.mutex);
    std::vector<PartitionOffsets> all;
    for (const TopicPartition& one : partitions) {
      const auto topic = cluster_.topics.find(one.topic);
      if (topic == cluster_.topics.end()) {
        all.push_back({0, 0, 0, "UNKNOWN_TOPIC_OR_PARTITION"});
        continue;
      }
      const ScriptedPartition& log = topic->second.partitions.at(one.partition);
      all.push_back({log.log_start, log.shown_end(), log.stable_end(), log.offsets_error});
    }
    return all;
  }
  Result<std::vector<std::int64_t>> offsets_at(std::span<const TopicPartition> partitions, UnixMilliseconds,
                                               Deadline) override {
    return std::vector<std::int64_t>(partitions.size(), -1);
  }
  Result<std::optional<LeaderEpochStart>> end_of_epoch(const TopicPartition& partition, std::int32_t epoch,
                                                       Deadline) override {
    const std::lock_guard lock(cluster_.mutex);
    const ScriptedPartition& log = cluster_.at(partition.topic, partition.partition);
    std::optional<LeaderEpochStart> found;
    for (std::size_t i = 0; i < log.epochs.size() && log.epochs[i].epoch <= epoch; ++i) {
      const bool last = i + 1 == log.epochs.size();
      found = LeaderEpochStart{log.epochs[i].epoch, last ? log.end() : log.epochs[i + 1].start_offset};
    }
    return found;
  }
  Result<std::vector<TopicConfigs>> topic_configs(std::span<const std::string> topics, Deadline) override {
    const std::lock_guard lock(cluster_.mutex);
    std::vector<TopicConfigs> all;
    for (const std::string& name : topics) {
      TopicConfigs& configs = all.emplace_back();
      configs.topic = name;
      for (const auto& [key, value] : cluster_.topics.at(name).configs) {
        configs.entries.push_back({key, value, "DYNAMIC_TOPIC_CONFIG", false});
      }
    }
    return all;
  }
  Result<std::vector<std::vector<ActiveProducer>>> producers(std::span<const TopicPartition> partitions,
                                                             Deadline) override {
    const std::lock_guard lock(cluster_.mutex);
    std::vector<std::vector<ActiveProducer>> all;
    for (const TopicPartition& one : partitions) {
      all.push_back(cluster_.at(one.topic, one.partition).producers);
    }
    return all;
  }
  Result<std::vector<GroupFacts>> groups(Deadline) override { return cluster_.groups; }
  Result<std::unique_ptr<LogFetcher>> open_fetcher(std::int32_t broker, Deadline) override {
    if (cluster_.open_error) {
      const std::lock_guard lock(cluster_.mutex);
      ARKIVE_TRY(cluster_.open_error(broker));
    }
    return std::make_unique<ScriptedFetcher>(cluster_, broker);
  }

 private:
  ScriptedCluster& cluster_;
};

}  // namespace arkive::kafka::test
