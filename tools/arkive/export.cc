#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "kafka/archive/archived_log.h"
#include "kafka/log/record_text.h"
#include "stores/core/bytes.h"
#include "stores/core/log.h"
#include "tools/arkive/archives.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/arkive/output_file.h"

namespace arkive::tools {
namespace {

using kafka::ArchivedLog;
using kafka::Walk;

// What the options say, read.
struct Bounds {
  std::optional<std::int64_t> from_offset;
  std::optional<std::int64_t> until_offset;
  std::optional<UnixMilliseconds> from_time;
  std::optional<UnixMilliseconds> until_time;
};

struct Counts {
  std::uint64_t records = 0;
  std::uint64_t aborted = 0;  // left out, or marked with --all
  std::uint64_t open = 0;
  std::uint64_t controls = 0;
};

Result<Bounds> read_bounds(const ExportOptions& options) {
  Bounds bounds;
  if ((!options.from_offset.empty() && !options.from_time.empty()) ||
      (!options.until_offset.empty() && !options.until_time.empty())) {
    return fail(Outcome::kUsage,
                "export '" + printable(options.topic) + "': an offset and a time for one bound",
                "give --from-offset or --from-time, --until-offset or --until-time");
  }
  // Left empty: not given.
  const auto take = [](const std::string& text, auto parse, auto& into) -> Status {
    if (text.empty()) return ok();
    ARKIVE_ASSIGN(into, parse(text));
    return ok();
  };
  ARKIVE_TRY(take(options.from_offset, parse_offset, bounds.from_offset));
  ARKIVE_TRY(take(options.until_offset, parse_offset, bounds.until_offset));
  ARKIVE_TRY(take(options.from_time, parse_record_time, bounds.from_time));
  ARKIVE_TRY(take(options.until_time, parse_record_time, bounds.until_time));
  return bounds;
}

// Its line ends stay.
std::string printable_lines(Bytes text) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    Bytes line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines += printable(line) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

class Exporter {
 public:
  Exporter(const ExportOptions& options, const OpenedArchive& archive, const kafka::ArchivedTopic& topic,
           OutputFile output, Bounds bounds)
      : options_(options),
        archive_(archive),
        topic_(topic),
        output_(std::move(output)),
        bounds_(bounds),
        format_(options.format == "csv" ? kafka::RecordFormat::kCsv : kafka::RecordFormat::kJson) {}

  Status run(const std::vector<const kafka::ArchivedPartition*>& partitions) {
    if (format_ == kafka::RecordFormat::kCsv) ARKIVE_TRY(output_.write(kafka::csv_head()));
    for (const kafka::ArchivedPartition* const partition : partitions) {
      ARKIVE_TRY(export_partition(*partition));
    }
    return output_.finish();
  }
  const Counts& counts() const { return counts_; }

 private:
  Status export_partition(const kafka::ArchivedPartition& partition) {
    ArchivedLog log(*archive_.store, archive_.cluster, topic_, partition);
    std::int64_t from = bounds_.from_offset.value_or(log.first_offset());
    std::int64_t until = bounds_.until_offset.value_or(log.next_offset());
    if (bounds_.from_time) {
      ARKIVE_ASSIGN(const auto offset, log.offset_at(*bounds_.from_time));
      from = offset.value_or(log.next_offset());
    }
    if (bounds_.until_time) {
      ARKIVE_ASSIGN(const auto offset, log.offset_at(*bounds_.until_time));
      until = offset.value_or(log.next_offset());
    }
    if (from >= until) return ok();
    tell_gaps(partition, from, until);
    return log.for_each_record(
        from, until,
        [&](const kafka::RecordPlace& place, const kafka::Record& record) { return take(place, record); });
  }

  Result<Walk> take(const kafka::RecordPlace& place, const kafka::Record& record) {
    const bool is_plain = !place.control && !place.aborted && !place.open_transaction;
    if (place.control) ++counts_.controls;
    if (place.aborted) ++counts_.aborted;
    if (place.open_transaction) ++counts_.open;
    if (!is_plain && !options_.all) return Walk::kOn;
    if (is_plain) ++counts_.records;
    line_.clear();
    kafka::append_record(line_, place, record, format_);
    // CSV cannot escape controls, and must not steer a terminal. (JSON escapes them.)
    if (on_terminal_ && format_ == kafka::RecordFormat::kCsv) line_ = printable_lines(line_);
    ARKIVE_TRY(output_.write(line_));
    return Walk::kOn;
  }

