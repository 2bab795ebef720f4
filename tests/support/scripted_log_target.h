/// A cluster in memory, as LogTarget: brokers tell producers apart as Kafka's do, and misbehave as a test
/// says. What they hold is a ScriptedCluster, and is read through its ScriptedLogSource.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/log_target.h"
#include "tests/support/scripted_log_source.h"

namespace arkive::kafka::test {

/// What becomes of one batch, or of the connection with it.
enum class Fault {
  kNone,
  kLost,            ///< the connection, before the batch is appended
  kLostAfter,       ///< the connection, when it has been
  kMoved,           ///< another leader from now on
  kTryAgain,        ///< not appended
  kTryAgainAfter,   ///< appended, and an error all the same
  kForgotten,       ///< the brokers know nothing of its producer any more
  kDies,            ///< the broker, before the batch is appended; when it is back it knows no producer
  kDiesAfter,       ///< the same, when it has been
  kSomebodyWrites,  ///< another producer's record comes first
  kTooLarge,
  kDenied
};

struct ScriptedBrokers {
  explicit ScriptedBrokers(ScriptedCluster& logs) : cluster(logs) {}

  ScriptedCluster& cluster;
  /// Called for each batch, with its number from 1; guarded by the cluster's mutex.
  std::function<Fault(int batch, const TopicPartition&)> fault;
  /// Called with each batch that is appended, as it was sent, before it is answered.
  std::function<void(const TopicPartition&, Bytes)> on_append;
  /// How long the broker rests (KIP-219) after the answer to the request whose last batch has this number;
  /// none: never.
  std::function<std::chrono::milliseconds(std::int32_t broker, int batch)> throttle;
  int impatient = 0;                 ///< calls on a connection whose broker rests
  std::size_t most_after_pause = 0;  ///< unanswered requests of a connection whose broker ever rested
  bool forgets_loudly = true;        ///< UNKNOWN_PRODUCER_ID, as brokers before 2.5
  std::int64_t next_producer = 4000;
  int batches = 0;
  int appended = 0;
  int duplicates = 0;
  int changes = 0;  ///< calls that change the cluster

  struct Remembered {
    std::int32_t first = 0;
    std::int32_t last = 0;
    std::int64_t offset = 0;
  };
  struct Producer {
    std::int16_t epoch = -1;
    std::deque<Remembered> last;  ///< five at most
    bool was_forgotten = false;
  };
  std::map<std::pair<TopicPartition, std::int64_t>, Producer> producers;

  AppendGot append(const TopicPartition& name, Bytes bytes) {
    const auto answer = [](AppendGot::State state, const char* error) {
      AppendGot got;
      got.state = state;
      got.error = error;
      return got;
    };
    LogEntry batch;
    if (read_entry(bytes, batch) != EntryState::kWhole || batch.bytes.size() != bytes.size() ||
        !check_crc(batch) || batch.magic != 2 || batch.first_offset != 0 || batch.control ||
        batch.transactional || batch.delete_horizon || batch.log_append_time || batch.record_count == 0 ||
        batch.record_count != batch.last_offset + 1) {
      return answer(AppendGot::State::kRefused, "INVALID_RECORD");
    }
    ScriptedPartition& log = cluster.at(name.topic, name.partition);
    Producer& producer = producers[{name, batch.producer_id}];
    if (producer.was_forgotten && forgets_loudly && batch.base_sequence != 0) {
      return answer(AppendGot::State::kUnknownProducer, "UNKNOWN_PRODUCER_ID");
    }
    if (producer.epoch > batch.producer_epoch) {
      return answer(AppendGot::State::kFenced, "INVALID_PRODUCER_EPOCH");
    }
    producer.epoch = batch.producer_epoch;
    for (const Remembered& one : producer.last) {
      if (one.first == batch.base_sequence && one.last == batch.base_sequence + batch.record_count - 1) {
        ++duplicates;
        AppendGot got;
        got.base_offset = one.offset;
        return got;
      }
    }
    if (!producer.last.empty() && producer.last.back().last + 1 != batch.base_sequence) {
      if (batch.base_sequence <= producer.last.back().last)
        return answer(AppendGot::State::kDuplicate, "DUPLICATE_SEQUENCE_NUMBER");
      return answer(AppendGot::State::kOutOfOrder, "OUT_OF_ORDER_SEQUENCE_NUMBER");
    }
    producer.was_forgotten = false;
    const std::int64_t offset = log.end();
    std::string stored(bytes);
    std::string base;
    append_big_endian(base, offset);
    stored.replace(0, base.size(), base);
    log.entries.push_back({offset, offset + batch.record_count - 1, std::move(stored)});
    producer.last.push_back({batch.base_sequence, batch.base_sequence + batch.record_count - 1, offset});
    if (producer.last.size() > 5) producer.last.pop_front();
    ++appended;
    if (on_append) on_append(name, bytes);
    AppendGot got;
    got.base_offset = offset;
    return got;
  }
};

class ScriptedAppender final : public LogAppender {
 public:
  ScriptedAppender(ScriptedBrokers& brokers, std::int32_t broker) : brokers_(brokers), broker_(broker) {}

