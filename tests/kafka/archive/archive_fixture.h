/// Archives of a scripted cluster in a directory store, and what they hold.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kafka/archive/archive.h"
#include "kafka/archive/layout.h"
#include "kafka/archive/runs.h"
#include "kafka/log/codec.h"
#include "kafka/log/index.h"
#include "stores/core/hash.h"
#include "stores/directory/directory_store.h"
#include "tests/support/results.h"
#include "tests/support/scripted_log_source.h"

namespace arkive::kafka::test {

using namespace std::chrono_literals;
using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;

/// What the run `manifest` says of a topic; the newest of that name.
inline ArchivedTopic topic_of(const Store& store, const Manifest& manifest, const std::string& name) {
  const ArchiveIndex index = value_of(read_index(store, manifest, Deadline::never()));
  const ArchiveIndex::Topic* const found = index.find(name);
  if (found == nullptr) throw std::runtime_error("no topic " + name + " in run " + manifest.id);
  return value_of(read_topic(store, *found, Deadline::never()));
}

/// As far as a key needs it.
inline ArchivedSegment segment_at(std::int32_t generation, std::int64_t base_offset, std::int32_t merge = 0) {
  ArchivedSegment segment;
  segment.generation = generation;
  segment.base_offset = base_offset;
  segment.merge = merge;
  return segment;
}

inline std::string object_of(const Store& store, const ArchivedTopic& topic, std::int32_t partition,
                             const ArchivedSegment& segment, SegmentFile file) {
  const auto got = store.get(segment_key("main", topic, partition, segment, file), 0, 0, Deadline::never());
  if (!got && got.error().outcome == Outcome::kNotFound && file != SegmentFile::kLog) return {};
  return value_of(got);
}

/// The segment's bytes, whatever its form: what any zstd makes of the file, without its seek table.
inline std::string log_of(const Store& store, const ArchivedTopic& topic, std::int32_t partition,
                          const ArchivedSegment& segment) {
  const std::string key = log_key("main", topic, partition, segment);
  std::string stored = value_of(store.get(key, 0, 0, Deadline::never()));
  EXPECT_EQ(stored.size(), segment.stored_bytes()) << key;
  EXPECT_EQ(hex(sha256(stored)), segment.sha256) << key;
  if (!segment.is_compressed()) return stored;
  Decompressor decompressor;
  return std::string(value_of(decompressor.decompress(Codec::kZstd, stored, segment.bytes)));
}

/// Every log that the run names, one segment behind the other, by "topic/partition/generation". Sizes,
/// hashes, checksums and offsets are as the lists say, or a test fails.
inline std::map<std::string, std::string> logs_of(const Store& store, const Manifest& manifest) {
  std::map<std::string, std::string> logs;
  const ArchiveIndex index = value_of(read_index(store, manifest, Deadline::never()));
  for (const ArchiveIndex::Topic& entry : index.topics) {
    const ArchivedTopic topic = value_of(read_topic(store, entry, Deadline::never()));
    for (const ArchivedPartition& partition : topic.partitions) {
      for (const ArchivedSegment& segment : partition.segments) {
        const std::string log = log_of(store, topic, partition.partition, segment);
        const std::string name =
            topic.name + "/" + std::to_string(partition.partition) + "/" + std::to_string(segment.generation);
        EXPECT_EQ(log.size(), segment.bytes) << name;
        std::int64_t next = segment.base_offset;
        std::uint64_t missing = 0;
        std::uint64_t batches = 0;
        const auto walked = for_each_entry(log, CrcCheck::kYes, [&](const LogEntry& batch) {
          if (batches > 0 && batch.first_offset > next)
            missing += static_cast<std::uint64_t>(batch.first_offset - next);
          next = batch.next_offset();
          ++batches;
        });
        EXPECT_EQ(value_of(walked), log.size()) << name;
        EXPECT_EQ(next, segment.next_offset) << name;
        EXPECT_EQ(missing, segment.missing_offsets) << name;
        EXPECT_EQ(batches, segment.batches) << name;
        logs[name] += log;
      }
    }
  }
  return logs;
}

/// Equal bytes, without printing them.
inline testing::AssertionResult same(const std::string& wanted, const std::string& got) {
  if (wanted == got) return testing::AssertionSuccess();
  const auto differ = std::mismatch(wanted.begin(), wanted.end(), got.begin(), got.end());
  return testing::AssertionFailure() << "wanted " << wanted.size() << " bytes, got " << got.size()
                                     << ", which differ from byte " << differ.first - wanted.begin() << " on";
}

class ScriptedArchive : public arkive::test::ScratchTest {
 protected:
  ScriptedArchive() {
    std::filesystem::create_directory(scratch("store"));
    store_ = value_of(DirectoryStore::open(scratch("store")));
    request_.fetch.open_transactions = 100ms;
    request_.fetch.patience = 2s;
    request_.arkive_version = "0";
  }

  Result<ArchiveReport> try_run() {
    ScriptedLogSource source(cluster_);
    return archive(source, *store_, request_);
  }
  /// A run that must commit, whole or not.
  ArchiveReport run() {
    ArchiveReport report = value_of(try_run());
    logs_ = logs_of(*store_, report.manifest);
    return report;
  }
  /// One that must be whole.
  ArchiveReport run_whole() {
    ArchiveReport report = run();
    EXPECT_TRUE(report.manifest.whole) << missing_of(report);
    return report;
  }
  static std::string missing_of(const ArchiveReport& report) {
    std::string all;
    for (const Missing& missing : report.manifest.missing)
      all += missing.object + ": " + missing.cause + "\n";
    return all;
  }
  ArchivedPartition partition_of(const ArchiveReport& report, const std::string& topic, int number = 0) {
    const ArchivedTopic list = topic_of(*store_, report.manifest, topic);
    const ArchivedPartition* const found = list.find(number);
    if (found == nullptr) throw std::runtime_error("no such partition");
    return *found;
  }
  static std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  static void flip(const std::string& path, std::size_t byte) {
    std::string bytes = bytes_of(path);
    bytes.at(byte) = static_cast<char>(bytes.at(byte) ^ 0x10);
    write(path, bytes);
  }
  static std::vector<std::int64_t> base_offsets(const ArchivedPartition& partition) {
    std::vector<std::int64_t> all;
    for (const ArchivedSegment& segment : partition.segments) all.push_back(segment.base_offset);
    return all;
  }

  ScriptedCluster cluster_;
  std::unique_ptr<Store> store_;
  ArchiveRequest request_;
  std::map<std::string, std::string> logs_;  ///< of the last run()
};

}  // namespace arkive::kafka::test
