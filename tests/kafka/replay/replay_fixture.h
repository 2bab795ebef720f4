/// A scripted source, archived, and a scripted target it is replayed into; what has to stand there is told
/// from the source's log by the test's own plain code.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kafka/archive/runs.h"
#include "kafka/log/records.h"
#include "kafka/replay/offset_map.h"
#include "kafka/replay/replay.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/support/scripted_log_target.h"

namespace arkive::kafka::test {

/// Records of one entry, offsets and all.
inline std::vector<SentRecord> records_in(const std::string& bytes) {
  std::vector<SentRecord> all;
  LogEntry entry;
  EXPECT_EQ(read_entry(bytes, entry), EntryState::kWhole);
  RecordReader reader;
  const auto each = [&](const Record& record) {
    SentRecord& one = all.emplace_back();
    one.offset = record.offset;
    one.timestamp = record.timestamp;
    if (record.key) one.key = std::string(*record.key);
    if (record.value) one.value = std::string(*record.value);
    for (const Header& header : record.headers) {
      one.headers.emplace_back(header.name,
                               header.value ? std::optional(std::string(*header.value)) : std::nullopt);
    }
  };
  EXPECT_TRUE(succeeded(for_each_record(reader, entry, each)));
  return all;
}

/// The records of `log` that consumers of committed records see.
inline std::vector<SentRecord> committed_records(const ScriptedPartition& log) {
  std::vector<SentRecord> all;
  for (std::size_t i = 0; i < log.entries.size(); ++i) {
    LogEntry entry;
    EXPECT_EQ(read_entry(log.entries[i].bytes, entry), EntryState::kWhole);
    if (entry.control || entry.record_count == 0) continue;
    bool committed = !entry.transactional;
    for (std::size_t k = i + 1; k < log.entries.size() && !committed; ++k) {
      LogEntry later;
      EXPECT_EQ(read_entry(log.entries[k].bytes, later), EntryState::kWhole);
      if (!later.control || later.producer_id != entry.producer_id) continue;
      committed = value_of(control_marker(later))->kind == ControlMarker::Kind::kCommit;
      break;
    }
    if (!committed) continue;
    for (SentRecord& record : records_in(log.entries[i].bytes)) all.push_back(std::move(record));
  }
  return all;
}

class ScriptedReplay : public ScriptedArchive {
 protected:
  ScriptedReplay() { target_cluster_.id = "target-cluster"; }

  /// Archives the source as it is.
  void archive_source() {
    const ArchiveReport report = run();
    run_ = report.manifest;
    index_ = value_of(read_index(*store_, run_, Deadline::never()));
  }
  /// Topics of the source's names and counts.
  void make_target_topics() {
    for (const auto& [name, topic] : cluster_.topics) {
      target_cluster_.make(name, static_cast<int>(topic.partitions.size()), 9);
    }
  }
  ReplayRequest request() {
    ReplayRequest request;
    request.archive = {store_.get(), scratch("store"), "main", run_.id, &index_};
    request.journal = scratch("journal");
    request.work.patience = 5s;
    request.work.workers = workers_;
    return request;
  }
  Result<ReplayReport> try_replay(const ReplayRequest& request) {
    ScriptedLogSource source(target_cluster_);
    ScriptedLogTarget target(brokers_);
    return replay(request, source, target);
  }
  /// One that must be complete.
  ReplayReport replay_all_of(const ReplayRequest& request) {
    ReplayReport report = value_of(try_replay(request));
    for (const ReplayedTopic& topic : report.topics) {
      for (const std::string& error : topic.errors) ADD_FAILURE() << error;
    }
    EXPECT_TRUE(report.complete);
    return report;
  }

  /// Our records in a partition of the target: those of producers from 4000 on.
  std::vector<SentRecord> replayed(const std::string& topic, int partition) {
    std::vector<SentRecord> all;
    for (const auto& entry : target_cluster_.at(topic, partition).entries) {
      LogEntry header;
      EXPECT_EQ(read_entry(entry.bytes, header), EntryState::kWhole);
      if (header.producer_id < 4000) continue;
      for (SentRecord& record : records_in(entry.bytes)) all.push_back(std::move(record));
    }
    return all;
  }

