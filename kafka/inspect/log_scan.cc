#include "kafka/inspect/log_scan_internal.h"

#include <algorithm>
#include <limits>

#include "kafka/inspect/sound_entry_internal.h"
#include "kafka/log/large_entry.h"
#include "kafka/log/transaction_state.h"
#include "stores/core/interrupt.h"

namespace arkive::kafka::inspecting {
namespace {

/// Offsets of a segment are kept as 32 bits beside its base.
constexpr std::int64_t kMostOffsets = std::numeric_limits<std::int32_t>::max();
constexpr std::uint64_t kCounted = 1 << 20;
constexpr std::size_t kHeaderPiece = 4096;

/// Without what SegmentReader puts before its errors: file and byte stand in the report by themselves.
std::string cause_of(const Error& error, const std::string& path, std::uint64_t position) {
  const std::string before = "read '" + path + "' at byte " + std::to_string(position) + ": ";
  return error.what.starts_with(before) ? error.what.substr(before.size()) : error.what;
}

}  // namespace

LogScan::LogScan(const InspectOptions& options, InspectedPartition& into)
    : options_(options),
      into_(into),
      has_transaction_states_(into.partition.topic == kTransactionStateTopic),
      checks_(options.check_batches || has_transaction_states_) {}

Status LogScan::scan(SegmentFile& file, const SegmentToScan& segment) {
  segment_ = &segment;
  ++into_.segments;
  into_.bytes += file.size();
  // Apart from what a walk holds of the file.
  ARKIVE_ASSIGN(SegmentFile beside, file.again());
  SegmentReader reader(file.path(), file.size(),
                       [&](std::uint64_t offset, std::size_t size) { return file.read(offset, size); });
  if (!checks_) file.read_here_and_there();
  std::uint64_t position = 0;
  while (position < file.size()) {
    ARKIVE_ASSIGN(Stop stop, checks_ ? walk(reader, file, position) : walk_headers(file, position));
    if (stop.cause.empty() && stop.position == file.size()) break;
    ARKIVE_ASSIGN(position, judge(beside, std::move(stop)));
  }
  return report_progress();
}

Result<LogScan::Stop> LogScan::walk(SegmentReader& reader, SegmentFile& file, std::uint64_t from) {
  Stop stop;
  stop.position = from;
  const auto walked = reader.for_each_entry(
      CrcCheck::kNo,
      [&](const LogEntry& entry, std::uint64_t position) -> Result<Walk> {
        ARKIVE_TRY(count(entry.bytes.size()));
        if (computed_crc(entry) != entry.crc) {
          stop.cause = check_crc(entry).error().what;
          stop.next = position + entry.bytes.size();
          return Walk::kEnough;
        }
        ARKIVE_TRY(take(entry, position));
        stop.position = position + entry.bytes.size();
        return Walk::kOn;
      },
      from);
  if (!walked && walked.error().outcome != Outcome::kCorrupt) return fail(walked.error());
  if (!walked) stop.cause = cause_of(walked.error(), file.path(), stop.position);
  return stop;
}

Result<LogScan::Stop> LogScan::walk_headers(SegmentFile& file, std::uint64_t from) {
  Stop stop;
  stop.position = from;
  Bytes piece;
  std::uint64_t piece_from = from;
  LogEntry entry;
  while (stop.position < file.size()) {
    const std::uint64_t left = file.size() - stop.position;
    const std::uint64_t needed = std::min<std::uint64_t>(kBatchHeader, left);
    if (stop.position + needed > piece_from + piece.size()) {
      piece_from = stop.position;
      ARKIVE_ASSIGN(piece, file.read(piece_from, std::min<std::uint64_t>(kHeaderPiece, left)));
    }
    const Bytes header = piece.substr(static_cast<std::size_t>(stop.position - piece_from));
    const EntryState state = read_entry_header(header, left, entry);
    if (state == EntryState::kCutShort) return stop;
    if (state != EntryState::kWhole) {
      stop.cause = entry_error(state, header).what;
      return stop;
    }
    const std::uint64_t size = told_size(header);
    ARKIVE_TRY(count(size));
    ARKIVE_TRY(take(entry, stop.position));
    stop.position += size;
  }
  return stop;
}

Result<std::uint64_t> LogScan::judge(SegmentFile& file, Stop stop) {
  if (stop.next != 0) {
    const bool is_last_entry = stop.next == file.size();
    ARKIVE_ASSIGN(const bool sound,
                  is_last_entry ? Result<bool>(true) : is_sound_entry(file, stop.next, next_offset_));
    if (sound) {
      damaged(stop.position, std::move(stop.cause));
      return stop.next;
    }
  }
  const bool is_cut_short = stop.cause.empty();
  ARKIVE_ASSIGN(const bool zeros, is_cut_short ? Result<bool>(false) : file.is_zero_from(stop.position));
  const bool may_end_so = segment_->is_last && !segment_->is_trusted;
  if (zeros) {
    // So ends a preallocated file that nobody closed.
    if (!may_end_so) damaged(stop.position, "zeros from here to the end of the file");
    return file.size();
  }
  ARKIVE_ASSIGN(const std::uint64_t next, find_sound_entry(file, stop.position + 1, next_offset_));
  if (next < file.size()) {
    if (is_cut_short) stop.cause = "its length leads beyond the end of the file";
    damaged(stop.position, stop.cause + "; the next sound batch begins at byte " + std::to_string(next));
  } else if (!is_cut_short) {
    damaged(stop.position, stop.cause + "; no sound batch was found behind it in this file");
  } else if (may_end_so) {
    into_.cut_short = true;
  } else {
    damaged(stop.position, "cut short: the file ends within a batch, " +
                               std::to_string(file.size() - stop.position) + " bytes after its begin");
  }
  return next;
}

std::string LogScan::wrong_order(const LogEntry& entry) const {
  const std::int64_t first = entry.first_offset == kUnknownOffset ? entry.last_offset : entry.first_offset;
  if (first < segment_->base_offset) {
    return "offset " + std::to_string(first) + " is below the first one of the segment";
  }
  if (entry.last_offset - segment_->base_offset > kMostOffsets) {
    return "offset " + std::to_string(entry.last_offset) + " is too far above the first one of the segment";
  }
  if (first < next_offset_) {
    return "offset " + std::to_string(first) + " comes after offset " + std::to_string(next_offset_ - 1);
  }
  return {};
}

Status LogScan::take(const LogEntry& entry, std::uint64_t position) {
  if (std::string wrong = wrong_order(entry); !wrong.empty()) {
    // Which of two that do not fit is the wrong one, nobody can say: neither counts.
    const std::int64_t first = entry.first_offset == kUnknownOffset ? entry.last_offset : entry.first_offset;
    if (into_.damage_count == 0) into_.log_end = std::clamp(first, into_.log_start, into_.log_end);
    damaged(position, std::move(wrong));
    if (first < segment_->base_offset || entry.last_offset - segment_->base_offset > kMostOffsets)
      return ok();
  }
  next_offset_ = entry.next_offset();
  ++into_.batches;
  into_.highest_epoch = std::max(into_.highest_epoch, entry.leader_epoch);
  into_.highest_producer_id = std::max(into_.highest_producer_id, entry.producer_id);
  if (into_.damage_count == 0) {
    into_.last_epoch = std::max(entry.leader_epoch, -1);
    into_.log_end = next_offset_;
  }
  if (!has_transaction_states_ || entry.control) return ok();
  if (Status read = take_transaction_states(entry); !read) damaged(position, read.error().what);
  return ok();
}

Status LogScan::take_transaction_states(const LogEntry& entry) {
  return for_each_record(records_, entry, [&](const Record& record) {
    if (!record.value) return;
    into_.highest_producer_id =
        std::max(into_.highest_producer_id, TransactionState::read(*record.value).producer_id);
  });
}

void LogScan::damaged(std::uint64_t position, std::string cause) {
  if (into_.damage_count++ < InspectedPartition::kMostDamages) {
    into_.damage.push_back({segment_->name, position, std::move(cause)});
  }
}

Status LogScan::count(std::uint64_t bytes) {
  uncounted_ += bytes;
  return uncounted_ < kCounted ? ok() : report_progress();
}

Status LogScan::report_progress() {
  if (options_.on_progress) options_.on_progress(uncounted_);
  uncounted_ = 0;
  if (options_.deadline.passed()) return fail(Outcome::kRetry, "inspect log directories: not done in time");
  return check_interrupt("inspect log directories");
}

}  // namespace arkive::kafka::inspecting
