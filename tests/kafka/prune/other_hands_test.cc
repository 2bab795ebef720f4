// A prune beside others: runs at work, other clusters of the store, a store that refuses, a kill.
#include <sys/wait.h>

#include "tests/kafka/copy/killing_store.h"
#include "tests/kafka/prune/prune_fixture.h"
#include "tests/support/refusing_store.h"
#include "tests/support/scoreboard.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::RefusingStore;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PruneBesideOthers : public PrunedStore {
 protected:
  /// An archive of the same topics in the same store, under another name.
  Manifest archive_as(const std::string& cluster) {
    request_.cluster = cluster;
    const Manifest run = value_of(try_run()).manifest;
    request_.cluster = "main";
    return run;
  }
  std::unique_ptr<Store> opened() const { return value_of(DirectoryStore::open(scratch("store"))); }
};

TEST_F(PruneBesideOthers, RemovesNothingWhileTheClusterIsArchivedOrDumped) {
  archive_runs_of(2);
  dump(wall_clock_now());
  dump(wall_clock_now() + 1);
  const auto before = keys();
  {
    const auto held = value_of(opened()->lock(archive_lock("main"), Deadline::after({})));
    EXPECT_TRUE(failed_with(Outcome::kConflict, prune(request(1))));
  }
  {
    const auto held = value_of(repository_->begin("main", "20261120T233000Z-8f3a2c", Deadline::after({})));
    const auto other = value_of(open_directory_repository(scratch("store"), false));
    PruneRequest by_other = request(1);
    by_other.repository = other.get();
    EXPECT_TRUE(failed_with(Outcome::kConflict, prune(by_other)));
  }
  std::vector<std::string> after = keys();
  std::erase(after, prune_key("main"));
  EXPECT_EQ(after, before);
  EXPECT_THAT(prune_to(1).notes, IsEmpty());
  EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(PruneBesideOthers, KeepsListsThatAnotherClusterOfTheStoreNames) {
  const auto runs = archive_runs_of(1);
  const Manifest twin = archive_as("twin");  // the same topics in the same state: the same lists of segments
  archive_more();
  const PruneOutcome outcome = prune_to(1);
  EXPECT_THAT(outcome.removed, ElementsAre(runs[0].id));
  EXPECT_EQ(outcome.lists, 1U) << "the list of topics is its own";
  EXPECT_THAT(value_of(verify_archive(*store_, "twin", {}, {})).findings, IsEmpty());
  logs_of(*store_, twin);
}

TEST_F(PruneBesideOthers, LeavesListsAloneWhileAnotherClusterIsArchivedAndTakesThemNextTime) {
  archive_runs_of(3);
  archive_as("twin");
  {
    const auto held = value_of(opened()->lock(archive_lock("twin"), Deadline::after({})));
    const PruneOutcome outcome = prune_to(1);
    EXPECT_EQ(outcome.removed.size(), 2U);
    EXPECT_EQ(outcome.lists, 0U);
    EXPECT_THAT(outcome.notes, ElementsAre(HasSubstr("another cluster of the store is being archived")));
  }
  const PruneOutcome next = prune_to(1);
  EXPECT_EQ(next.lists, 4U) << "runs named them, so they wait for nothing";
  EXPECT_THAT(next.notes, IsEmpty());
}

TEST_F(PruneBesideOthers, KnowsAClusterWithoutARunByItsSegments) {
  archive_runs_of(3);
  // The first archive of another cluster: it has written segments, holds its lock and has no manifest.
  put("topics/young/orders@none/0/g0/00000000000000000000.log", "bytes");
  const auto held = value_of(opened()->lock(archive_lock("young"), Deadline::after({})));
  EXPECT_EQ(prune_to(1).lists, 0U);
  EXPECT_TRUE(has("topics/young/orders@none/0/g0/00000000000000000000.log"));
}

TEST_F(PruneBesideOthers, LeavesListsAloneWhileWhatAnotherClusterNeedsIsNotKnown) {
  archive_runs_of(3);
  const Manifest twin = archive_as("twin");
  const std::string text = value_of(store_->get(twin.logs.location, 0, 0, Deadline::never()));
  put(twin.logs.location, "{}");
  EXPECT_THAT(prune_to(2).notes, ElementsAre(HasSubstr(twin.id)));
  put(twin.logs.location, text);
  put(manifest_key("twin", twin.id), "{}");
  EXPECT_THAT(prune_to(1).notes, ElementsAre(HasSubstr("what cluster 'twin' needs of them is not known")));
  put(manifest_key("twin", twin.id), twin.to_json());
  EXPECT_THAT(prune_to(1).notes, IsEmpty());
  EXPECT_THAT(value_of(verify_archive(*store_, "twin", {}, {})).findings, IsEmpty());
}

TEST_F(PruneBesideOthers, NamesWhatTheStoreRefusesToRemoveAndGoesOnWithTheRest) {
  const auto runs = archive_runs_of(4);
  const std::string locked = manifest_key("main", runs[1].id);
  const std::string list = runs[0].logs.location;
  RefusingStore store(opened(), [&](const std::string& key) { return key == locked || key == list; });
  PruneRequest some = request(1);
  some.store = &store;
  const PruneOutcome outcome = value_of(prune(some));
  EXPECT_THAT(outcome.removed, ElementsAre(runs[0].id, runs[2].id));
  ASSERT_EQ(outcome.refused.size(), 2U);
  EXPECT_EQ(outcome.refused[0].object, locked);
  EXPECT_EQ(outcome.refused[1].object, list);
  EXPECT_THAT(outcome.refused[1].what, HasSubstr(RefusingStore::kUntil));
  expect_whole({runs[1].id, runs[3].id});
  EXPECT_THAT(leftovers(), ElementsAre(list, prune_key("main")));
  // Once the lock has run out.
  EXPECT_THAT(prune_to(1).removed, ElementsAre(runs[1].id));
  EXPECT_FALSE(has(list));
  expect_whole({runs[3].id});
}

/// Prunes that end at their k-th operation on the store, in a process of their own.
class KilledPrune : public PruneBesideOthers {
 protected:
  static constexpr int kDone = 0;
  static constexpr int kFailed = 9;

  void SetUp() override {
    runs_ = archive_runs_of(4);
    for (int day = 1; day <= 3; ++day) dumps_.push_back(dump(now_ - (20 - day) * kDay));
    const ArchivedTopic topic = topic_of(*store_, runs_[0], "orders");
    for (const SegmentFile file : {SegmentFile::kLog, SegmentFile::kOffsetIndex})
      put(segment_key("main", topic, 1, segment_at(3, 0), file), "left by a killed archiver");
    copy("store", "template");
  }
  void copy(const std::string& from, const std::string& to) {
    std::filesystem::remove_all(scratch(to));
    std::filesystem::copy(scratch(from), scratch(to), std::filesystem::copy_options::recursive);
  }
  /// The status of the process.
  int prune_until(int operation) {
    const pid_t child = ::fork();
    if (child == 0) {
      KillingStore store(opened(), operation);
      PruneRequest some = request(2);
      some.store = &store;
      const auto outcome = prune(some);
      ::_exit(outcome && outcome->refused.empty() ? kDone : kFailed);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : kFailed;
  }
  /// Those that were there at the beginning and are; each is whole.
  void expect_runs_whole() {
    std::vector<std::string> ids;
    for (const Manifest& run : value_of(archive_runs(*store_, "main", Deadline::never())))
      ids.push_back(run.id);
    expect_whole(ids);
    for (const Manifest& run : value_of(repository_->runs("main"))) {
      const auto dumped =
          std::find_if(dumps_.begin(), dumps_.end(), [&](const auto& one) { return one.id == run.id; });
      ASSERT_NE(dumped, dumps_.end());
      EXPECT_TRUE(holds(*repository_, *dumped));
    }
  }

  std::vector<Manifest> runs_;
  std::vector<TestRun> dumps_;
};

TEST_F(KilledPrune, LeavesWholeRunsAndRemainsThatTheNextPruneRemoves) {
  std::uint64_t kills = 0;
  for (int operation = 1;; ++operation) {
    SCOPED_TRACE("operation " + std::to_string(operation));
    copy("template", "store");
    // Both sides opened the store before its directory was made anew.
    store_ = value_of(DirectoryStore::open(scratch("store")));
    repository_ = value_of(open_directory_repository(scratch("store"), false));
    const int status = prune_until(operation);
    if (status == kDone) break;
    ASSERT_EQ(status, KillingStore::kKilled);
    ++kills;
    expect_runs_whole();
    prune_to(2);
    expect_whole({runs_[2].id, runs_[3].id});
    EXPECT_EQ(value_of(repository_->runs("main")).size(), 2U);
    const auto waiting = value_of(WaitingLists::read(*store_, "main", Deadline::never()));
    EXPECT_TRUE(waiting.since.empty());
    EXPECT_THAT(leftovers(), IsEmpty());
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GE(kills, 10U);
  arkive::test::scoreboard("prune_killed_at_every_operation", 0, kills, kills, 0);
}

}  // namespace
}  // namespace arkive::kafka::test
