#include "kafka/replay/target_partition.h"

#include <algorithm>

#include "kafka/log/batch_rewrite.h"

namespace arkive::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{20};
constexpr milliseconds kLongestPause{2000};

}  // namespace

TargetPartition::TargetPartition(const PlannedTopic& topic, std::int32_t partition,
                                 const ProducerIdentity& producer, const PartitionProgress& progress,
                                 Journal& journal, bool exact)
    : by_key_(topic.by_key),
      exact_(exact),
      name_{topic.target, partition},
      journal_(journal),
      producer_(producer) {
  if (progress.producer.id >= 0) {
    producer_ = progress.producer;
    producer_from_ = progress.producer_from;
  }
  next_number_ = arrived_ = progress.records;
  target_next_ = topic.begin.at(static_cast<std::size_t>(partition));
  if (progress.next_offset >= 0) target_next_ = progress.next_offset;
  // The batches of a topic that is spread by key are made anew from the first one on.
  if (by_key_) next_number_ = 0;
}

void TargetPartition::fail_with(Outcome outcome, std::string error) {
  if (failed()) return;
  outcome_ = outcome;
  error_ = std::move(error);
}

void TargetPartition::push(OutgoingBatch batch) {
  batch.number = next_number_;
  next_number_ += batch.records;
  if (queue_.empty() && is_there(batch)) return;
  sign(batch);
  queued_bytes_ += batch.size;
  queue_.push_back(std::move(batch));
}

void TargetPartition::sign(OutgoingBatch& batch) const {
  as_producers_batch({batch.data, batch.size}, producer_, sequence_after(batch.number - producer_from_));
}

bool TargetPartition::is_there(const OutgoingBatch& batch) {
  const std::int64_t end = batch.number + batch.records;
  if (end <= arrived_) return true;
  if (found_.empty()) return false;
  const FoundBatch& first = found_.front();
  if (first.number != batch.number || first.records != batch.records) {
    fail_with(Outcome::kConflict, "go on with '" + name_.text() + "': the target holds a batch of " +
                                      std::to_string(first.records) + " records from record " +
                                      std::to_string(first.number) + " on, this arkive makes one of " +
                                      std::to_string(batch.records) + " from record " +
                                      std::to_string(batch.number) + " on");
    return false;
  }
  stands(batch, first.offset);
  found_.pop_front();
  return true;
}

void TargetPartition::stands(const OutgoingBatch& batch, std::int64_t offset) {
  if (offset > target_next_) {
    journal_.add_foreign(name_.topic, name_.partition, {target_next_, offset - target_next_});
  }
  arrived_ = batch.number + batch.records;
  std::int64_t target = offset;
  for (const SourceRun& run : batch.runs) {
    journal_.add_run(name_.topic, name_.partition, {run.source, target, run.count});
    target += run.count;
  }
  target_next_ = offset + batch.records;
  if (by_key_) {
    journal_.set_sent(name_.topic, name_.partition, arrived_, target_next_);
  } else {
    journal_.set_left(name_.topic, name_.partition, batch.left);
  }
}

const OutgoingBatch* TargetPartition::to_send(SteadyClock::time_point now) const {
  if (failed() || draining_ || need_ != Need::kNothing || now < not_before_) return nullptr;
  if (sent_ >= static_cast<std::size_t>(ProducerIdentity::kMostUnanswered)) return nullptr;
  // After trouble one goes ahead alone; and the first one, too: of a producer they do not know brokers take
  // any sequence number, so that a second batch could get in where the first one was refused.
  if ((troubled_ || !is_known_) && sent_ > 0) return nullptr;
  return sent_ < queue_.size() ? &queue_[sent_] : nullptr;
}

void TargetPartition::trouble(std::string what) {
  last_trouble_ = std::move(what);
  const auto now = SteadyClock::now();
  if (!troubled_) {
    troubled_ = true;
    trouble_ = now;
  }
  draining_ = true;
  not_before_ = now + std::min(kFirstPause * (1 << std::min(refusals_, 10)), kLongestPause);
  ++refusals_;
}

