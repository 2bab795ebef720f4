#include "kafka/archive/live_batches.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kMostTogether = 64;
constexpr std::size_t kMostBytes = 32U << 20;
constexpr std::size_t kLeastBytes = 16U << 10;  // of one partition in one answer
constexpr std::chrono::milliseconds kRest{200};

std::optional<LogEntry> entry_at(Bytes records, std::int64_t offset) {
  LogEntry entry;
  while (read_entry(records, entry) == EntryState::kWhole) {
    if (entry.last_offset >= offset) return entry;
    records = records.substr(entry.bytes.size());
  }
  return std::nullopt;
}

class Asking {
 public:
  Asking(LogSource& source, std::vector<BatchWant> wants, std::chrono::milliseconds patience,
         Deadline deadline, const PrepareWant& prepare, const TakeBatch& take)
      : source_(source),
        wants_(std::move(wants)),
        patience_(patience),
        deadline_(deadline),
        prepare_(prepare),
        take_(take),
        came_on_(SteadyClock::now()) {
    for (std::size_t i = 0; i < wants_.size(); ++i) pending_.push_back({i});
  }

  Status run() {
    while (!pending_.empty()) {
      ARKIVE_TRY(check_interrupt("read batches of the cluster"));
      if (deadline_.passed()) {
        return fail(Outcome::kRetry, "read batches of the cluster: not done by the deadline");
      }
      std::vector<Pending> some;
      ARKIVE_TRY(choose(some));
      if (!some.empty()) ARKIVE_TRY(ask(some));
    }
    return ok();
  }

 private:
  struct Pending {
    std::size_t index;
    bool prepared = false;
    bool alone = false;  // an answer held no whole batch, for others took its room
  };

  // Those of one broker, each partition once.
  Status choose(std::vector<Pending>& some) {
    std::set<TopicPartition> taken;
    std::int32_t leader = -1;
    std::size_t bytes = 0;
    for (auto at = pending_.begin();
         at != pending_.end() && some.size() < kMostTogether && bytes < kMostBytes;) {
      BatchWant& want = wants_[at->index];
      const bool fits = some.empty() || (want.leader == leader && !at->alone && !some.front().alone);
      if (!fits || taken.count(want.partition) > 0) {
        ++at;
        continue;
      }
      Pending one = *at;
      at = pending_.erase(at);
      if (!one.prepared) {
        ARKIVE_ASSIGN(const bool is_asked, prepare_(one.index, want));
        if (!is_asked) continue;
        one.prepared = true;
      }
      taken.insert(want.partition);
      leader = want.leader;
      bytes += want.size;
      some.push_back(one);
    }
    return ok();
  }

  Status ask(const std::vector<Pending>& some) {
    const std::int32_t broker = wants_[some.front().index].leader;
    if (broker < 0) return again(some, "it has no leader");
    auto& fetcher = fetchers_[broker];
    if (!fetcher) {
      auto opened = source_.open_fetcher(broker, soon());
      if (!opened) return after_error(some, opened.error());
      fetcher = std::move(*opened);
    }
    std::vector<FetchWant> asked;
    std::size_t most = kLeastBytes;
    for (const Pending& one : some) {
      const BatchWant& want = wants_[one.index];
      asked.push_back({want.partition, want.topic_id, want.offset, -1});
      most = std::max(most, want.size);
    }
    FetchLimits limits;
    limits.committed_only = false;
    limits.most_bytes_per_partition = static_cast<std::int32_t>(std::min<std::size_t>(most, 1U << 30));
    limits.most_bytes = static_cast<std::int32_t>(2 * kMostBytes);
    const auto got = fetcher->fetch(asked, limits, soon());
    if (!got) {
      fetcher.reset();
      return after_error(some, got.error());
    }
    std::vector<Pending> moved;
    std::string why;
    for (std::size_t i = 0; i < some.size(); ++i) take(some[i], (*got)[i], moved, why);
    if (moved.size() < some.size()) came_on_ = SteadyClock::now();
    return moved.empty() ? ok() : again(moved, why);
  }

  void take(Pending one, const FetchGot& got, std::vector<Pending>& moved, std::string& why) {
    const BatchWant& want = wants_[one.index];
    const auto tell = [&](LiveBatch::State state) { take_(one.index, {state, {}, got.error}); };
    switch (got.state) {
      case FetchGot::State::kRead:
        if (const auto entry = entry_at(got.records, want.offset)) {
          take_(one.index, {LiveBatch::State::kThere, *entry, {}});
        } else if (!one.alone) {
          one.alone = true;
          pending_.push_front(one);
        } else if ((got.high_watermark >= 0 && want.offset >= got.high_watermark) ||
                   got.next_offset > want.offset) {
          tell(LiveBatch::State::kBeyondEnd);
        } else {
          why = "the log gives nothing from offset " + std::to_string(want.offset) + " on";
          moved.push_back(one);
        }
        return;
      case FetchGot::State::kOffsetOutOfRange:
        return tell(got.log_start > want.offset ? LiveBatch::State::kBelowLogStart
                                                : LiveBatch::State::kBeyondEnd);
      case FetchGot::State::kMoved:
        why = "its leader is not to be found: " + got.error;
        moved.push_back(one);
        return;
      case FetchGot::State::kGone:
      case FetchGot::State::kDenied:
      case FetchGot::State::kFailed:
        return tell(LiveBatch::State::kNoAnswer);
    }
  }

  Status after_error(const std::vector<Pending>& some, const Error& error) {
    if (error.outcome == Outcome::kInterrupted) return fail(error);
    return again(some, error.what);
  }

  // Later, wherever its leader is then; when nothing at all has come on for long, not at all.
  Status again(const std::vector<Pending>& some, const std::string& why) {
    if (SteadyClock::now() - came_on_ >= patience_) {
      for (const Pending& one : some) take_(one.index, {LiveBatch::State::kNoAnswer, {}, why});
      return ok();
    }
    if (!pause_for(kRest, deadline_)) return check_interrupt("read batches of the cluster");
    const auto topics = source_.topics(soon());
    if (!topics && topics.error().outcome == Outcome::kInterrupted) return fail(topics.error());
    std::map<TopicPartition, std::int32_t> leaders;
    if (topics) {
      for (const TopicFacts& topic : *topics) {
        for (const PartitionFacts& partition : topic.partitions) {
          leaders[{topic.name, partition.partition}] = partition.leader;
        }
      }
    }
    for (const Pending& one : some) {
      BatchWant& want = wants_[one.index];
      if (const auto leader = leaders.find(want.partition); leader != leaders.end()) {
        want.leader = leader->second;
      }
      pending_.push_back(one);
    }
    return ok();
  }

  Deadline soon() const { return deadline_.sooner(patience_); }

  LogSource& source_;
  std::vector<BatchWant> wants_;
  const std::chrono::milliseconds patience_;
  const Deadline deadline_;
  const PrepareWant& prepare_;
  const TakeBatch& take_;
  std::deque<Pending> pending_;
  std::map<std::int32_t, std::unique_ptr<LogFetcher>> fetchers_;
  SteadyClock::time_point came_on_;
};

}  // namespace

Status ask_live_batches(LogSource& source, std::vector<BatchWant> wants, std::chrono::milliseconds patience,
                        Deadline deadline, const PrepareWant& prepare, const TakeBatch& take) {
  return Asking(source, std::move(wants), patience, deadline, prepare, take).run();
}

}  // namespace arkive::kafka
