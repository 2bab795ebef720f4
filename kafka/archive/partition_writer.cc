#include "kafka/archive/partition_writer.h"

#include <algorithm>

#include "kafka/archive/layout.h"
#include "stores/core/log.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kLookAhead = 1 << 20;

}  // namespace

PartitionWriter::PartitionWriter(Store& store, std::string cluster, const ArchivedTopic& topic,
                                 ArchivedPartition& partition, Options options)
    : store_(store),
      cluster_(std::move(cluster)),
      topic_(topic),
      partition_(partition),
      options_(std::move(options)),
      transactions_(partition.open),
      found_segments_(partition.segments.size()) {}

Status PartitionWriter::take(Bytes records, std::int64_t target, bool to_markers) {
  taking_ = records;
  const auto taken = for_each_entry(records, CrcCheck::kYes, [&](const LogEntry& entry) -> Status {
    if (entry.last_offset < partition_.next_offset) return ok();
    const std::int64_t first = entry.first_offset == kUnknownOffset ? entry.last_offset : entry.first_offset;
    if (first >= target && !(to_markers && is_open_before(target))) return ok();
    if (first < archived_end()) {
      ARKIVE_TRY(finish());
      begin_generation();
      return fail(Outcome::kConflict, "another log");
    }
    return take_entry(entry);
  });
  ARKIVE_TRY(flush());
  if (!taken && taken.error().outcome == Outcome::kConflict) return ok();  // comes again, from its beginning
  if (!taken) {
    return fail(taken.error().within("read " + TopicPartition{topic_.name, partition_.partition}.text() +
                                     " from offset " + std::to_string(partition_.next_offset)));
  }
  return ok();
}

std::int64_t PartitionWriter::archived_end() const {
  if (log_) return segment_.next_offset;
  if (partition_.segments.empty()) return 0;
  const ArchivedSegment& last = partition_.segments.back();
  return last.generation == partition_.generation ? last.next_offset : 0;
}

void PartitionWriter::begin_generation() {
  log_warning("partition " + TopicPartition{topic_.name, partition_.partition}.text() +
              " is another log than the one that is archived: generation " +
              std::to_string(partition_.generation + 1) + " begins");
  // What was taken across leaders may be of two logs already, and the brokers can no longer be asked: their
  // epochs are those of a third one.
  if (!left_epochs_.empty()) partition_.segments.resize(found_segments_);
  found_segments_ = partition_.segments.size();
  ++partition_.generation;
  partition_.next_offset = partition_.log_start;
  partition_.epochs.clear();
  partition_.open.clear();
  partition_.gaps.clear();
  left_epochs_.clear();
  passed_from_.reset();
  transactions_ = TransactionTracker();
}

bool PartitionWriter::is_open_before(std::int64_t offset) const {
  return !transactions_.open().empty() && transactions_.open().front().first_offset < offset;
}

Status PartitionWriter::take_entry(const LogEntry& entry) {
  // A wrapper of old begins somewhere after the entry before it.
  const std::int64_t first =
      entry.first_offset == kUnknownOffset ? partition_.next_offset : entry.first_offset;
  if (log_ &&
      (segment_.bytes >= options_.segment_bytes || !index_->fits(entry, segment_.bytes) || log_->is_full())) {
    ARKIVE_TRY(finish());
  }
  if (!log_) ARKIVE_TRY(begin_segment(first, entry));
  const std::int64_t gap_begin = passed_from_.value_or(partition_.next_offset);
  passed_from_.reset();
  if (first > gap_begin) note_gap(gap_begin, first);
  ARKIVE_TRY(index_->append(entry, segment_.bytes));
  ARKIVE_ASSIGN(const std::optional<AbortedSpan> aborted, transactions_.append(entry));
  if (aborted) {
    index_->append(*aborted);
    ++segment_.aborted;
  }
  note_epoch(entry, first);

  if (!pending_.empty() && pending_.data() + pending_.size() == entry.bytes.data()) {
    pending_ = Bytes(pending_.data(), pending_.size() + entry.bytes.size());
  } else {
    ARKIVE_TRY(flush());
    pending_ = entry.bytes;
  }
  segment_.bytes += entry.bytes.size();
  ++segment_.batches;
  if (entry.record_count == kUnknownCount) {
    segment_.records = -1;
  } else if (segment_.records >= 0) {
    segment_.records += entry.record_count;
  }
  if (entry.record_count > 0) records_ += entry.record_count;
  if (!entry.delete_horizon && entry.base_timestamp >= 0 &&
      (segment_.least_base_timestamp < 0 || entry.base_timestamp < segment_.least_base_timestamp)) {
    segment_.least_base_timestamp = entry.base_timestamp;
  }
  segment_.max_timestamp = std::max(segment_.max_timestamp, entry.max_timestamp);
  segment_.next_offset = entry.next_offset();
  partition_.next_offset = entry.next_offset();
  return ok();
}

