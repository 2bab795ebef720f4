// The contract of Repository, on every kind: several writers, runs given up, prune, newer formats.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "tests/contract/repository_contract.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

TEST_P(RepositoryContract, ARunGivenUpLeavesNothing) {
  const auto repository = open();
  const TestRun first = run(1, kSmallTree);
  value_of(write_run(*repository, first));
  TestRun second = run(2, {{"a", "other"}});
  {
    const auto writer = value_of(repository->begin("prod", second.id, Deadline::after({})));
    value_of(write_parts(*writer, second));
  }
  EXPECT_EQ(ids_of(*repository), std::vector<std::string>{first.id});
  EXPECT_TRUE(value_of(repository->check_storage("prod")).empty());
  EXPECT_TRUE(failed_with(Outcome::kNotFound, repository->open_run("prod", second.id)));
  const WrittenRun written = value_of(write_run(*repository, second));
  EXPECT_FALSE(written.outcome.first);
  EXPECT_TRUE(holds(*repository, second));
}

TEST_P(RepositoryContract, TwoWritersOfAClusterExcludeEachOther) {
  const auto repository = open();
  const auto other = value_of(GetParam().open(path(), false));
  const TestRun first = run(1, kSmallTree);
  {
    const auto writer = value_of(repository->begin("prod", first.id, Deadline::after({})));
    EXPECT_TRUE(failed_with(Outcome::kConflict, other->begin("prod", run(2, {}).id, Deadline::after({}))));
    EXPECT_TRUE(failed_with(Outcome::kConflict, other->prune("prod", {}, false)));
  }
  EXPECT_TRUE(succeeded(write_run(*other, first)));
}

TEST_P(RepositoryContract, ARunIdIsCommittedOnce) {
  const auto repository = open();
  const TestRun first = run(1, kSmallTree);
  value_of(write_run(*repository, first));
  TestRun again = first;
  again.tree["znodes/new"] = "x";
  EXPECT_TRUE(failed_with(Outcome::kConflict, write_run(*repository, again)));
  EXPECT_TRUE(holds(*repository, first));
}

/// Two processes race for each of `count` runs; of how many not exactly one committed.
int wrong_races(const RepositoryKind& kind, const std::string& path, int count) {
  value_of(kind.open(path, true));
  int wrong = 0;
  for (int race = 0; race < count; ++race) {
    std::vector<pid_t> children;
    char id[40];
    std::snprintf(id, sizeof id, "20261120T233000Z-%06x", race);
    for (int side = 0; side < 2; ++side) {
      const pid_t child = ::fork();
      if (child == 0) {
        TestRun mine;
        mine.id = id;
        mine.tree = {{"race", std::to_string(race)}, {"side", std::to_string(side)}};
        mine.record = {{"stats", "1"}};
        mine.started = 1'795'000'000'000 + race;
        const auto repository = kind.open(path, false);
        if (!repository) ::_exit(9);
        const auto written = write_run(**repository, mine, Deadline::after(std::chrono::seconds(30)));
        ::_exit(written ? 0 : written.error().outcome == Outcome::kConflict ? 3 : 9);
      }
      children.push_back(child);
    }
    std::vector<int> statuses;
    for (const pid_t child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      statuses.push_back(WIFEXITED(status) ? WEXITSTATUS(status) : 128);
    }
    std::sort(statuses.begin(), statuses.end());
    if (statuses != std::vector<int>{0, 3}) ++wrong;
  }
  const auto repository = value_of(kind.open(path, false));
  EXPECT_EQ(ids_of(*repository).size(), static_cast<std::size_t>(count));
  EXPECT_TRUE(value_of(repository->check_storage("prod")).empty());
  return wrong;
}

