/// StoredSegment: one archived segment, read where it lies, with the index files beside it as far as they can
/// be trusted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/archive/contents.h"
#include "kafka/archive/layout.h"
#include "kafka/archive/segment_bytes.h"
#include "kafka/log/aborted.h"
#include "kafka/log/segment_reader.h"
#include "stores/core/deadline.h"
#include "stores/store.h"

namespace arkive::kafka {

/// Which partition of which cluster's archive; the texts and `topic` are the caller's.
struct PartitionPlace {
  std::string_view cluster;
  const ArchivedTopic* topic = nullptr;
  std::int32_t partition = 0;
};

/// Not thread-safe. Keeps some mebibytes at most, whatever the segment's bytes say. An index that is missing
/// costs time and nothing else; one that is damaged, a warning too.
class StoredSegment {
 public:
  /// A log entry larger than this is taken for damage.
  static constexpr std::size_t kMostEntry = 256U << 20;

  /// Errors name the object. kNotFound: it is not there; kCorrupt: it has another size than its list
  /// says, or its seek table does not fit.
  static Result<StoredSegment> open(const Store& store, const PartitionPlace& place,
                                    const ArchivedSegment& facts, Deadline deadline);

  /// Errors of the reader name the object, the byte and, where there is one, the offset. Bytes are those of
  /// the segment, whether its file is compressed or not.
  SegmentReader& reader() { return reader_; }
  const std::string& key() const { return key_; }
  /// Where the frames of its file lie; null: it is not compressed.
  const SeekTable* frames() const;

  /// Shows each entry from byte `from` on, its CRC checked, and checks that offsets ascend and that the
  /// segment ends where its list says. Returns whether visit() had enough.
  Result<Walk> walk(const SegmentReader::Visit& visit, std::uint64_t from = 0);

  /// The byte where to begin to look for `offset`: no record with it or a later one stands before.
  Result<std::uint64_t> position_of(std::int64_t offset);
  /// The same for records at or after `time`.
  Result<std::uint64_t> position_of_time(UnixMilliseconds time);
  /// The .txnindex. Nothing when it is not there, or not what the list says.
  Result<std::optional<std::vector<AbortedSpan>>> aborted() const;

 private:
  StoredSegment(const Store& store, const PartitionPlace& place, const ArchivedSegment& facts,
                std::string key, std::shared_ptr<SegmentBytes> bytes, SegmentReader reader, Deadline deadline)
      : store_(&store),
        place_(place),
        facts_(&facts),
        key_(std::move(key)),
        bytes_(std::move(bytes)),
        reader_(std::move(reader)),
        deadline_(deadline) {}
  std::string key_of(SegmentFile file) const;
  Result<std::string> small_file(SegmentFile file, std::uint64_t most) const;
  Result<std::optional<PlacedEntry>> entry_at(std::uint64_t position);

  const Store* store_;
  PartitionPlace place_;
  const ArchivedSegment* facts_;
  std::string key_;
  std::shared_ptr<SegmentBytes> bytes_;  // that reader_ reads
  SegmentReader reader_;
  Deadline deadline_;
};

}  // namespace arkive::kafka
