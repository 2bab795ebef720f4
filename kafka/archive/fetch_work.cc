#include "kafka/archive/fetch_work.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/core/retry.h"

namespace arkive::kafka {
namespace {

using std::chrono::milliseconds;

// Of all answers under way together; the memory of a run is mostly this.
constexpr std::int32_t kMostBytes = 16 << 20;
constexpr std::int32_t kMostBytesPerPartition = 8 << 20;
constexpr std::size_t kMostTogether = 32;
constexpr milliseconds kRest{100};
constexpr milliseconds kBetweenLooks{500};
constexpr int kMostWorkers = 8;

class FetchWork {
 public:
  FetchWork(LogSource& source, std::vector<FetchTask>& tasks, const FetchOptions& options)
      : source_(source), options_(options), begun_(SteadyClock::now()) {
    std::set<std::int32_t> leaders;
    for (FetchTask& task : tasks) {
      leaders.insert(task.leader);
      ready_.push_back(&task);
    }
    left_ = tasks.size();
    workers_ = options.workers > 0
                   ? options.workers
                   : std::clamp(std::max(2 * static_cast<int>(leaders.size()), options.least_workers), 2,
                                kMostWorkers);
    workers_ = std::min(workers_, std::max(static_cast<int>(tasks.size()), 1));
  }

  Status run() {
    std::vector<std::thread> threads;
    for (int i = 1; i < workers_; ++i) threads.emplace_back([this] { work(); });
    work();
    for (std::thread& thread : threads) thread.join();
    const std::lock_guard lock(mutex_);
    if (failure_) return fail(*failure_);
    return ok();
  }

 private:
  using Fetchers = std::map<std::int32_t, std::unique_ptr<LogFetcher>>;

  void work() {
    Fetchers fetchers;
    while (true) {
      std::vector<FetchTask*> some = choose();
      if (some.empty()) return;
      if (Status done = fetch_some(some, fetchers); !done) {
        give_up(std::move(done).error());
        return;
      }
      give_back(some);
    }
  }

  // Those that wait for the same broker in the same way. Nothing: all is done, or has failed.
  std::vector<FetchTask*> choose() {
    std::unique_lock lock(mutex_);
    while (true) {
      if (failure_ || left_ == 0) return {};
      if (interrupted()) {
        failure_ = interruption_of("archive topics");
        changed_.notify_all();
        return {};
      }
      std::vector<FetchTask*> some;
      const auto now = SteadyClock::now();
      // Each worker its share, so that the last ones do not wait for one that took all.
      const std::size_t most =
          std::clamp<std::size_t>(ready_.size() / static_cast<std::size_t>(workers_), 1, kMostTogether);
      for (auto at = ready_.begin(); at != ready_.end() && some.size() < most;) {
        FetchTask* const task = *at;
        const bool fits = some.empty() || (task->leader == some.front()->leader &&
                                           is_committed_only(*task) == is_committed_only(*some.front()));
        if (task->not_before > now || !fits) {
          ++at;
          continue;
        }
        if (task->moved == SteadyClock::time_point{}) task->moved = now;
        some.push_back(task);
        at = ready_.erase(at);
      }
      if (!some.empty()) return some;
      changed_.wait_for(lock, kRest);
    }
  }

  // In front of the others, in their order: what was begun is finished first, so that few segments are open
  // at once. An open one costs memory where the store is a bucket: a part of an upload.
  void give_back(const std::vector<FetchTask*>& some) {
    const std::lock_guard lock(mutex_);
    for (auto task = some.rbegin(); task != some.rend(); ++task) {
      if (is_done(**task)) {
        --left_;
      } else {
        ready_.push_front(*task);
      }
    }
    changed_.notify_all();
  }

  void give_up(Error error) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(error);
    changed_.notify_all();
  }

  static bool is_done(const FetchTask& task) {
    if (!task.error.empty()) return true;
    if (task.partition->next_offset < task.target) return false;
    return task.open_below || !task.writer->is_open_before(task.target);
  }

  // The marker that is looked for behind the target may lie behind another transaction that is still open.
  static bool is_committed_only(const FetchTask& task) {
    return !task.open_below && task.partition->next_offset < task.target;
  }

