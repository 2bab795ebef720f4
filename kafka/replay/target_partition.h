/// TargetPartition: the batches on their way to one partition of the target, in their order, and what is
/// known of those that stand there.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "kafka/log_target.h"
#include "kafka/replay/journal.h"
#include "kafka/replay/outgoing_batch.h"
#include "kafka/replay/replay_plan.h"
#include "kafka/replay/target_look.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/core/retry.h"

namespace arkive::kafka {

/// One thread at a time. Writes what it learns to the journal.
///
/// A batch that is not taken holds all behind it: nothing more is sent, the answers to those under way are
/// waited for and not believed (a broker takes them in their order only), then the partition's log is looked
/// at, and what has not arrived is sent again. Without the look a batch could come twice: a broker that
/// starts anew has forgotten producers whose records are older than a day (producer.id.expiration.ms, by the
/// records' own timestamps; ProducerStateManager.java, loadFromSnapshot), and takes any sequence number of a
/// producer it does not know (2.5 and later).
class TargetPartition {
 public:
  /// What has to be done before more can be sent.
  enum class Need : std::uint8_t {
    kNothing,
    kLook,        ///< at its log: what has arrived is not known
    kNewProducer  ///< the brokers have forgotten this one; look first
  };

  TargetPartition(const PlannedTopic& topic, std::int32_t partition, const ProducerIdentity& producer,
                  const PartitionProgress& progress, Journal& journal, bool exact);

  const TopicPartition& name() const { return name_; }
  Need need() const { return need_; }
  bool failed() const { return !error_.empty(); }
  const std::string& error() const { return error_; }
  /// The Outcome of error().
  Outcome outcome() const { return outcome_; }
  void fail_with(Outcome outcome, std::string error);

  /// Behind those before. One that is known to stand there already goes to the journal at once.
  void push(OutgoingBatch batch);
  std::size_t queued() const { return queue_.size(); }
  std::size_t queued_bytes() const { return queued_bytes_; }
  std::size_t under_way() const { return sent_; }

  /// The next one to be sent; null: nothing may be sent now.
  const OutgoingBatch* to_send(SteadyClock::time_point now) const;
  void was_sent() { ++sent_; }
  /// The answer to the oldest one under way. Returns the records that stand there since.
  std::int64_t take(const AppendGot& got);
  /// The connection is lost, and with it the answers. Ends a target that is not exact, for what was under
  /// way, sent again, may be there twice.
  void lost(const std::string& why);
  /// No connection could be had; nothing was sent.
  void cannot_send(const Error& why);

  /// Its log could not be looked at.
  void cannot_look(const Error& why);

  LookWant look_want() const;
  void take_look(const TargetLook& look);
  void take_producer(const ProducerIdentity& producer);
  /// Nothing is under way, and the time to try again has come.
  bool may_act(SteadyClock::time_point now) const { return sent_ == 0 && now >= not_before_; }
  /// When the partition first refused what it still refuses; none: it does not.
  bool in_trouble_since(SteadyClock::time_point moment) const { return troubled_ && trouble_ <= moment; }
  const std::string& last_trouble() const { return last_trouble_; }

 private:
  /// Its producer's identity and sequence number into its header.
  void sign(OutgoingBatch& batch) const;
  void trouble(std::string what);
  /// The same with batches that may have arrived.
  void trouble_under_way(std::string what);
  void settle();
  /// True when all of `batch` is known to stand there.
  bool is_there(const OutgoingBatch& batch);
  void stands(const OutgoingBatch& batch, std::int64_t offset);

  const bool by_key_;
  const bool exact_;  // LogTarget::exact()
  const TopicPartition name_;
  Journal& journal_;
  ProducerIdentity producer_;
  std::int64_t producer_from_ = 0;

  std::int64_t next_number_ = 0;  // of the next batch that is pushed
  std::int64_t arrived_ = 0;      // records that stand there
  std::int64_t target_next_ = 0;  // behind the last of them
  std::deque<FoundBatch> found_;  // by a look, from record arrived_ on

  std::deque<OutgoingBatch> queue_;
  std::size_t queued_bytes_ = 0;
  std::size_t sent_ = 0;  // of the first ones in queue_, answers to come
  bool draining_ = false;
  bool is_known_ = false;  // the broker has taken a batch of this producer, since the last trouble
  bool troubled_ = false;
  SteadyClock::time_point trouble_{};
  SteadyClock::time_point not_before_{};
  Need need_ = Need::kNothing;
  int refusals_ = 0;
  std::string last_trouble_;
  std::string error_;
  Outcome outcome_ = Outcome::kFail;
};

}  // namespace arkive::kafka
