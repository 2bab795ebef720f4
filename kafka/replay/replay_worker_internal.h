/// ReplayWorker: some tasks of a replay at a time, over one connection to each broker that leads. Internal to
/// kafka/replay.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
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

/// The time in which a quota held at least one connection back. Any thread.
class Throttled {
 public:
  /// True: the first time.
  bool add(SteadyClock::time_point from, SteadyClock::time_point until);
  /// What of it is over.
  std::chrono::milliseconds until_now() const;

 private:
  mutable std::mutex mutex_;
  SteadyClock::duration told_{0};  ///< up to until_
  SteadyClock::time_point until_{};
};

class ReplayWorker {
 public:
  ReplayWorker(ReplayGround& ground, const ReplayOptions& options, Leaders& leaders, TaskQueue& tasks,
               SentBytes& sent, Throttled& throttled, std::atomic<bool>& stop)
      : ground_(ground),
        options_(options),
        leaders_(leaders),
        tasks_(tasks),
        sent_(sent),
        throttled_(throttled),
        stop_(stop) {}

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
  struct Request {
    std::vector<TargetPartition*> whose;
    std::size_t bytes = 0;
  };
  /// A connection, and its unanswered requests, the oldest first.
  struct Connection {
    std::unique_ptr<LogAppender> appender;
    std::deque<Request> requests;
    SteadyClock::time_point oldest{};
    std::size_t under_way = 0;       ///< bytes of these
    std::size_t most_under_way = 0;  ///< but for a single batch
    bool throttled = false;          ///< ever: one request at a time
    bool rests() const { return appender && appender->rests_until() > SteadyClock::now(); }
  };

  Status begin_tasks();
  Result<std::unique_ptr<Active>> begin(ReplayTask& task);
  Status look_everywhere(Active& active);
  void fill(Active& active);
  bool wants_more(const Active& active) const;
  Status act(Active& active);
  bool rested_since(SteadyClock::time_point moment, const TargetPartition& target) const;
  Status settle(TargetPartition& target);
  bool send();
  bool send_to(std::int32_t broker, const std::vector<TargetPartition*>& targets);
  bool receive();
  void learn(Connection& connection);
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
  Throttled& throttled_;
  std::atomic<bool>& stop_;
  bool no_more_tasks_ = false;
  std::vector<std::unique_ptr<Active>> active_;
  std::map<std::int32_t, Connection> connections_;
  Fetchers fetchers_;
};

}  // namespace arkive::kafka