  Status fetch_some(std::vector<FetchTask*>& some, Fetchers& fetchers) {
    const std::int32_t broker = some.front()->leader;
    if (options_.deadline.passed()) {
      return fail(Outcome::kRetry, "archive topics: not done by the deadline");
    }
    if (broker < 0) return look_again(some, "it has no leader");
    auto& fetcher = fetchers[broker];
    if (!fetcher) {
      auto opened = source_.open_fetcher(broker, options_.deadline.sooner(options_.patience / 4));
      if (!opened) return after_error(some, opened.error());
      fetcher = std::move(*opened);
    }
    std::vector<FetchWant> wants;
    for (const FetchTask* task : some) {
      wants.push_back({task->name, task->topic_id, task->partition->next_offset, -1});
    }
    FetchLimits limits;
    limits.most_bytes = kMostBytes / workers_;
    limits.most_bytes_per_partition = std::min(kMostBytesPerPartition, limits.most_bytes);
    limits.committed_only = is_committed_only(*some.front());
    limits.most_wait = kRest;
    const auto got = fetcher->fetch(wants, limits, options_.deadline.sooner(options_.patience));
    if (!got) {
      fetcher.reset();
      return after_error(some, got.error());
    }
    std::vector<FetchTask*> moved;
    std::uint64_t bytes = 0;
    std::int64_t offsets = 0;
    for (const FetchGot& one : *got) bytes += one.records.size();
    for (std::size_t i = 0; i < some.size(); ++i) {
      offsets -= some[i]->partition->next_offset;
      ARKIVE_TRY(take(*some[i], (*got)[i], bytes > 0, moved));
      offsets += some[i]->partition->next_offset;
    }
    for (FetchTask* const task : some) {
      if (is_done(*task)) ARKIVE_TRY(task->writer->finish());
    }
    if (options_.on_progress && bytes > 0) {
      options_.on_progress(bytes, static_cast<std::uint64_t>(std::max<std::int64_t>(offsets, 0)));
    }
    if (!moved.empty()) ARKIVE_TRY(look_again(moved, ""));
    return keep_to_the_limit(bytes);
  }

  // Passing trouble with a broker: its partitions may be elsewhere by now, or it comes back.
  Status after_error(const std::vector<FetchTask*>& some, const Error& error) {
    if (error.outcome == Outcome::kInterrupted) return fail(error);
    log_debug(error.what);
    return look_again(some, error.what);
  }

  // `crowded`: records came, and may have left no room for this one's.
  Status take(FetchTask& task, const FetchGot& got, bool crowded, std::vector<FetchTask*>& moved) {
    ArchivedPartition& partition = *task.partition;
    switch (got.state) {
      case FetchGot::State::kRead: {
        const std::int64_t before = partition.next_offset;
        const Status taken = task.writer->take(got.records, task.target, !task.open_below);
        if (!taken && taken.error().outcome == Outcome::kCorrupt) {
          task.error = taken.error().what;
          return task.writer->finish();
        }
        ARKIVE_TRY(taken);
        task.writer->pass_to(std::min(got.next_offset, task.target));
        if (partition.next_offset > before && before < task.target) {
          task.moved = SteadyClock::now();
        } else if (!is_done(task)) {
          if (crowded && got.records.empty() && has_more(task, got)) {
            task.moved = {};  // nothing is known of it
            return ok();
          }
          return stands_still(task, got);
        }
        return ok();
      }
      case FetchGot::State::kOffsetOutOfRange:
        return out_of_range(task, moved);
      case FetchGot::State::kMoved:
        moved.push_back(&task);
        return rest(task, "its leader is not to be found: " + got.error);
      case FetchGot::State::kGone:
        task.gone = true;
        task.error = "the topic was deleted or made anew meanwhile: " + got.error;
        return task.writer->finish();
      case FetchGot::State::kDenied:
      case FetchGot::State::kFailed:
        task.error = got.error;
        return task.writer->finish();
    }
    return ok();
  }

  // There is something to read, as far as the broker tells.
  static bool has_more(const FetchTask& task, const FetchGot& got) {
    return task.partition->next_offset < task.target &&
           (got.last_stable_offset < 0 || task.partition->next_offset < got.last_stable_offset);
  }

  Status stands_still(FetchTask& task, const FetchGot& got) {
    const auto still = SteadyClock::now() - task.moved;
    const bool waits_for_transactions = task.partition->next_offset >= task.target ||
                                        (got.last_stable_offset >= 0 && got.last_stable_offset < task.target);
    if (!task.open_below && waits_for_transactions) {
      if (still >= options_.open_transactions && !source_.exact()) {
        task.error = "a transaction is open since offset " + std::to_string(got.last_stable_offset) +
                     ", and this reader sees nothing behind it";
        return task.writer->finish();
      }
      if (still >= options_.open_transactions) {
        task.open_below = true;
        if (is_done(task)) return task.writer->finish();
      }
      task.not_before = SteadyClock::now() + kRest;
      return ok();
    }
    return rest(task, "the log gives nothing from offset " + std::to_string(task.partition->next_offset) +
                          " on, though it went to " + std::to_string(task.target));
  }

