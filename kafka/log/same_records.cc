#include "kafka/log/same_records.h"

#include <algorithm>

#include "kafka/log/records.h"

namespace arkive::kafka {
namespace {

bool are_equal(const Headers& a, const Headers& b) {
  if (a.size() != b.size()) return false;
  auto other = b.begin();
  for (const Header& header : a) {
    if (header.name != other->name || header.value != other->value) return false;
    ++other;
  }
  return true;
}

bool are_equal(const Record& a, const Record& b) {
  return a.offset == b.offset && a.timestamp == b.timestamp && a.key == b.key && a.value == b.value &&
         are_equal(a.headers, b.headers);
}

/// The records of an entry in [first, last], one after the other.
class Within {
 public:
  bool open(const LogEntry& entry) { return reader_.open(entry).has_value(); }
  std::int64_t first_offset() const { return reader_.first_offset(); }
  /// False: it cannot be read.
  bool next(std::int64_t first, std::int64_t last) {
    while (true) {
      const auto more = reader_.next(record_);
      if (!more) return false;
      is_there_ = *more && record_.offset <= last;
      if (!is_there_ || record_.offset >= first) return true;
    }
  }
  bool is_there() const { return is_there_; }
  const Record& record() const { return record_; }

 private:
  RecordReader reader_;
  Record record_;
  bool is_there_ = false;
};

}  // namespace

SameRecords compare_records(const LogEntry& earlier, const LogEntry& later) {
  Within before;
  Within now;
  if (earlier.control != later.control || !before.open(earlier) || !now.open(later)) return SameRecords::kNo;
  const std::int64_t first = std::max(before.first_offset(), now.first_offset());
  const std::int64_t last = std::min(earlier.last_offset, later.last_offset);
  bool all = true;
  if (!before.next(first, last) || !now.next(first, last)) return SameRecords::kNo;
  while (before.is_there()) {
    if (now.is_there() && now.record().offset <= before.record().offset) {
      if (!are_equal(before.record(), now.record())) return SameRecords::kNo;
      if (!now.next(first, last)) return SameRecords::kNo;
    } else {
      all = false;
    }
    if (!before.next(first, last)) return SameRecords::kNo;
  }
  if (now.is_there()) return SameRecords::kNo;
  return all && first <= last ? SameRecords::kAll : SameRecords::kFewer;
}

}  // namespace arkive::kafka