  /// Nothing lost, doubled or reordered, and the journal's map says where each record stands.
  void expect_equal_to_source(const std::string& topic, int partition,
                              const std::vector<SentRecord>& wanted) {
    const std::vector<SentRecord> got = replayed(topic, partition);
    const std::string name = topic + "-" + std::to_string(partition);
    ASSERT_EQ(got.size(), wanted.size()) << name;
    std::map<std::int64_t, std::int64_t> by_source;
    for (std::size_t i = 0; i < got.size(); ++i) {
      SentRecord same_place = got[i];
      same_place.offset = wanted[i].offset;
      EXPECT_EQ(same_place, wanted[i]) << name << ": record " << i;
      by_source[wanted[i].offset] = got[i].offset;
    }
    const OffsetMap map = value_of(read_offset_map(scratch("journal")));
    const ReplayedPartition* const one = map.find(topic, partition);
    ASSERT_NE(one, nullptr) << name;
    std::map<std::int64_t, std::int64_t> told;
    for (const OffsetRun& run : one->map.runs()) {
      for (std::int64_t i = 0; i < run.count; ++i) told[run.source + i] = run.target + i;
    }
    EXPECT_EQ(told, by_source) << name;
    EXPECT_TRUE(one->complete) << name;
  }
  void expect_equal_to_source() {
    for (const auto& [name, topic] : cluster_.topics) {
      for (const auto& [number, log] : topic.partitions) {
        expect_equal_to_source(name, number, committed_records(log));
      }
    }
  }

  /// A log with batches that may go as they are and all kinds that may not.
  static void append_all_kinds(ScriptedPartition& log) {
    const auto options = [](auto set) {
      BatchOptions one;
      set(one);
      return one;
    };
    log.append(5);
    for (const Codec codec : {Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
      log.append(7, options([&](BatchOptions& one) { one.codec = codec; }));
    }
    log.append(4, options([](BatchOptions& one) { one.transactional = true, one.producer_id = 11; }));
    log.append(3, options([](BatchOptions& one) { one.transactional = true, one.producer_id = 12; }));
    log.append(2, options([](BatchOptions& one) { one.transactional = true, one.producer_id = 11; }));
    log.end_transaction(11, 1);
    log.end_transaction(12, 0);
    // Holes, as compaction leaves them; a log-append-time batch; one with a delete horizon.
    for (const Codec codec : {Codec::kNone, Codec::kLz4}) {
      const std::int64_t first = log.end();
      BatchOptions holes;
      holes.first_offset = first;
      holes.last_offset = first + 9;
      holes.codec = codec;
      log.entries.push_back(
          {first, first + 9,
           encode_batch(holes, {{first + 2, 5, "a", "b", {}}, {first + 7, 6, "c", {}, {}}})});
    }
    log.append(3, options([&](BatchOptions& one) { one.log_append_time = 1'700'000'000'777; }));
    log.append(3, options([&](BatchOptions& one) { one.delete_horizon = 1'600'000'000'000; }));
    BatchOptions emptied;
    emptied.first_offset = log.end();
    emptied.last_offset = log.end() + 3;
    log.entries.push_back({log.end(), log.end() + 3, encode_batch(emptied, {})});
    // Older messages.
    for (const std::int8_t magic : {std::int8_t{0}, std::int8_t{1}}) {
      const std::int64_t offset = log.end();
      log.entries.push_back(
          {offset, offset, encode_message(magic, {offset, magic == 0 ? -1 : 77, "old", "value", {}})});
    }
    const std::int64_t wrapped = log.end();
    log.entries.push_back({wrapped, wrapped + 1,
                           encode_wrapper({}, {{wrapped, 8, "w", "1", {}}, {wrapped + 1, 9, {}, "2", {}}})});
    // Null and empty, headers, times.
    const std::int64_t odd = log.end();
    std::vector<SentRecord> records = {
        {odd, -1, {}, {}, {}},
        {odd + 1, -1, "", "", {{"", ""}, {"h", std::nullopt}, {"h", "x"}, {"h", "x"}}}};
    BatchOptions place;
    place.first_offset = odd;
    log.entries.push_back({odd, odd + 1, encode_batch(place, records)});
    place.first_offset = log.end();
    records = {{log.end(), 0, "k", {}, {}},
               {log.end() + 1, 9'000'000'000'000'000, {}, "v", {{"n", "v"}}},
               {log.end() + 2, 1, "k", "v", {}}};
    log.entries.push_back({records[0].offset, records[2].offset, encode_batch(place, records)});
  }

  ScriptedCluster target_cluster_;
  ScriptedBrokers brokers_{target_cluster_};
  Manifest run_;
  ArchiveIndex index_;
  int workers_ = 2;
};

}  // namespace arkive::kafka::test
