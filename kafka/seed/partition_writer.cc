#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "kafka/archive/layout.h"
#include "kafka/log/index.h"
#include "kafka/log_directories/checkpoint_files.h"
#include "kafka/log_directories/partition_files.h"
#include "kafka/seed/partition_writer_internal.h"
#include "stores/core/files.h"
#include "stores/core/hash.h"
#include "stores/core/interrupt.h"
#include "stores/core/system_call.h"

namespace arkive::kafka::seeding {
namespace {

constexpr std::size_t kWriteAtOnce = 4 << 20;
constexpr std::size_t kLeaderEpochAt = 12;

/// A new file of mode 0600 (a directory of ours: nobody else can have planted a link in it), written in large
/// pieces.
class Output {
 public:
  static Result<Output> create(std::string path, const SeedOptions& options) {
    constexpr int kMode = 0600;
    UniqueFd fd(traced(
        [&] { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kMode); }));
    if (!fd) return fail(system_error("create", path, errno));
    if ((options.owner || options.group) && traced([&] {
                                              return ::fchown(fd.get(), options.owner.value_or(~0U),
                                                              options.group.value_or(~0U));
                                            }) != 0) {
      return fail(system_error("give to its owner", path, errno));
    }
    return Output(std::move(path), std::move(fd));
  }

  Status write(Bytes bytes) {
    buffer_.append(bytes);
    return buffer_.size() >= kWriteAtOnce ? flush() : ok();
  }
  Status flush() {
    ARKIVE_TRY(check_interrupt("seed log directories"));
    ARKIVE_TRY(write_all(fd_.get(), buffer_, path_));
    // The disk works while we check what comes next; the sync at the end finds little left to do.
    if (buffer_.size() >= kWriteAtOnce) {
      (void)::sync_file_range(fd_.get(), static_cast<off_t>(written_), static_cast<off_t>(buffer_.size()),
                              SYNC_FILE_RANGE_WRITE);
    }
    written_ += buffer_.size();
    buffer_.clear();
    return ok();
  }

 private:
  Output(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  std::string path_;
  UniqueFd fd_;
  std::string buffer_;
  std::uint64_t written_ = 0;
};

Status write_file(const std::string& path, Bytes bytes, const SeedOptions& options) {
  ARKIVE_ASSIGN(Output output, Output::create(path, options));
  ARKIVE_TRY(output.write(bytes));
  return output.flush();
}

/// Of a compressed segment: its file is read once more, for the hash is that of the file.
Status check_compressed_hash(const Store& store, const std::string& key, const ArchivedSegment& segment,
                             Deadline deadline) {
  Sha256Stream hash;
  const auto take = [&](Bytes piece) {
    hash.update(piece);
    return ok();
  };
  ARKIVE_TRY(store.stream(key, 0, segment.zstd_bytes, take, deadline));
  if (hex(hash.finish()) == segment.sha256) return ok();
  return fail(Outcome::kCorrupt, "read '" + key + "': its SHA-256 is not that of the list");
}

class SegmentCopy {
 public:
  SegmentCopy(const Store& store, const PartitionPlace& place, const SeedOptions& options,
              std::optional<std::int32_t> leader_epoch)
      : store_(store), place_(place), options_(options), leader_epoch_(leader_epoch) {}

  Status copy(const ArchivedSegment& segment, const std::string& directory) {
    ARKIVE_ASSIGN(StoredSegment stored, StoredSegment::open(store_, place_, segment, options_.deadline));
    ARKIVE_ASSIGN(Output output,
                  Output::create(directory + "/" + segment_file_name(segment.base_offset, ".log"), options_));
    Sha256Stream hash;
    IndexBuilder indexes(segment.base_offset);
    const auto each = [&](const LogEntry& entry, std::uint64_t position) -> Result<Walk> {
      if (!segment.is_compressed()) hash.update(entry.bytes);
      ARKIVE_TRY(states_.append(entry));
      ARKIVE_ASSIGN(const auto aborted, transactions_.append(entry));
      ARKIVE_TRY(indexes.append(entry, position));
      if (aborted) indexes.append(*aborted);
      ARKIVE_TRY(append(output, entry));
      return Walk::kOn;
    };
    const auto walked = stored.walk(each);
    if (!walked) return fail(walked.error());
    ARKIVE_TRY(output.flush());
    if (segment.is_compressed()) {
      ARKIVE_TRY(check_compressed_hash(store_, stored.key(), segment, options_.deadline));
    } else if (hex(hash.finish()) != segment.sha256) {
      return fail(Outcome::kCorrupt, "read '" + stored.key() + "': its SHA-256 is not that of the list");
    }
    return write_indexes(indexes.files(), segment.base_offset, directory);
  }

