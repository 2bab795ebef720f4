#include <algorithm>

#include "kafka/log/records.h"
#include "kafka/replay/batch_source.h"
#include "kafka/replay/partitioner.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kBatchBytes = 256 << 10;
// Of all batches that are being filled.
constexpr std::size_t kMostBytes = 16 << 20;

class KeyedSource final : public BatchSource {
 public:
  explicit KeyedSource(const SourceWant& want)
      : want_(want), targets_(static_cast<std::int32_t>(want.plan->begin.size())) {
    const std::int32_t good = good_batch_bytes(want);
    for (std::int32_t i = 0; i < targets_; ++i) makers_.emplace_back(good, want.plan->most_batch_bytes);
    const std::size_t share = kMostBytes / makers_.size();
    batch_bytes_ = std::min({kBatchBytes, share, static_cast<std::size_t>(good) / 2});
  }

  Result<bool> next(MadeBatch& into) override {
    while (made_.empty()) {
      if (!entries_) {
        ARKIVE_ASSIGN(const bool more, open_partition());
        if (!more) {
          ARKIVE_TRY(take_rest());
          if (made_.empty()) return false;
          break;
        }
      }
      ArchiveEntry read;
      ARKIVE_ASSIGN(const bool more, entries_->next(read));
      if (!more) {
        entries_.reset();
        ++partition_;
        continue;
      }
      offsets_ += read.entry.next_offset() - read.first_offset;
      if (const Status taken = take(read); !taken) return fail(entries_->at(read, taken.error()));
    }
    into = std::move(made_.front());
    made_.pop_front();
    return true;
  }
  const LeftOut& left() const override { return left_; }
  std::int64_t source_offsets() const override { return offsets_; }

 private:
  Result<bool> open_partition() {
    if (partition_ == want_.plan->partitions.size()) return false;
    const PlannedPartition& planned = want_.plan->partitions[partition_];
    const ArchivedPartition* const archived = want_.topic->find(planned.partition);
    if (archived == nullptr) {
      return fail(Outcome::kNotFound, "read partition '" +
                                          TopicPartition{want_.topic->name, planned.partition}.text() +
                                          "': the archive has none");
    }
    entries_.emplace(*want_.store, PartitionPlace{want_.cluster, want_.topic, planned.partition}, *archived,
                     Deadline::never());
    ARKIVE_TRY(entries_->open(planned.begin, planned.end));
    return true;
  }

  Status take(const ArchiveEntry& read) {
    const LogEntry& entry = read.entry;
    if (entry.control) {
      left_.control += entry.record_count;
      return ok();
    }
    if (read.fate != Fate::kCommitted) {
      (read.fate == Fate::kAborted ? left_.aborted : left_.open) += entry.record_count;
      return ok();
    }
    codec_ = entry.codec;
    const PlannedPartition& planned = want_.plan->partitions[partition_];
    const auto each = [&](const Record& record) -> Status {
      if (record.offset < planned.begin || record.offset >= planned.end) return ok();
      if (want_.until && record.timestamp >= *want_.until) {
        ++left_.late;
        return ok();
      }
      const std::int32_t target =
          record.key ? partition_for_key(*record.key, targets_) : planned.partition % targets_;
      BatchMaker& maker = makers_[static_cast<std::size_t>(target)];
      maker.add(record);
      return maker.size() < batch_bytes_ ? ok() : take_from(target);
    };
    return for_each_record(records_, entry, each);
  }

  Status take_from(std::int32_t target) {
    std::deque<OutgoingBatch> batches;
    ARKIVE_TRY(makers_[static_cast<std::size_t>(target)].take(codec_, false, batches, left_.too_large));
    for (OutgoingBatch& batch : batches) made_.push_back({target, std::move(batch)});
    return ok();
  }

  Status take_rest() {
    for (std::int32_t i = 0; i < targets_; ++i) {
      if (!makers_[static_cast<std::size_t>(i)].empty()) ARKIVE_TRY(take_from(i));
    }
    return ok();
  }

  const SourceWant want_;
  const std::int32_t targets_;
  std::size_t batch_bytes_ = kBatchBytes;
  std::vector<BatchMaker> makers_;  // one for each partition of the target
  std::optional<ArchiveEntries> entries_;
  RecordReader records_;
  Codec codec_ = Codec::kNone;
  std::size_t partition_ = 0;
  LeftOut left_;
  std::int64_t offsets_ = 0;
  std::deque<MadeBatch> made_;
};

}  // namespace

Result<std::unique_ptr<BatchSource>> open_keyed_source(const SourceWant& want) {
  return std::unique_ptr<BatchSource>(std::make_unique<KeyedSource>(want));
}

}  // namespace arkive::kafka
