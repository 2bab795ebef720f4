#include "kafka/archive/compare_sample.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>

#include "kafka/archive/archived_log.h"
#include "kafka/log/records.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kMostTogether = 32;
constexpr std::int32_t kLeastBytes = 64 << 10;  // of one partition in one answer
constexpr std::chrono::milliseconds kRest{200};

bool are_equal(const Headers& a, const Headers& b) {
  if (a.size() != b.size()) return false;
  auto other = b.begin();
  for (const Header& header : a) {
    if (header.name != other->name || header.value != other->value) return false;
    ++other;
  }
  return true;
}

std::string offsets_text(const LogEntry& entry) {
  const std::string last = std::to_string(entry.last_offset);
  return entry.first_offset == kUnknownOffset ? "up to " + last
                                              : std::to_string(entry.first_offset) + " to " + last;
}

/// The first whole entry that ends at or after `offset`. Its CRC is no matter here.
std::optional<LogEntry> entry_at(Bytes records, std::int64_t offset) {
  LogEntry entry;
  while (read_entry(records, entry) == EntryState::kWhole) {
    if (entry.last_offset >= offset) return entry;
    records = records.substr(entry.bytes.size());
  }
  return std::nullopt;
}

/// One question to the cluster: an archived batch, or a gap between two.
struct Probe {
  std::size_t partition = 0;
  std::int64_t offset = 0;
  std::optional<OffsetGap> gap{};
  bool alone = false;  // an answer held no whole batch, for others took its room
  std::string archived{};
  LogEntry entry{};  // of `archived`
};

class SampleComparison {
 public:
  SampleComparison(const Store& store, std::string_view cluster, LogSource& source,
                   std::vector<ComparedPartition> partitions, const CompareOptions& options,
                   CompareReport& report)
      : store_(store),
        cluster_(cluster),
        source_(source),
        partitions_(std::move(partitions)),
        options_(options),
        report_(report),
        given_up_(partitions_.size(), false) {}

  Status run() {
    choose();
    came_on_ = SteadyClock::now();
    while (!pending_.empty()) {
      ARKIVE_TRY(check_interrupt("compare with the cluster"));
      if (options_.deadline.passed()) {
        return fail(Outcome::kRetry, "compare with the cluster: not done by the deadline");
      }
      std::vector<Probe> some;
      ARKIVE_TRY(take_some(some));
      if (!some.empty()) ARKIVE_TRY(ask(some));
    }
    return ok();
  }

 private:
  // The last archived batch always: a log that was cut and written anew differs there.
  void choose() {
    std::mt19937_64 random(options_.seed);
    std::vector<std::deque<Probe>> all(partitions_.size());
    for (std::size_t i = 0; i < partitions_.size(); ++i) {
      const ComparedPartition& one = partitions_[i];
      if (one.from >= one.until || options_.sample == 0) continue;
      all[i].push_back({i, one.until - 1});
      const auto span = static_cast<std::uint64_t>(one.until - one.from);
      for (std::uint32_t left = options_.sample - 1; left > 0; --left) {
        all[i].push_back({i, one.from + static_cast<std::int64_t>(random() % span)});
      }
      choose_gaps(i, all[i]);
    }
    // By turns, so that each answer serves many partitions.
    for (bool more = true; more;) {
      more = false;
      for (auto& of_partition : all) {
        if (of_partition.empty()) continue;
        pending_.push_back(std::move(of_partition.front()));
        of_partition.pop_front();
        more = true;
      }
    }
  }

  void choose_gaps(std::size_t i, std::deque<Probe>& probes) {
    const ComparedPartition& one = partitions_[i];
    std::size_t left = options_.sample;
    const auto add = [&](const OffsetGap& gap) {
      OffsetGap both{std::max(gap.first, one.from), std::min(gap.next, one.until), gap.cause};
      if (left == 0 || both.first >= both.next) return;
      --left;
      const std::int64_t first = both.first;
      probes.push_back({i, first, std::move(both)});
    };
    for (const OffsetGap& gap : one.partition->gaps) add(gap);
    for (const ArchivedSegment& segment : one.partition->segments) {
      if (segment.generation != one.partition->generation) continue;
      for (const OffsetGap& gap : segment.gaps) add(gap);
    }
  }

