#include <algorithm>
#include <charconv>

#include "kafka/inspect/log_scan_internal.h"
#include "kafka/inspect/partition_look_internal.h"
#include "stores/directory/beneath.h"

namespace arkive::kafka::inspecting {
namespace {

using Kind = PartitionDirectory::Kind;

constexpr std::string_view kLog = ".log";
/// A segment that compaction wrote. When the broker died before the last of its renames, it finishes them at
/// its next start: the file then takes the place of those whose offsets it has.
constexpr std::string_view kSwappedLog = ".log.swap";
/// The same before the first rename: then it is thrown away, and so are the ones at and behind it.
constexpr std::string_view kCleaned = ".cleaned";

struct SegmentName {
  std::int64_t base_offset = 0;
  bool swapped = false;
  std::string file;
};

std::optional<std::int64_t> base_offset_of(std::string_view name, std::string_view ending) {
  constexpr std::size_t kDigits = 20;
  std::int64_t base = 0;
  if (!name.ends_with(ending) || name.size() != kDigits + ending.size()) return std::nullopt;
  const auto [end, error] = std::from_chars(name.data(), name.data() + kDigits, base);
  if (error != std::errc() || end != name.data() + kDigits || base < 0) return std::nullopt;
  return base;
}

/// Ascending by base offset, a swapped one before the one it replaces.
std::vector<SegmentName> segments_among(const std::vector<std::string>& names) {
  std::int64_t least_cleaned = INT64_MAX;
  for (const std::string& name : names) {
    const std::size_t point = name.find('.');
    if (!name.ends_with(kCleaned) || point == std::string::npos) continue;
    const auto base = base_offset_of(std::string_view(name).substr(0, point), "");
    if (base) least_cleaned = std::min(least_cleaned, *base);
  }
  std::vector<SegmentName> segments;
  for (const std::string& name : names) {
    if (const auto base = base_offset_of(name, kLog)) segments.push_back({*base, false, name});
    const auto swapped = base_offset_of(name, kSwappedLog);
    if (swapped && *swapped < least_cleaned) segments.push_back({*swapped, true, name});
  }
  std::sort(segments.begin(), segments.end(), [](const SegmentName& a, const SegmentName& b) {
    return std::pair(a.base_offset, !a.swapped) < std::pair(b.base_offset, !b.swapped);
  });
  return segments;
}

bool ends_the_work(const Error& error, const InspectOptions& options) {
  return error.outcome == Outcome::kInterrupted || options.deadline.passed();
}

class PartitionLook {
 public:
  PartitionLook(const LogDirectory& directory, const std::string& name, const InspectOptions& options)
      : directory_(directory), options_(options), path_(directory.path + "/" + name) {
    const auto named = parse_partition_directory(name);
    found_.directory = name;
    found_.kind = named->kind;
    found_.partition = named->partition;
  }

  /// kNotFound: the directory went away.
  Status run() {
    directory::DirectoryCursor cursor(directory_.fd.get(), directory_.path, directory::IfMissing::kFail);
    ARKIVE_ASSIGN(fd_, cursor.go_to(found_.directory));
    ARKIVE_TRY(read_id());
    ARKIVE_ASSIGN(const auto names, directory::names_in(fd_, path_));
    ARKIVE_TRY(scan(segments_among(names)));
    // After those of the log: the first of these says where it ends.
    if (!wrong_id_.empty()) damaged(kPartitionMetadata, std::move(wrong_id_));
    ARKIVE_TRY(take_epochs());
    take_checkpoints();
    return ok();
  }

  InspectedPartition& found() { return found_; }

 private:
  Result<std::optional<std::string>> text_of(std::string_view name) {
    auto text = read_text(fd_, name, path_ + "/" + std::string(name));
    if (text) return std::optional(std::move(*text));
    if (text.error().outcome == Outcome::kNotFound) return std::nullopt;
    return fail(text.error());
  }

