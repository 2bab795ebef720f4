/// A broker's own log directories, read by kafka/log and compared with what was produced.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "kafka/log/aborted.h"
#include "kafka/log/index.h"
#include "kafka/log/records.h"
#include "kafka/log/segment_reader.h"
#include "stores/core/hash.h"
#include "tests/support/producer/tests/producer_fixture.h"
#include "tests/support/results.h"

namespace arkive::kafka::test {

using arkive::test::succeeded;
using arkive::test::value_of;
using producer::Json;
using producer::Lines;

/// The files of one segment, as they lie there.
struct SegmentFiles {
  std::int64_t base_offset = 0;
  std::string path;  ///< of the .log
  std::string log;
  IndexFiles indexes;
};

/// What a walk over all segments of a partition tells.
struct ReadBack {
  Lines records;  ///< as record_producer prints them, with their outcome; no control records
  std::vector<ControlMarker> markers;
  std::vector<LogEntry> entries;    ///< without their bytes
  std::vector<IndexFiles> indexes;  ///< that we make, by segment
};

class BrokerLogs : public producer::ProducerProgram {
 protected:
  std::string partition_directory(const std::string& topic) {
    return kafka_->broker(1).log_directories()[0] + "/" + topic + "-0";
  }

  static std::string file_or_nothing(const std::string& path) {
    return path_exists(path) ? value_of(read_file(path)) : std::string();
  }

  std::vector<SegmentFiles> segments(const std::string& topic) {
    std::vector<SegmentFiles> all;
    const std::string directory = partition_directory(topic);
    for (const std::string& name : value_of(list_directory(directory))) {
      if (!name.ends_with(".log")) continue;
      SegmentFiles files;
      files.base_offset = std::stoll(name);
      files.path = directory + "/" + name;
      files.log = value_of(read_file(files.path));
      const std::string stem = files.path.substr(0, files.path.size() - 4);
      files.indexes = {file_or_nothing(stem + ".index"), file_or_nothing(stem + ".timeindex"),
                       file_or_nothing(stem + ".txnindex")};
      all.push_back(std::move(files));
    }
    return all;
  }

  static Json json_of(const std::optional<Bytes>& bytes) {
    if (!bytes) return nullptr;
    if (is_utf8(*bytes)) return std::string(*bytes);
    return Json{{"base64", base64(*bytes)}};
  }

  static Json line_of(const std::string& topic, const LogEntry& entry, const Record& record) {
    Json headers = Json::array();
    for (const Header& header : record.headers) {
      headers.push_back(Json::array({std::string(header.name), json_of(header.value)}));
    }
    const char* const type = entry.magic == 0 ? "none" : (entry.log_append_time ? "append" : "create");
    return {{"topic", topic},
            {"partition", 0},
            {"offset", record.offset},
            {"timestamp", record.timestamp},
            {"timestamp_type", type},
            {"key", json_of(record.key)},
            {"value", json_of(record.value)},
            {"headers", std::move(headers)}};
  }

  /// Reads all segments, with every CRC checked, and the broker's indexes checked against them.
  static ReadBack read_back(const std::string& topic, const std::vector<SegmentFiles>& segments) {
    ReadBack read;
    TransactionTracker tracker;
    std::vector<AbortedSpan> aborted;
    std::vector<std::int64_t> producers;  // of each record; -1 when not transactional
    RecordReader reader;
    for (const SegmentFiles& files : segments) {
      IndexBuilder builder(files.base_offset);
      IndexCheck check =
          value_of(IndexCheck::open(files.indexes.offsets, files.indexes.times, files.base_offset));
      SegmentReader segment = value_of(SegmentReader::open(files.path));
      const auto visit = [&](const LogEntry& entry, std::uint64_t position) -> Result<Walk> {
        ARKIVE_TRY(builder.append(entry, position));
        ARKIVE_TRY(check.entry(entry, position));
        ARKIVE_ASSIGN(const auto span, tracker.append(entry));
        if (span) {
          builder.append(*span);
          aborted.push_back(*span);
        }
        ARKIVE_TRY(for_each_record(reader, entry, [&](const Record& record) -> Status {
          if (entry.control) {
            ARKIVE_ASSIGN(const ControlMarker marker, parse_marker(record));
            read.markers.push_back(marker);
          } else {
            read.records.push_back(line_of(topic, entry, record));
            producers.push_back(entry.transactional ? entry.producer_id : -1);
          }
          return ok();
        }));
        LogEntry kept = entry;
        if (kept.is_wrapper()) ARKIVE_TRY(complete_wrapper(kept, reader));
        kept.bytes = {};
        read.entries.push_back(kept);
        return Walk::kOn;
      };
      EXPECT_EQ(value_of(segment.for_each_entry(CrcCheck::kYes, visit)), files.log.size()) << files.path;
      EXPECT_TRUE(succeeded(check.finish())) << files.path;
      read.indexes.push_back(builder.files());
    }
    tell_outcomes(read, producers, aborted, tracker.open());
    return read;
  }

  static void tell_outcomes(ReadBack& read, const std::vector<std::int64_t>& producers,
                            const std::vector<AbortedSpan>& aborted,
                            const std::vector<OpenTransaction>& open) {
    for (std::size_t number = 0; number < read.records.size(); ++number) {
      if (producers[number] < 0) continue;
      const auto offset = read.records[number]["offset"].get<std::int64_t>();
      const bool was_aborted = std::any_of(aborted.begin(), aborted.end(), [&](const AbortedSpan& span) {
        return span.producer_id == producers[number] && offset >= span.first_offset &&
               offset <= span.last_offset;
      });
      const bool is_open = std::any_of(open.begin(), open.end(), [&](const OpenTransaction& one) {
        return one.producer_id == producers[number] && offset >= one.first_offset;
      });
      read.records[number]["outcome"] = was_aborted ? "aborted" : (is_open ? "open" : "committed");
    }
  }

  /// That the broker's own index files are those that we make, byte for byte.
  static void expect_same_indexes(const std::vector<SegmentFiles>& segments, const ReadBack& read) {
    ASSERT_EQ(segments.size(), read.indexes.size());
    for (std::size_t number = 0; number < segments.size(); ++number) {
      const IndexFiles& theirs = segments[number].indexes;
      EXPECT_EQ(to_hex(theirs.offsets), to_hex(read.indexes[number].offsets)) << segments[number].path;
      EXPECT_EQ(to_hex(theirs.times), to_hex(read.indexes[number].times)) << segments[number].path;
      EXPECT_EQ(to_hex(theirs.transactions), to_hex(read.indexes[number].transactions))
          << segments[number].path;
    }
  }

  /// Without what only the producer knows of records that are in no transaction.
  static Lines without_outcome(Lines lines) {
    for (Json& line : lines) line.erase("outcome");
    return lines;
  }
};

}  // namespace arkive::kafka::test