  // Those of one broker, each partition once, their archived bytes read.
  Status take_some(std::vector<Probe>& some) {
    std::set<std::size_t> taken;
    std::int32_t leader = -1;
    for (auto at = pending_.begin(); at != pending_.end() && some.size() < kMostTogether;) {
      const std::size_t i = at->partition;
      if (given_up_[i]) {
        at = pending_.erase(at);
        continue;
      }
      const bool fits = some.empty() || (partitions_[i].leader == leader && !at->alone && !some[0].alone);
      if (!fits || !taken.insert(i).second) {
        ++at;
        continue;
      }
      Probe probe = std::move(*at);
      at = pending_.erase(at);
      ARKIVE_ASSIGN(const bool is_one, read_archived(probe));
      if (!is_one) {
        taken.erase(i);
        continue;
      }
      leader = partitions_[i].leader;
      some.push_back(std::move(probe));
    }
    return ok();
  }

  // False: there is nothing to compare, or it is told already.
  Result<bool> read_archived(Probe& probe) {
    if (probe.gap || !probe.archived.empty()) return true;
    const ComparedPartition& one = partitions_[probe.partition];
    ArchivedLog log(store_, cluster_, *one.topic, *one.partition, options_.deadline);
    auto entry = log.entry_at(probe.offset);
    if (!entry &&
        (entry.error().outcome == Outcome::kCorrupt || entry.error().outcome == Outcome::kNotFound)) {
      differ(one, probe.offset, "what is archived there cannot be read: " + entry.error().what);
      given_up_[probe.partition] = true;
      return false;
    }
    if (!entry) return fail(std::move(entry).error());
    if (!*entry) return false;
    probe.archived = std::move(**entry);
    (void)read_entry(probe.archived, probe.entry);
    // A batch at a log start may begin before it; the offset asked for need not be the first.
    probe.offset = std::max(
        probe.entry.first_offset == kUnknownOffset ? probe.entry.last_offset : probe.entry.first_offset,
        one.from);
    return seen_.emplace(probe.partition, probe.entry.last_offset).second;
  }

  Status ask(std::vector<Probe>& some) {
    const std::int32_t broker = partitions_[some.front().partition].leader;
    if (broker < 0) return again(some, "it has no leader");
    auto& fetcher = fetchers_[broker];
    if (!fetcher) {
      auto opened = source_.open_fetcher(broker, soon());
      if (!opened) return after_error(some, opened.error());
      fetcher = std::move(*opened);
    }
    FetchLimits limits;
    limits.committed_only = false;
    limits.most_bytes_per_partition = kLeastBytes;
    std::vector<FetchWant> wants;
    for (const Probe& probe : some) {
      const ComparedPartition& one = partitions_[probe.partition];
      wants.push_back({one.name(), one.topic->id, probe.offset, -1});
      limits.most_bytes_per_partition =
          std::max(limits.most_bytes_per_partition, static_cast<std::int32_t>(probe.archived.size()));
    }
    limits.most_bytes = 64 << 20;
    const auto got = fetcher->fetch(wants, limits, soon());
    if (!got) {
      fetcher.reset();
      return after_error(some, got.error());
    }
    std::vector<Probe> moved;
    std::string why;
    for (std::size_t i = 0; i < some.size(); ++i) take(some[i], (*got)[i], moved, why);
    if (moved.size() < some.size()) came_on_ = SteadyClock::now();
    return moved.empty() ? ok() : again(moved, why);
  }

  void take(Probe& probe, const FetchGot& got, std::vector<Probe>& moved, std::string& why) {
    const ComparedPartition& one = partitions_[probe.partition];
    switch (got.state) {
      case FetchGot::State::kRead:
        if (const auto live = entry_at(got.records, probe.offset)) {
          judge(probe, *live);
        } else if (!probe.alone && !got.records.empty()) {
          probe.alone = true;
          pending_.push_front(std::move(probe));
        } else {
          why = "the log gives nothing from offset " + std::to_string(probe.offset) + " on";
          moved.push_back(std::move(probe));
        }
        return;
      case FetchGot::State::kOffsetOutOfRange:
        if (got.log_start > probe.offset || got.log_start < 0) {
          ++report_.batches_removed;  // retention, a moment ago
        } else {
          differ(one, probe.offset, "it is out of range of the cluster's log: " + got.error);
        }
        return;
      case FetchGot::State::kMoved:
        why = "its leader is not to be found: " + got.error;
        moved.push_back(std::move(probe));
        return;
      case FetchGot::State::kGone:
      case FetchGot::State::kDenied:
      case FetchGot::State::kFailed:
        give_up(probe.partition, got.error);
        return;
    }
  }

