// The contract of Repository, on every kind: what is written is read back.
#include "tests/contract/repository_contract.h"

#include <random>

#include "tests/contract/repository_kinds.h"

namespace arkive::test {
namespace {

TEST_P(RepositoryContract, GivesBackAFirstRunByteForByte) {
  const auto repository = open();
  const TestRun first = run(1, kSmallTree, {{"ephemerals", "/a 1\n"}, {"stats/app", "2"}});
  const WrittenRun written = value_of(write_run(*repository, first));
  EXPECT_TRUE(written.outcome.first);
  EXPECT_TRUE(written.outcome.changed);
  EXPECT_TRUE(written.outcome.changes.empty());
  EXPECT_TRUE(written.manifest.changed);
  EXPECT_EQ(written.manifest.id, first.id);
  EXPECT_EQ(written.manifest.cluster, "prod");
  EXPECT_FALSE(written.manifest.tree.location.empty());
  EXPECT_TRUE(holds(*repository, first));
}

TEST_P(RepositoryContract, GivesBackAllAfterBeingOpenedAgain) {
  const TestRun first = run(1, kSmallTree);
  const Manifest written = value_of(write_run(*open(), first)).manifest;
  const auto again = value_of(GetParam().open(path(), false));
  EXPECT_EQ(ids_of(*again), std::vector<std::string>{first.id});
  EXPECT_TRUE(holds(*again, first));
  const auto reader = value_of(again->open_run("prod", first.id));
  EXPECT_EQ(reader->manifest().to_json(), written.to_json());
}

TEST_P(RepositoryContract, ARunThatChangesNothingSharesTheTreeAndIsListed) {
  const auto repository = open();
  const TestRun first = run(1, kSmallTree);
  TestRun second = run(2, kSmallTree, {{"stats", "2"}});
  const WrittenRun before = value_of(write_run(*repository, first));
  const WrittenRun after = value_of(write_run(*repository, second));
  EXPECT_FALSE(after.outcome.first);
  EXPECT_FALSE(after.outcome.changed);
  EXPECT_EQ(after.outcome.change_count, 0U);
  EXPECT_FALSE(after.manifest.changed);
  EXPECT_EQ(after.manifest.tree.location, before.manifest.tree.location);
  EXPECT_EQ(ids_of(*repository), (std::vector<std::string>{first.id, second.id}));
  EXPECT_TRUE(holds(*repository, first));
  EXPECT_TRUE(holds(*repository, second));
}

TEST_P(RepositoryContract, SaysWhatChangedAgainstTheLastRun) {
  const auto repository = open();
  const TestRun first = run(1, {{"a", "1"}, {"b/x", "1"}, {"b/y", "1"}, {"b-c", "1"}, {"d/e/f", "1"}});
  const TestRun second =
      run(2, {{"a", "2"}, {"b/x", "1"}, {"b/z", "1"}, {"b-c", "1"}, {"d/e/f", "1"}, {"g", ""}});
  value_of(write_run(*repository, first));
  const WrittenRun written = value_of(write_run(*repository, second));
  EXPECT_TRUE(written.outcome.changed);
  EXPECT_FALSE(written.outcome.first);
  EXPECT_EQ(written.outcome.change_count, 4U);
  EXPECT_EQ(in_words(written.outcome.changes),
            (std::vector<std::string>{"changed a", "removed b/y", "added b/z", "added g"}));
  EXPECT_TRUE(written.manifest.changed);
  EXPECT_TRUE(holds(*repository, first));
  EXPECT_TRUE(holds(*repository, second));
}

TEST_P(RepositoryContract, ComparesTheTreesOfTwoRuns) {
  const auto repository = open();
  const TestRun first = run(1, {{"a", "1"}, {"b/x", "1"}, {"b/y", "1"}, {"c", "file"}, {"d/e", "1"}});
  const TestRun second =
      run(2, {{"a", "2"}, {"b/x", "1"}, {"b/z", "1"}, {"c/now", "directory"}, {"d/e", "1"}});
  value_of(write_run(*repository, first));
  const WrittenRun written = value_of(write_run(*repository, second));
  const auto before = value_of(repository->open_run("prod", first.id));
  const auto after = value_of(repository->open_run("prod", second.id));
  const auto changes = value_of(compare_trees(before->tree(), after->tree()));
  EXPECT_EQ(in_words(changes),
            (std::vector<std::string>{"changed a", "removed b/y", "added b/z", "removed c", "added c/now"}));
  EXPECT_EQ(changes, written.outcome.changes);
  EXPECT_EQ(in_words(value_of(compare_trees(before->tree(), after->tree(), "b"))),
            (std::vector<std::string>{"removed b/y", "added b/z"}));
  EXPECT_TRUE(value_of(compare_trees(after->tree(), after->tree())).empty());
}

TEST_P(RepositoryContract, WalksInTreeOrderAndOnlyBelowWhatWasAsked) {
  const auto repository = open();
  const TestRun first =
      run(1, {{"a/b", "1"}, {"a/b-", "2"}, {"a-b", "3"}, {"ab", "4"}, {"b/c/d", "5"}, {"b/c/e", "6"}});
  value_of(write_run(*repository, first));
  const auto reader = value_of(repository->open_run("prod", first.id));
  const auto paths = [&](std::string_view under) {
    std::vector<std::string> all;
    for (const auto& [path, content] : value_of(read_in_order(reader->tree(), under))) all.push_back(path);
    return all;
  };
  EXPECT_EQ(paths(""), (std::vector<std::string>{"a/b", "a/b-", "a-b", "ab", "b/c/d", "b/c/e"}));
  EXPECT_EQ(paths("a"), (std::vector<std::string>{"a/b", "a/b-"}));
  EXPECT_EQ(paths("b"), (std::vector<std::string>{"b/c/d", "b/c/e"}));
  EXPECT_EQ(paths("a/b"), (std::vector<std::string>{"a/b"}));
  EXPECT_EQ(paths("no/such"), std::vector<std::string>{});
}

TEST_P(RepositoryContract, StopsAWalkWithTheErrorOfItsCaller) {
  const auto repository = open();
  const TestRun first = run(1, kSmallTree);
  value_of(write_run(*repository, first));
  const auto reader = value_of(repository->open_run("prod", first.id));
  int seen = 0;
  const Status walked = reader->tree().for_each("", [&](std::string_view, Bytes) -> Status {
    if (++seen == 2) return fail(Outcome::kInterrupted, "enough");
    return ok();
  });
  EXPECT_TRUE(failed_with(Outcome::kInterrupted, walked));
  EXPECT_EQ(seen, 2);
}

TEST_P(RepositoryContract, ListsADirectorySortedWithIdentitiesThatSurviveARun) {
  const auto repository = open();
  const TestRun first = run(1, {{"a/x", "same"}, {"a/y", "old"}, {"b", ""}});
  const TestRun second = run(2, {{"a/x", "same"}, {"a/y", "new"}, {"b", ""}});
  value_of(write_run(*repository, first));
  value_of(write_run(*repository, second));
  const auto before = value_of(repository->open_run("prod", first.id));
  const auto after = value_of(repository->open_run("prod", second.id));
  const auto top = value_of(before->tree().list(""));
  ASSERT_EQ(top.size(), 2U);
  EXPECT_EQ(top[0].name, "a");
  EXPECT_TRUE(top[0].is_directory);
  EXPECT_EQ(top[1].name, "b");
  EXPECT_FALSE(top[1].is_directory);
  const auto old_files = value_of(before->tree().list("a"));
  const auto new_files = value_of(after->tree().list("a"));
  ASSERT_EQ(old_files.size(), 2U);
  ASSERT_EQ(new_files.size(), 2U);
  EXPECT_EQ(old_files[0].identity, new_files[0].identity);
  EXPECT_NE(old_files[1].identity, new_files[1].identity);
  EXPECT_TRUE(value_of(before->tree().list("no/such")).empty());
}

TEST_P(RepositoryContract, AFileThatIsNotThereIsNotFound) {
  const auto repository = open();
  const TestRun first = run(1, kSmallTree);
  value_of(write_run(*repository, first));
  const auto reader = value_of(repository->open_run("prod", first.id));
  for (const char* path : {"no", "znodes/app/no", "znodes/app/child/below/a/file", "znodes/app"}) {
    EXPECT_TRUE(failed_with(Outcome::kNotFound, reader->tree().read(path))) << path;
  }
  EXPECT_TRUE(failed_with(Outcome::kNotFound, repository->open_run("prod", "20200101T000000Z-000000")));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, repository->open_run("other", first.id)));
}