void TargetPartition::trouble_under_way(std::string what) {
  trouble(std::move(what));
  is_known_ = false;  // it may be another broker, or one that has forgotten it
  if (exact_ && need_ == Need::kNothing) need_ = Need::kLook;
}

void TargetPartition::settle() {
  if (sent_ == 0) draining_ = false;
}

std::int64_t TargetPartition::take(const AppendGot& got) {
  using State = AppendGot::State;
  --sent_;
  if (failed() || draining_) {
    settle();
    return 0;
  }
  switch (got.state) {
    case State::kAppended: {
      if (got.base_offset < target_next_) {
        fail_with(Outcome::kCorrupt, "replay into '" + name_.text() + "': the broker appended at offset " +
                                         std::to_string(got.base_offset) + ", before offset " +
                                         std::to_string(target_next_) +
                                         " where what it had acknowledged ends");
        return 0;
      }
      const OutgoingBatch& batch = queue_.front();
      const std::int64_t records = batch.records;
      stands(batch, got.base_offset);
      queued_bytes_ -= batch.size;
      queue_.pop_front();
      troubled_ = false;
      is_known_ = true;
      refusals_ = 0;
      return records;
    }
    case State::kMoved:
    case State::kTryAgain:
    case State::kDuplicate:
    case State::kOutOfOrder:
      trouble_under_way(got.error);
      break;
    case State::kUnknownProducer:
      trouble(got.error);
      need_ = Need::kNewProducer;
      break;
    case State::kFenced:
      fail_with(Outcome::kConflict, "replay into '" + name_.text() + "': " + got.error +
                                        ": somebody else writes under this restore's producer id");
      break;
    case State::kGone:
      fail_with(Outcome::kNotFound, "replay into '" + name_.text() + "': " + got.error);
      break;
    case State::kDenied:
      fail_with(Outcome::kDenied, "replay into '" + name_.text() + "': " + got.error);
      break;
    case State::kTooLarge:
    case State::kRefused: {
      const OutgoingBatch& batch = queue_.front();
      const std::string which =
          batch.runs.empty()
              ? std::string("a batch")
              : "the batch from offset " + std::to_string(batch.runs.front().source) + " of the archive on";
      fail_with(Outcome::kFail, "replay into '" + name_.text() + "': " + which + " (" +
                                    human_size(batch.size) + "): " + got.error);
      break;
    }
  }
  settle();
  return 0;
}

void TargetPartition::lost(const std::string& why) {
  if (sent_ == 0) return;
  sent_ = 0;
  if (!exact_) {
    fail_with(Outcome::kRetry, "replay into '" + name_.text() + "': " + why +
                                   "; whether what was under way has arrived is not known: the same command "
                                   "looks, and goes on when it has not");
  }
  trouble_under_way(why);
  settle();
}

void TargetPartition::cannot_look(const Error& why) {
  if (why.outcome != Outcome::kRetry) return fail_with(why.outcome, why.what);
  trouble(why.what);
  settle();
}

void TargetPartition::cannot_send(const Error& why) {
  if (why.outcome == Outcome::kDenied) return fail_with(why.outcome, why.what);
  if (sent_ > 0) return;
  trouble(why.what);
  settle();
}

LookWant TargetPartition::look_want() const {
  return {name_, target_next_, arrived_, producer_, producer_from_};
}

void TargetPartition::take_look(const TargetLook& look) {
  found_.assign(look.found.begin(), look.found.end());
  const std::size_t before = queue_.size();
  while (!queue_.empty() && !failed() && is_there(queue_.front())) {
    queued_bytes_ -= queue_.front().size;
    queue_.pop_front();
  }
  if (queue_.size() < before) {
    troubled_ = false;
    refusals_ = 0;
  }
  if (need_ == Need::kLook) need_ = Need::kNothing;
}

void TargetPartition::take_producer(const ProducerIdentity& producer) {
  producer_ = producer;
  producer_from_ = arrived_;
  is_known_ = false;
  journal_.add_producer(name_.topic, name_.partition, producer, producer_from_);
  for (OutgoingBatch& batch : queue_) sign(batch);
  need_ = Need::kNothing;
}

}  // namespace arkive::kafka
