#include "kafka/merge/segment_merge.h"

#include <algorithm>

#include "kafka/archive/layout.h"
#include "kafka/merge/aborted_spans.h"
#include "stores/core/bytes.h"
#include "stores/core/hash.h"
#include "stores/core/interrupt.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kPiece = 1 << 20;  // of what is written at once

bool is_damage(const Error& error) {
  return error.outcome == Outcome::kCorrupt || error.outcome == Outcome::kNotFound;
}

}  // namespace

/// A merged segment on its way.
struct SegmentMerge::Attempt {
  Attempt(std::unique_ptr<ObjectWriter> object, FrameCompressors* compressors, std::int64_t base_offset)
      : out(std::move(object), compressors), index(base_offset) {}

  /// Write in pieces: a batch may be a hundred bytes.
  Status write(Bytes bytes) {
    if (pending.size() + bytes.size() > kPiece) ARKIVE_TRY(flush());
    if (bytes.size() >= kPiece) return noted(out.write(bytes));
    pending += bytes;
    return ok();
  }
  Status flush() {
    if (pending.empty()) return ok();
    ARKIVE_TRY(noted(out.write(pending)));
    pending.clear();
    return ok();
  }
  /// An error of what is written is none of the source that is being read.
  Status noted(Status written) {
    if (!written) failure = written.error();
    return written;
  }

  SegmentOutput out;
  IndexBuilder index;
  SeenAborts aborts;
  std::string pending;
  ArchivedSegment merged;
  std::size_t taken = 0;  // sources
  std::optional<Error> failure;
  std::optional<Error> damage;  // of the source behind those that were taken
  /// Of what came before the sources, and tells which of their transactions were aborted.
  std::optional<Error> damage_before;
};

Result<MergedSegments> SegmentMerge::merge(std::span<const ArchivedSegment> sources) {
  MergedSegments all;
  ARKIVE_TRY(merge_into(sources, all));
  return all;
}

Status SegmentMerge::merge_into(std::span<const ArchivedSegment> sources, MergedSegments& all) {
  while (sources.size() > 1) {
    ARKIVE_ASSIGN(const std::unique_ptr<Attempt> made, attempt(sources));
    const std::size_t taken = made->taken;
    if (made->damage) {
      // Some of it is written already, so those before it are merged once more, without it.
      ARKIVE_TRY(merge_into(sources.first(taken), all));
      all.damaged.push_back(
          {log_key(place_.cluster, *place_.topic, place_.partition, sources[taken]), made->damage->what});
      all.segments.push_back(sources[taken]);
      sources = sources.subspan(taken + 1);
      continue;
    }
    if (made->damage_before) {
      all.damaged.push_back({log_key(place_.cluster, *place_.topic, place_.partition, sources.front()),
                             "it is not merged, for which transactions were aborted cannot be told: " +
                                 made->damage_before->what});
      all.segments.insert(all.segments.end(), sources.begin(), sources.begin() + static_cast<long>(taken));
      sources = sources.subspan(taken);
      continue;
    }
    all.segments.push_back(taken > 1 ? made->merged : sources.front());
    if (taken > 1) {
      ++all.merged;
      all.bytes += made->merged.stored_bytes();
    }
    sources = sources.subspan(taken);
  }
  all.segments.insert(all.segments.end(), sources.begin(), sources.end());
  return ok();
}

Result<std::unique_ptr<SegmentMerge::Attempt>> SegmentMerge::attempt(
    std::span<const ArchivedSegment> sources) {
  const ArchivedSegment& first = sources.front();
  ArchivedSegment merged;
  merged.base_offset = merged.next_offset = first.base_offset;
  merged.generation = first.generation;
  // No run before this one names a segment of this base offset with a higher number.
  merged.merge = first.merge + 1;
  merged.zstd_bytes = first.zstd_bytes;  // its form, as yet
  ARKIVE_ASSIGN(auto object,
                store_.begin(log_key(place_.cluster, *place_.topic, place_.partition, merged), deadline_));
  auto made = std::make_unique<Attempt>(std::move(object), first.is_compressed() ? &no_compressors_ : nullptr,
                                        first.base_offset);
  made->merged = std::move(merged);
  for (const ArchivedSegment& source : sources) {
    ARKIVE_ASSIGN(const bool had_room, take(source, *made));
    if (made->damage) return made;
    if (!had_room) break;
    ++made->taken;
  }
  if (made->taken < 2) return made;
  const Status finished = finish(sources.first(made->taken), *made);
  if (!finished) return fail(finished.error());
  return made;
}

