#include "kafka/replay/target_look.h"

#include "kafka/log/batch.h"
#include "kafka/log/batch_rewrite.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka {
namespace {

std::string where(const LookWant& want) {
  return "look for what was replayed into '" + want.partition.text() + "': ";
}

class Look {
 public:
  Look(LogSource& source, Leaders& leaders, Fetchers& fetchers, const LookWant& want, Deadline deadline)
      : source_(source),
        leaders_(leaders),
        fetchers_(fetchers),
        want_(want),
        deadline_(deadline),
        offset_(want.from_offset),
        number_(want.from_number) {}

  Result<TargetLook> run() {
    while (true) {
      ARKIVE_TRY(check_interrupt("replay"));
      ARKIVE_ASSIGN(const bool done, try_once());
      if (done) return std::move(look_);
      if (deadline_.passed() || !pause_for(backoff_.next(), deadline_)) {
        return fail(Outcome::kRetry, where(want_) + last_trouble_);
      }
      (void)leaders_.refresh(deadline_);
    }
  }

 private:
  // false: the caller tries again.
  Result<bool> try_once() {
    ARKIVE_ASSIGN(const auto offsets, source_.offsets(std::span(&want_.partition, 1), deadline_));
    const PartitionOffsets& ends = offsets.front();
    if (!ends.error.empty()) return trouble(ends.error);
    if (ends.log_start > offset_) {
      return fail(Outcome::kConflict,
                  where(want_) + "the log begins at offset " + std::to_string(ends.log_start) +
                      ", behind offset " + std::to_string(offset_) + " where it has to be read from",
                  "its records were deleted since; look at retention.ms of the topic");
    }
    if (ends.high_watermark < offset_)
      return trouble("the log ends before offset " + std::to_string(offset_));
    const std::int32_t leader = leaders_.of(want_.partition);
    if (leader < 0) return trouble("no leader is known");
    auto& fetcher = fetchers_[leader];
    if (!fetcher) {
      auto opened = source_.open_fetcher(leader, deadline_);
      if (!opened && opened.error().outcome == Outcome::kRetry) return trouble(opened.error().what);
      if (!opened) return fail(opened.error());
      fetcher = std::move(*opened);
    }
    while (offset_ < ends.high_watermark) {
      ARKIVE_TRY(check_interrupt("replay"));
      FetchWant wanted;
      wanted.partition = want_.partition;
      wanted.topic_id = leaders_.id_of(want_.partition.topic);
      wanted.offset = offset_;
      FetchLimits limits;
      limits.most_bytes = limits.most_bytes_per_partition = 4 << 20;
      limits.committed_only = false;
      const auto got = fetcher->fetch(std::span(&wanted, 1), limits, deadline_);
      if (!got) {
        fetchers_.erase(leader);
        if (got.error().outcome == Outcome::kRetry) return trouble(got.error().what);
        return fail(got.error());
      }
      const FetchGot& one = got->front();
      if (one.state == FetchGot::State::kGone || one.state == FetchGot::State::kDenied) {
        return fail(one.state == FetchGot::State::kGone ? Outcome::kNotFound : Outcome::kDenied,
                    where(want_) + one.error);
      }
      if (one.state != FetchGot::State::kRead) return trouble(one.error);
      const std::int64_t before = offset_;
      ARKIVE_TRY(
          for_each_entry(one.records, CrcCheck::kNo, [&](const LogEntry& entry) { return take(entry); }));
      if (one.next_offset > offset_) offset_ = one.next_offset;
      if (offset_ == before) return trouble("offset " + std::to_string(offset_) + " is not given");
    }
    return true;
  }

  Status take(const LogEntry& entry) {
    if (entry.last_offset < offset_) return ok();
    offset_ = entry.next_offset();
    const bool is_own = entry.magic == 2 && entry.producer_id == want_.producer.id &&
                        entry.producer_epoch == want_.producer.epoch && !entry.control;
    if (!is_own) return ok();
    if (entry.base_sequence != sequence_after(number_ - want_.producer_from)) {
      return fail(Outcome::kCorrupt,
                  where(want_) + "the batch at offset " + std::to_string(entry.first_offset) +
                      " has sequence number " + std::to_string(entry.base_sequence) + " where " +
                      std::to_string(sequence_after(number_ - want_.producer_from)) + " comes next");
    }
    // Not the record count: compaction may have been there.
    const auto records = static_cast<std::int32_t>(entry.last_offset - entry.first_offset + 1);
    look_.found.push_back({number_, records, entry.first_offset});
    number_ += records;
    return ok();
  }

  bool trouble(std::string what) {
    last_trouble_ = std::move(what);
    return false;
  }

  LogSource& source_;
  Leaders& leaders_;
  Fetchers& fetchers_;
  const LookWant& want_;
  const Deadline deadline_;
  std::int64_t offset_;
  std::int64_t number_;
  TargetLook look_;
  std::string last_trouble_;
  Backoff backoff_{{std::chrono::milliseconds(50), std::chrono::milliseconds(2000)}};
};

}  // namespace

Result<TargetLook> look_at_target(LogSource& source, Leaders& leaders, Fetchers& fetchers,
                                  const LookWant& want, Deadline deadline) {
  return Look(source, leaders, fetchers, want, deadline).run();
}

}  // namespace arkive::kafka
