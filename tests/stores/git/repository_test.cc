// What a git history is beyond the contract of repositories: branches, commits and references as git sees
// them.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "tests/stores/git/git_support.h"

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

const Files kTree = {{"arkive.json", "{}\n"}, {"znodes/app/child", "data"}, {"znodes/app-1", ""}};

Files changed(const std::string& content) {
  Files tree = kTree;
  tree["znodes/app/child"] = content;
  return tree;
}

class GitRepositories : public test::GitTest {
 protected:
  std::string run_git(std::vector<std::string> arguments) const {
    return test::git(path(), std::move(arguments));
  }
  int commits() const { return std::stoi(run_git({"rev-list", "--count", "prod"})); }
};

TEST_F(GitRepositories, KeepARunAsACommitThatGitShows) {
  const auto repository = open();
  TestRun run = numbered_run(1, kTree);
  auto writer = value_of(repository->begin("prod", run.id, Deadline::after({})));
  value_of(test::write_parts(*writer, run));
  Manifest manifest = test::manifest_of(run);
  manifest.host = "zoo-1";
  manifest.summary = "first dump";
  const Manifest written = value_of(
      writer->commit(manifest, "first dump\n\nall of it\n\nArkive-Zxid: 0x1\nArkive-Source: client\n"));
  EXPECT_EQ(run_git({"symbolic-ref", "HEAD"}), "refs/heads/prod");
  EXPECT_EQ(run_git({"log", "--format=%an <%ae> %cn <%ce>%n%B"}),
            "arkive <arkive@zoo-1> arkive <arkive@zoo-1>\nfirst dump\n\nall of it\n\nArkive-Zxid: 0x1\n"
            "Arkive-Source: client\nArkive-Run: " +
                run.id + "\nArkive-Tree-SHA256: " + manifest.tree.sha256);
  EXPECT_EQ(run_git({"rev-parse", "prod"}), written.tree.location);
  EXPECT_EQ(run_git({"ls-tree", "-r", "--name-only", "prod"}), "arkive.json\nznodes/app-1\nznodes/app/child");
  EXPECT_EQ(run_git({"show", "prod:znodes/app/child"}), "data");
  const std::string reference = "refs/arkive/runs/prod/" + run.id;
  EXPECT_EQ(run_git({"ls-tree", "-r", "--name-only", reference}), "manifest.json\nrecord/stats/%list");
  EXPECT_EQ(run_git({"show", reference + ":manifest.json"}) + "\n", written.to_json());
  EXPECT_EQ(run_git({"rev-list", "--count", reference}), "1") << "it has no parent";
  EXPECT_EQ(run_git({"rev-parse", reference + ":record"}), written.record.location);
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(GitRepositories, MakeNoCommitForARunInWhichNothingChanged) {
  const auto repository = open();
  value_of(write_run(*repository, numbered_run(1, kTree)));
  const std::string tip = run_git({"rev-parse", "prod"});
  value_of(write_run(*repository, numbered_run(2, kTree, {{"stats/%list", "2\n"}})));
  EXPECT_EQ(run_git({"rev-parse", "prod"}), tip);
  EXPECT_EQ(run_git({"for-each-ref", "--format=%(refname:lstrip=4)", "refs/arkive/runs/prod"}),
            numbered_run(1, {}).id + "\n" + numbered_run(2, {}).id);
  value_of(write_run(*repository, numbered_run(3, changed("new"))));
  EXPECT_EQ(run_git({"rev-parse", "prod^"}), tip) << "one parent: the commit before";
  EXPECT_EQ(run_git({"diff", "--name-status", "prod^", "prod"}), "M\tznodes/app/child");
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(GitRepositories, KeepABranchForEachCluster) {
  const auto repository = open();
  TestRun other = numbered_run(1, kTree);
  other.cluster = "staging.eu_1";
  value_of(write_run(*repository, numbered_run(1, kTree)));
  value_of(write_run(*repository, other));
  EXPECT_EQ(run_git({"for-each-ref", "--format=%(refname)", "refs/heads"}),
            "refs/heads/prod\nrefs/heads/staging.eu_1");
  EXPECT_EQ(run_git({"rev-parse", "prod^{tree}"}), run_git({"rev-parse", "staging.eu_1^{tree}"}));
  EXPECT_EQ(run_git({"symbolic-ref", "HEAD"}), "refs/heads/prod");
}

TEST_F(GitRepositories, TakeContentsEarlyOnAnotherThread) {
  const auto repository = open();
  const TestRun run = numbered_run(1, changed("early"));
  auto writer = value_of(repository->begin("prod", run.id, Deadline::after({})));
  std::thread reader([&] {
    EXPECT_TRUE(succeeded(writer->tree().store_early([](const std::function<Status(Bytes)>& each) -> Status {
      ARKIVE_TRY(each("early"));
      return each("never added after all");
    })));
  });
  reader.join();
  value_of(test::write_parts(*writer, run));
  value_of(writer->commit(test::manifest_of(run), "x"));
  EXPECT_TRUE(holds(*repository, run));
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(GitRepositories, TakeAMessageOfAnyBytes) {
  const auto repository = open();
  int k = 0;
  for (const std::string& message : std::vector<std::string>{"", "\n\n", std::string("a\0b", 3), "\xff\xfe",
                                                             "tree x\nparent y\n", "A: 1", "s\n\nA: 1"}) {
    ++k;
    const TestRun run = numbered_run(k, changed(std::to_string(k)));
    auto writer = value_of(repository->begin("prod", run.id, Deadline::after({})));
    value_of(test::write_parts(*writer, run));
    Manifest manifest = test::manifest_of(run);
    manifest.host = "h>\n<evil";
    value_of(writer->commit(manifest, message));
    EXPECT_EQ(ids_of(*repository).size(), static_cast<std::size_t>(k));
  }
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(GitRepositories, ObeyNoConfigurationOrEnvironmentOfTheUser) {
  const std::string home = scratch("home");
  ASSERT_TRUE(succeeded(make_directories(home)));
  std::ofstream(home + "/.gitconfig") << "[core\nthis is no configuration";
  const std::map<std::string, std::string> environment = {{"HOME", home},
                                                          {"XDG_CONFIG_HOME", home},
                                                          {"GIT_DIR", "/nowhere"},
                                                          {"GIT_INDEX_FILE", "/x"},
                                                          {"GIT_OBJECT_DIRECTORY", "/nowhere"},
                                                          {"GIT_CONFIG_COUNT", "x"},
                                                          {"GIT_WORK_TREE", "/"},
                                                          {"GIT_TRACE", scratch("trace")},
                                                          {"GIT_NAMESPACE", "x"}};
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  {
    const auto repository = open();
    const TestRun run = numbered_run(1, kTree);
    value_of(write_run(*repository, run));
    EXPECT_TRUE(holds(*repository, run));
    EXPECT_TRUE(value_of(repository->check_storage("prod")).empty());
  }
  for (const auto& [name, value] : environment) ::unsetenv(name.c_str());
  EXPECT_FALSE(path_exists(scratch("trace")));
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(GitRepositories, AreReadableByNobodyElseWhateverTheUmask) {
  const mode_t before = ::umask(0);
  {
    const auto repository = open();
    std::vector<std::string> ids;
    for (int k = 1; k <= 130; ++k) {
      ids.push_back(numbered_run(k, {}).id);
      value_of(write_run(*repository, numbered_run(k, changed(std::to_string(k % 3)))));
    }
    ids.resize(110);
    EXPECT_EQ(value_of(repository->prune("prod", ids, false)).removed.size(), 110U);
  }
  ::umask(before);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path())) {
    struct stat facts = {};
    ASSERT_EQ(::lstat(entry.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 077, 0U) << entry.path();
  }
  struct stat top = {};
  ASSERT_EQ(::stat(path().c_str(), &top), 0);
  EXPECT_EQ(top.st_mode & 0777, 0700U);
}

TEST_F(GitRepositories, ReportALockFileOfGitAndRemoveItOnlyWhenTold) {
  value_of(write_run(*open(), numbered_run(1, kTree)));
  for (const char* name : {"refs/heads/prod.lock", "packed-refs.lock", "HEAD.lock", "config.lock"}) {
    std::ofstream(path() + "/" + name) << "";
    const auto refused = open()->begin("prod", numbered_run(2, {}).id, Deadline::after({}));
    ASSERT_TRUE(failed_with(Outcome::kConflict, refused)) << name;
    EXPECT_NE(refused.error().what.find(path() + "/" + name), std::string::npos) << refused.error().what;
    EXPECT_NE(refused.error().hint.find("--break-lock"), std::string::npos);
    EXPECT_TRUE(path_exists(path() + "/" + name));
    EXPECT_TRUE(succeeded(open(true)->begin("prod", numbered_run(2, {}).id, Deadline::after({})))) << name;
    EXPECT_FALSE(path_exists(path() + "/" + name));
  }
}

TEST_F(GitRepositories, DoNotTouchABranchThatArkiveDidNotMake) {
  open();
  const std::string tree = run_git({"mktree", "--missing"});
  const std::string commit =
      test::git(path(), {"-c", "user.name=x", "-c", "user.email=x@y", "commit-tree", "-m", "by hand", tree});
  run_git({"update-ref", "refs/heads/prod", commit});
  EXPECT_TRUE(failed_with(Outcome::kUsage, write_run(*open(), numbered_run(1, kTree))));
  EXPECT_EQ(run_git({"rev-parse", "prod"}), commit);
  EXPECT_TRUE(value_of(open()->clusters()).empty());
}

TEST_F(GitRepositories, CommitNothingWhenSomebodyMovedTheBranchMeanwhile) {
  const auto repository = open();
  const TestRun first = numbered_run(1, kTree);
  value_of(write_run(*repository, first));
  value_of(write_run(*repository, numbered_run(2, changed("2"))));
  TestRun third = numbered_run(3, changed("3"));
  auto writer = value_of(repository->begin("prod", third.id, Deadline::after({})));
  value_of(test::write_parts(*writer, third));
  const std::string back = run_git({"rev-parse", "prod^"});
  run_git({"update-ref", "refs/heads/prod", back});
  EXPECT_TRUE(failed_with(Outcome::kConflict, writer->commit(test::manifest_of(third), "x")));
  writer.reset();
  EXPECT_EQ(run_git({"rev-parse", "prod"}), back);
  EXPECT_EQ(ids_of(*repository).size(), 2U);
  EXPECT_EQ(test::packs_in(path()).size(), 1U);
  EXPECT_FALSE(path_exists(path() + "/arkive.pending"));
  value_of(write_run(*repository, third));
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(GitRepositories, GoOnInAMirrorAndInACloneOfTheBranchAlone) {
  const TestRun first = numbered_run(1, kTree);
  const TestRun second = numbered_run(2, changed("2"));
  {
    const auto repository = open();
    for (const TestRun& run : {first, second}) value_of(write_run(*repository, run));
  }
  test::git(scratch(), {"clone", "-q", "--mirror", path(), scratch("mirror.git")});
  test::git(scratch(), {"clone", "-q", "--bare", path(), scratch("bare.git")});
  const auto mirror = value_of(open_git_repository(scratch("mirror.git"), false));
  EXPECT_TRUE(holds(*mirror, first));
  EXPECT_TRUE(holds(*mirror, second));
  const auto bare = value_of(open_git_repository(scratch("bare.git"), false));
  EXPECT_EQ(ids_of(*bare), (std::vector<std::string>{first.id, second.id}));
  EXPECT_EQ(value_of(bare->clusters()), std::vector<std::string>{"prod"});
  const auto reader = value_of(bare->open_run("prod", first.id));
  EXPECT_EQ(value_of(test::read_all(reader->tree())), first.tree);
  EXPECT_TRUE(value_of(test::read_all(reader->record())).empty());
  EXPECT_EQ(reader->manifest().record.location, "");
  EXPECT_EQ(reader->manifest().tree.sha256, test::totals_of(first.tree).sha256);
  EXPECT_EQ(reader->manifest().started, first.started);
  for (const char* copy : {"mirror.git", "bare.git"}) {
    const auto repository = value_of(open_git_repository(scratch(copy), false));
    const TestRun third = numbered_run(3, changed("3"));
    const auto written = value_of(write_run(*repository, third));
    EXPECT_FALSE(written.outcome.first);
    EXPECT_EQ(written.outcome.change_count, 1U);
    EXPECT_TRUE(holds(*repository, third));
    EXPECT_TRUE(test::sound(scratch(copy)));
    EXPECT_EQ(test::git(scratch(copy), {"config", "gc.auto"}), "0");
  }
}

TEST_F(GitRepositories, KeepInTheHistoryThatARunWasNotWholeOrWasRedacted) {
  const auto repository = open();
  TestRun run = numbered_run(1, kTree);
  auto writer = value_of(repository->begin("prod", run.id, Deadline::after({})));
  value_of(test::write_parts(*writer, run));
  Manifest manifest = test::manifest_of(run);
  manifest.whole = false;
  manifest.missing_count = 3;
  manifest.redacted = true;
  value_of(writer->commit(manifest, "summary"));
  writer.reset();
  value_of(repository->prune("prod", {run.id}, false));
  const Manifest rebuilt = value_of(repository->runs("prod")).at(0);
  EXPECT_FALSE(rebuilt.whole);
  EXPECT_EQ(rebuilt.missing_count, 3U);
  EXPECT_TRUE(rebuilt.redacted);
  EXPECT_TRUE(rebuilt.changed);
  EXPECT_EQ(rebuilt.summary, "summary");
}

TEST_F(GitRepositories, RefuseARepositoryWithAWorkTree) {
  test::git(scratch(), {"init", "-q", scratch("work")});
  EXPECT_TRUE(failed_with(Outcome::kUsage, open_git_repository(scratch("work"), true)));
  EXPECT_TRUE(failed_with(Outcome::kUsage, open_git_repository(scratch("work") + "/.git", true)));
  EXPECT_TRUE(failed_with(Outcome::kUsage, open_git_repository("", true)));
}

/// What the page says that git shows of its example: command lines and their output.
std::map<std::string, std::string> shown_on_page() {
  std::istringstream page(value_of(read_file(FORMAT_GIT_PAGE)));
  std::map<std::string, std::string> shown;
  std::string command;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("    $ git ")) {
      command = line.substr(10);
    } else if (!line.empty() && !line.starts_with("    ")) {
      command.clear();
    } else if (!command.empty()) {
      shown[command] += line.substr(std::min<std::size_t>(4, line.size())) + "\n";
    }
  }
  for (auto& [asked, output] : shown) {
    while (output.ends_with('\n')) output.pop_back();
  }
  return shown;
}

TEST_F(GitRepositories, AreWhatTheFormatPageShows) {
  const auto repository = open();
  TestRun run;
  run.id = "20261120T233000Z-8f3a2c";
  run.started = 1'795'217'400'000;
  run.tree = {{"arkive.json", "{\"format\":1,\"cluster\":\"prod\"}\n"}, {"znodes/app/child", "data"}};
  run.record = {{"stats/%list", "/app/child 1\n"}};
  auto writer = value_of(repository->begin("prod", run.id, Deadline::after({})));
  value_of(test::write_parts(*writer, run));
  Manifest manifest = test::manifest_of(run);
  manifest.host = "zoo-1";
  value_of(writer->commit(manifest, "first dump: 2 znodes\n\nArkive-Zxid: 0x1\nArkive-Source: client\n"));
  const auto shown = shown_on_page();
  EXPECT_EQ(shown.size(), 4U);
  for (const auto& [command, output] : shown) {
    std::istringstream words(command);
    std::vector<std::string> arguments{std::istream_iterator<std::string>(words), {}};
    EXPECT_EQ(output, run_git(arguments)) << command;
  }
}

}  // namespace
}  // namespace arkive::git