/// False: it has more frames than a segment may have, and nothing of it was taken.
Result<bool> SegmentMerge::take(const ArchivedSegment& source, Attempt& attempt) {
  const auto damaged_or_failed = [&](const Error& error) -> Result<bool> {
    if (attempt.failure) return fail(*attempt.failure);
    if (!is_damage(error)) return fail(error);
    attempt.damage = error;
    return true;
  };
  auto stored = StoredSegment::open(store_, place_, source, deadline_);
  if (!stored) return damaged_or_failed(stored.error());
  const SeekTable* const frames = stored->frames();
  if (frames != nullptr && attempt.out.frame_count() + frames->frames().size() > SeekTable::kMostFrames)
    return false;
  if (const Status walked = walk_over(source, *stored, attempt); !walked)
    return damaged_or_failed(walked.error());
  if (frames != nullptr) {
    if (const Status copied = copy_frames(source, *stored, attempt); !copied)
      return damaged_or_failed(copied.error());
  }
  join(source, attempt.merged);
  if (on_progress_) on_progress_(source.stored_bytes());
  return true;
}

/// Every batch, into the index and, of one that is not compressed, into the file.
Status SegmentMerge::walk_over(const ArchivedSegment& source, StoredSegment& stored, Attempt& attempt) {
  Sha256Stream hash;
  ArchivedSegment is;
  is.next_offset = source.base_offset;
  const auto take_entry = [&](const LogEntry& entry, std::uint64_t position) -> Result<Walk> {
    const std::int64_t first = entry.first_offset == kUnknownOffset ? is.next_offset : entry.first_offset;
    if (first > is.next_offset) {
      ++is.gap_count;
      is.missing_offsets += static_cast<std::uint64_t>(first - is.next_offset);
    }
    ARKIVE_TRY(attempt.index.append(entry, attempt.merged.bytes + position));
    ARKIVE_TRY(attempt.aborts.append(entry));
    if (!source.is_compressed()) {
      hash.update(entry.bytes);
      ARKIVE_TRY(attempt.write(entry.bytes));
    }
    is.next_offset = entry.next_offset();
    ++is.batches;
    is.records = is.records < 0 || entry.record_count == kUnknownCount ? -1 : is.records + entry.record_count;
    is.max_timestamp = std::max(is.max_timestamp, entry.max_timestamp);
    return Walk::kOn;
  };
  ARKIVE_TRY(stored.walk(take_entry));
  const auto differs = [&](const std::string& what) {
    return fail(Outcome::kCorrupt, "read '" + stored.key() + "': " + what + " not what its list says");
  };
  if (is.batches != source.batches || is.records != source.records) return differs("its counts are");
  if (is.max_timestamp != source.max_timestamp) return differs("its greatest timestamp is");
  if (is.gap_count != source.gap_count || is.missing_offsets != source.missing_offsets)
    return differs("its gaps are");
  if (!source.is_compressed() && hex(hash.finish()) != source.sha256) return differs("its SHA-256 is");
  return ok();
}

/// All but its seek table goes over as it is stored.
Status SegmentMerge::copy_frames(const ArchivedSegment& source, const StoredSegment& stored,
                                 Attempt& attempt) {
  const SeekTable& frames = *stored.frames();
  const SeekTable::Frame last = frames.frames().empty() ? SeekTable::Frame() : frames.frames().back();
  const std::uint64_t end = last.stored_at + last.stored_size;
  attempt.out.append_frames(frames);
  Sha256Stream hash;
  std::uint64_t of_frames = end;
  const auto take = [&](Bytes piece) -> Status {
    ARKIVE_TRY(check_interrupt("merge"));
    hash.update(piece);
    const Bytes frames_alone = piece.substr(0, of_frames);
    of_frames -= frames_alone.size();
    return frames_alone.empty() ? ok() : attempt.noted(attempt.out.write_stored(frames_alone));
  };
  ARKIVE_TRY(store_.stream(stored.key(), 0, source.stored_bytes(), take, deadline_));
  if (hex(hash.finish()) == source.sha256) return ok();
  return fail(Outcome::kCorrupt, "read '" + stored.key() + "': its SHA-256 is not what its list says");
}

