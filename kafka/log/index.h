/// Kafka's own index files of a segment: written as LogSegment of Kafka 3.9 does (by append and by recover),
/// read, and checked against the segment.
///
/// Format, all numbers big-endian; <base> is the segment's base offset, the name of its files.
///   .index      one entry each: offset - <base> i32 | position i32. The last offset of a batch and where the
///               batch begins, once more than 4,096 bytes (index.interval.bytes) lie between its beginning
///               and that of the batch indexed before (at first: the segment's beginning).
///   .timeindex  timestamp i64 | offset - <base> i32. The greatest timestamp so far and the last
///               offset of the first batch that has it, written with each entry of .index and at the end,
///               when it is greater than the one before. Timestamps of -1 and less are never written.
///   .txnindex   version i16 = 0 | producer id i64 | first offset i64 | last offset i64 (the marker's) |
///               last stable offset i64. Each aborted transaction whose marker stands in the segment.
/// No checksums: what the segment says is right, and an index is told from it again at any time.
///
/// A broker's own files can differ and be right: it appends what one request or one fetch of a replica
/// brought as one (Kafka before 4.0), Kafka 1.1 names the first offset of a batch instead of the last, and
/// the index of the segment it writes to is longer, filled with zeros.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kafka/log/aborted.h"
#include "kafka/log/batch.h"
#include "stores/core/bytes.h"
#include "stores/core/result.h"

namespace arkive::kafka {

inline constexpr std::uint32_t kIndexInterval = 4096;  ///< index.interval.bytes, Kafka's default

/// The bytes of the three files. `transactions` empty: Kafka writes no .txnindex then.
struct IndexFiles {
  std::string offsets;
  std::string times;
  std::string transactions;
};

/// Builds the index files of one segment while it is written. Not thread-safe.
class IndexBuilder {
 public:
  explicit IndexBuilder(std::int64_t base_offset, std::uint32_t interval = kIndexInterval)
      : base_offset_(base_offset), interval_(interval), max_timestamp_offset_(base_offset) {}

  /// False: Kafka's files cannot hold `entry` at `position` of this segment (the offset lies 2^31 or more
  /// behind the base offset, or before it; the segment would be 2 GiB or more), a new segment must begin.
  bool fits(const LogEntry& entry, std::uint64_t position) const;

  /// `entry` stands at byte `position` of the segment. kCorrupt when it does not fit(), or when it does not
  /// come after the entry before.
  Status append(const LogEntry& entry, std::uint64_t position);

  /// Its marker was the entry appended last (TransactionTracker tells).
  void append(const AbortedSpan& aborted);

  /// As the files of a closed segment are; append() may go on after it.
  IndexFiles files() const;

  std::int64_t base_offset() const { return base_offset_; }

 private:
  std::int64_t base_offset_;
  std::uint32_t interval_;
  std::uint64_t indexed_position_ = 0;
  std::int64_t last_offset_ = -1;
  UnixMilliseconds max_timestamp_ = kNoTimestamp;
  std::int64_t max_timestamp_offset_;
  UnixMilliseconds written_timestamp_ = kNoTimestamp;
  IndexFiles files_;
};

/// An .index file, read. The bytes are the caller's.
class OffsetIndex {
 public:
  struct Entry {
    std::int64_t offset = 0;
    std::uint64_t position = 0;
  };
  /// Zeros at the end (see above) are left out. kCorrupt when the size is no multiple of 8, or offsets or
  /// positions do not ascend.
  static Result<OffsetIndex> open(Bytes file, std::int64_t base_offset);

  /// Where to begin to look for `offset`: the entry with the greatest offset up to it, or the base offset and
  /// 0. No record with this or a later offset stands before the position.
  Entry lookup(std::int64_t offset) const;
  std::size_t size() const { return file_.size() / kSize; }
  Entry entry(std::size_t number) const;

  static constexpr std::size_t kSize = 8;

 private:
  OffsetIndex(Bytes file, std::int64_t base_offset) : file_(file), base_offset_(base_offset) {}
  Bytes file_;
  std::int64_t base_offset_;
};

/// A .timeindex file, read. The bytes are the caller's.
class TimeIndex {
 public:
  struct Entry {
    UnixMilliseconds timestamp = kNoTimestamp;
    std::int64_t offset = 0;
  };
  /// As OffsetIndex::open, with entries of 12 bytes.
  static Result<TimeIndex> open(Bytes file, std::int64_t base_offset);

  /// Where to begin to look for records at or after `time`: the entry with the greatest timestamp before it,
  /// or kNoTimestamp and the base offset. No such record stands in an entry that ends before that offset.
  Entry lookup(UnixMilliseconds time) const;
  std::size_t size() const { return file_.size() / kSize; }
  Entry entry(std::size_t number) const;

  static constexpr std::size_t kSize = 12;

 private:
  TimeIndex(Bytes file, std::int64_t base_offset) : file_(file), base_offset_(base_offset) {}
  Bytes file_;
  std::int64_t base_offset_;
};

/// A .txnindex file. kCorrupt: no whole number of entries, another version, last offsets that do not ascend.
Result<std::vector<AbortedSpan>> read_transaction_index(Bytes file);
std::string write_transaction_index(std::span<const AbortedSpan> aborted);

/// Checks index files, whoever wrote them, against their segment: each entry of the segment is shown once, in
/// order. What an index says must never hide a record from a lookup, and each of its entries must point at an
/// entry of the segment. (Whether files are just those that IndexBuilder makes is told by comparing bytes.)
class IndexCheck {
 public:
  /// `offsets` and `times` are the caller's. kCorrupt as OffsetIndex::open.
  static Result<IndexCheck> open(Bytes offsets, Bytes times, std::int64_t base_offset);
  /// kCorrupt, naming the offset, when an index is wrong about what has been shown so far.
  Status entry(const LogEntry& entry, std::uint64_t position);
  /// kCorrupt when an index tells of more than was shown.
  Status finish() const;

 private:
  IndexCheck(OffsetIndex offsets, TimeIndex times) : offsets_(offsets), times_(times) {}
  OffsetIndex offsets_;
  TimeIndex times_;
  std::size_t next_offset_entry_ = 0;
  std::size_t next_time_entry_ = 0;
  std::int64_t last_offset_ = -1;
  UnixMilliseconds max_timestamp_ = kNoTimestamp;
};

}  // namespace arkive::kafka
