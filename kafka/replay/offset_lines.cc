#include <array>
#include <charconv>
#include <cinttypes>
#include <cstdio>

#include "kafka/log/crc32c.h"
#include "kafka/replay/offset_lines_internal.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kChecksum = 9;  // a space and 8 digits

std::string checksum(std::string_view line) {
  std::array<char, 16> text{};
  (void)std::snprintf(text.data(), text.size(), " %08" PRIx32, crc32c(line));
  return text.data();
}

// Takes words from a line; `good` ends false when they are not what they should be.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}
  std::string_view word() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view found = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (found.empty()) good_ = false;
    return found;
  }
  std::int64_t number(std::int64_t least = 0) {
    const std::string_view text = word();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < least) good_ = false;
    return value;
  }
  bool good() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

// What the map may be given; sums must not overflow.
bool goes_on(const PartitionOffsetMap& map, const OffsetRun& run) {
  constexpr std::int64_t kMost = INT64_MAX / 2;
  if (run.count <= 0 || run.source > kMost || run.target > kMost || run.count > kMost) return false;
  if (map.empty()) return true;
  const OffsetRun& last = map.runs().back();
  return run.source >= last.source + last.count && run.target >= map.end_target();
}

bool take_line(std::string_view line, JournalState& state) {
  Words words(line);
  const std::string_view kind = words.word();
  if (kind == "finished") {
    state.finished = true;
    return words.good();
  }
  const std::string topic(words.word());
  const std::int64_t partition = words.number(-1);
  if (partition > INT32_MAX) return false;
  PartitionProgress& one = state.progress[{topic, static_cast<std::int32_t>(partition)}];
  if (kind == "run") {
    OffsetRun run;
    run.source = words.number();
    run.target = words.number();
    run.count = words.number();
    if (!words.good() || !goes_on(one.map, run)) return false;
    one.map.add(run);
    one.records += run.count;
    one.next_offset = one.map.end_target();
    return true;
  }
  if (kind == "sent") {
    one.records = words.number();
    one.next_offset = words.number();
  } else if (kind == "left") {
    for (std::int64_t* const count :
         {&one.left.control, &one.left.aborted, &one.left.open, &one.left.late, &one.left.too_large}) {
      *count = words.number();
    }
  } else if (kind == "producer") {
    one.producer.id = words.number();
    one.producer.epoch = static_cast<std::int16_t>(words.number());
    one.producer_from = words.number();
  } else if (kind == "foreign") {
    ForeignOffsets foreign;
    foreign.first = words.number();
    foreign.count = words.number();
    // Noted again by whoever went on after a kill.
    if (one.foreign.empty() || !(one.foreign.back() == foreign)) one.foreign.push_back(foreign);
  } else if (kind == "done") {
    one.done = true;
  } else {
    return false;
  }
  return words.good();
}

tl::unexpected<Error> damaged(std::size_t number) {
  return fail(Outcome::kCorrupt, "line " + std::to_string(number) + " is damaged");
}

}  // namespace

std::string with_checksum(std::string_view line) {
  return std::string(line) + checksum(line) + "\n";
}

Result<ReadLines> read_offset_lines(std::string_view text) {
  ReadLines read;
  std::size_t number = 0;
  while (read.whole_bytes < text.size()) {
    ++number;
    const std::string_view rest = text.substr(read.whole_bytes);
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return read;  // torn
    const std::string_view line = rest.substr(0, end);
    const std::string_view said = line.substr(0, line.size() < kChecksum ? 0 : line.size() - kChecksum);
    if (said.empty() || checksum(said) != line.substr(said.size())) return damaged(number);
    if (number == 1) {
      if (said != kOffsetsHeading) {
        return fail(Outcome::kUsage, "its first line is not '" + std::string(kOffsetsHeading) + "'",
                    "a newer arkive wrote it; go on with that one");
      }
    } else if (!take_line(said, read.state)) {
      return damaged(number);
    }
    read.whole_bytes += end + 1;
  }
  return read;
}

}  // namespace arkive::kafka
