#include "kafka/copy/segment_copy.h"

#include <algorithm>

#include "kafka/archive/layout.h"
#include "kafka/archive/runs.h"
#include "stores/core/hash.h"
#include "stores/core/interrupt.h"

namespace arkive::kafka {

namespace {

std::string object_in(const Store& store, const std::string& key) {
  return "'" + printable(store.name() + "/" + key) + "'";
}

}  // namespace

void SegmentCopy::know(const Manifest& run) {
  if (run.logs.location.empty()) return;
  const auto index = read_index(to_, run, deadline_);
  if (!index) return;
  for (const ArchiveIndex::Topic& listed : index->topics) {
    if (known_lists_.contains(listed.list)) continue;
    const auto topic = read_topic(to_, listed, deadline_);
    if (!topic) continue;
    known_lists_.insert(listed.list);
    for (const ArchivedPartition& partition : topic->partitions) {
      for (const ArchivedSegment& segment : partition.segments) {
        known_segments_.emplace(log_key(cluster_, *topic, partition.partition, segment), segment.sha256);
      }
    }
  }
}

/// The SHA-256 of an object of `size` bytes, whose pieces go to `to` too (null: nowhere).
Result<std::string> SegmentCopy::hash_of(const Store& store, const std::string& key, std::uint64_t size,
                                         ObjectWriter* to) const {
  Sha256Stream hash;
  const auto take = [&](Bytes bytes) -> Status {
    ARKIVE_TRY(check_interrupt("copy"));
    hash.update(bytes);
    return to != nullptr ? to->write(bytes) : ok();
  };
  if (size > 0) ARKIVE_TRY(store.stream(key, 0, size, take, deadline_));
  return hex(hash.finish());
}

/// Kafka's index files: small, and told from the segment at any time, so one that is missing is no loss.
Status SegmentCopy::copy_index(const ArchivedTopic& topic, std::int32_t partition,
                               const ArchivedSegment& segment) {
  for (const SegmentFile file :
       {SegmentFile::kOffsetIndex, SegmentFile::kTimeIndex, SegmentFile::kTransactionIndex}) {
    const std::string key = segment_key(cluster_, topic, partition, segment, file);
    const auto object = from_.head(key, deadline_);
    if (!object && object.error().outcome == Outcome::kNotFound) continue;
    if (!object) return fail(object.error());
    ARKIVE_ASSIGN(const auto to, to_.begin(key, deadline_));
    ARKIVE_TRY(hash_of(from_, key, object->size, to.get()));
    ARKIVE_TRY(to->finish());
  }
  return ok();
}

Status SegmentCopy::copy_segment(const ArchivedTopic& topic, std::int32_t partition,
                                 const ArchivedSegment& segment, CopyReport& report) {
  const std::string key = log_key(cluster_, topic, partition, segment);
  if (const auto known = known_segments_.find(key); known != known_segments_.end()) {
    if (known->second == segment.sha256) return ok();
    return fail(Outcome::kConflict,
                "copy " + object_in(from_, key) + ": a run of " + "'" + printable(to_.name()) + "'" +
                    " holds another segment of that name",
                "the two are archives of different clusters, or were written apart; copy into another store");
  }
  const std::uint64_t size = segment.stored_bytes();
  const auto there = to_.head(key, deadline_);
  if (!there && there.error().outcome != Outcome::kNotFound) return fail(there.error());
  if (there && there->size == size) {
    ARKIVE_ASSIGN(const std::string hash, hash_of(to_, key, size, nullptr));
    if (hash == segment.sha256) {
      ARKIVE_TRY(copy_index(topic, partition, segment));
      known_segments_.emplace(key, segment.sha256);
      return ok();
    }
  }
  ARKIVE_ASSIGN(const Store::Object object, from_.head(key, deadline_));
  if (object.size != size) {
    return fail(Outcome::kCorrupt, "copy " + object_in(from_, key) + ": it has " +
                                       std::to_string(object.size) + " bytes, its list says " +
                                       std::to_string(size));
  }
  ARKIVE_ASSIGN(const auto to, to_.begin(key, deadline_));
  ARKIVE_ASSIGN(const std::string hash, hash_of(from_, key, size, to.get()));
  if (hash != segment.sha256) {
    return fail(Outcome::kCorrupt,
                "copy " + object_in(from_, key) + ": its bytes are not those that were written (sha256)",
                "arkive verify tells what else is damaged there");
  }
  ARKIVE_TRY(to->finish());
  ARKIVE_TRY(copy_index(topic, partition, segment));
  known_segments_.emplace(key, segment.sha256);
  ++report.segments;
  report.bytes += size;
  return ok();
}

Status SegmentCopy::copy_topic(const std::string& list, const ArchivedTopic& topic, CopyReport& report) {
  for (const ArchivedPartition& partition : topic.partitions) {
    for (const ArchivedSegment& segment : partition.segments) {
      ARKIVE_TRY(copy_segment(topic, partition.partition, segment, report));
    }
  }
  ARKIVE_ASSIGN(const std::string text, from_.get(list_key(list), 0, 0, deadline_));
  ARKIVE_ASSIGN(const std::string written, write_list(to_, text, deadline_));
  if (written != list) {
    return fail(Outcome::kConflict, "copy " + object_in(from_, list_key(list)) + ": it changed meanwhile");
  }
  report.bytes += text.size();
  return ok();
}

Status SegmentCopy::copy(const Manifest& run, CopyReport& report) {
  ARKIVE_ASSIGN(const ArchiveIndex index, read_index(from_, run, deadline_));
  for (const ArchiveIndex::Topic& listed : index.topics) {
    if (known_lists_.contains(listed.list)) continue;
    ARKIVE_ASSIGN(const ArchivedTopic topic, read_topic(from_, listed, deadline_));
    ARKIVE_TRY(copy_topic(listed.list, topic, report));
    known_lists_.insert(listed.list);
  }
  ARKIVE_ASSIGN(const std::string text, from_.get(run.logs.location, 0, 0, deadline_));
  ARKIVE_ASSIGN(const std::string written, write_list(to_, text, deadline_));
  if (written != run.logs.sha256) {
    return fail(Outcome::kConflict, "copy " + object_in(from_, run.logs.location) + ": it changed meanwhile");
  }
  report.bytes += text.size();
  return ok();
}

}  // namespace arkive::kafka
