#include <algorithm>

#include "kafka/log/batch_rewrite.h"
#include "kafka/log/records.h"
#include "kafka/replay/batch_source.h"

namespace arkive::kafka {
namespace {

class PartitionSource final : public BatchSource {
 public:
  PartitionSource(const SourceWant& want, const ArchivedPartition& archived, const PlannedPartition& planned,
                  std::int64_t from, const LeftOut& left)
      : entries_(*want.store, {want.cluster, want.topic, archived.partition}, archived, Deadline::never()),
        planned_(planned),
        until_(want.until),
        most_(want.plan->most_batch_bytes),
        maker_(good_batch_bytes(want), most_),
        from_(from),
        left_(left),
        offset_(from) {}

  Status open() { return entries_.open(from_, planned_.end); }

  Result<bool> next(MadeBatch& into) override {
    while (made_.empty()) {
      ArchiveEntry read;
      ARKIVE_ASSIGN(const bool more, entries_.next(read));
      if (!more) return false;
      offset_ = read.entry.next_offset();
      if (const Status taken = take(read); !taken) return fail(entries_.at(read, taken.error()));
    }
    into.target_partition = planned_.partition;
    into.batch = std::move(made_.front());
    made_.pop_front();
    return true;
  }
  const LeftOut& left() const override { return left_; }
  std::int64_t source_offsets() const override { return offset_ - from_; }

 private:
  bool goes_as_it_is(const ArchiveEntry& read) const {
    const LogEntry& entry = read.entry;
    return may_go_as_it_is(entry) && entry.first_offset >= from_ && entry.last_offset < planned_.end &&
           (!until_ || entry.max_timestamp < *until_) &&
           entry.bytes.size() <= static_cast<std::size_t>(most_);
  }

  Status take(ArchiveEntry& read) {
    const LogEntry& entry = read.entry;
    if (entry.magic == 2 && entry.record_count == 0) return ok();  // emptied by compaction
    if (entry.control) {
      left_.control += entry.record_count;
      return ok();
    }
    if (read.fate != Fate::kCommitted) {
      (read.fate == Fate::kAborted ? left_.aborted : left_.open) += entry.record_count;
      return ok();
    }
    if (goes_as_it_is(read)) {
      OutgoingBatch& made = made_.emplace_back();
      made.data = read.owner->data() + (entry.bytes.data() - read.owner->data());
      made.size = entry.bytes.size();
      made.owner = std::move(read.owner);
      made.records = entry.record_count;
      made.runs.push_back({entry.first_offset, entry.record_count});
      made.left = left_;
      return ok();
    }
    late_.clear();
    const LeftOut before = left_;
    ARKIVE_TRY(for_each_record(records_, entry, [&](const Record& record) {
      if (record.offset < from_ || record.offset >= planned_.end) return;
      if (until_ && record.timestamp >= *until_) {
        late_.push_back(record.offset);
      } else {
        maker_.add(record);
      }
    }));
    left_.late += static_cast<std::int64_t>(late_.size());
    ARKIVE_TRY(maker_.take(entry.codec, true, made_, left_.too_large));
    // Those behind its last record are counted again by whoever goes on there.
    for (OutgoingBatch& made : made_) {
      const std::int64_t end = made.runs.back().source + made.runs.back().count;
      made.left = before;
      made.left.late += std::lower_bound(late_.begin(), late_.end(), end) - late_.begin();
    }
    return ok();
  }

  ArchiveEntries entries_;
  const PlannedPartition planned_;
  const std::optional<UnixMilliseconds> until_;
  const std::int32_t most_;
  BatchMaker maker_;
  RecordReader records_;
  std::vector<std::int64_t> late_;  // offsets, of one entry
  const std::int64_t from_;
  LeftOut left_;
  std::int64_t offset_;
  std::deque<OutgoingBatch> made_;
};

}  // namespace

std::int32_t good_batch_bytes(const SourceWant& want) {
  // Not what the target's topic takes: that is raised while the replay runs.
  constexpr std::int64_t kDefaultLimit = 1048588;
  std::int64_t bytes = std::min<std::int64_t>(kDefaultLimit, want.plan->most_batch_bytes);
  const auto archived = number_of(want.topic->configs, "max.message.bytes");
  if (archived && *archived > 0) bytes = std::min(bytes, *archived);
  return static_cast<std::int32_t>(bytes);
}

Result<std::unique_ptr<BatchSource>> open_partition_source(const SourceWant& want,
                                                           const PlannedPartition& partition,
                                                           std::int64_t from, const LeftOut& left) {
  const ArchivedPartition* const archived = want.topic->find(partition.partition);
  if (archived == nullptr) {
    return fail(Outcome::kNotFound, "read partition '" +
                                        TopicPartition{want.topic->name, partition.partition}.text() +
                                        "': the archive has none");
  }
  auto source =
      std::make_unique<PartitionSource>(want, *archived, partition, std::max(from, partition.begin), left);
  ARKIVE_TRY(source->open());
  return std::unique_ptr<BatchSource>(std::move(source));
}

}  // namespace arkive::kafka
