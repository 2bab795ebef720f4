/// LogSource: a live Kafka cluster as the archiver sees it: topics, offsets, groups and the bytes of its
/// logs. Kinds: `wire` (our own protocol client: exact bytes) and `librdkafka` (what only librdkafka can
/// authenticate to; it re-encodes). One contract suite runs over both.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::kafka {

/// A topic's id (KIP-516), 16 bytes as they are on the wire; all zero: the cluster has none (before 2.8).
struct TopicId {
  std::array<unsigned char, 16> bytes{};
  bool is_zero() const;
  /// As Kafka writes it: base64 without padding, URL alphabet ("kBjE2EKdQfKjHbdcHDVvuA"); empty when zero.
  std::string text() const;
  /// kCorrupt when `text` is neither empty nor such a text.
  static Result<TopicId> from_text(std::string_view text);
  bool operator==(const TopicId&) const = default;
};

struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;
  auto operator<=>(const TopicPartition&) const = default;
  std::string text() const;  ///< "orders-0"
};

struct BrokerFacts {
  std::int32_t id = 0;
  std::string host;
  std::uint16_t port = 0;
  std::string rack;
};

struct ClusterFacts {
  std::string cluster_id;
  std::int32_t controller = -1;  ///< -1: not known
  std::vector<BrokerFacts> brokers;
};

struct PartitionFacts {
  std::int32_t partition = 0;
  std::int32_t leader = -1;  ///< broker id; -1: none
  std::int32_t leader_epoch = -1;
  std::vector<std::int32_t> replicas;
  std::vector<std::int32_t> in_sync_replicas;
};

struct TopicFacts {
  std::string name;
  TopicId id;
  bool internal = false;
  std::vector<PartitionFacts> partitions;  ///< ascending
  /// Why it cannot be read ("TOPIC_AUTHORIZATION_FAILED: not authorised to describe it"); empty: it can.
  std::string error;
};

/// Offsets of a partition at one moment. `error` as in TopicFacts.
struct PartitionOffsets {
  std::int64_t log_start = 0;
  std::int64_t high_watermark = 0;
  std::int64_t last_stable_offset = 0;
  std::string error;
};

struct ConfigEntry {
  std::string name;
  std::optional<std::string> value;  ///< none: sensitive
  std::string source;                ///< "DYNAMIC_TOPIC_CONFIG", "DEFAULT_CONFIG", ...
  bool sensitive = false;
};

/// Nothing: there is no such setting, or its value is no whole number.
std::optional<std::int64_t> number_of(std::span<const ConfigEntry> settings, std::string_view name);

struct TopicConfigs {
  std::string topic;
  std::vector<ConfigEntry> entries;  ///< ascending by name; defaults included
  std::string error;
};

struct CommittedOffset {
  TopicPartition partition;
  std::int64_t offset = 0;
  std::int32_t leader_epoch = -1;  ///< -1: none
  std::optional<std::string> metadata;
};

struct GroupFacts {
  std::string name;
  std::string state;     ///< "Stable", "Empty", ...
  std::string protocol;  ///< protocol type: "consumer", "connect", ""
  std::int32_t members = 0;
  std::int32_t coordinator = -1;
  std::vector<CommittedOffset> offsets;  ///< ascending
  std::string error;
};

/// A leader epoch and an offset: where it begins, or, as the answer of end_of_epoch(), where it ends.
struct LeaderEpochStart {
  std::int32_t epoch = 0;
  std::int64_t start_offset = 0;
  bool operator==(const LeaderEpochStart&) const = default;
};

struct AbortedTransaction {
  std::int64_t producer_id = 0;
  std::int64_t first_offset = 0;
  bool operator==(const AbortedTransaction&) const = default;
};

/// A producer that a broker remembers in a partition.
struct ActiveProducer {
  std::int64_t id = 0;
  std::int32_t epoch = 0;
  std::int32_t coordinator_epoch = -1;   ///< of the last marker; -1: none yet
  UnixMilliseconds last_timestamp = -1;  ///< of its last batch; -1: none
  std::int64_t transaction_start = -1;   ///< first offset of its open transaction; -1: none
};

/// The disks of a broker.
struct BrokerSpace {
  std::int32_t broker = 0;
  std::uint64_t total = 0;   ///< bytes, of the file systems of all its log directories
  std::uint64_t usable = 0;  ///< bytes that are free there
};

/// What a fetch asks of one partition.
struct FetchWant {
  TopicPartition partition;
  TopicId topic_id;
  std::int64_t offset = 0;
  /// The epoch the caller knows (-1: none): the broker refuses when it knows another leader.
  std::int32_t leader_epoch = -1;
};