  Status send(std::span<const AppendWant> wants, Deadline) override {
    const std::lock_guard lock(brokers_.cluster.mutex);
    if (lost_) return lost();
    count_impatience();
    std::vector<AppendGot>& answers = answers_.emplace_back();
    for (const AppendWant& want : wants) answers.push_back(answer(want));
    pauses_.push_back(brokers_.throttle ? brokers_.throttle(broker_, brokers_.batches) : kNoPause);
    if (rests_until_ != SteadyClock::time_point()) {
      brokers_.most_after_pause = std::max(brokers_.most_after_pause, answers_.size());
    }
    return lost_ && answers_.size() == 1 ? lost() : ok();
  }
  Result<std::span<const AppendGot>> receive(Deadline) override {
    const std::lock_guard lock(brokers_.cluster.mutex);
    if (lost_ || answers_.empty()) return fail(lost().error());
    count_impatience();
    got_ = std::move(answers_.front());
    answers_.pop_front();
    throttled_ = pauses_.front();
    pauses_.pop_front();
    if (throttled_ > kNoPause) rests_until_ = SteadyClock::now() + throttled_;
    return std::span<const AppendGot>(got_);
  }
  std::size_t unanswered() const override { return answers_.size(); }
  std::chrono::milliseconds throttled() const override { return throttled_; }
  SteadyClock::time_point rests_until() const override { return rests_until_; }

 private:
  static constexpr std::chrono::milliseconds kNoPause{0};
  void count_impatience() {
    if (SteadyClock::now() < rests_until_) ++brokers_.impatient;
  }
  static Status lost() { return fail(Outcome::kRetry, "append to broker: connection reset"); }

  AppendGot answer(const AppendWant& want) {
    using State = AppendGot::State;
    ++brokers_.batches;
    ++brokers_.changes;
    AppendGot got;
    got.error = "scripted";
    ScriptedPartition& log = brokers_.cluster.at(want.partition.topic, want.partition.partition);
    const Fault fault = brokers_.fault ? brokers_.fault(brokers_.batches, want.partition) : Fault::kNone;
    if (fault == Fault::kMoved) log.leader = 1 + log.leader % 3;
    if (fault == Fault::kDies) forget(want.partition);
    if (lost_ || fault == Fault::kLost || fault == Fault::kDies) {
      lost_ = true;
      got.state = State::kTryAgain;
      return got;
    }
    if (log.leader != broker_) {
      got.state = State::kMoved;
      return got;
    }
    switch (fault) {
      case Fault::kTryAgain:
        got.state = State::kTryAgain;
        return got;
      case Fault::kTooLarge:
        got.state = State::kTooLarge;
        return got;
      case Fault::kDenied:
        got.state = State::kDenied;
        return got;
      case Fault::kForgotten:
        forget(want.partition);
        break;
      case Fault::kSomebodyWrites:
        log.append(1);
        break;
      default:
        break;
    }
    got = brokers_.append(want.partition, want.batch);
    if (fault == Fault::kDiesAfter) forget(want.partition);
    if (fault == Fault::kLostAfter || fault == Fault::kDiesAfter) lost_ = true;
    if (fault == Fault::kTryAgainAfter) {
      got = {};
      got.state = State::kTryAgain;
      got.error = "REQUEST_TIMED_OUT";
    }
    return got;
  }

  void forget(const TopicPartition& partition) {
    for (auto& [name, producer] : brokers_.producers) {
      if (name.first == partition) producer = {-1, {}, true};
    }
  }

  ScriptedBrokers& brokers_;
  const std::int32_t broker_;
  bool lost_ = false;
  std::deque<std::vector<AppendGot>> answers_;
  std::deque<std::chrono::milliseconds> pauses_;  // as many
  std::chrono::milliseconds throttled_{0};
  SteadyClock::time_point rests_until_{};
  std::vector<AppendGot> got_;
};

class ScriptedLogTarget final : public LogTarget {
 public:
  explicit ScriptedLogTarget(ScriptedBrokers& brokers) : brokers_(brokers) {}
  std::string_view name() const override { return "scripted"; }
  Result<ProducerIdentity> new_producer(Deadline) override {
    const std::lock_guard lock(brokers_.cluster.mutex);
    return ProducerIdentity{brokers_.next_producer++, 0};
  }
  Result<std::unique_ptr<LogAppender>> open_appender(std::int32_t broker, Deadline) override {
    return std::make_unique<ScriptedAppender>(brokers_, broker);
  }
  Result<std::vector<ItemAnswer>> commit(const std::string&, std::span<const CommittedOffset>,
                                         Deadline) override {
    return fail(Outcome::kUsage, "commit: not scripted");
  }

 private:
  ScriptedBrokers& brokers_;
};

}  // namespace arkive::kafka::test
