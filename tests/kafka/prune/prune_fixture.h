/// A store with archives and dumps of the cluster "main", pruned.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "kafka/archive/verify.h"
#include "kafka/prune/prune.h"
#include "kafka/prune/waiting_lists.h"
#include "stores/layout/store_file.h"
#include "tests/contract/repository_kinds.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/support/next_moment.h"

namespace arkive::kafka::test {

using arkive::test::holds;
using arkive::test::TestRun;
using arkive::test::write_run;

class PrunedStore : public ScriptedArchive {
 protected:
  static constexpr UnixMilliseconds kDay = 24 * 3'600'000;

  PrunedStore() {
    value_of(store_->put("arkive.json", layout::new_store_file(), PutMode::kCreateOnly, Deadline::never()));
    repository_ = value_of(open_directory_repository(scratch("store"), false));
    cluster_.make("orders", 2, 1);
    cluster_.make("quiet", 1, 2).partitions[0].append(3);
  }

  /// Archives with something new. Runs are told apart by the moment they began.
  Manifest archive_more() {
    arkive::test::until_next_moment();
    cluster_.at("orders", 0).append(5);
    const Manifest run = run_whole().manifest;
    held_[run.id] = logs_;
    return run;
  }
  std::vector<Manifest> archive_runs_of(int count) {
    std::vector<Manifest> runs;
    for (int i = 0; i < count; ++i) runs.push_back(archive_more());
    return runs;
  }
  /// A dump that began at `started`.
  TestRun dump(UnixMilliseconds started) {
    TestRun run;
    run.cluster = "main";
    run.id = new_run_id(started);
    run.started = started;
    run.tree = {{"a", std::to_string(started)}, {"b", "same"}};
    run.record = {{"stats", std::to_string(started)}};
    value_of(write_run(*repository_, run));
    return run;
  }

  PruneRequest request(std::uint64_t keep) {
    PruneRequest request;
    request.repository = repository_.get();
    request.store = store_.get();
    request.cluster = "main";
    request.rules.last = keep;
    request.now = now_;
    request.patience = 20ms;
    return request;
  }
  PruneOutcome prune_to(std::uint64_t keep) { return value_of(prune(request(keep))); }

  std::vector<std::string> keys(const std::string& prefix = {}) const {
    std::vector<std::string> all;
    value_of(store_->list(
        prefix,
        [&](const Store::Object& object) -> Status {
          if (!object.key.starts_with("locks/")) all.push_back(object.key);
          return ok();
        },
        Deadline::never()));
    return all;
  }
  /// The keys of all that the runs of the store name, and of what every store has.
  std::set<std::string> named_keys() const {
    std::set<std::string> named = {"arkive.json"};
    for (const Manifest& run : value_of(archive_runs(*store_, "main", Deadline::never()))) {
      named.insert(manifest_key("main", run.id));
      named.insert(run.logs.location);
      for (const auto& listed : value_of(read_index(*store_, run, Deadline::never())).topics) {
        named.insert(list_key(listed.list));
        const ArchivedTopic topic = value_of(read_topic(*store_, listed, Deadline::never()));
        for (const ArchivedPartition& partition : topic.partitions) {
          for (const ArchivedSegment& segment : partition.segments) {
            named.insert(log_key("main", topic, partition.partition, segment));
            for (const SegmentFile file :
                 {SegmentFile::kOffsetIndex, SegmentFile::kTimeIndex, SegmentFile::kTransactionIndex}) {
              named.insert(segment_key("main", topic, partition.partition, segment, file));
            }
          }
        }
      }
    }
    return named;
  }
  /// What lies there and is of no use.
  std::vector<std::string> leftovers() const {
    const std::set<std::string> named = named_keys();
    std::vector<std::string> left;
    for (const std::string& key : keys()) {
      if (!named.contains(key) && !key.starts_with("trees/") && !key.starts_with("runs/"))
        left.push_back(key);
    }
    return left;
  }
  /// Every run that is left is sound, and holds what it held when it was made.
  void expect_whole(const std::vector<std::string>& ids) const {
    std::vector<std::string> there;
    for (const Manifest& run : value_of(archive_runs(*store_, "main", Deadline::never()))) {
      there.push_back(run.id);
      EXPECT_EQ(logs_of(*store_, run), held_.at(run.id)) << run.id;
    }
    EXPECT_EQ(there, ids);
    for (const Finding& finding : value_of(verify_archive(*store_, "main", {}, {})).findings)
      ADD_FAILURE() << finding.object << ": " << finding.what;
    for (const Finding& finding : value_of(repository_->check_storage("main")))
      ADD_FAILURE() << finding.object << ": " << finding.what;
  }
  void put(const std::string& key, const std::string& bytes) {
    value_of(store_->put(key, bytes, PutMode::kReplace, Deadline::never()));
  }
  bool has(const std::string& key) const { return store_->head(key, Deadline::never()).has_value(); }

  std::unique_ptr<Repository> repository_;
  UnixMilliseconds now_ = wall_clock_now() + kDay;
  std::map<std::string, std::map<std::string, std::string>> held_;  ///< by run, what logs_of() said
};

}  // namespace arkive::kafka::test