struct FetchGot {
  enum class State : std::uint8_t {
    kRead,
    kOffsetOutOfRange,  ///< see log_start, high_watermark
    kMoved,             ///< another leader, or a broker that is not ready: look again and go there
    kGone,              ///< the topic was deleted, or is another one by now
    kDenied,
    kFailed  ///< see `error`
  };
  State state = State::kRead;
  std::string error;  ///< "NOT_LEADER_OR_FOLLOWER", ... when not kRead
  std::int64_t high_watermark = -1;
  std::int64_t last_stable_offset = -1;
  std::int64_t log_start = -1;
  /// As the broker sent them: whole record batches (or older messages) and perhaps a last one cut short. The
  /// first may begin before the offset asked for. Valid until the next fetch() of this LogFetcher.
  Bytes records;
  std::vector<AbortedTransaction> aborted;  ///< when FetchLimits::committed_only
  /// Of a source that is not exact(): where the next fetch goes on, which may be behind what `records` hold:
  /// there is nothing to be had in between. -1: the batches tell.
  std::int64_t next_offset = -1;
};

struct FetchLimits {
  std::int32_t most_bytes = 32 << 20;                ///< of one answer; a first batch may go beyond
  std::int32_t most_bytes_per_partition = 32 << 20;  ///< as above
  std::chrono::milliseconds most_wait{500};          ///< how long the broker may wait for min_bytes
  std::int32_t min_bytes = 1;
  /// Up to the last stable offset with the list of aborted transactions (isolation level read_committed; all
  /// bytes come all the same); otherwise up to the high watermark without it.
  bool committed_only = true;
};

/// Fetches from one broker over one connection of its own. One thread at a time.
class LogFetcher {
 public:
  virtual ~LogFetcher() = default;
  /// The answers in the order of `wants`. Waits out throttle times. Errors: kRetry (connection lost: make a
  /// new fetcher), kCorrupt (an answer that is none).
  virtual Result<std::span<const FetchGot>> fetch(std::span<const FetchWant> wants, const FetchLimits& limits,
                                                  Deadline deadline) = 0;
};

/// Any thread; each call may wait up to its deadline through leader moves and broker restarts. Errors of all:
/// kRetry (no broker reachable in time), kDenied (authentication; cluster-wide authorisation), kCorrupt,
/// kInterrupted. What concerns one topic, partition or group only stands in its `error`.
class LogSource {
 public:
  virtual ~LogSource() = default;
  /// "wire" or "librdkafka": whether segments hold the broker's own bytes.
  virtual std::string_view name() const = 0;
  /// Fetches give the broker's own bytes, all of them. Otherwise committed records only (whatever
  /// FetchLimits::committed_only says), in batches made anew that hold no offset without a record, so that
  /// transaction markers, aborted records and what compaction took lie between batches.
  virtual bool exact() const { return true; }
  virtual Result<ClusterFacts> cluster(Deadline deadline) = 0;
  /// All topics, ascending by name.
  virtual Result<std::vector<TopicFacts>> topics(Deadline deadline) = 0;
  /// In the order of `partitions`; brokers are asked at the same time, so that the answers lie close
  /// together.
  virtual Result<std::vector<PartitionOffsets>> offsets(std::span<const TopicPartition> partitions,
                                                        Deadline deadline) = 0;
  /// The offset of the first record at or after `time`; -1: none. In the order of `partitions`.
  virtual Result<std::vector<std::int64_t>> offsets_at(std::span<const TopicPartition> partitions,
                                                       UnixMilliseconds time, Deadline deadline) = 0;
  /// The end offset of the largest epoch that is at most `epoch`, as the leader knows it: {epoch, end}.
  /// Nothing when it knows none.
  virtual Result<std::optional<LeaderEpochStart>> end_of_epoch(const TopicPartition& partition,
                                                               std::int32_t epoch, Deadline deadline) = 0;
  virtual Result<std::vector<TopicConfigs>> topic_configs(std::span<const std::string> topics,
                                                          Deadline deadline) = 0;
  /// Who writes to each of `partitions` and in which transaction, in their order; nothing of those that
  /// cannot tell (brokers before 2.8).
  virtual Result<std::vector<std::vector<ActiveProducer>>> producers(
      std::span<const TopicPartition> partitions, Deadline) {
    return std::vector<std::vector<ActiveProducer>>(partitions.size());
  }
  /// Of each of `topics`, in their order, whether this user may write to it; nothing where the cluster does
  /// not tell (brokers before 2.3).
  virtual Result<std::vector<std::optional<bool>>> may_write(std::span<const std::string> topics, Deadline) {
    return std::vector<std::optional<bool>>(topics.size());
  }
  /// Of those brokers that tell (3.3 and later, and only to users who may describe the cluster).
  virtual Result<std::vector<BrokerSpace>> free_space(Deadline) { return std::vector<BrokerSpace>(); }
  /// All groups of all coordinators, with their committed offsets, ascending by name.
  virtual Result<std::vector<GroupFacts>> groups(Deadline deadline) = 0;
  virtual Result<std::unique_ptr<LogFetcher>> open_fetcher(std::int32_t broker, Deadline deadline) = 0;
};

}  // namespace arkive::kafka