  const ProducerStates& states() const { return states_; }

 private:
  Status append(Output& output, const LogEntry& entry) {
    if (leader_epoch_ && entry.magic == 2) {
      std::string head(entry.bytes.substr(0, kBatchHeader));
      store_big_endian(head.data() + kLeaderEpochAt, *leader_epoch_);
      ARKIVE_TRY(output.write(head));
      ARKIVE_TRY(output.write(entry.bytes.substr(kBatchHeader)));
    } else {
      ARKIVE_TRY(output.write(entry.bytes));
    }
    if (options_.on_progress) options_.on_progress(entry.bytes.size());
    return ok();
  }

  Status write_indexes(const IndexFiles& files, std::int64_t base_offset, const std::string& directory) {
    const std::string path = directory + "/" + segment_file_name(base_offset, {});
    ARKIVE_TRY(write_file(path + ending_of(SegmentFile::kOffsetIndex), files.offsets, options_));
    ARKIVE_TRY(write_file(path + ending_of(SegmentFile::kTimeIndex), files.times, options_));
    if (files.transactions.empty()) return ok();
    return write_file(path + ending_of(SegmentFile::kTransactionIndex), files.transactions, options_);
  }

  const Store& store_;
  const PartitionPlace& place_;
  const SeedOptions& options_;
  const std::optional<std::int32_t> leader_epoch_;
  ProducerStates states_;
  TransactionTracker transactions_;
};

}  // namespace

PartitionShape shape_of(const ArchivedTopic& topic, const ArchivedPartition& partition) {
  PartitionShape shape;
  shape.topic_id = topic.id;
  shape.log_end = partition.next_offset;
  for (const ArchivedSegment& segment : partition.segments) {
    if (segment.generation != partition.generation || segment.next_offset <= partition.log_start) continue;
    shape.segments.push_back(&segment);
  }
  shape.log_start = std::min(partition.log_start, partition.next_offset);
  if (!shape.segments.empty()) {
    // The log ends with its last batch, wherever the archive was told that it ends.
    shape.log_end = shape.segments.back()->next_offset;
    shape.log_start = std::max(shape.log_start, shape.segments.front()->base_offset);
  }
  for (std::size_t i = 0; i < partition.epochs.size(); ++i) {
    LeaderEpochStart epoch = partition.epochs[i];
    if (i + 1 < partition.epochs.size() && partition.epochs[i + 1].start_offset <= shape.log_start) continue;
    epoch.start_offset = std::max(epoch.start_offset, shape.log_start);
    shape.epochs.push_back(epoch);
  }
  return shape;
}

Result<std::int64_t> write_partition(const Store& store, const PartitionPlace& place,
                                     const PartitionShape& shape, const std::string& path,
                                     const SeedOptions& options) {
  constexpr int kMode = 0700;
  if (traced([&] { return ::mkdir(path.c_str(), kMode); }) != 0)
    return fail(system_error("make", path, errno));
  if ((options.owner || options.group) && traced([&] {
                                            return ::lchown(path.c_str(), options.owner.value_or(~0U),
                                                            options.group.value_or(~0U));
                                          }) != 0) {
    return fail(system_error("give to its owner", path, errno));
  }
  SegmentCopy copy(store, place, options, shape.leader_epoch);
  for (const ArchivedSegment* const segment : shape.segments) ARKIVE_TRY(copy.copy(*segment, path));
  if (shape.segments.empty()) {
    // An empty log begins where it ended, not at 0.
    for (const char* const ending : {".log", ".index", ".timeindex"}) {
      ARKIVE_TRY(write_file(path + "/" + segment_file_name(shape.log_end, ending), {}, options));
    }
  }
  const ProducerStates& states = copy.states();
  ARKIVE_TRY(write_file(path + "/" + segment_file_name(shape.log_end, ".snapshot"),
                        shape.leader_epoch ? states.of_open_transactions().snapshot() : states.snapshot(),
                        options));
  ARKIVE_TRY(write_file(path + "/" + std::string(kLeaderEpochs), leader_epoch_checkpoint_text(shape.epochs),
                        options));
  if (!shape.topic_id.is_zero()) {
    ARKIVE_TRY(write_file(path + "/" + std::string(kPartitionMetadata),
                          partition_metadata_text(shape.topic_id), options));
  }
  return states.states().empty() ? -1 : states.states().rbegin()->first;
}

}  // namespace arkive::kafka::seeding