TEST_P(RepositoryContract, OfTwoProcessesThatRaceForOneIdOneCommits) {
  constexpr int kTogether = 100;  // in one repository: each run looks at those before it
  const int races = full_form() ? 10'000 : GetParam().races;
  int wrong = 0;
  for (int begun = 0; begun < races; begun += kTogether)
    wrong +=
        wrong_races(GetParam(), path() + "-" + std::to_string(begun), std::min(kTogether, races - begun));
  EXPECT_EQ(wrong, 0);
  scoreboard("two_writers_" + GetParam().name, 0, static_cast<std::uint64_t>(races),
             static_cast<std::uint64_t>(races), static_cast<std::uint64_t>(wrong));
}

TEST_P(RepositoryContract, PruneKeepsWhatTheRemainingRunsNeed) {
  const auto repository = open();
  const TestRun first = run(1, kSmallTree);
  const TestRun unchanged = run(2, kSmallTree, {{"stats", "2"}});
  Files tree = kSmallTree;
  tree["znodes/app/child"] = "other";
  const TestRun changed = run(3, tree, {{"stats", "3"}});
  const TestRun last = run(4, tree, {{"stats", "3"}});
  for (const TestRun& each : {first, unchanged, changed, last}) value_of(write_run(*repository, each));

  const PruneReport planned = value_of(repository->prune("prod", {first.id, changed.id}, true));
  EXPECT_EQ(planned.removed, (std::vector<std::string>{first.id, changed.id}));
  EXPECT_EQ(ids_of(*repository).size(), 4U);
  EXPECT_TRUE(holds(*repository, first));

  const PruneReport done = value_of(repository->prune("prod", {first.id, changed.id}, false));
  EXPECT_EQ(done.removed, planned.removed);
  EXPECT_EQ(done.bytes_freed, planned.bytes_freed);
  EXPECT_TRUE(holds(*repository, unchanged));
  EXPECT_TRUE(holds(*repository, last));
  if (GetParam().prune_keeps_trees) {
    EXPECT_EQ(ids_of(*repository), (std::vector<std::string>{first.id, unchanged.id, changed.id, last.id}));
    TestRun without_record = first;
    without_record.record.clear();
    EXPECT_TRUE(holds(*repository, without_record));
    EXPECT_TRUE(value_of(repository->prune("prod", {first.id}, false)).removed.empty());
  } else {
    EXPECT_EQ(ids_of(*repository), (std::vector<std::string>{unchanged.id, last.id}));
    EXPECT_TRUE(failed_with(Outcome::kNotFound, repository->open_run("prod", first.id)));
  }
  EXPECT_TRUE(value_of(repository->check_storage("prod")).empty());
  const TestRun next = run(5, tree, {{"stats", "5"}});
  EXPECT_FALSE(value_of(write_run(*repository, next)).outcome.changed);
  EXPECT_TRUE(holds(*repository, next));
}

TEST_P(RepositoryContract, PruneOfARunThatIsNotThereRemovesNothing) {
  const auto repository = open();
  const TestRun first = run(1, kSmallTree);
  value_of(write_run(*repository, first));
  EXPECT_TRUE(failed_with(Outcome::kNotFound,
                          repository->prune("prod", {first.id, "20200101T000000Z-000000"}, false)));
  EXPECT_TRUE(holds(*repository, first));
}

TEST_P(RepositoryContract, AReaderOpenedBeforeALaterRunStaysGood) {
  const auto repository = open();
  const TestRun first = run(1, kSmallTree);
  value_of(write_run(*repository, first));
  const auto reader = value_of(repository->open_run("prod", first.id));
  Files tree = kSmallTree;
  tree.erase("znodes/app/child");
  value_of(write_run(*repository, run(2, tree)));
  EXPECT_EQ(value_of(read_all(reader->tree())), first.tree);
}

TEST_P(RepositoryContract, RefusesARepositoryOfANewerFormat) {
  value_of(write_run(*open(), run(1, kSmallTree)));
  GetParam().make_newer(path());
  EXPECT_TRUE(failed_with(Outcome::kUsage, GetParam().open(path(), false)));
  EXPECT_TRUE(failed_with(Outcome::kUsage, GetParam().open(path(), true)));
}

}  // namespace
}  // namespace arkive::test
