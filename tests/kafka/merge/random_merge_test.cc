// Random histories of a cluster, archived, merged and pruned in any order, old records left out: at each
// moment every run that is there holds what it held, its records have the fates they had, and all is sound.
// ARKIVE_MERGE_SEED repeats one.
#include <cstdio>
#include <cstdlib>
#include <random>

#include "tests/kafka/merge/merge_fixture.h"
#include "tests/support/next_moment.h"
#include "tests/support/scoreboard.h"

namespace arkive::kafka::test {
namespace {

class RandomMerges : public MergedStore {
 protected:
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  void change_cluster() {
    for (int i = below(4); i >= 0; --i) {
      const int which = below(10);
      ScriptedPartition& orders = cluster_.at("orders", below(2));
      if (which < 4) {
        orders.append(1 + below(4), {}, static_cast<std::size_t>(10 + below(300)));
      } else if (which < 7) {
        go_on_with_transactions(cluster_.at("payments"));
      } else if (which == 7) {
        cluster_.at("keys").append(2);
        if (below(2) == 0 && !cluster_.at("keys").entries.empty())
          cluster_.at("keys").compact_away(cluster_.at("keys").entries.back().first);
        cluster_.at("keys").append(1 + below(3));
      } else if (which == 8 && orders.end() > 0) {
        if (below(3) == 0)
          orders.cut_at(orders.end() - 1 - below(static_cast<int>(std::min<std::int64_t>(orders.end(), 5))));
        orders.begin_epoch();
        orders.append(1);
      } else if (which == 9) {
        // What was not archived yet may be gone, too.
        orders.append(1);
        if (below(2) == 0) orders.delete_before(orders.end());
        orders.append(1);
      }
    }
  }

  void go_on_with_transactions(ScriptedPartition& log) {
    const std::int64_t producer = 1 + below(4);
    if (log.open.contains(producer) && below(2) == 0) {
      log.end_transaction(producer, static_cast<std::int16_t>(below(2)));
      return;
    }
    BatchOptions options;
    options.transactional = true;
    options.producer_id = producer;
    options.producer_epoch = 0;
    log.append(1 + below(3), options);
    if (below(3) == 0) log.append(1);
  }

  void archive_it() {
    arkive::test::until_next_moment();
    request_.compress = below(3) == 0;
    request_.segment_bytes = static_cast<std::uint64_t>(500 + below(3000));
    const Manifest made = run().manifest;
    held_[made.id] = logs_;
    records_[made.id] = records_of(*store_, made);
  }

  void merge_at_random() {
    arkive::test::until_next_moment();
    MergeRequest request = merge_request();
    request.bounds.segment_bytes = static_cast<std::uint64_t>(500 + below(6000));
    request.bounds.smaller_than = 1 + request.bounds.segment_bytes / static_cast<std::uint64_t>(1 + below(3));
    request.workers = 1 + below(3);
    // Records have the time 1,700,000,000,000 and their offset.
    if (below(4) == 0) {
      const ArchiveIndex index = value_of(read_index(*store_, newest(), Deadline::never()));
      request.keep_records = std::chrono::milliseconds(index.cut_began - 1'700'000'000'000 - below(60));
    }
    if (below(4) == 0) lose_an_index();
    const MergeReport report = value_of(merge(*store_, request));
    EXPECT_TRUE(report.damaged.empty());
    if (!report.manifest) return;
    ++merges_;
    held_[report.manifest->id] = held_.at(report.from);
    records_[report.manifest->id] = records_.at(report.from);
    if (report.left_out > 0) expect_ends(*report.manifest);
  }

  /// Of every log of the run before, `run` holds the end, or all of it; of older generations all or nothing.
  void expect_ends(const Manifest& run) {
    const auto logs = logs_of(*store_, run);
    for (const auto& [name, log] : logs) EXPECT_TRUE(held_.at(run.id).at(name).ends_with(log)) << name;
    const auto records = records_of(*store_, run);
    for (const auto& [name, text] : records)
      EXPECT_TRUE(records_.at(run.id).at(name).ends_with(text)) << name;
    held_[run.id] = logs;
    records_[run.id] = records;
  }

  /// Of the newest run: verification would name it, so it is one that the merge does away with or nobody has.
  void lose_an_index() {
    const ArchivedTopic topic = topic_of(*store_, newest(), "payments");
    for (const ArchivedSegment& segment : topic.partitions.at(0).segments) {
      const std::string key = segment_key("main", topic, 0, segment, SegmentFile::kTransactionIndex);
      if (segment.aborted == 0 || below(3) != 0) continue;
      lost_[key] = value_of(store_->get(key, 0, 0, Deadline::never()));
      value_of(store_->remove(key, Deadline::never()));
    }
  }

  void check() {
    for (const auto& [key, bytes] : lost_) put(key, bytes);
    lost_.clear();
    for (const Manifest& run : value_of(archive_runs(*store_, "main", Deadline::never()))) {
      EXPECT_EQ(logs_of(*store_, run), held_.at(run.id)) << run.id;
      EXPECT_EQ(records_of(*store_, run), records_.at(run.id)) << run.id;
      for (const Finding& finding : value_of(verify_archive(*store_, "main", run.id, {})).findings)
        ADD_FAILURE() << "run " << run.id << " by itself: " << finding.object << ": " << finding.what;
    }
    for (const std::string& problem : problems_of(*store_)) ADD_FAILURE() << problem;
  }

  void history(std::uint64_t seed) {
    random_.seed(seed);
    cluster_.make("payments", 1, 3);
    cluster_.make("keys", 1, 4).configs["cleanup.policy"] = "compact";
    request_.fetch.open_transactions = 0ms;
    for (int step = 0; step < 14 && !HasFailure(); ++step) {
      change_cluster();
      archive_it();
      if (below(3) == 0) merge_at_random();
      if (below(5) == 0) {
        prune_to(static_cast<std::uint64_t>(1 + below(3)));
        check();
      }
    }
    merge_at_random();
    check();
    archive_it();
    prune_to(1);
    check();
  }

  std::mt19937_64 random_;
  int merges_ = 0;
  std::map<std::string, std::map<std::string, std::string>> records_;  ///< by run
  std::map<std::string, std::string> lost_;                            ///< index files
};

TEST_F(RandomMerges, ChangeNoByteAndNoFateOfAnyRun) {
  const char* const wanted = std::getenv("ARKIVE_MERGE_SEED");
  const std::uint64_t seed = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : std::random_device{}();
  const int histories = wanted != nullptr ? 1 : arkive::test::full_form() ? 60 : 4;
  int merges = 0;
  for (int i = 0; i < histories && !HasFailure(); ++i) {
    std::printf("ARKIVE_MERGE_SEED=%llu\n",
                static_cast<unsigned long long>(seed + static_cast<std::uint64_t>(i)));
    std::fflush(stdout);
    std::filesystem::remove_all(scratch("store"));
    std::filesystem::create_directory(scratch("store"));
    store_ = value_of(DirectoryStore::open(scratch("store")));
    value_of(store_->put("arkive.json", layout::new_store_file(), PutMode::kCreateOnly, Deadline::never()));
    repository_ = value_of(open_directory_repository(scratch("store"), false));
    cluster_.topics.clear();
    cluster_.make("orders", 2, 1);
    held_.clear();
    records_.clear();
    history(seed + static_cast<std::uint64_t>(i));
    merges += merges_;
  }
  EXPECT_GT(merges, histories / 2) << "they have something to do";
}

}  // namespace
}  // namespace arkive::kafka::test
