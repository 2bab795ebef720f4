/// One random history of a cluster that is archived while it happens, and what must be in the archive.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {

/// All that was ever in the log of a partition. A log that is cut begins another version.
struct PartitionTruth {
  using Version = std::map<std::int64_t, ScriptedPartition::Entry>;  ///< by first offset
  std::vector<Version> versions{Version()};
  std::int64_t furthest_log_start = 0;
};

class Schedule {
 public:
  /// `store` is an empty directory. The same seed, the same history, as far as the clock allows.
  Schedule(std::uint64_t seed, std::string store, std::size_t records);

  /// Lives through it; what is wrong with the archive, in words. Empty: nothing.
  std::vector<std::string> run();
  std::uint64_t faults() const { return faults_; }

 private:
  using Key = std::pair<std::string, std::int32_t>;  // "name@id", partition

  bool chance(int of_thousand) { return static_cast<int>(random_() % 1000) < of_thousand; }
  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most - least + 1));
  }
  void make_topics();
  void produce(std::size_t records);
  void produce_some(const std::string& topic, std::int32_t partition);
  void end_transactions(ScriptedPartition& log);
  void happen_between_runs();
  void happen_before_fetch(std::span<const FetchWant> wants);
  void disturb(const FetchWant& want);
  void move_leader(ScriptedPartition& log);
  void retain_less(const Key& key, ScriptedPartition& log);
  void cut(const Key& key, ScriptedPartition& log);
  void make_anew(const std::string& topic);
  Key key_of(const std::string& topic, std::int32_t partition) const;
  void remember();  // what is in the logs now
  void heal();

  void archive_once(bool must_be_whole);
  void check(const Manifest& manifest, bool is_last);
  void check_generation(const ArchivedTopic& topic, const ArchivedPartition& partition,
                        std::int32_t generation, bool is_last);
  void wrong(std::string what) { problems_.push_back(std::move(what)); }

  std::mt19937_64 random_;
  const std::size_t records_;
  ScriptedCluster cluster_;
  std::unique_ptr<DirectoryStore> store_;
  ArchiveRequest request_;
  std::map<Key, PartitionTruth> truth_;
  std::map<std::int32_t, int> broker_away_;  // how many attempts it still refuses
  int connections_to_lose_ = 0;
  char next_id_ = 1;
  std::int64_t next_producer_ = 100;
  std::uint64_t faults_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace arkive::kafka::test
