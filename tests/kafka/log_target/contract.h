/// What every LogTarget promises, tried on real brokers: the fixture.
#pragma once

#include <utility>

#include "kafka/log/batch_rewrite.h"
#include "kafka/rdkafka/librdkafka_log_target.h"
#include "kafka/wire/wire_log_target.h"
#include "stores/core/process.h"
#include "tests/kafka/log/sent_records.h"
#include "tests/kafka/wire/servers/servers.h"

namespace arkive::kafka::test {

using State = AppendGot::State;

class LogTargetContract : public KafkaServersTest, public testing::WithParamInterface<const char*> {
 protected:
  static constexpr UnixMilliseconds kThen = 1'795'217'400'000;

  static bool is_exact() { return std::string_view(GetParam()).starts_with("wire"); }
  static Result<std::unique_ptr<LogTarget>> open(const std::string& bootstrap,
                                                 const ClientProperties& properties, Deadline deadline) {
    return is_exact() ? open_wire_log_target(bootstrap, properties, deadline)
                      : open_librdkafka_log_target(bootstrap, properties, deadline);
  }
  std::unique_ptr<LogTarget> target() { return value_of(open(kafka().bootstrap(), {}, patience())); }

  std::string record_producer(std::vector<std::string> words) {
    Command command;
    command.arguments = {RECORD_PRODUCER};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    command.arguments.insert(command.arguments.end(), {"--bootstrap", kafka().bootstrap()});
    const Finished finished = value_of(run_process(command, Deadline::after(90s)));
    EXPECT_EQ(finished.status, 0) << testing::PrintToString(words) << ": " << finished.error_output;
    return finished.output;
  }

  /// Records 0 to `count` - 1 of a made-up log, with everything that is allowed.
  static std::vector<SentRecord> some_records(int first, int count) {
    std::vector<SentRecord> records;
    for (int i = first; i < first + count; ++i) {
      SentRecord record;
      record.offset = i;
      record.timestamp = kThen + 7 * i;
      if (i % 5 != 1) record.key = i % 5 == 2 ? "" : "key " + std::to_string(i);
      if (i % 7 != 3) record.value = i % 7 == 4 ? "" : "value " + std::to_string(i);
      if (i % 3 == 0) record.headers = {{"a", "1"}, {"a", std::nullopt}, {"", ""}, {"z\x01\xff", "\n"}};
      records.push_back(std::move(record));
    }
    return records;
  }

  /// A batch as a producer with this identity sends it as its `base_sequence`-th record and on.
  static std::string batch_of(std::vector<SentRecord> records, const ProducerIdentity& producer,
                              std::int64_t base_sequence, Codec codec = Codec::kNone) {
    BatchOptions options;
    options.codec = codec;
    options.style.zstd_content_size = true;
    options.first_offset = records.front().offset;
    options.transactional = true;  // of a transaction that was committed where it comes from
    std::string batch = encode_batch(options, records);
    as_producers_batch(batch, producer, sequence_after(base_sequence));
    return batch;
  }
  static std::string batch_of(int first, int count, const ProducerIdentity& producer,
                              Codec codec = Codec::kNone) {
    return batch_of(some_records(first, count), producer, first, codec);
  }

  static AppendGot append(LogAppender& appender, const TopicPartition& partition, const std::string& batch,
                          Deadline deadline = patience()) {
    const AppendWant want{partition, batch};
    EXPECT_TRUE(succeeded(appender.send({&want, 1}, deadline)));
    return value_of(appender.receive(deadline)).front();
  }

  struct Read {
    std::vector<SentRecord> records;
    std::vector<std::string> batches;
  };
  /// All there is once the high watermark is `until`.
  Read read_all(const TopicPartition& partition, std::int64_t until) {
    Read read;
    const auto live = source();
    std::int64_t next = 0;
    RecordReader reader;
    for (const Deadline deadline = patience(); next < until && !deadline.passed();) {
      const TopicFacts topic = facts_of(*live, partition.topic);
      const std::int32_t leader = topic.partitions[static_cast<std::size_t>(partition.partition)].leader;
      const auto fetcher = live->open_fetcher(leader, deadline);
      const FetchWant wanted = want(topic, partition.partition, next);
      if (!fetcher) continue;  // leaders move
      const auto got = (*fetcher)->fetch({&wanted, 1}, {}, deadline);
      if (!got || got->front().state == FetchGot::State::kMoved) continue;
      EXPECT_EQ(got->front().state, FetchGot::State::kRead) << got->front().error;
      if (got->front().state != FetchGot::State::kRead) break;
      EXPECT_TRUE(succeeded(
          for_each_entry(got->front().records, CrcCheck::kYes, [&](const LogEntry& entry) -> Status {
            next = entry.next_offset();
            read.batches.emplace_back(entry.bytes);
            return for_each_record(reader, entry,
                                   [&](const Record& record) { read.records.push_back(copy(record)); });
          })));
    }
    return read;
  }
  std::int64_t end_of(const TopicPartition& partition) {
    const auto offsets = value_of(source()->offsets({&partition, 1}, patience()));
    EXPECT_EQ(offsets[0].error, "");
    return offsets[0].high_watermark;
  }
};

/// "wire", or with a version of Kafka: "wire 3.9.1".
inline std::string target_name(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '.' || c == ' '; }, '_');
  return name;
}

}  // namespace arkive::kafka::test
