#include "kafka/archive/segment_check.h"

#include <algorithm>
#include <functional>

#include "kafka/archive/segment_bytes.h"
#include "kafka/log/batch.h"
#include "kafka/log/index.h"
#include "kafka/log/large_entry.h"
#include "kafka/log/segment_reader.h"
#include "stores/core/hash.h"
#include "stores/core/interrupt.h"

namespace arkive::kafka {
namespace {

constexpr std::uint64_t kStep = 4 << 20;

class SegmentCheck {
 public:
  SegmentCheck(const Store& store, const SegmentToCheck& segment, const VerifyOptions& options,
               TransactionTracker* transactions, std::vector<Finding>& findings)
      : store_(store),
        segment_(segment),
        options_(options),
        transactions_(transactions),
        findings_(findings),
        index_(segment.facts.base_offset),
        next_offset_(segment.facts.base_offset) {}

  Status run() {
    const auto there = store_.head(segment_.log_key, options_.deadline);
    if (!there) return damage_or_error(segment_.log_key, there.error());
    if (there->size != segment_.facts.stored_bytes()) {
      found(segment_.log_key, "it has " + std::to_string(there->size) + " bytes, not " +
                                  std::to_string(segment_.facts.stored_bytes()) + " as its list says");
      if (options_.level == VerifyLevel::kPresence) return ok();
    }
    if (options_.level == VerifyLevel::kPresence) return ok();
    ARKIVE_TRY(read_file(there->size));
    if (options_.level == VerifyLevel::kBatches && readable_) {
      compare_with_list();
      ARKIVE_TRY(compare_indexes());
    }
    return ok();
  }

 private:
  Status hash_file(std::uint64_t size, bool batches) {
    ObjectBytes object(store_, segment_.log_key, size, options_.deadline);
    const ReadBytes stored = [&](std::uint64_t offset, std::size_t wanted) {
      return object.read(offset, wanted);
    };
    return read(size, stored, batches, [&](Bytes bytes) {
      hash_.update(bytes);
      if (options_.on_progress) options_.on_progress(bytes.size());
    });
  }

  Status read_file(std::uint64_t size) {
    const bool batches = options_.level == VerifyLevel::kBatches;
    const ArchivedSegment& facts = segment_.facts;
    ARKIVE_TRY(hash_file(size, batches && !facts.is_compressed()));
    if (const std::string sum = hex(hash_.finish()); sum != facts.sha256) {
      found(segment_.log_key, "its SHA-256 is " + sum + ", not " + facts.sha256);
    }
    if (!batches || !facts.is_compressed() || !readable_) return ok();
    if (size != facts.stored_bytes()) {
      readable_ = false;  // found already
      return ok();
    }
    auto bytes = SegmentBytes::open(store_, segment_.log_key, facts, options_.deadline);
    if (!bytes) return damage_or_error(segment_.log_key, bytes.error());
    return read(
        facts.bytes, [&](std::uint64_t offset, std::size_t wanted) { return bytes->read(offset, wanted); },
        true, [](Bytes) {});
  }

  /// Hands all bytes to done(), and with `batches` looks at them.
  Status read(std::uint64_t size, const ReadBytes& read_bytes, bool batches,
              const std::function<void(Bytes)>& done) {
    std::uint64_t step = kStep;
    std::uint64_t position = 0;
    while (position < size) {
      ARKIVE_TRY(check_interrupt("verify"));
      const std::uint64_t wanted = std::min(step, size - position);
      const auto bytes = read_bytes(position, static_cast<std::size_t>(wanted));
      if (!bytes) return unreadable(bytes.error(), batches);
      std::size_t used = bytes->size();
      if (batches && readable_) {
        used = take(*bytes, position);
        if (readable_ && used == 0 && bytes->size() < wanted) {
          const auto behind = read_bytes(position + bytes->size(), 1);
          if (!behind) return unreadable(behind.error(), batches);
        }
        if (readable_ && used == 0) {
          ARKIVE_ASSIGN(step, larger_step(step, read_bytes, position, *bytes, size - position));
          continue;
        }
      }
      done(bytes->substr(0, used));
      position += used;
    }
    return ok();
  }

  /// How much to read for the whole of the batch that begins with `begun` and has `rest` bytes at most. Its
  /// length is in no CRC, so it is not believed before it is proven.
  Result<std::uint64_t> larger_step(std::uint64_t step, const ReadBytes& read_bytes, std::uint64_t position,
                                    Bytes begun, std::uint64_t rest) {
    const std::uint64_t told = begun.size() < kEntryPrefix ? rest + 1 : told_size(begun);
    if (told > rest) {
      found(segment_.log_key, "segment byte " + std::to_string(position) + ": the batch from offset " +
                                  std::to_string(next_offset_) +
                                  " on is cut short, or its length is damaged");
      readable_ = false;
      return kStep;
    }
    if (told > kLargeEntry) {
      const Status sound = check_large_entry(read_bytes, position, told);
      if (!sound) {
        ARKIVE_TRY(unreadable(sound.error().within("segment byte " + std::to_string(position)), true));
        return kStep;
      }
    }
    return std::max(step * 2, told);
  }

