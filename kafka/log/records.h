/// RecordReader: the records in a log entry of any magic and codec.
///
/// Formats: of a record (magic 2) in record_bytes_internal.h; what stands in older messages in batch.h. A
/// wrapper's value is the compressed messages one behind another. Their offsets: magic 0 absolute; magic 1
/// relative, the last one being that of the wrapper.
///
/// Timestamps: magic 2 base timestamp + delta (with a delete horizon the base is the horizon, and the deltas
/// count from it); of a log-append-time batch its max timestamp, of such a wrapper its own; magic 0 none.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "kafka/log/batch.h"
#include "kafka/log/codec.h"
#include "stores/core/bytes.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::kafka {

struct Header {
  Bytes name;                  ///< never null; may be empty, and the same one may come again
  std::optional<Bytes> value;  ///< nothing: null, which is not empty
};

/// The headers of a record in their order, taken apart while one walks over them. They have been checked.
class Headers {
 public:
  class Iterator {
   public:
    using value_type = Header;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(Bytes rest, std::int32_t left) : rest_(rest), left_(left) { take(); }
    const Header& operator*() const { return header_; }
    const Header* operator->() const { return &header_; }
    Iterator& operator++() {
      --left_;
      take();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return left_ == 0; }

   private:
    void take();
    Bytes rest_;
    std::int32_t left_ = 0;
    Header header_;
  };

  Headers() = default;
  Headers(Bytes bytes, std::int32_t count) : bytes_(bytes), count_(count) {}
  Iterator begin() const { return {bytes_, count_}; }
  static std::default_sentinel_t end() { return {}; }
  std::size_t size() const { return static_cast<std::size_t>(count_); }
  bool empty() const { return count_ == 0; }

 private:
  Bytes bytes_;
  std::int32_t count_ = 0;
};

/// All bytes belong to the entry, or to the RecordReader when it was compressed.
struct Record {
  std::int64_t offset = 0;
  UnixMilliseconds timestamp = kNoTimestamp;
  std::optional<Bytes> key;  ///< nothing: null, which is not empty
  std::optional<Bytes> value;
  Headers headers;
};

/// What the record in a control batch says. Kinds other than these two do not occur in partitions of topics.
struct ControlMarker {
  enum class Kind : std::uint8_t { kAbort, kCommit, kOther };
  Kind kind = Kind::kOther;
  std::int16_t type = 0;                ///< as stored: 0 abort, 1 commit
  std::int32_t coordinator_epoch = -1;  ///< -1 when kOther
};

/// key: version i16, type i16; value: version i16, coordinator epoch i32. kCorrupt when they are too short.
Result<ControlMarker> parse_marker(const Record& record);

/// Reads one entry after another. Not thread-safe; makes nothing of note before the first compressed entry,
/// and keeps its memory then.
class RecordReader {
 public:
  /// `most`: bytes that an entry may become when decompressed; a larger one is refused.
  explicit RecordReader(std::uint64_t most = kMostDecompressed) : most_(most) {}

  /// Begins with the records of `entry`, whose bytes must stay. Its CRC is not checked here. kCorrupt: not
  /// decompressed, or no records; kFull: more than `most` bytes.
  Status open(const LogEntry& entry);

  /// The next record: false when there is none. kCorrupt, naming the offsets of the entry: lengths, offsets
  /// or the number of records do not fit.
  Result<bool> next(Record& into);

  /// After open(), and exact for wrappers too.
  std::int64_t first_offset() const { return first_offset_; }
  std::int32_t record_count() const { return record_count_; }

 private:
  Status open_wrapper(Bytes value);
  Result<bool> next_message(Record& into);
  tl::unexpected<Error> wrong(std::string_view what) const;

  std::uint64_t most_;
  Decompressor decompressor_;
  LogEntry entry_;
  Bytes rest_;
  std::int64_t first_offset_ = 0;
  std::int64_t added_to_offsets_ = 0;  ///< wrapper of magic 1
  std::int32_t record_count_ = 0;
  std::int32_t left_ = 0;
};

/// Calls fn(const Record&) for each record of `entry`; fn returns nothing, or a Status whose error ends it.
template <class Fn>
Status for_each_record(RecordReader& reader, const LogEntry& entry, Fn&& fn) {
  ARKIVE_TRY(reader.open(entry));
  Record record;
  while (true) {
    ARKIVE_ASSIGN(const bool more, reader.next(record));
    if (!more) return ok();
    if constexpr (std::is_void_v<decltype(fn(std::as_const(record)))>) {
      fn(std::as_const(record));
    } else {
      ARKIVE_TRY(fn(std::as_const(record)));
    }
  }
}

/// Fills in first_offset and record_count of a wrapper; does nothing to other entries. As
/// RecordReader::open().
Status complete_wrapper(LogEntry& entry, RecordReader& reader);

}  // namespace arkive::kafka