void PartitionWriter::note_gap(std::int64_t first, std::int64_t next) {
  // Before the first batch of a run it lies between two segments.
  if (segment_.batches == 0) {
    note_gap_between_segments(first, next);
    return;
  }
  ++segment_.gap_count;
  segment_.missing_offsets += static_cast<std::uint64_t>(next - first);
  if (segment_.gaps.size() < ArchivedSegment::kMostGaps) {
    segment_.gaps.push_back({first, next, options_.gap_cause});
  }
}

void PartitionWriter::note_gap_between_segments(std::int64_t first, std::int64_t next) {
  // What one run passed over and what the next one did is one gap.
  if (!partition_.gaps.empty() && partition_.gaps.back().next == first &&
      partition_.gaps.back().cause == options_.gap_cause) {
    partition_.gaps.back().next = next;
    return;
  }
  partition_.gaps.push_back({first, next, options_.gap_cause});
}

void PartitionWriter::pass_to(std::int64_t next) {
  if (next <= partition_.next_offset) return;
  if (!passed_from_) passed_from_ = partition_.next_offset;
  partition_.next_offset = next;
}

void PartitionWriter::note_epoch(const LogEntry& entry, std::int64_t first) {
  if (entry.leader_epoch < 0) return;
  if (!partition_.epochs.empty() && partition_.epochs.back().epoch >= entry.leader_epoch) return;
  if (!partition_.epochs.empty()) left_epochs_.push_back({partition_.epochs.back().epoch, archived_end()});
  partition_.epochs.push_back({entry.leader_epoch, first});
}

Status PartitionWriter::skip_to(std::int64_t next, std::string cause) {
  if (next <= partition_.next_offset) return ok();
  ARKIVE_TRY(finish());  // the gap lies between segments
  partition_.gaps.push_back({partition_.next_offset, next, std::move(cause)});
  partition_.next_offset = next;
  return ok();
}

// Told from what comes with its first entry, for the first may be a marker, which nobody compresses.
bool PartitionWriter::is_mostly_uncompressed(const LogEntry& entry) const {
  const Bytes ahead =
      taking_.substr(static_cast<std::size_t>(entry.bytes.data() - taking_.data()), kLookAhead);
  std::size_t as_it_is = 0;
  std::size_t compressed = 0;
  // What is damaged is found when its turn comes.
  (void)for_each_entry(ahead, CrcCheck::kNo, [&](const LogEntry& one) {
    (one.codec == Codec::kNone ? as_it_is : compressed) += one.bytes.size();
  }).has_value();
  if (as_it_is + compressed == 0) return entry.codec == Codec::kNone;  // larger than what was looked at
  return as_it_is >= compressed;
}

Status PartitionWriter::begin_segment(std::int64_t base_offset, const LogEntry& entry) {
  segment_ = ArchivedSegment{};
  segment_.base_offset = segment_.next_offset = base_offset;
  segment_.generation = partition_.generation;
  index_.emplace(base_offset);
  FrameCompressors* const compressors = is_mostly_uncompressed(entry) ? options_.compressors : nullptr;
  const SegmentFile file = compressors != nullptr ? SegmentFile::kCompressedLog : SegmentFile::kLog;
  ARKIVE_ASSIGN(auto object, store_.begin(segment_key(cluster_, topic_, partition_.partition, segment_, file),
                                          Deadline::never()));
  log_.emplace(std::move(object), compressors);
  return ok();
}

Status PartitionWriter::flush() {
  if (pending_.empty()) return ok();
  bytes_ += pending_.size();
  ARKIVE_TRY(log_->write(pending_));
  pending_ = {};
  return ok();
}

Status PartitionWriter::write_index(SegmentFile file, Bytes content) {
  if (content.empty()) return ok();
  ARKIVE_ASSIGN(
      const auto writer,
      store_.begin(segment_key(cluster_, topic_, partition_.partition, segment_, file), Deadline::never()));
  ARKIVE_TRY(writer->write(content));
  return writer->finish();
}

Status PartitionWriter::finish() {
  partition_.open = transactions_.open();
  if (passed_from_) note_gap_between_segments(*passed_from_, partition_.next_offset);
  passed_from_.reset();
  if (!log_) return ok();
  ARKIVE_TRY(flush());
  ARKIVE_TRY(log_->finish());
  segment_.sha256 = log_->sha256();
  if (log_->is_compressed()) segment_.zstd_bytes = log_->stored_bytes();
  log_.reset();
  const IndexFiles files = index_->files();
  ARKIVE_TRY(write_index(SegmentFile::kOffsetIndex, files.offsets));
  ARKIVE_TRY(write_index(SegmentFile::kTimeIndex, files.times));
  ARKIVE_TRY(write_index(SegmentFile::kTransactionIndex, files.transactions));
  partition_.segments.push_back(segment_);
  return ok();
}

}  // namespace arkive::kafka
