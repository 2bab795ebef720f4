/// Log directories seeded from archives of a scripted cluster.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "kafka/archive/archive.h"
#include "kafka/archive/runs.h"
#include "kafka/log_directories/checkpoint_files.h"
#include "kafka/log_directories/meta_properties.h"
#include "kafka/log_directories/partition_files.h"
#include "kafka/seed/seed.h"
#include "stores/core/files.h"
#include "stores/directory/directory_store.h"
#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {

/// What a seed is made from.
struct SeedSource {
  ArchiveIndex index;
  std::vector<ArchivedTopic> topics;
};

/// As the newest run of the store has it.
inline SeedSource seed_source(const Store& store) {
  SeedSource source;
  const auto runs = value_of(archive_runs(store, "main", Deadline::never()));
  source.index = value_of(read_index(store, runs.back(), Deadline::never()));
  for (const auto& topic : source.index.topics) {
    if (source.index.find(topic.name) == &topic)
      source.topics.push_back(value_of(read_topic(store, topic, Deadline::never())));
  }
  return source;
}

/// Every file below `root` by its path in it, with what it holds; directories as "name/".
inline std::map<std::string, std::string> files_in(const std::string& root) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string name = fs::relative(entry.path(), root).string();
    files[entry.is_directory() ? name + "/" : name] =
        entry.is_regular_file() ? value_of(read_file(entry.path().string())) : std::string();
  }
  return files;
}

/// A topic of every kind: two brokers have each of its partitions, 1 and 2; "alone" is on broker 3.
inline void make_seed_cluster(ScriptedCluster& cluster) {
  cluster.reader = "wire";
  cluster.id = "seeded-cluster-id-0001";
  cluster.make("orders", 2, 'o');
  for (int batch = 0; batch < 6; ++batch) cluster.at("orders").append(5, {}, 200);
  cluster.at("orders").begin_epoch();
  cluster.at("orders").append(3);
  cluster.at("orders", 1).append(4, {}, 900);
  cluster.make("payments", 1, 'p');
  for (const int end : {1, 0}) {
    BatchOptions options;
    options.transactional = true;
    options.producer_id = 7 + end;
    options.producer_epoch = 0;
    options.base_sequence = 40;
    cluster.at("payments").append(3, options);
    cluster.at("payments").end_transaction(7 + end, static_cast<std::int16_t>(end));
  }
  cluster.make("trimmed", 1, 't');
  for (int batch = 0; batch < 4; ++batch) cluster.at("trimmed").append(5);
  cluster.at("trimmed").log_start = 12;
  cluster.make("empty", 1, 'e');
}

/// An error of that kind whose text or hint holds `text`.
template <class T>
testing::AssertionResult refused(const Result<T>& result, Outcome wanted, const std::string& text) {
  if (const auto failed = failed_with(wanted, result); !failed) return failed;
  const Error& error = result.error();
  if ((error.what + "\n" + error.hint).find(text) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "no '" << text << "' in: " << error.what;
}

/// Whether a broker could start from a log directory: it is somebody's, and no seed is at work there.
inline bool is_open_to_brokers(const std::string& directory) {
  if (!path_exists(directory + "/meta.properties")) return false;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().filename().string().starts_with(".arkive-seed-in-progress-")) return false;
  }
  return true;
}

class Seeding : public ScriptedArchive {
 protected:
  Seeding() {
    make_seed_cluster(cluster_);
    request_.segment_bytes = 1500;
  }
  SeedSource archived() {
    run_whole();
    return seed_source(*store_);
  }
  SeedOptions options(int directories = 1) {
    SeedOptions options;
    options.broker = 1;
    for (int i = 1; i <= directories; ++i)
      options.log_directories.push_back(scratch("data-" + std::to_string(i)));
    return options;
  }
  Result<SeedReport> seed_with(const SeedSource& source, const SeedOptions& options) {
    return seed(*store_, "main", source.index, source.topics, options);
  }
  /// The segments of a partition's directory, one behind the other.
  static std::string log_in(const std::string& directory) {
    std::string log;
    for (const auto& [name, bytes] : files_in(directory)) {
      if (name.ends_with(".log")) log += bytes;
    }
    return log;
  }
};

}  // namespace arkive::kafka::test
