/// WireLogAppender: batches appended to the partitions of one broker. Internal to kafka/wire.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "kafka/log_target.h"
#include "kafka/wire/connection.h"
#include "kafka/wire/messages/produce.h"

namespace arkive::kafka::wire {

class WireLogAppender : public LogAppender {
 public:
  /// Whether the cluster has this partition, asked again and again until it has or `patience` passes.
  using IsThere =
      std::function<Result<bool>(const TopicPartition& partition, Deadline patience, Deadline deadline)>;

  /// `request_timeout`: how long an answer may take, and the leader wait for its followers.
  WireLogAppender(std::unique_ptr<Connection> connection, IsThere is_there,
                  std::chrono::milliseconds request_timeout)
      : connection_(std::move(connection)),
        is_there_(std::move(is_there)),
        request_timeout_(request_timeout) {}

  Status send(std::span<const AppendWant> wants, Deadline deadline) override;
  Result<std::span<const AppendGot>> receive(Deadline deadline) override;
  std::size_t unanswered() const override { return sent_.size(); }
  std::chrono::milliseconds throttled() const override { return throttled_; }
  SteadyClock::time_point rests_until() const override { return connection_->rests_until(); }

 private:
  Status take_answer(std::span<const TopicPartition> asked, const Produced& produced);
  Status look_closer(std::span<const TopicPartition> asked, Deadline deadline);

  std::unique_ptr<Connection> connection_;
  IsThere is_there_;
  std::chrono::milliseconds request_timeout_;
  std::deque<std::vector<TopicPartition>> sent_;  // what each request that is not answered asked for
  std::vector<AppendGot> got_;
  std::chrono::milliseconds throttled_{0};
};

}  // namespace arkive::kafka::wire
