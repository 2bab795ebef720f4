#include <nlohmann/json.hpp>

#include "kafka/archive/archived_log.h"
#include "kafka/log/record_text.h"
#include "stores/core/bytes.h"
#include "tools/arkive/output.h"
#include "tools/arkive/show_topics.h"

namespace arkive::tools {
namespace {

using kafka::ArchivedLog;
using kafka::Walk;

std::string what_there_is(const ArchivedLog& log) {
  if (log.first_offset() == log.next_offset()) return "the archive holds no record of it";
  return "the archive holds offsets " + std::to_string(log.first_offset()) + " to " +
         std::to_string(log.next_offset() - 1);
}

Result<std::int64_t> where_to_begin(ArchivedLog& log, const kafka::ArchivedPartition& partition,
                                    const TopicAddress& address) {
  if (address.time) {
    ARKIVE_ASSIGN(const auto offset, log.offset_at(*address.time));
    if (offset) return *offset;
    UnixMilliseconds newest = kafka::kNoTimestamp;
    for (const kafka::ArchivedSegment& segment : partition.segments) {
      if (segment.generation == partition.generation) newest = std::max(newest, segment.max_timestamp);
    }
    return fail(Outcome::kNotFound, "show '" + printable(address.text) + "': no record is that young",
                newest < 0
                    ? "its records have no times; " + what_there_is(log)
                    : "the youngest is of " + kafka::format_timestamp(newest) + "; " + what_there_is(log));
  }
  if (!address.offset) return log.first_offset();
  if (*address.offset < log.first_offset() || *address.offset >= log.next_offset()) {
    return fail(Outcome::kNotFound,
                "show '" + printable(address.text) + "': there is no such offset in the archive",
                what_there_is(log));
  }
  return *address.offset;
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Result<ExitStatus> show_records(const OpenedArchive& archive, const kafka::ArchivedTopic& topic,
                                const TopicAddress& address, const ShowOptions& options,
                                const CommonOptions& common) {
  ARKIVE_ASSIGN(const kafka::ArchivedPartition partition, partition_at(archive, topic, address));
  ARKIVE_ASSIGN(const kafka::RecordFormat format,
                kafka::record_format(common.json ? "json" : options.format));
  ArchivedLog log(*archive.store, archive.cluster, topic, partition);
  ARKIVE_ASSIGN(const std::int64_t from, where_to_begin(log, partition, address));
  if (common.json) {
    print("{\"run\": " + quoted(archive.run.id) + ", \"topic\": " + quoted(topic.name) +
          ", \"partition\": " + std::to_string(partition.partition) + ", \"records\": [");
  }
  std::uint64_t shown = 0;
  std::int64_t next = log.next_offset();
  std::string line;
  // One more is looked at than is shown, to say where to go on.
  const auto show = [&](const kafka::RecordPlace& place, const kafka::Record& record) -> Result<Walk> {
    if (shown == options.limit) {
      next = record.offset;
      return Walk::kEnough;
    }
    line.clear();
    kafka::RecordPlace without_topic = place;
    without_topic.topic = {};
    kafka::append_record(line, without_topic, record, format);
    if (common.json) {
      line.pop_back();
      line.insert(0, shown == 0 ? "\n  " : ",\n  ");
    }
    print(line);
    ++shown;
    return Walk::kOn;
  };
  const Status read = log.for_each_record(from, log.next_offset(), show);
  if (!read) return fail(with_hint_at_damage(read.error()));
  if (common.json) {
    print("\n], \"next_offset\": " + std::to_string(next) +
          ", \"archive_end\": " + std::to_string(log.next_offset()) + "}\n");
  } else if (format != kafka::RecordFormat::kJson && next < log.next_offset()) {
    const std::string generation =
        address.generation ? "/g" + std::to_string(*address.generation) : std::string();
    print_line("more from " + printable(topic.name) + "/" + std::to_string(partition.partition) + generation +
               "@" + std::to_string(next) + " on; the archive ends before offset " +
               std::to_string(log.next_offset()));
  } else if (format != kafka::RecordFormat::kJson && shown == 0) {
    print_line("no record: " + what_there_is(log));
  }
  return kWhole;
}

}  // namespace arkive::tools
