#include "kafka/archive/compare_sample.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <random>
#include <set>

#include "kafka/archive/archived_log.h"
#include "kafka/archive/batch_match.h"
#include "kafka/archive/live_batches.h"

namespace arkive::kafka {
namespace {

// Of a wrapper it is not known without unpacking it.
std::int64_t first_of(const LogEntry& entry) {
  return entry.first_offset == kUnknownOffset ? entry.last_offset : entry.first_offset;
}

std::string offsets_text(const LogEntry& entry) {
  const std::string last = std::to_string(entry.last_offset);
  return entry.first_offset == kUnknownOffset ? "up to " + last
                                              : std::to_string(entry.first_offset) + " to " + last;
}

/// One question to the cluster: an archived batch, or a gap between two.
struct Probe {
  std::size_t partition = 0;
  std::int64_t offset = 0;
  std::optional<OffsetGap> gap{};
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
    std::vector<BatchWant> wants;
    for (const Probe& probe : probes_) {
      const ComparedPartition& one = partitions_[probe.partition];
      wants.push_back({one.name(), one.topic->id, one.leader, probe.offset, 0});
    }
    return ask_live_batches(
        source_, std::move(wants), options_.patience, options_.deadline,
        [this](std::size_t i, BatchWant& want) { return prepare(probes_[i], want); },
        [this](std::size_t i, const LiveBatch& batch) {
          judge(probes_[i], batch);
          probes_[i].archived = {};
        });
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
        probes_.push_back(std::move(of_partition.front()));
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

  // False: there is nothing to compare, or it is told already.
  Result<bool> prepare(Probe& probe, BatchWant& want) {
    if (given_up_[probe.partition]) return false;
    if (probe.gap) return true;
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
    if (!seen_.emplace(probe.partition, probe.entry.last_offset).second) return false;
    // A batch at a log start may begin before it.
    want.offset = probe.offset = std::max(first_of(probe.entry), one.from);
    want.size = probe.archived.size();
    return true;
  }

  void judge(const Probe& probe, const LiveBatch& got) {
    const ComparedPartition& one = partitions_[probe.partition];
    switch (got.state) {
      case LiveBatch::State::kThere:
        return probe.gap ? judge_gap(probe, got.entry) : judge_batch(probe, got.entry);
      case LiveBatch::State::kBelowLogStart:
        ++report_.batches_removed;  // retention, a moment ago
        return;
      case LiveBatch::State::kBeyondEnd:
        return differ(one, probe.offset, "it lies beyond the end of the cluster's log");
      case LiveBatch::State::kNoAnswer:
        if (given_up_[probe.partition]) return;
        given_up_[probe.partition] = true;
        report_.not_compared.push_back({one.name().text(), got.error});
        return;
    }
  }

  void judge_gap(const Probe& probe, const LogEntry& live) {
    const std::int64_t first = first_of(live);
    if (first >= probe.gap->next) {
      ++report_.gaps_compared;
      return;
    }
    differ(partitions_[probe.partition], first,
           "the cluster has offsets " + offsets_text(live) + ", the archive none from " +
               std::to_string(probe.gap->first) + " to " + std::to_string(probe.gap->next - 1) + " (" +
               probe.gap->cause + ")");
  }

  void judge_batch(const Probe& probe, const LogEntry& live) {
    const ComparedPartition& one = partitions_[probe.partition];
    const LogEntry& archived = probe.entry;
    switch (match_batch(archived, live, one.compacted)) {
      case BatchMatch::kSame:
        ++report_.batches_compared;
        report_.bytes_compared += archived.bytes.size();
        return;
      case BatchMatch::kSameRecords:
        ++report_.batches_reencoded;
        return;
      case BatchMatch::kThinned:
        ++report_.batches_rewritten;
        return;
      case BatchMatch::kRemoved:
        if (one.compacted) {
          ++report_.batches_removed;
        } else {
          differ(one, probe.offset,
                 "the archive has offsets " + offsets_text(archived) + ", the cluster's log none before " +
                     std::to_string(first_of(live)));
        }
        return;
      case BatchMatch::kOther:
        break;
    }
    const auto at =
        std::mismatch(archived.bytes.begin(), archived.bytes.end(), live.bytes.begin(), live.bytes.end());
    differ(one, probe.offset,
           "the batch with offsets " + offsets_text(archived) + " has " +
               std::to_string(archived.bytes.size()) + " bytes in the archive; the cluster's, offsets " +
               offsets_text(live) + ", has " + std::to_string(live.bytes.size()) +
               ", and differs from byte " + std::to_string(at.first - archived.bytes.begin()) + " on");
  }
  void differ(const ComparedPartition& one, std::int64_t offset, std::string what) {
    report_.differences.push_back({one.name().text() + "@" + std::to_string(offset), std::move(what)});
  }

  const Store& store_;
  const std::string_view cluster_;
  LogSource& source_;
  const std::vector<ComparedPartition> partitions_;
  const CompareOptions& options_;
  CompareReport& report_;
  std::vector<bool> given_up_;
  std::vector<Probe> probes_;
  std::set<std::pair<std::size_t, std::int64_t>> seen_;
};

}  // namespace

Status compare_samples(const Store& store, std::string_view cluster, LogSource& source,
                       std::vector<ComparedPartition> partitions, const CompareOptions& options,
                       CompareReport& report) {
  return SampleComparison(store, cluster, source, std::move(partitions), options, report).run();
}

}  // namespace arkive::kafka
