#include "kafka/seed/seed.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <tuple>

#include "kafka/archive/archived_log.h"
#include "kafka/log_directories/checkpoint_files.h"
#include "kafka/log_directories/partition_files.h"
#include "kafka/seed/coordinated_transactions.h"
#include "kafka/seed/placement_internal.h"
#include "stores/core/files.h"
#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/core/system_call.h"

namespace arkive::kafka {
namespace seeding {
namespace {

/// Brokers since 3.7 read the epoch, older ones ask whether the file is there.
constexpr std::string_view kCleanShutdownText = "{\"version\":0,\"brokerEpoch\":-1}";

Status rename_path(const std::string& from, const std::string& to) {
  if (traced([&] { return std::rename(from.c_str(), to.c_str()); }) == 0) return ok();
  return fail(system_error("rename to '" + to + "'", from, errno));
}

/// The directory of the empty partition makes room in one step: killed before or after it, one of the two is
/// there.
Status exchange(const std::string& from, const std::string& to) {
  if (traced([&] { return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE); }) ==
      0) {
    return ok();
  }
  Error error = system_error("put '" + from + "' in place of", to, errno);
  if (errno == EINVAL || errno == ENOSYS)
    error.hint = "this file system cannot exchange two directories; ext4, xfs and btrfs can";
  return fail(std::move(error));
}

Status own(const std::string& path, const SeedOptions& options) {
  if (!options.owner && !options.group) return ok();
  if (traced([&] {
        return ::lchown(path.c_str(), options.owner.value_or(~0U), options.group.value_or(~0U));
      }) == 0) {
    return ok();
  }
  return fail(system_error("give to its owner", path, errno));
}

class Seeding {
 public:
  Seeding(const Store& store, std::string_view cluster, const SeedOptions& options, Placement placement,
          CoordinatedTransactions coordinated)
      : store_(store),
        cluster_(cluster),
        options_(options),
        placement_(std::move(placement)),
        coordinated_(std::move(coordinated)) {}

  Result<SeedReport> run() {
    report_.missing = placement_.missing;
    report_.notes = placement_.notes;
    report_.highest_producer_id = coordinated_.highest_producer_id;
    if (!options_.dry_run) {
      ARKIVE_TRY(begin());
      ARKIVE_TRY(write_all_partitions());
      ARKIVE_TRY(sync());
      for (const Placed& placed : placement_.partitions) ARKIVE_TRY(put_in_place(placed));
      for (std::size_t d = 0; d < options_.log_directories.size(); ++d) ARKIVE_TRY(finish(d));
      for (std::size_t d = 0; d < options_.log_directories.size(); ++d) ARKIVE_TRY(open_to_brokers(d));
    }
    for (const Placed& placed : placement_.partitions) ARKIVE_TRY(tell(placed));
    return std::move(report_);
  }

 private:
  const std::string& log_directory(const Placed& placed) const {
    return options_.log_directories[placed.log_directory];
  }
  std::string scratch(std::size_t d) const {
    return options_.log_directories[d] + "/" + placement_.in_progress;
  }
  std::string in_scratch(const Placed& placed) const {
    return scratch(placed.log_directory) + "/" + placed.name;
  }
  std::string in_place(const Placed& placed) const { return log_directory(placed) + "/" + placed.name; }
  bool is_missing(const Placed& placed) const { return lost_.contains(placed.name); }

  // What an earlier try left in its scratch directories is of no use: only what was put in place is whole.
  Status begin() {
    for (std::size_t d = 0; d < options_.log_directories.size(); ++d) {
      ARKIVE_TRY(make_directories(scratch(d)));
      ARKIVE_ASSIGN(const auto left, list_directory(scratch(d)));
      for (const std::string& name : left) ARKIVE_TRY(remove_tree(scratch(d) + "/" + name));
      ARKIVE_TRY(remove_temporary_files(options_.log_directories[d]));
      ARKIVE_TRY(sync_directory(options_.log_directories[d]));
      ARKIVE_ASSIGN(UniqueFd directory, open_directory(options_.log_directories[d]));
      file_systems_.push_back(std::move(directory));
    }
    return ok();
  }