  Status read_id() {
    ARKIVE_ASSIGN(const auto text, text_of(kPartitionMetadata));
    if (!text) return ok();
    const auto id = parse_partition_metadata(*text);
    if (id) {
      found_.topic_id = *id;
    } else {
      wrong_id_ = id.error().what;
    }
    return ok();
  }

  Status scan(const std::vector<SegmentName>& segments) {
    if (!segments.empty()) found_.log_start = found_.log_end = segments.front().base_offset;
    LogScan scan(options_, found_);
    std::int64_t replaced_until = -1;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const SegmentName& segment = segments[i];
      if (!segment.swapped && segment.base_offset < replaced_until) continue;
      auto file = SegmentFile::open(fd_, segment.file, path_ + "/" + segment.file);
      if (!file && file.error().outcome == Outcome::kNotFound && is_in_use(directory_.fd.get())) continue;
      if (!file) return fail(file.error());
      const bool is_last = i + 1 == segments.size();
      ARKIVE_TRY(scan.scan(*file, {segment.file, segment.base_offset, is_last, is_trusted()}));
      if (segment.swapped) replaced_until = std::max(segment.base_offset + 1, scan.next_offset());
      if (found_.damage_count == 0) found_.log_end = std::max(found_.log_end, segment.base_offset);
    }
    return ok();
  }

  bool is_trusted() const { return directory_.facts.clean_shutdown && !directory_.facts.in_use; }

  Status take_epochs() {
    ARKIVE_ASSIGN(const auto text, text_of(kLeaderEpochs));
    if (!text || text->empty()) return ok();
    const auto epochs = parse_leader_epoch_checkpoint(*text);
    if (!epochs) {
      damaged(kLeaderEpochs, epochs.error().what);
    } else if (!epochs->empty()) {
      found_.highest_epoch = std::max(found_.highest_epoch, epochs->back().epoch);
    }
    return ok();
  }

  void take_checkpoints() {
    if (found_.kind != Kind::kLive && found_.kind != Kind::kFuture) return;
    const auto high_watermark = directory_.high_watermarks.find(found_.partition);
    if (high_watermark != directory_.high_watermarks.end() && high_watermark->second >= 0) {
      found_.high_watermark = high_watermark->second;
    }
    const auto start = directory_.log_starts.find(found_.partition);
    if (start == directory_.log_starts.end() || start->second <= found_.log_start) return;
    if (start->second > found_.log_end && found_.damage_count == 0 && found_.segments > 0) {
      damaged(kLogStarts, "the log begins at offset " + std::to_string(start->second) +
                              " by this file of the log directory, and ends at " +
                              std::to_string(found_.log_end) + ": a broker deletes all of it at its start");
    }
    found_.log_start = start->second;
    found_.log_end = std::max(found_.log_end, found_.log_start);
  }

  void damaged(std::string_view file, std::string cause) {
    if (found_.damage_count++ < InspectedPartition::kMostDamages) {
      found_.damage.push_back({std::string(file), 0, std::move(cause)});
    }
  }

  const LogDirectory& directory_;
  const InspectOptions& options_;
  std::string path_;
  int fd_ = -1;
  InspectedPartition found_;
  std::string wrong_id_;
};

}  // namespace

Result<std::optional<InspectedPartition>> look_at_partition(const LogDirectory& directory,
                                                            const std::string& name,
                                                            const InspectOptions& options) {
  constexpr int kTries = 3;
  for (int tries = 1;; ++tries) {
    PartitionLook look(directory, name, options);
    const Status done = look.run();
    if (!done && ends_the_work(done.error(), options)) return fail(done.error());
    if (!done) look.found().error = done.error().what;
    if (done && look.found().damage_count == 0) return std::move(look.found());
    // A broker at work rolls, cleans and deletes segments between two looks.
    if (!is_in_use(directory.fd.get())) return std::move(look.found());
    if (!done && done.error().outcome == Outcome::kNotFound) return std::nullopt;
    if (tries == kTries) return std::move(look.found());
  }
}

}  // namespace arkive::kafka::inspecting
