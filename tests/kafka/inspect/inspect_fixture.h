/// Log directories made by hand.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "kafka/inspect/inspect_logs.h"
#include "kafka/log_directories/checkpoint_files.h"
#include "kafka/log_directories/meta_properties.h"
#include "kafka/log_directories/partition_files.h"
#include "tests/kafka/log/encoder/log_encoder.h"
#include "tests/support/results.h"

namespace arkive::kafka::test {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;

inline constexpr const char* kCluster = "TTQsM-xMRVSd4-ASz79zRQ";

struct BatchFacts {
  std::int32_t epoch = 0;
  std::int64_t producer_id = -1;
  std::size_t bytes = 40;  ///< of each value
};

/// `count` records from offset `first` on.
inline std::string batch(std::int64_t first, int count, const BatchFacts& facts = {}) {
  BatchOptions options;
  options.first_offset = first;
  options.leader_epoch = facts.epoch;
  options.producer_id = facts.producer_id;
  options.producer_epoch = facts.producer_id < 0 ? std::int16_t{-1} : std::int16_t{0};
  options.base_sequence = facts.producer_id < 0 ? -1 : 0;
  std::vector<SentRecord> records;
  for (int i = 0; i < count; ++i) {
    records.push_back({first + i, 1795217400000 + i, "key", std::string(facts.bytes, 'v'), {}});
  }
  return encode_batch(options, records);
}

class InspectTest : public arkive::test::ScratchTest {
 protected:
  void SetUp() override {
    make_directory("logs");
    write("logs/meta.properties", MetaProperties{0, 1, kCluster, ""}.text());
    end_in_good_order();
  }

  void end_in_good_order() { write("logs/.kafka_cleanshutdown", ""); }
  void end_by_a_kill() { std::filesystem::remove(scratch("logs/.kafka_cleanshutdown")); }
  void make_directory(const std::string& name) { std::filesystem::create_directories(scratch(name)); }
  void write(const std::string& name, const std::string& bytes) {
    make_directory(std::filesystem::path(name).parent_path());
    std::ofstream(scratch(name), std::ios::binary) << bytes;
  }
  static std::string segment(std::int64_t base, const std::string& directory = "orders-0",
                             std::string_view ending = ".log") {
    return "logs/" + directory + "/" + segment_file_name(base, ending);
  }

  LogsReport inspect(const InspectOptions& options = {}) const {
    return value_of(inspect_logs({scratch("logs")}, options));
  }
  /// That of the only directory, and of the only partition.
  InspectedDirectory inspect_directory(const InspectOptions& options = {}) const {
    return inspect(options).directories.at(0);
  }
  InspectedPartition inspect_partition(const InspectOptions& options = {}) const {
    const InspectedDirectory directory = inspect_directory(options);
    EXPECT_EQ(directory.partitions.size(), 1U);
    return directory.partitions.at(0);
  }
};

}  // namespace arkive::kafka::test