/// What the merged segment is with `source` behind what it holds already.
void SegmentMerge::join(const ArchivedSegment& source, ArchivedSegment& merged) const {
  const auto name_gap = [&](const OffsetGap& gap) {
    if (merged.gaps.size() < ArchivedSegment::kMostGaps) merged.gaps.push_back(gap);
  };
  if (source.base_offset > merged.next_offset) {
    ++merged.gap_count;
    merged.missing_offsets += static_cast<std::uint64_t>(source.base_offset - merged.next_offset);
    name_gap({merged.next_offset, source.base_offset, cause_between(merged.next_offset, source.base_offset)});
  }
  std::for_each(source.gaps.begin(), source.gaps.end(), name_gap);
  merged.gap_count += source.gap_count;
  merged.missing_offsets += source.missing_offsets;
  merged.next_offset = source.next_offset;
  merged.bytes += source.bytes;
  merged.batches += source.batches;
  merged.records = merged.records < 0 || source.records < 0 ? -1 : merged.records + source.records;
  if (merged.least_base_timestamp < 0 ||
      (source.least_base_timestamp >= 0 && source.least_base_timestamp < merged.least_base_timestamp)) {
    merged.least_base_timestamp = source.least_base_timestamp;
  }
  merged.max_timestamp = std::max(merged.max_timestamp, source.max_timestamp);
}

std::string SegmentMerge::cause_between(std::int64_t first, std::int64_t next) const {
  std::string causes;
  for (const OffsetGap& gap : partition_.gaps) {
    if (gap.first >= next || gap.next <= first || causes.find(gap.cause) != std::string::npos) continue;
    causes += (causes.empty() ? "" : "; ") + gap.cause;
  }
  return causes.empty() ? "not told" : causes;
}

Status SegmentMerge::finish(std::span<const ArchivedSegment> sources, Attempt& attempt) {
  ARKIVE_TRY(attempt.flush());
  ArchivedSegment& merged = attempt.merged;
  const auto aborted = AbortedSpans(store_, place_, partition_, deadline_).of(sources, attempt.aborts);
  if (!aborted && is_damage(aborted.error())) {
    attempt.damage_before = aborted.error();
    return ok();
  }
  if (!aborted) return fail(aborted.error());
  for (const AbortedSpan& span : *aborted) attempt.index.append(span);
  merged.aborted = aborted->size();
  ARKIVE_TRY(attempt.out.finish());
  merged.sha256 = attempt.out.sha256();
  merged.zstd_bytes = attempt.out.is_compressed() ? attempt.out.stored_bytes() : 0;
  const IndexFiles files = attempt.index.files();
  ARKIVE_TRY(write_index(merged, SegmentFile::kOffsetIndex, files.offsets));
  ARKIVE_TRY(write_index(merged, SegmentFile::kTimeIndex, files.times));
  return write_index(merged, SegmentFile::kTransactionIndex, files.transactions);
}

Status SegmentMerge::write_index(const ArchivedSegment& merged, SegmentFile file, Bytes content) {
  const std::string key = segment_key(place_.cluster, *place_.topic, place_.partition, merged, file);
  if (content.empty()) {
    // A merge that was killed may have left one, of more segments than these.
    const auto there = store_.head(key, deadline_);
    if (there) return store_.remove(key, deadline_);
    return there.error().outcome == Outcome::kNotFound ? ok() : fail(there.error());
  }
  ARKIVE_ASSIGN(const auto writer, store_.begin(key, deadline_));
  ARKIVE_TRY(writer->write(content));
  return writer->finish();
}

}  // namespace arkive::kafka