  // What retention or a cut took is not there; what compaction took is not missed.
  void tell_gaps(const kafka::ArchivedPartition& partition, std::int64_t from, std::int64_t until) const {
    for (const kafka::OffsetGap& gap : partition.gaps) {
      if (gap.cause == "compaction" || gap.next <= from || gap.first >= until) continue;
      log_warning("partition " + std::to_string(partition.partition) + ": the archive has no offsets " +
                  std::to_string(gap.first) + " to " + std::to_string(gap.next - 1) + ": " + gap.cause);
    }
  }

  const ExportOptions& options_;
  const OpenedArchive& archive_;
  const kafka::ArchivedTopic& topic_;
  OutputFile output_;
  Bounds bounds_;
  kafka::RecordFormat format_;
  const bool on_terminal_ = options_.output.empty() && ::isatty(STDOUT_FILENO) == 1;
  Counts counts_;
  std::string line_;
};

std::string counts_text(const Counts& counts, bool all) {
  std::string text = counted(counts.records, "record");
  if (counts.aborted + counts.open + counts.controls == 0) return text;
  text += all ? "; besides, marked: " : "; left out: ";
  return text + std::to_string(counts.aborted) + " of aborted and " + std::to_string(counts.open) +
         " of open transactions, " + counted(counts.controls, "control record");
}

nlohmann::json counts_json(const Counts& counts, const OpenedArchive& archive, const ExportOptions& options) {
  return {{"run", archive.run.id},     {"topic", options.topic},          {"records", counts.records},
          {"aborted", counts.aborted}, {"open_transaction", counts.open}, {"control", counts.controls},
          {"all", options.all},        {"file", options.output}};
}

}  // namespace

Result<ExitStatus> run_export(const ExportOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const TopicAddress address, TopicAddress::parse(options.topic));
  if (address.offset || address.time) {
    return fail(Outcome::kUsage, "export '" + printable(options.topic) + "': it names a place in a partition",
                "give --from-offset or --from-time for it");
  }
  ARKIVE_ASSIGN(const Bounds bounds, read_bounds(options));
  ARKIVE_ASSIGN(const OpenedArchive archive, open_archive(options.from));
  ARKIVE_ASSIGN(const kafka::ArchivedTopic topic, read_topic_of(archive, address));
  std::vector<const kafka::ArchivedPartition*> partitions;
  kafka::ArchivedPartition named;
  if (address.partition) {
    ARKIVE_ASSIGN(named, partition_at(archive, topic, address));
    partitions.push_back(&named);
  } else {
    for (const kafka::ArchivedPartition& one : topic.partitions) partitions.push_back(&one);
  }
  if ((bounds.from_offset || bounds.until_offset) && partitions.size() > 1) {
    return fail(Outcome::kUsage,
                "export '" + printable(options.topic) + "': offsets of one partition, and it has " +
                    std::to_string(partitions.size()),
                "name the partition, topic/partition, or give times");
  }
  ARKIVE_TRY(prove_segments(archive, options.from.public_key,
                            [&](std::string_view name) { return name == topic.name; }));
  ARKIVE_ASSIGN(OutputFile output, OutputFile::open(options.output));
  Exporter exporter(options, archive, topic, std::move(output), bounds);
  if (Status done = exporter.run(partitions); !done) return fail(with_hint_at_damage(done.error()));
  const std::vector<std::string> missing = missing_of(archive.run, topic.name);
  for (const std::string& line : missing) log_warning("not whole: " + line);
  const std::string told = printable(options.topic) + " of run " + archive.run.id + ": " +
                           counts_text(exporter.counts(), options.all);
  if (options.output.empty()) {
    log_info(told);
  } else if (common.json) {
    print_json(counts_json(exporter.counts(), archive, options));
  } else if (!common.quiet) {
    print_line(printable(options.output) + ": " + told);
  }
  return missing.empty() ? kWhole : kNotWhole;
}

}  // namespace arkive::tools
