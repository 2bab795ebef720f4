/// LogTarget: a live Kafka cluster as restores write it: batches appended, offsets of groups committed. What
/// is to be known of it is read through a LogSource of the same cluster. Kinds: `wire` (our own protocol
/// client: whole batches) and `librdkafka` (what only librdkafka can authenticate to; it re-encodes). One
/// contract suite runs over both (tests/kafka/log_target).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/log_source.h"
#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// Who appends, as brokers tell producers apart (KIP-98). A broker takes sequence numbers of one identity in
/// one partition in their order only, and answers one of the last five batches sent again with the offset it
/// got the first time (older ones with kOutOfOrder): so at most five may be unanswered.
///
/// Only while it remembers the identity. It forgets one whose newest batch, by its records' timestamps, is
/// older than producer.id.expiration.ms (a day): every ten minutes, and when it starts. From 2.5 on it then
/// takes any sequence number (KIP-360), and the same batch once more: after trouble, look at the log first.
struct ProducerIdentity {
  static constexpr int kMostUnanswered = 5;  ///< batches a partition
  std::int64_t id = -1;
  std::int16_t epoch = -1;
  bool operator==(const ProducerIdentity&) const = default;
};

/// One batch of magic 2 for one partition. Base offset 0, as many records as offsets, not a control batch,
/// not transactional, no delete horizon; producer id, epoch and base sequence of the caller's identity, and a
/// CRC that fits (batch_rewrite.h of kafka/log makes all that). Brokers refuse others.
struct AppendWant {
  TopicPartition partition;
  Bytes batch;  ///< the caller's, until its answer has come
};

struct AppendGot {
  enum class State : std::uint8_t {
    kAppended,         ///< or had been before: see base_offset
    kDuplicate,        ///< had been appended before, and the broker no longer knows where
    kMoved,            ///< another leader: look again and send it there
    kTryAgain,         ///< not enough replicas in sync, a timeout, a broker that loads: send the same again
    kOutOfOrder,       ///< another sequence number is expected (OUT_OF_ORDER_SEQUENCE_NUMBER)
    kUnknownProducer,  ///< the broker has forgotten this identity
    kFenced,           ///< somebody else writes under this id with a higher epoch
    kGone,             ///< the topic or partition does not exist
    kDenied,
    kTooLarge,  ///< above max.message.bytes
    kRefused    ///< the broker does not take such a batch: see `error`
  };
  State state = State::kAppended;
  std::string error;              ///< "NOT_ENOUGH_REPLICAS", with the broker's own words where it has some
  std::int64_t base_offset = -1;  ///< of its first record; kAppended
  std::int64_t log_start = -1;    ///< -1: not told
};

/// Appends to partitions that one broker leads, over one connection of its own. One thread at a time. All
/// replicas in sync acknowledge (acks=all).
class LogAppender {
 public:
  virtual ~LogAppender() = default;
  /// Sends one request, with one batch of each partition at most, without waiting for its answer. Waits out
  /// throttle times. kRetry: the connection is lost, and with it what is not answered: it may be appended or
  /// not; make a new appender and send the same batches again.
  virtual Status send(std::span<const AppendWant> wants, Deadline deadline) = 0;
  /// The answers to the oldest request that is not answered, in the order of its wants; valid until the next
  /// call. kRetry as above, kCorrupt.
  virtual Result<std::span<const AppendGot>> receive(Deadline deadline) = 0;
  /// Requests that are not answered.
  virtual std::size_t unanswered() const = 0;
  /// How long a quota of the cluster holds the producer back for the request whose answer was received last
  /// (throttle_time_ms); zero: not at all.
  virtual std::chrono::milliseconds throttled() const { return {}; }
  /// Until when the broker neither reads nor answers on this connection because of that (KIP-219). send()
  /// waits it out; who has something else to do sends and receives later. The past: it does.
  virtual SteadyClock::time_point rests_until() const { return {}; }
};

/// What became of one of several things that were asked for.
struct ItemAnswer {
  std::string error;  ///< empty: done; else "GROUP_AUTHORIZATION_FAILED: ..."
  Outcome outcome = Outcome::kFail;
};

/// Any thread; each call waits up to its deadline through leader moves and broker restarts. Errors as those
/// of LogSource.
class LogTarget {
 public:
  virtual ~LogTarget() = default;
  /// "wire" or "librdkafka".
  virtual std::string_view name() const = 0;
  /// Batches are appended as they are given (their codec, their bounds, their identity), so that the log says
  /// which have arrived, and the same batch sent again is not appended twice while brokers remember who sent
  /// it. Otherwise they are taken apart into
  /// records, identity and sequence are librdkafka's own, and only what one appender sends again is told
  /// apart.
  virtual bool exact() const { return true; }
  /// A new identity: no other producer of the cluster has its id.
  virtual Result<ProducerIdentity> new_producer(Deadline deadline) = 0;
  virtual Result<std::unique_ptr<LogAppender>> open_appender(std::int32_t broker, Deadline deadline) = 0;
  /// Commits `offsets` of `group`, which must have no members (UNKNOWN_MEMBER_ID otherwise, in each answer).
  /// Answers in the order of `offsets`. Leader epochs and metadata are kept where the kind can.
  virtual Result<std::vector<ItemAnswer>> commit(const std::string& group,
                                                 std::span<const CommittedOffset> offsets,
                                                 Deadline deadline) = 0;
};

}  // namespace arkive::kafka