  // Of an earlier try that was killed while it wrote a checkpoint.
  static Status remove_temporary_files(const std::string& log_directory) {
    ARKIVE_ASSIGN(const auto names, list_directory(log_directory));
    for (const std::string& name : names) {
      if (name.starts_with(kTemporaryFilePrefix)) ARKIVE_TRY(remove_tree(log_directory + "/" + name));
    }
    return ok();
  }

  int workers() const {
    constexpr int kMost = 4;
    const int wanted =
        options_.workers > 0 ? options_.workers : static_cast<int>(std::thread::hardware_concurrency());
    return std::clamp(wanted, 1, kMost);
  }

  Status write_all_partitions() {
    std::atomic<std::size_t> next{0};
    std::optional<Error> failure;
    const auto work = [&] {
      while (true) {
        const std::size_t i = next++;
        if (i >= placement_.partitions.size()) return;
        if (Status written = write(placement_.partitions[i]); !written) {
          const std::lock_guard lock(mutex_);
          if (!failure) failure = std::move(written).error();
          next = placement_.partitions.size();
          return;
        }
      }
    };
    std::vector<std::thread> threads;
    for (int i = 1; i < workers(); ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    if (failure) return fail(std::move(*failure));
    return ok();
  }

  Status write(const Placed& placed) {
    ARKIVE_TRY(check_interrupt("seed log directories"));
    if (placed.in_place) {
      log_debug("'" + in_place(placed) + "' is there from an earlier try");
      return ok();
    }
    const PartitionPlace place{cluster_, placed.topic, placed.partition->partition};
    const auto written = write_partition(store_, place, placed.shape, in_scratch(placed), options_);
    if (written) {
      const std::lock_guard lock(mutex_);
      report_.highest_producer_id = std::max(report_.highest_producer_id, *written);
      return ok();
    }
    const Outcome outcome = written.error().outcome;
    if (outcome != Outcome::kCorrupt && outcome != Outcome::kNotFound) return fail(written.error());
    {
      const std::lock_guard lock(mutex_);
      lost_.insert(placed.name);
      report_.missing.push_back({"partition " + placed.name, written.error().what});
    }
    return remove_tree(in_scratch(placed));
  }

  Status sync() {
    for (std::size_t d = 0; d < file_systems_.size(); ++d) {
      if (traced([&] { return ::syncfs(file_systems_[d].get()); }) != 0) {
        return fail(system_error("sync", options_.log_directories[d], errno));
      }
    }
    return ok();
  }

  Status put_in_place(const Placed& placed) {
    if (placed.in_place || is_missing(placed)) return ok();
    return options_.into_kraft ? exchange(in_scratch(placed), in_place(placed))
                               : rename_path(in_scratch(placed), in_place(placed));
  }

  Status write_here(std::size_t d, std::string_view name, Bytes text) {
    const std::string path = options_.log_directories[d] + "/" + std::string(name);
    ARKIVE_TRY(write_file_durably(path, text, IfExists::kReplace));
    return own(path, options_);
  }

  /// Entries of other partitions, which a KRaft broker may have, stay.
  Result<OffsetCheckpoint> checkpoint(std::size_t d, std::string_view name) const {
    const auto text = read_file(options_.log_directories[d] + "/" + std::string(name));
    if (!text && text.error().outcome == Outcome::kNotFound) return OffsetCheckpoint();
    if (!text) return fail(text.error());
    return parse_offset_checkpoint(*text);
  }

  Status finish(std::size_t d) {
    const std::string& directory = options_.log_directories[d];
    ARKIVE_TRY(sync_directory(directory));
    ARKIVE_ASSIGN(OffsetCheckpoint recovery_points, checkpoint(d, kRecoveryPoints));
    ARKIVE_ASSIGN(OffsetCheckpoint high_watermarks, checkpoint(d, kHighWatermarks));
    ARKIVE_ASSIGN(OffsetCheckpoint log_starts, checkpoint(d, kLogStarts));
    for (const Placed& placed : placement_.partitions) {
      if (placed.log_directory != d || is_missing(placed)) continue;
      const TopicPartition name{placed.topic->name, placed.partition->partition};
      recovery_points[name] = placed.shape.log_end;
      high_watermarks[name] = placed.shape.log_end;
      log_starts.erase(name);
      if (!placed.shape.segments.empty() &&
          placed.shape.log_start > placed.shape.segments.front()->base_offset) {
        log_starts[name] = placed.shape.log_start;
      }
    }
    ARKIVE_TRY(write_here(d, kRecoveryPoints, offset_checkpoint_text(recovery_points)));
    ARKIVE_TRY(write_here(d, kHighWatermarks, offset_checkpoint_text(high_watermarks)));
    ARKIVE_TRY(write_here(d, kLogStarts, offset_checkpoint_text(log_starts)));
    if (!options_.into_kraft) {
      // Without ZooKeeper the broker left it, or did not: its other logs are not ours to vouch for.
      ARKIVE_TRY(write_here(d, kCleanShutdown, kCleanShutdownText));
      ARKIVE_TRY(write_here(d, kMetaProperties, placement_.meta.text()));
    }
    ARKIVE_TRY(own(directory, options_));
    return sync_directory(directory);
  }

  Status open_to_brokers(std::size_t d) {
    ARKIVE_TRY(remove_tree(scratch(d)));
    return sync_directory(options_.log_directories[d]);
  }

  Status tell(const Placed& placed) {
    if (is_missing(placed)) return ok();
    SeededPartition& partition = report_.partitions.emplace_back();
    partition.topic = placed.topic->name;
    partition.partition = placed.partition->partition;
    partition.directory = in_place(placed);
    partition.log_start = placed.shape.log_start;
    partition.log_end = placed.shape.log_end;
    partition.segments = placed.shape.segments.size();
    for (const ArchivedSegment* const segment : placed.shape.segments) partition.bytes += segment->bytes;
    report_.bytes += partition.bytes;
    if (!placed.partition->epochs.empty()) {
      report_.highest_leader_epoch =
          std::max(report_.highest_leader_epoch, placed.partition->epochs.back().epoch);
    }
    for (const OpenTransaction& open : placed.partition->open) {
      report_.open_transactions.push_back({partition.topic, partition.partition, open.producer_id,
                                           open.producer_epoch, open.first_offset,
                                           coordinated_.under_way.contains(open.producer_id)});
    }
    return placed.in_place ? tell_producers(placed) : ok();
  }

  Status tell_producers(const Placed& placed) {
    ArchivedLog log(store_, cluster_, *placed.topic, *placed.partition, options_.deadline);
    return log.for_each_entry(
        log.first_offset(), log.next_offset(), [&](const LogEntry& entry, Fate) -> Result<Walk> {
          report_.highest_producer_id = std::max(report_.highest_producer_id, entry.producer_id);
          return Walk::kOn;
        });
  }

  const Store& store_;
  const std::string cluster_;
  const SeedOptions& options_;
  const Placement placement_;
  const CoordinatedTransactions coordinated_;
  std::vector<UniqueFd> file_systems_;  // opened before the first write, so that syncfs reports all of ours
  std::mutex mutex_;                    // of what follows
  std::set<std::string> lost_;
  SeedReport report_;
};

}  // namespace
}  // namespace seeding

Result<SeedReport> seed(const Store& store, std::string_view cluster, const ArchiveIndex& index,
                        const std::vector<ArchivedTopic>& topics, const SeedOptions& options) {
  ARKIVE_ASSIGN(auto placement, options.into_kraft ? seeding::place_for_kraft(topics, options)
                                                   : seeding::place_for_zookeeper(index, topics, options));
  // Where it is damaged, that its partition cannot be seeded says so; the transactions are then nobody's.
  auto coordinated = coordinated_transactions(store, cluster, topics, options.deadline);
  if (!coordinated && coordinated.error().outcome != Outcome::kCorrupt &&
      coordinated.error().outcome != Outcome::kNotFound) {
    return fail(std::move(coordinated).error());
  }
  auto report = seeding::Seeding(store, cluster, options, std::move(placement),
                                 std::move(coordinated).value_or(CoordinatedTransactions{}))
                    .run();
  if (!report) return fail(std::move(report).error());
  std::sort(report->missing.begin(), report->missing.end(),
            [](const Missing& a, const Missing& b) { return a.object < b.object; });
  std::sort(report->partitions.begin(), report->partitions.end(),
            [](const SeededPartition& a, const SeededPartition& b) {
              return std::tie(a.topic, a.partition) < std::tie(b.topic, b.partition);
            });
  return report;
}

}  // namespace arkive::kafka
