/// Where the parts of an archive lie in a store: keys (docs/format-archive.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kafka/archive/contents.h"

namespace arkive::kafka {

/// The files of a segment; it has one of the first two.
enum class SegmentFile : std::uint8_t { kLog, kCompressedLog, kOffsetIndex, kTimeIndex, kTransactionIndex };

/// ".log", ".log.zst", ".index", ".timeindex", ".txnindex".
const char* ending_of(SegmentFile file);

/// Whether Kafka allows a topic to be called that: 1..249 letters, digits, '.', '_', '-', neither "." nor
/// ".." (clients/src/main/java/org/apache/kafka/common/internals/Topic.java, 3.9). Others are not archived.
bool is_topic_name(std::string_view name);

/// "topics/<cluster>/<topic>@<topic id>/<partition>/g<generation>/<20-digit base offset>.log"; of a merged
/// segment "g<generation>.m<merge>". A topic of a cluster without topic ids is "<topic>@none". Of a name
/// above 200 bytes the first 183, '~' and 16 digits of its SHA-256 stand there: with the id, all of it would
/// be too long for a file name. Of `segment` its generation, merge and base offset count.
std::string segment_key(std::string_view cluster, const ArchivedTopic& topic, std::int32_t partition,
                        const ArchivedSegment& segment, SegmentFile file);

/// The key of the file with the segment's bytes, as its form asks.
std::string log_key(std::string_view cluster, const ArchivedTopic& topic, std::int32_t partition,
                    const ArchivedSegment& segment);

/// What a key says that segment_key() may have made.
struct SegmentKey {
  std::string_view stem;  ///< the key without its ending: which segment
  SegmentFile file = SegmentFile::kLog;
};
/// None for any other key, whoever put it there. `stem` points into `key`.
std::optional<SegmentKey> parse_segment_key(std::string_view cluster, std::string_view key);

/// "topics/<cluster>/".
std::string topics_prefix(std::string_view cluster);

/// "lists/<sha256>.json".
std::string list_key(std::string_view sha256);
/// The hash in such a key; empty when it is none.
std::string_view hash_in_list_key(std::string_view key);

/// "prunes/<cluster>.json": what the last prune of the cluster left for the next one.
std::string prune_key(std::string_view cluster);

/// "runs/<cluster>/<id>.json", the manifest of a run.
std::string manifest_key(std::string_view cluster, std::string_view id);

/// The name of the lock that archivers of a cluster take.
std::string archive_lock(std::string_view cluster);

}  // namespace arkive::kafka
