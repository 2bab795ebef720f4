/// ReplayWorker: some tasks of a replay at a time, over one connection to each broker that leads. Internal to
/// kafka/replay.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "kafka/replay/leaders.h"
#include "kafka/replay/replay_work.h"
#include "kafka/replay/target_partition.h"

namespace arkive::kafka {

/// Takes from all workers' common store of tasks. Any thread.
class TaskQueue {
 public:
  explicit TaskQueue(std::vector<ReplayTask>& tasks) : tasks_(tasks) {}
  ReplayTask* take() {
    const std::size_t at = next_.fetch_add(1);
    return at < tasks_.size() ? &tasks_[at] : nullptr;
  }

 private:
  std::vector<ReplayTask>& tasks_;
  std::atomic<std::size_t> next_{0};
};

/// Of all workers together.
struct SentBytes {
  SteadyClock::time_point begun = SteadyClock::now();
  std::atomic<std::uint64_t> bytes{0};
};

class ReplayWorker {
 public:
  ReplayWorker(ReplayGround& ground, const ReplayOptions& options, Leaders& leaders, TaskQueue& tasks,
               SentBytes& sent, std::atomic<bool>& stop)
      : ground_(ground), options_(options), leaders_(leaders), tasks_(tasks), sent_(sent), stop_(stop) {}

  Status run();

 private:
  /// A task under way.
  struct Active {
    ReplayTask* task = nullptr;
    std::unique_ptr<BatchSource> source;
    std::map<std::int32_t, TargetPartition> targets;
    bool read_all = false;
    std::int64_t offsets_told = 0;
  };
  /// A connection, and for whom its unanswered requests are, the oldest first.
  struct Connection {
    std::unique_ptr<LogAppender> appender;
    std::deque<std::vector<TargetPartition*>> requests;
    SteadyClock::time_point oldest{};
  };

  Status begin_tasks();
  Result<std::unique_ptr<Active>> begin(ReplayTask& task);
  Status look_everywhere(Active& active);
  void fill(Active& active);
  bool wants_more(const Active& active) const;
  Status act(Active& active);
  Status settle(TargetPartition& target);
  bool send();
  bool send_to(std::int32_t broker, const std::vector<TargetPartition*>& targets);
  bool receive();
  void lose(std::int32_t broker, const std::string& why);
  void end_tasks();
  void finish(Active& active);
  Deadline patience() const { return Deadline::after(options_.patience); }
  std::size_t held_bytes() const;

  ReplayGround& ground_;
  const ReplayOptions& options_;
  Leaders& leaders_;
  TaskQueue& tasks_;
  SentBytes& sent_;
  std::atomic<bool>& stop_;
  bool no_more_tasks_ = false;
  std::vector<std::unique_ptr<Active>> active_;
  std::map<std::int32_t, Connection> connections_;
  Fetchers fetchers_;
};

}  // namespace arkive::kafka