  // Retention overtook the run, or the log was cut after the vector was taken.
  Status out_of_range(FetchTask& task, std::vector<FetchTask*>& moved) {
    const auto offsets =
        source_.offsets(std::vector<TopicPartition>{task.name}, options_.deadline.sooner(options_.patience));
    if (!offsets) {
      moved.push_back(&task);
      return rest(task, offsets.error().what);
    }
    const PartitionOffsets& now = offsets->front();
    if (now.error.empty() && now.log_start > task.partition->next_offset) {
      ARKIVE_TRY(task.writer->skip_to(std::min(now.log_start, task.target),
                                      std::string(OffsetGap::kRemoved) + ": the log began at " +
                                          std::to_string(now.log_start) + " when it was read"));
      task.moved = SteadyClock::now();
      return ok();
    }
    return rest(task, now.error.empty()
                          ? "offset " + std::to_string(task.partition->next_offset) +
                                " is out of range: the log ends at " + std::to_string(now.high_watermark)
                          : now.error);
  }

  Status rest(FetchTask& task, const std::string& why) {
    const auto now = SteadyClock::now();
    if (now - task.moved >= options_.patience) {
      task.error = why;
      return task.writer->finish();
    }
    task.not_before = now + kRest;
    return ok();
  }

  // Where the leaders are now. At most one look a while, shared by all workers.
  Status look_again(const std::vector<FetchTask*>& some, const std::string& why) {
    const std::lock_guard lock(look_mutex_);
    const auto now = SteadyClock::now();
    if (now - looked_ >= kBetweenLooks) {
      auto topics = source_.topics(options_.deadline.sooner(options_.patience / 2));
      looked_ = SteadyClock::now();
      if (topics) {
        leaders_.clear();
        names_.clear();
        for (const TopicFacts& topic : *topics) {
          // Of a topic in passing trouble the brokers do not tell the id.
          names_.emplace(topic.name, topic.error.empty() ? std::optional(topic.id) : std::nullopt);
          for (const PartitionFacts& partition : topic.partitions) {
            leaders_[{topic.name, partition.partition}] = partition.leader;
          }
        }
      } else if (topics.error().outcome == Outcome::kInterrupted) {
        return fail(std::move(topics).error());
      }
    }
    for (FetchTask* const task : some) {
      const auto name = names_.find(task->name.topic);
      if (!names_.empty() &&
          (name == names_.end() || name->second.value_or(task->topic_id) != task->topic_id)) {
        task->gone = true;
        task->error = "the topic was deleted or made anew meanwhile";
        ARKIVE_TRY(task->writer->finish());
        continue;
      }
      if (const auto leader = leaders_.find(task->name); leader != leaders_.end()) {
        task->leader = leader->second;
      }
      if (!why.empty()) ARKIVE_TRY(rest(*task, why));
      task->not_before = SteadyClock::now() + kRest;
    }
    return ok();
  }

  Status keep_to_the_limit(std::uint64_t bytes) {
    if (options_.most_bytes_per_second == 0) return ok();
    const std::uint64_t all = fetched_ += bytes;
    const auto due =
        begun_ + std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(
                     static_cast<double>(all) / static_cast<double>(options_.most_bytes_per_second)));
    const auto ahead = std::chrono::duration_cast<milliseconds>(due - SteadyClock::now());
    ARKIVE_TRY(check_interrupt("archive topics"));  // a pause does not heed what came before it
    if (ahead.count() > 0 && !pause_for(ahead, options_.deadline)) return check_interrupt("archive topics");
    return ok();
  }

  LogSource& source_;
  const FetchOptions& options_;
  const SteadyClock::time_point begun_;
  int workers_ = 1;
  std::atomic<std::uint64_t> fetched_{0};

  std::mutex mutex_;  // guards what is below, up to the next mutex; a task taken is its worker's
  std::condition_variable changed_;
  std::deque<FetchTask*> ready_;
  std::size_t left_ = 0;
  std::optional<Error> failure_;

  std::mutex look_mutex_;  // guards what is below
  SteadyClock::time_point looked_{};
  std::map<TopicPartition, std::int32_t> leaders_;
  std::map<std::string, std::optional<TopicId>> names_;
};

}  // namespace

Status fetch_all(LogSource& source, std::vector<FetchTask>& tasks, const FetchOptions& options) {
  return FetchWork(source, tasks, options).run();
}

}  // namespace arkive::kafka
