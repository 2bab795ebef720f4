/// What every LogSource promises, tried on real brokers: the fixture.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <utility>

#include "kafka/log/records.h"
#include "kafka/rdkafka/librdkafka_log_source.h"
#include "stores/core/hash.h"
#include "stores/core/process.h"
#include "tests/kafka/wire/servers/servers.h"

namespace arkive::kafka::test {

/// As record_producer prints it.
using Line = nlohmann::json;

class LogSourceContract : public KafkaServersTest, public testing::WithParamInterface<const char*> {
 protected:
  static bool is_exact() { return std::string_view(GetParam()) == "wire"; }

  static Result<std::unique_ptr<LogSource>> open(const std::string& bootstrap,
                                                 const ClientProperties& properties, Deadline deadline) {
    return is_exact() ? open_wire_log_source(bootstrap, properties, deadline)
                      : open_librdkafka_log_source(bootstrap, properties, deadline);
  }
  std::unique_ptr<LogSource> source() { return value_of(open(kafka().bootstrap(), {}, patience())); }

  std::string record_producer(std::vector<std::string> words) {
    Command command;
    command.arguments = {RECORD_PRODUCER};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    command.arguments.insert(command.arguments.end(), {"--bootstrap", kafka().bootstrap()});
    const Finished finished = value_of(run_process(command, Deadline::after(90s)));
    EXPECT_EQ(finished.status, 0) << testing::PrintToString(words) << ": " << finished.error_output;
    return finished.output;
  }
  /// What was written, in the order of offsets; of transactions, the committed ones alone.
  std::vector<Line> produce_lines(std::vector<std::string> words) {
    words.insert(words.begin(), "produce");
    std::vector<Line> lines;
    std::istringstream from(record_producer(std::move(words)));
    for (std::string text; std::getline(from, text);) {
      Line line = Line::parse(text);
      if (line.value("outcome", "committed") != "committed") continue;
      line.erase("outcome");
      lines.push_back(std::move(line));
    }
    return lines;
  }

  struct Read {
    std::vector<Line> lines;
    std::int64_t next_offset = 0;
    /// In no batch, and passed over.
    std::vector<std::pair<std::int64_t, std::int64_t>> gaps;
    int fetches = 0;
  };

  /// All committed records of [from, until) as an archiver reads them: on and on from where the last answer
  /// ended.
  Read read_all(LogSource& live, const TopicFacts& topic, std::int32_t partition, std::int64_t from,
                std::int64_t until, const FetchLimits& limits = {}) {
    Read read;
    read.next_offset = from;
    const auto fetcher = value_of(live.open_fetcher(topic.partitions.at(0).leader, patience()));
    const Deadline deadline = patience();
    std::set<std::int64_t> aborted;  // producers within an aborted transaction
    while (read.next_offset < until && !deadline.passed()) {
      const FetchWant wanted = want(topic, partition, read.next_offset);
      const auto got = value_of(fetcher->fetch({&wanted, 1}, limits, deadline));
      ++read.fetches;
      if (got[0].state == FetchGot::State::kMoved) continue;  // one that has only just come back
      EXPECT_EQ(got[0].state, FetchGot::State::kRead) << got[0].error;
      if (got[0].state != FetchGot::State::kRead) break;
      take(topic.name, partition, got[0], aborted, read);
    }
    return read;
  }

 private:
  static Line text_of(const std::optional<Bytes>& bytes) {
    if (!bytes) return nullptr;
    if (is_utf8(*bytes)) return std::string(*bytes);
    return {{"base64", base64(*bytes)}};
  }

  static void take(const std::string& topic, std::int32_t partition, const FetchGot& got,
                   std::set<std::int64_t>& aborted, Read& read) {
    RecordReader reader;
    const auto walked = for_each_entry(got.records, CrcCheck::kYes, [&](const LogEntry& entry) -> Status {
      if (entry.last_offset < read.next_offset) return ok();
      if (entry.first_offset > read.next_offset) read.gaps.emplace_back(read.next_offset, entry.first_offset);
      for (const AbortedTransaction& one : got.aborted) {
        if (one.first_offset <= entry.last_offset && one.producer_id == entry.producer_id &&
            one.first_offset >= entry.first_offset) {
          aborted.insert(one.producer_id);
        }
      }
      const std::int64_t from = read.next_offset;
      read.next_offset = entry.next_offset();
      if (entry.control) {
        aborted.erase(entry.producer_id);
        return ok();
      }
      if (entry.transactional && aborted.contains(entry.producer_id)) return ok();
      return for_each_record(reader, entry, [&](const Record& record) {
        if (record.offset < from) return;
        Line headers = Line::array();
        for (const Header& header : record.headers) {
          headers.push_back(Line::array({std::string(header.name), text_of(header.value)}));
        }
        read.lines.push_back({{"topic", topic},
                              {"partition", partition},
                              {"offset", record.offset},
                              {"timestamp", record.timestamp},
                              {"timestamp_type", entry.log_append_time ? "append" : "create"},
                              {"key", text_of(record.key)},
                              {"value", text_of(record.value)},
                              {"headers", headers}});
      });
    });
    EXPECT_TRUE(succeeded(walked));
    if (got.next_offset > read.next_offset) {
      read.gaps.emplace_back(read.next_offset, got.next_offset);
      read.next_offset = got.next_offset;
    }
  }
};

inline std::string reader_name(const testing::TestParamInfo<const char*>& info) {
  return info.param;
}

}  // namespace arkive::kafka::test