TEST_P(RepositoryContract, KeepsEveryNameLinuxAllows) {
  const auto repository = open();
  std::vector<std::string> names = {"-rf",
                                    "--",
                                    "...",
                                    " ",
                                    "a b",
                                    "a\\b",
                                    "a:b",
                                    "CON",
                                    "con.txt",
                                    "%2e%2e",
                                    "%00",
                                    "\x1b[31m",
                                    "\x7f",
                                    "\t",
                                    "\r",
                                    "\"q\"",
                                    "'",
                                    "$(id)",
                                    "`id`",
                                    "*",
                                    "?",
                                    "~",
                                    "~1",
                                    "#",
                                    "caf\xc3\xa9",
                                    "cafe\xcc\x81",
                                    "\xe2\x80\xae"
                                    "evil",
                                    "\xff\xfe",
                                    "A",
                                    "a",
                                    "Ab",
                                    "aB",
                                    "x.lock",
                                    "HEAD",
                                    ".hidden",
                                    "tree",
                                    "record",
                                    "files.sha256.zst",
                                    "x.json",
                                    "name.",
                                    "trailing ",
                                    std::string(255, 'n'),
                                    std::string(254, '\xc3') + "\xa9"};
  Files tree;
  for (const std::string& name : names) {
    tree["top-" + name.substr(0, 200)] = "file";
    tree["d/" + name] = "file " + name;
    tree["e/" + name + "/" + name] = "below";
  }
  ASSERT_GE(tree.size(), 100U);
  const TestRun first = run(1, tree, tree);
  value_of(write_run(*repository, first));
  EXPECT_TRUE(holds(*repository, first));
  TestRun second = first;
  second.id = "20261120T233059Z-aaaaaa";
  second.started += 5000;
  for (auto& [path, content] : second.tree) content += "!";
  value_of(write_run(*repository, second));
  EXPECT_TRUE(holds(*repository, first));
  EXPECT_TRUE(holds(*repository, second));
  EXPECT_TRUE(value_of(repository->check_storage("prod")).empty());
}

