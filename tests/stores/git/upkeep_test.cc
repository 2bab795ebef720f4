// What happens to a git history over time and under damage: crashes, full disks, pruning, repacking.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "stores/git/pack_file.h"
#include "stores/git/pending_run.h"
#include "tests/stores/git/git_support.h"
#include "tests/support/scoreboard.h"
#include "tests/support/synthetic_tree.h"

namespace arkive::git {
namespace {

using test::failed_with;
using test::Files;
using test::holds;
using test::ids_of;
using test::numbered_run;
using test::succeeded;
using test::TestRun;
using test::value_of;
using test::write_run;

Files tree_of(int generation, int files = 300) {
  Files tree;
  for (int i = 0; i < files; ++i) {
    tree["d" + std::to_string(i % 5) + "/f" + std::to_string(i)] =
        i == generation % files ? "changed by " + std::to_string(generation) : "content " + std::to_string(i);
  }
  return tree;
}

class GitUpkeep : public test::GitTest {
 protected:
  std::string run_git(std::vector<std::string> arguments) const {
    return test::git(path(), std::move(arguments));
  }
  std::vector<std::string> files_of_packs() const {
    return value_of(list_directory(path() + "/objects/pack"));
  }
  void expect_tidy(std::size_t packs = 1) const {
    EXPECT_EQ(files_of_packs().size(), 2 * packs) << testing::PrintToString(files_of_packs());
    for (const std::string& name : value_of(list_directory(path()))) {
      EXPECT_FALSE(name.ends_with(".lock") && name != "arkive.lock") << name;
      EXPECT_NE(name, "arkive.pending");
      EXPECT_FALSE(name.starts_with(kTemporaryFilePrefix)) << name;
    }
  }
};

TEST_F(GitUpkeep, FinishesARunThatWasKilledBeforeItsBranchMoved) {
  const TestRun first = numbered_run(1, tree_of(1));
  const TestRun second = numbered_run(2, tree_of(2));
  for (const TestRun& run : {first, second}) value_of(write_run(*open(), run));
  const std::string before = run_git({"rev-parse", "prod^"});
  const std::string after = run_git({"rev-parse", "prod"});
  PendingRun pending;
  pending.run = "refs/arkive/runs/prod/" + second.id;
  pending.branch = "refs/heads/prod";
  pending.before = value_of(parse_object_id(before));
  pending.after = value_of(parse_object_id(after));
  pending.packs = {test::packs_in(path()).at(0).substr(0, 45)};
  ASSERT_TRUE(succeeded(pending.write(path())));
  run_git({"update-ref", "refs/heads/prod", before});
  std::ofstream(path() + "/refs/heads/prod.lock") << after;
  std::ofstream(path() + "/objects/pack/tmp_pack_arkive_0123456789abcdef.pack") << "PACK";
  EXPECT_EQ(ids_of(*open()).size(), 2U);
  EXPECT_TRUE(holds(*open(), second)) << "it is committed, so it is whole before the next run too";
  const auto third = value_of(write_run(*open(), numbered_run(3, tree_of(3))));
  EXPECT_EQ(third.outcome.change_count, 2U) << "against the second run";
  EXPECT_EQ(run_git({"rev-parse", "prod^"}), after);
  expect_tidy();
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(GitUpkeep, UndoesARunThatWasKilledBeforeItsReferenceWasMade) {
  const TestRun first = numbered_run(1, tree_of(1));
  const TestRun second = numbered_run(2, tree_of(2));
  for (const TestRun& run : {first, second}) value_of(write_run(*open(), run));
  const std::string first_pack_copy = scratch("copy");
  // As if the second run had got as far as its packs: its reference is gone, the branch where it was.
  const std::string before = run_git({"rev-parse", "prod^"});
  PendingRun pending;
  pending.run = "refs/arkive/runs/prod/" + second.id;
  pending.branch = "refs/heads/prod";
  pending.before = value_of(parse_object_id(before));
  pending.after = value_of(parse_object_id(run_git({"rev-parse", "prod"})));
  run_git({"update-ref", "refs/heads/prod", before});
  run_git({"update-ref", "-d", pending.run});
  run_git({"repack", "-q", "-a", "-d"});
  const std::string kept = test::packs_in(path()).at(0);
  for (const char* extension : {".pack", ".idx", ".keep"}) {
    std::ofstream(path() + "/objects/pack/pack-0123456789012345678901234567890123456789" + extension) << "x";
  }
  pending.packs = {"pack-0123456789012345678901234567890123456789"};
  ASSERT_TRUE(succeeded(pending.write(path())));
  EXPECT_EQ(ids_of(*open()), std::vector<std::string>{first.id});
  EXPECT_TRUE(holds(*open(), first));
  value_of(write_run(*open(), second));
  EXPECT_TRUE(holds(*open(), first));
  EXPECT_TRUE(holds(*open(), second));
  expect_tidy();
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(GitUpkeep, CopesWithAPendingFileThatMakesNoSense) {
  value_of(write_run(*open(), numbered_run(1, tree_of(1))));
  for (const char* text :
       {"", "run", "run refs/heads/prod\npack ../../x\nafter 12\n", "\n\n\n", "pack pack-x\n"}) {
    std::ofstream(path() + "/arkive.pending") << text;
    const auto begun = open()->begin("prod", numbered_run(2, {}).id, Deadline::after({}));
    EXPECT_TRUE(succeeded(begun)) << text;
  }
  EXPECT_TRUE(holds(*open(), numbered_run(1, tree_of(1))));
}

TEST_F(GitUpkeep, AFullDiskIsSaidAndLeavesTheRunsBefore) {
  const TestRun first = numbered_run(1, tree_of(1));
  value_of(write_run(*open(), first));
  int full = 0;
  // Every size at which something else is cut off: lock, pack, index, pending file, references.
  const std::vector<rlim_t> limits = {0, 8, 30, 60, 100, 200, 400, 1000, 2000, 5000, 8000, 12000, 20000};
  for (const rlim_t limit : limits) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::signal(SIGXFSZ, SIG_IGN);
      const struct rlimit rule = {limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &rule);
      const auto repository = open_git_repository(path(), false);
      if (!repository) ::_exit(9);
      const auto written = write_run(**repository, numbered_run(2, tree_of(2)));
      ::_exit(written                                     ? 0
              : written.error().outcome == Outcome::kFull ? 3
                                                          : 10 + static_cast<int>(written.error().outcome));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 0) break;  // enough room
    ++full;
    EXPECT_EQ(WEXITSTATUS(status), 3) << "at " << limit << " bytes";
    EXPECT_EQ(ids_of(*open()), std::vector<std::string>{first.id}) << "at " << limit << " bytes";
    EXPECT_TRUE(holds(*open(), first)) << "at " << limit << " bytes";
    EXPECT_TRUE(test::sound(path())) << "at " << limit << " bytes";
  }
  EXPECT_GE(full, 6);
  const TestRun third = numbered_run(3, tree_of(3));
  value_of(write_run(*open(), third));
  EXPECT_TRUE(holds(*open(), third));
  expect_tidy();
  test::scoreboard("git: full disk", 0, static_cast<std::uint64_t>(full), static_cast<std::uint64_t>(full),
                   0);
}

TEST_F(GitUpkeep, PruneKeepsTheHistoryAndRepacksOnceInAWhile) {
  const auto repository = open();
  std::vector<TestRun> runs;
  std::vector<std::string> old;
  for (int k = 1; k <= 120; ++k) {
    runs.push_back(numbered_run(k, tree_of(k, 40),
                                {{"stats/%list", std::string(200, static_cast<char>('a' + k % 26))}}));
    value_of(write_run(*repository, runs.back()));
    if (k <= 110) old.push_back(runs.back().id);
  }
  const auto reader = value_of(repository->open_run("prod", runs[3].id));
  const std::vector<std::string> some(old.begin(), old.begin() + 20);
  EXPECT_EQ(value_of(repository->prune("prod", some, false)).bytes_freed, 0U);
  EXPECT_EQ(run_git({"config", "arkive.prunedSinceRepack"}), "20");
  const auto report = value_of(repository->prune("prod", old, false));
  EXPECT_EQ(report.removed.size(), 90U) << "those whose records were there";
  EXPECT_GT(report.bytes_freed, 0U);
  EXPECT_EQ(run_git({"config", "arkive.prunedSinceRepack"}), "0");
  EXPECT_EQ(ids_of(*repository).size(), 120U) << "each changed something, so each is in the history";
  EXPECT_EQ(value_of(test::read_all(reader->tree())), runs[3].tree) << "opened before the repack";
  for (const TestRun& run : runs) {
    TestRun wanted = run;
    if (std::find(old.begin(), old.end(), run.id) != old.end()) wanted.record.clear();
    EXPECT_TRUE(holds(*repository, wanted)) << run.id;
  }
  expect_tidy();
  value_of(write_run(*repository, numbered_run(121, tree_of(121, 40))));
  expect_tidy();
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(GitUpkeep, ManyPacksBecomeOne) {
  const auto repository = open();
  for (int k = 1; k <= 3; ++k) value_of(write_run(*repository, numbered_run(k, tree_of(k))));
  run_git({"multi-pack-index", "write"});  // so that packs are not carried on
  for (int k = 4; k <= 51; ++k) value_of(write_run(*repository, numbered_run(k, tree_of(k))));
  EXPECT_GE(test::packs_in(path()).size(), 45U);
  for (int k = 52; k <= 56; ++k) value_of(write_run(*repository, numbered_run(k, tree_of(k))));
  EXPECT_LE(test::packs_in(path()).size(), 5U);
  for (int k = 1; k <= 56; ++k) EXPECT_TRUE(holds(*repository, numbered_run(k, tree_of(k)))) << k;
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(GitUpkeep, ReferencesOfRunsAreGatheredIntoOneFile) {
  const auto repository = open();
  for (int k = 1; k <= 140; ++k) value_of(write_run(*repository, numbered_run(k, tree_of(1, 3))));
  EXPECT_LT(value_of(list_directory(path() + "/refs/arkive/runs/prod")).size(), 130U);
  EXPECT_EQ(ids_of(*repository).size(), 140U);
  EXPECT_EQ(ids_of(*open()).size(), 140U);
}

TEST_F(GitUpkeep, APackThatGitKeepsOrThatIsDamagedIsNotCarriedOn) {
  value_of(write_run(*open(), numbered_run(1, tree_of(1))));
  const std::string stem = path() + "/objects/pack/" + test::packs_in(path()).at(0).substr(0, 45);
  std::ofstream(stem + ".keep") << "";
  value_of(write_run(*open(), numbered_run(2, tree_of(2))));
  EXPECT_TRUE(path_exists(stem + ".pack"));
  EXPECT_EQ(test::packs_in(path()).size(), 2U);
  for (int k : {1, 2}) EXPECT_TRUE(holds(*open(), numbered_run(k, tree_of(k))));
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(GitUpkeep, DamageOfAnyObjectIsFoundWithGitAndWithout) {
  const TestRun run = numbered_run(1, tree_of(1, 40));
  value_of(write_run(*open(), run));
  const std::string pack = path() + "/objects/pack/" + test::packs_in(path()).at(0);
  const std::string whole = value_of(read_file(pack));
  const std::string search_path = std::getenv("PATH");
  int flips = 0;
  int found = 0;
  int wrong = 0;
  const std::size_t step = test::full_form() ? 1 : 41;
  for (std::size_t at = 0; at < whole.size(); at += step) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
    std::ofstream(pack, std::ios::binary) << flipped;
    const auto repository = open_git_repository(path(), false);
    ASSERT_TRUE(succeeded(repository));
    ++flips;
    const auto with_git = (*repository)->check_storage("prod");
    const bool noticed = !with_git || !with_git->empty();
    // The checksum at the end and the unused bits of a stream are git's to check; the objects are ours.
    ::setenv("PATH", "/nowhere", 1);
    const auto without_git = (*repository)->check_storage("prod");
    ::setenv("PATH", search_path.c_str(), 1);
    const auto reader = (*repository)->open_run("prod", run.id);
    const auto files = reader ? test::read_all((*reader)->tree()) : Result<Files>(fail(reader.error()));
    if (files && *files != run.tree) ++wrong;
    EXPECT_TRUE(files || !without_git || !without_git->empty()) << "byte " << at;
    found += noticed ? 1 : 0;
    EXPECT_TRUE(noticed) << "byte " << at;
  }
  std::ofstream(pack, std::ios::binary) << whole;
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(found, flips);
  EXPECT_TRUE(value_of(open()->check_storage("prod")).empty());
  ::setenv("PATH", "/nowhere", 1);
  EXPECT_TRUE(value_of(open()->check_storage("prod")).empty());
  ::setenv("PATH", search_path.c_str(), 1);
  test::scoreboard("git: bit flips in a pack", 0, static_cast<std::uint64_t>(flips),
                   static_cast<std::uint64_t>(found), static_cast<std::uint64_t>(wrong));
}

TEST_F(GitUpkeep, ManifestsThatDoNotFitTheHistoryAreFound) {
  const auto repository = open();
  value_of(write_run(*repository, numbered_run(1, tree_of(1))));
  value_of(write_run(*repository, numbered_run(2, tree_of(2))));
  const std::string second = "refs/arkive/runs/prod/" + numbered_run(2, {}).id;
  const std::string stray = "refs/arkive/runs/prod/" + numbered_run(3, {}).id;
  run_git({"update-ref", stray, second});
  const auto findings = value_of(repository->check_storage("prod"));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_NE(findings[0].what.find(numbered_run(2, {}).id), std::string::npos) << findings[0].what;
  EXPECT_EQ(ids_of(*repository).size(), 2U) << "one that is not what it says is not shown";
  run_git({"update-ref", "-d", stray});
  run_git({"update-ref", "refs/heads/prod", "prod^"});
  const auto moved = value_of(repository->check_storage("prod"));
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_NE(moved[0].what.find("not on the branch"), std::string::npos);
}

TEST_F(GitUpkeep, ManyDaysOfFewChangesStaySmallAndQuickToRead) {
  const int days = test::full_form() ? 365 : 60;
  const std::size_t directories = test::full_form() ? 200 : 50;
  const std::size_t changes = test::full_form() ? 100 : 20;
  test::SyntheticTree tree(directories, test::full_form() ? 1000 : 200, 1);
  const auto repository = open();
  std::uint64_t largest = 0;
  std::uint64_t first_size = 0;
  for (int day = 0; day < days; ++day) {
    if (day != 0) tree.change(changes);
    const TestRun run = numbered_run(day, {});
    auto writer = value_of(repository->begin("prod", run.id, Deadline::after({})));
    ASSERT_TRUE(succeeded(tree.write_tree(writer->tree())));
    ASSERT_TRUE(succeeded(writer->finish_tree()));
    ASSERT_TRUE(succeeded(tree.write_record(writer->record())));
    value_of(writer->commit(test::manifest_of(run), "day\n"));
    std::uint64_t size = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path())) {
      if (entry.is_regular_file()) size += entry.file_size();
    }
    largest = std::max(largest, size);
    if (day == 0) first_size = size;
  }
  std::printf("first run %.2f MB, largest of %d days %.2f MB\n", static_cast<double>(first_size) / 1e6, days,
              static_cast<double>(largest) / 1e6);
  if (test::full_form()) {
    EXPECT_LT(largest, 50'000'000U);
  } else {
    EXPECT_LT(largest, first_size + 60U * 20U * 600U) << "600 bytes a change";
  }
  std::uint64_t files = 0;
  const auto reader = value_of(repository->open_run("prod", numbered_run(days - 1, {}).id));
  ASSERT_TRUE(succeeded(tree.for_each_file([&](std::string_view, Bytes) { return ok(); })));
  EXPECT_TRUE(succeeded(reader->tree().for_each({}, [&](std::string_view, Bytes) -> Status {
    ++files;
    return ok();
  })));
  EXPECT_EQ(files, tree.files());
  EXPECT_LE(test::packs_in(path()).size(), 3U);
  EXPECT_TRUE(test::sound(path()));
}

}  // namespace
}  // namespace arkive::git