  Status unreadable(Error error, bool batches) {
    if (batches) error.what += "; offset " + std::to_string(next_offset_) + " and on cannot be read";
    return damage_or_error(segment_.log_key, error);
  }

  // How many bytes were whole batches; all of them once one was found damaged.
  std::size_t take(Bytes bytes, std::uint64_t position) {
    const auto taken = for_each_entry(bytes, CrcCheck::kYes, [&](const LogEntry& entry) -> Status {
      const auto at = position + static_cast<std::uint64_t>(entry.bytes.data() - bytes.data());
      return take_entry(entry, at);
    });
    if (taken) return *taken;
    found(segment_.log_key, "segment byte " + std::to_string(position) + " and on: " + taken.error().what);
    readable_ = false;
    return bytes.size();
  }

  Status take_entry(const LogEntry& entry, std::uint64_t position) {
    const std::int64_t first = entry.first_offset == kUnknownOffset ? next_offset_ : entry.first_offset;
    if (first < next_offset_) {
      return fail(Outcome::kCorrupt, "offset " + std::to_string(first) + " comes after offset " +
                                         std::to_string(next_offset_ - 1));
    }
    if (first > next_offset_) {
      ++gap_count_;
      missing_offsets_ += static_cast<std::uint64_t>(first - next_offset_);
    }
    ARKIVE_TRY(index_.append(entry, position));
    if (transactions_ != nullptr) {
      ARKIVE_ASSIGN(const auto aborted, transactions_->append(entry));
      if (aborted) index_.append(*aborted);
    }
    next_offset_ = entry.next_offset();
    ++batches_;
    if (entry.record_count == kUnknownCount) {
      records_ = -1;
    } else if (records_ >= 0) {
      records_ += entry.record_count;
    }
    max_timestamp_ = std::max(max_timestamp_, entry.max_timestamp);
    return ok();
  }

  void compare(const char* name, std::int64_t is, std::int64_t listed) {
    if (is == listed) return;
    found(segment_.log_key, std::string(name) + " is " + std::to_string(is) + ", not " +
                                std::to_string(listed) + " as its list says");
  }

  void compare_with_list() {
    const ArchivedSegment& facts = segment_.facts;
    compare("its next offset", next_offset_, facts.next_offset);
    compare("its count of batches", static_cast<std::int64_t>(batches_),
            static_cast<std::int64_t>(facts.batches));
    compare("its count of records", records_, facts.records);
    compare("its greatest timestamp", max_timestamp_, facts.max_timestamp);
    compare("its count of gaps", static_cast<std::int64_t>(gap_count_),
            static_cast<std::int64_t>(facts.gap_count));
    compare("its count of missing offsets", static_cast<std::int64_t>(missing_offsets_),
            static_cast<std::int64_t>(facts.missing_offsets));
  }

  Status compare_indexes() {
    const IndexFiles files = index_.files();
    const std::string* const wanted[] = {&files.offsets, &files.times, &files.transactions};
    for (std::size_t i = 0; i < 3; ++i) {
      if (i == 2 && transactions_ == nullptr) continue;
      const std::string& key = segment_.index_keys[i];
      const auto stored = store_.get(key, 0, 0, options_.deadline);
      if (!stored && stored.error().outcome == Outcome::kNotFound && wanted[i]->empty()) continue;
      if (!stored) {
        ARKIVE_TRY(damage_or_error(key, stored.error()));
      } else if (*stored != *wanted[i]) {
        const auto differs =
            std::mismatch(stored->begin(), stored->end(), wanted[i]->begin(), wanted[i]->end());
        found(key, "it does not fit its segment, from byte " +
                       std::to_string(differs.first - stored->begin()) + " on");
      }
    }
    return ok();
  }

  void found(const std::string& object, std::string what) { findings_.push_back({object, std::move(what)}); }

  Status damage_or_error(const std::string& object, const Error& error) {
    if (error.outcome == Outcome::kNotFound) {
      found(object, "it is missing");
    } else if (error.outcome == Outcome::kCorrupt) {
      found(object, error.what);
    } else {
      return fail(error);
    }
    readable_ = false;
    return ok();
  }

  const Store& store_;
  const SegmentToCheck& segment_;
  const VerifyOptions& options_;
  TransactionTracker* transactions_;
  std::vector<Finding>& findings_;
  Sha256Stream hash_;
  IndexBuilder index_;
  bool readable_ = true;
  std::int64_t next_offset_;
  std::uint64_t batches_ = 0;
  std::int64_t records_ = 0;
  std::uint64_t gap_count_ = 0;
  std::uint64_t missing_offsets_ = 0;
  UnixMilliseconds max_timestamp_ = kNoTimestamp;
};

}  // namespace

Status check_segment(const Store& store, const SegmentToCheck& segment, const VerifyOptions& options,
                     TransactionTracker* transactions, std::vector<Finding>& findings) {
  return SegmentCheck(store, segment, options, transactions, findings).run();
}

}  // namespace arkive::kafka