TEST_P(RepositoryContract, KeepsTreesDeeperThanAPathMayBeLong) {
  const auto repository = open();
  std::string deep;
  for (int level = 0; level < 120; ++level)
    deep += std::string(60, static_cast<char>('a' + level % 26)) + "/";
  const TestRun first = run(1, {{deep + "leaf", "deep"}, {deep + "next/leaf", "deeper"}, {"top", "1"}});
  TestRun second = first;
  second.id = run(2, {}).id;
  second.started += 1000;
  second.tree["top"] = "2";
  value_of(write_run(*repository, first));
  value_of(write_run(*repository, second));
  EXPECT_TRUE(holds(*repository, first));
  EXPECT_TRUE(holds(*repository, second));
  EXPECT_TRUE(value_of(repository->check_storage("prod")).empty());
}

TEST_P(RepositoryContract, KeepsLargeFilesAndEmptyOnes) {
  const auto repository = open();
  std::mt19937_64 random(7);
  std::string large(5 << 20, '\0');
  for (char& c : large) c = static_cast<char>(random());
  const TestRun first = run(1, {{"empty", ""}, {"large", large}, {"zeros", std::string(3 << 20, '\0')}});
  value_of(write_run(*repository, first));
  EXPECT_TRUE(holds(*repository, first));
}

TEST_P(RepositoryContract, KeepsATreeWithoutFiles) {
  const auto repository = open();
  const TestRun empty = run(1, {}, {});
  EXPECT_TRUE(value_of(write_run(*repository, empty)).outcome.changed);
  const TestRun still_empty = run(2, {}, {});
  EXPECT_FALSE(value_of(write_run(*repository, still_empty)).outcome.changed);
  const TestRun filled = run(3, kSmallTree);
  EXPECT_TRUE(value_of(write_run(*repository, filled)).outcome.changed);
  const TestRun emptied = run(4, {}, {});
  EXPECT_EQ(value_of(write_run(*repository, emptied)).outcome.change_count, kSmallTree.size());
  for (const TestRun& each : {empty, still_empty, filled, emptied}) EXPECT_TRUE(holds(*repository, each));
}