  void judge(const Probe& probe, const LogEntry& live) {
    const ComparedPartition& one = partitions_[probe.partition];
    const std::int64_t first = live.first_offset == kUnknownOffset ? live.last_offset : live.first_offset;
    if (probe.gap) {
      if (first >= probe.gap->next) {
        ++report_.gaps_compared;
      } else {
        differ(one, first,
               "the cluster has offsets " + offsets_text(live) + ", the archive none from " +
                   std::to_string(probe.gap->first) + " to " + std::to_string(probe.gap->next - 1) + " (" +
                   probe.gap->cause + ")");
      }
      return;
    }
    const LogEntry& archived = probe.entry;
    if (live.bytes == archived.bytes) {
      ++report_.batches_compared;
      report_.bytes_compared += archived.bytes.size();
    } else if (one.compacted && first > archived.last_offset) {
      ++report_.batches_removed;
    } else if (one.compacted && is_compacted_form(live, archived)) {
      ++report_.batches_rewritten;
    } else if (first > archived.last_offset) {
      differ(one, probe.offset,
             "the archive has offsets " + offsets_text(archived) + ", the cluster's log none before " +
                 std::to_string(first));
    } else {
      const auto at =
          std::mismatch(archived.bytes.begin(), archived.bytes.end(), live.bytes.begin(), live.bytes.end());
      differ(one, probe.offset,
             "the batch with offsets " + offsets_text(archived) + " has " +
                 std::to_string(archived.bytes.size()) + " bytes in the archive; the cluster's, offsets " +
                 offsets_text(live) + ", has " + std::to_string(live.bytes.size()) +
                 ", and differs from byte " + std::to_string(at.first - archived.bytes.begin()) + " on");
    }
  }

  void differ(const ComparedPartition& one, std::int64_t offset, std::string what) {
    report_.differences.push_back({one.name().text() + "@" + std::to_string(offset), std::move(what)});
  }

  void give_up(std::size_t partition, const std::string& why) {
    if (given_up_[partition]) return;
    given_up_[partition] = true;
    report_.not_compared.push_back({partitions_[partition].name().text(), why});
  }

  Status after_error(std::vector<Probe>& some, const Error& error) {
    if (error.outcome == Outcome::kInterrupted) return fail(error);
    return again(some, error.what);
  }

  // Later, wherever its leader is then; when nothing at all has come on for long, not at all.
  Status again(std::vector<Probe>& some, const std::string& why) {
    if (SteadyClock::now() - came_on_ >= options_.patience) {
      for (const Probe& probe : some) give_up(probe.partition, why);
      return ok();
    }
    if (!pause_for(kRest, options_.deadline)) return check_interrupt("compare with the cluster");
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
    for (Probe& probe : some) {
      ComparedPartition& one = partitions_[probe.partition];
      if (const auto leader = leaders.find(one.name()); leader != leaders.end()) one.leader = leader->second;
      pending_.push_back(std::move(probe));
    }
    return ok();
  }

  Deadline soon() const { return options_.deadline.sooner(options_.patience); }

  const Store& store_;
  const std::string_view cluster_;
  LogSource& source_;
  std::vector<ComparedPartition> partitions_;
  const CompareOptions& options_;
  CompareReport& report_;
  std::vector<bool> given_up_;
  std::deque<Probe> pending_;
  std::set<std::pair<std::size_t, std::int64_t>> seen_;
  std::map<std::int32_t, std::unique_ptr<LogFetcher>> fetchers_;
  SteadyClock::time_point came_on_{};
};

}  // namespace

bool is_compacted_form(const LogEntry& live, const LogEntry& archived) {
  if (live.magic != archived.magic || live.producer_id != archived.producer_id ||
      live.control != archived.control || live.last_offset > archived.last_offset ||
      live.leader_epoch != archived.leader_epoch) {
    return false;
  }
  RecordReader left_reader;
  RecordReader all_reader;
  if (!left_reader.open(live) || !all_reader.open(archived)) return false;
  Record left;
  Record one;
  while (true) {
    const auto more = left_reader.next(left);
    if (!more) return false;
    if (!*more) return true;
    do {
      const auto found = all_reader.next(one);
      if (!found || !*found) return false;
    } while (one.offset < left.offset);
    if (one.offset != left.offset || one.timestamp != left.timestamp || one.key != left.key ||
        one.value != left.value || !are_equal(one.headers, left.headers)) {
      return false;
    }
  }
}

Status compare_samples(const Store& store, std::string_view cluster, LogSource& source,
                       std::vector<ComparedPartition> partitions, const CompareOptions& options,
                       CompareReport& report) {
  return SampleComparison(store, cluster, source, std::move(partitions), options, report).run();
}

}  // namespace arkive::kafka