TEST_P(RepositoryContract, RefusesPathsOutOfOrderAndPathsThatLeadOut) {
  const auto repository = open();
  for (const std::vector<std::string>& paths :
       std::vector<std::vector<std::string>>{{"b", "a"},
                                             {"a", "a"},
                                             {"../a"},
                                             {"a/../b"},
                                             {"./a"},
                                             {"/a"},
                                             {"a//b"},
                                             {"a/"},
                                             {""},
                                             {std::string("a\0b", 3)},
                                             {std::string(256, 'n')}}) {
    const auto writer = value_of(repository->begin("prod", run(1, {}).id, Deadline::after({})));
    Status added = ok();
    for (const std::string& path : paths) {
      if (added) added = writer->tree().add(path, "x", sha256("x"));
    }
    EXPECT_FALSE(added) << "took '" << paths.back() << "'";
  }
  EXPECT_TRUE(ids_of(*repository).empty());
}

TEST_P(RepositoryContract, RefusesNamesOfClustersAndRunsThatAreNoNames) {
  const auto repository = open();
  for (const std::string& name :
       std::vector<std::string>{"", ".", "..", "../x", "a/b", "-x", "a b", ".git", "a..b", "x.lock", "x.",
                                "a\nb", std::string(101, 'n'), "\xc3\xa9"}) {
    EXPECT_TRUE(failed_with(Outcome::kUsage, repository->begin(name, run(1, {}).id, Deadline::after({}))))
        << name;
    EXPECT_TRUE(failed_with(Outcome::kUsage, repository->begin("prod", name, Deadline::after({})))) << name;
    EXPECT_TRUE(failed_with(Outcome::kUsage, repository->open_run("prod", name))) << name;
    EXPECT_TRUE(failed_with(Outcome::kUsage, repository->runs(name))) << name;
    EXPECT_TRUE(failed_with(Outcome::kUsage, repository->prune("prod", {name}, false))) << name;
  }
}

TEST_P(RepositoryContract, KeepsClustersApart) {
  const auto repository = open();
  TestRun ours = run(1, {{"a", "ours"}});
  TestRun theirs = run(1, {{"a", "theirs"}});
  theirs.cluster = "staging";
  value_of(write_run(*repository, ours));
  EXPECT_TRUE(value_of(write_run(*repository, theirs)).outcome.first);
  EXPECT_EQ(value_of(repository->clusters()), (std::vector<std::string>{"prod", "staging"}));
  EXPECT_TRUE(holds(*repository, ours));
  EXPECT_TRUE(holds(*repository, theirs));
  EXPECT_TRUE(value_of(repository->runs("neither")).empty());
}

TEST_P(RepositoryContract, ListsRunsByTheTimeTheyStarted) {
  const auto repository = open();
  // One second holds them all; the random end of an id says nothing of time.
  std::vector<std::string> ids;
  for (int k = 0; k < 4; ++k) {
    TestRun each = run(1, {{"a", std::to_string(k)}});
    each.id = "20261120T233001Z-" + std::string(6, static_cast<char>('d' - k));
    each.started += k;
    ids.push_back(each.id);
    const WrittenRun written = value_of(write_run(*repository, each));
    EXPECT_EQ(written.outcome.change_count, k == 0 ? 0U : 1U);
  }
  EXPECT_EQ(ids_of(*repository), ids);
}

TEST_P(RepositoryContract, GivesBackEveryRunOfARandomHistory) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  const auto repository = open();
  std::vector<TestRun> history;
  Files tree;
  for (int k = 0; k < 20; ++k) {
    const Files before = tree;
    for (std::size_t change = pick(4) * pick(10); change > 0; --change) {
      const std::string path = std::string("d") + static_cast<char>('a' + pick(3)) + "/" +
                               (pick(2) == 0 ? "e/" : "") + "f" + std::to_string(pick(30));
      if (pick(3) == 0) {
        tree.erase(path);
      } else {
        tree[path] = std::string(pick(300), static_cast<char>('a' + pick(26)));
      }
    }
    TestRun next = run(k, tree, {{"stats", std::to_string(pick(2))}});
    const WrittenRun written = value_of(write_run(*repository, next));
    EXPECT_EQ(written.outcome.changed, k == 0 || tree != before) << "run " << k;
    history.push_back(std::move(next));
    if (history.size() > 6 && pick(3) == 0) {
      // Never the newest: what the next run is compared with is then another tree in a directory than in git.
      const std::size_t victim = pick(history.size() - 1);
      value_of(repository->prune("prod", {history[victim].id}, false));
      history.erase(history.begin() + static_cast<std::ptrdiff_t>(victim));
    }
  }
  for (const TestRun& each : history) EXPECT_TRUE(holds(*repository, each)) << each.id;
  EXPECT_TRUE(value_of(repository->check_storage("prod")).empty());
}

}  // namespace
}  // namespace arkive::test
