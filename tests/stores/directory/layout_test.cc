// What lies on the disk: as docs/format-store.md says, readable without arkive.
#include <fcntl.h>
#include <sys/stat.h>

#include "stores/core/files.h"
#include "stores/core/handle.h"
#include "stores/directory/directory_store.h"
#include "tests/stores/directory/store_fixture.h"

namespace arkive::test {
namespace {

const Files kTree = {{"acls/%list", "a\tworld:anyone:r\n"},
                     {"arkive.json", "{}\n"},
                     {"znodes/-rf", "dashes"},
                     {"znodes/app/child", "data"},
                     {"znodes/caf\xc3\xa9 \\ x", "name"}};

class StoreLayout : public StoreTest {};

TEST_F(StoreLayout, IsThatOfTheFormatPage) {
  value_of(write_run(*open(), run(1, kTree, {{"stats/app", "1"}})));
  const std::string trees = "trees/prod/" + id(1);
  EXPECT_EQ(names_below(store()), (std::vector<std::string>{"arkive.json",
                                                            "locks",
                                                            "locks/prod.lock",
                                                            "runs",
                                                            "runs/prod",
                                                            "runs/prod/" + id(1) + ".json",
                                                            "trees",
                                                            "trees/prod",
                                                            trees,
                                                            trees + "/files.sha256.zst",
                                                            trees + "/record",
                                                            trees + "/record.sha256.zst",
                                                            trees + "/record/stats",
                                                            trees + "/record/stats/app",
                                                            trees + "/tree",
                                                            trees + "/tree/acls",
                                                            trees + "/tree/acls/%list",
                                                            trees + "/tree/arkive.json",
                                                            trees + "/tree/znodes",
                                                            trees + "/tree/znodes/-rf",
                                                            trees + "/tree/znodes/app",
                                                            trees + "/tree/znodes/app/child",
                                                            trees + "/tree/znodes/caf\xc3\xa9 \\ x"}));
}

TEST_F(StoreLayout, ZstdAndSha256sumReadTheList) {
  const Manifest manifest = value_of(write_run(*open(), run(1, kTree))).manifest;
  Command check;
  check.directory = tree_of(1);
  check.arguments = {"sh", "-c", "zstd -d < ../files.sha256.zst | sha256sum --check --strict --quiet"};
  const Finished checked = value_of(run_process(check, Deadline::never()));
  EXPECT_TRUE(checked.succeeded()) << checked.output << checked.error_output;
  check.arguments = {"sh", "-c", "zstd -d < ../files.sha256.zst | sha256sum"};
  EXPECT_EQ(value_of(run_process(check, Deadline::never())).output, manifest.tree.sha256 + "  -\n");
}

// So that an archiver that is killed leaves nothing. Some file systems have no files without a name.
TEST_F(StoreLayout, AnObjectThatIsBeingWrittenHasNoName) {
  std::filesystem::create_directories(store());
  const auto store_here = value_of(DirectoryStore::open(store()));
  auto writer = value_of(store_here->begin("topics/prod/0.log", Deadline::never()));
  EXPECT_TRUE(succeeded(writer->write("segment")));
  const UniqueFd nameless(::open(store().c_str(), O_WRONLY | O_TMPFILE, 0600));
  const auto names = value_of(list_directory(store("topics/prod")));
  EXPECT_TRUE(names.empty() || !nameless) << names.front();
  EXPECT_TRUE(succeeded(writer->finish()));
  EXPECT_EQ(value_of(list_directory(store("topics/prod"))), std::vector<std::string>{"0.log"});
  EXPECT_EQ(facts_of(store("topics/prod/0.log")).st_mode & 07777, 0600U);
}

TEST_F(StoreLayout, UnchangedFilesAreHardLinksAndChangedOnesAreNot) {
  Files tree = kTree;
  value_of(write_run(*open(), run(1, tree)));
  tree["znodes/app/child"] = "other";
  tree["znodes/new"] = "new";
  value_of(write_run(*open(), run(2, tree)));
  for (const auto& [path, content] : kTree) {
    const bool same = facts_of(tree_of(1) + "/" + path).st_ino == facts_of(tree_of(2) + "/" + path).st_ino;
    EXPECT_EQ(same, path != "znodes/app/child") << path;
  }
  EXPECT_EQ(facts_of(tree_of(2) + "/znodes/new").st_nlink, 1U);
}

TEST_F(StoreLayout, ARunThatChangesNothingWritesItsManifestOnly) {
  value_of(write_run(*open(), run(1, kTree)));
  const auto before = names_below(store("trees"));
  const Manifest manifest = value_of(write_run(*open(), run(2, kTree))).manifest;
  EXPECT_EQ(names_below(store("trees")), before);
  EXPECT_EQ(manifest.tree.location, "trees/prod/" + id(1) + "/tree");
  EXPECT_EQ(manifest.record.location, "trees/prod/" + id(1) + "/record");
}

TEST_F(StoreLayout, AChangedRecordIsWrittenWithoutTheTree) {
  value_of(write_run(*open(), run(1, kTree)));
  const Manifest manifest = value_of(write_run(*open(), run(2, kTree, {{"stats", "2"}}))).manifest;
  EXPECT_EQ(value_of(list_directory(store("trees/prod/" + id(2)))),
            (std::vector<std::string>{"record", "record.sha256.zst"}));
  EXPECT_EQ(manifest.tree.location, "trees/prod/" + id(1) + "/tree");
  EXPECT_EQ(manifest.record.location, "trees/prod/" + id(2) + "/record");
}

TEST_F(StoreLayout, FilesAre0600AndDirectories0700WhateverTheUmask) {
  for (const mode_t mask : {0000U, 0022U, 0077U, 0177U}) {
    const mode_t before = ::umask(mask);
    std::filesystem::remove_all(store());
    Files tree = kTree;
    value_of(write_run(*open(), run(1, tree)));
    tree["znodes/app/child"] = "other";
    value_of(write_run(*open(), run(2, tree)));
    ::umask(before);
    int seen = 0;
    EXPECT_EQ(facts_of(store()).st_mode & 07777, 0700U);
    for (const std::string& name : names_below(store())) {
      const struct stat facts = facts_of(store(name));
      EXPECT_EQ(facts.st_mode & 07777, S_ISDIR(facts.st_mode) ? 0700U : 0600U)
          << name << " under umask " << mask;
      ++seen;
    }
    EXPECT_GT(seen, 20);
  }
}

TEST_F(StoreLayout, AStoreIsMadeInTheRootOfANewFileSystem) {
  value_of(make_directories(store("lost+found")));
  EXPECT_TRUE(succeeded(open_directory_repository(store(), true)));
}

TEST_F(StoreLayout, ATreeIsNoStore) {
  value_of(write_run(*open(), run(1, kTree)));
  EXPECT_TRUE(failed_with(Outcome::kUsage, open_directory_repository(tree_of(1), false)));
  EXPECT_TRUE(failed_with(Outcome::kUsage, open_directory_repository(tree_of(1), true)));
}

TEST_F(StoreLayout, WhatAKilledRunLeftIsRemovedByTheNext) {
  value_of(write_run(*open(), run(1, kTree)));
  const auto before = names_below(store());
  // In the middle of writing, between rename and manifest, in the middle of the manifest.
  value_of(make_directories(store("trees/prod/." + id(2) + ".partial/tree/znodes")));
  overwrite(store("trees/prod/." + id(2) + ".partial/tree/znodes/a"), "half");
  std::filesystem::copy(store("trees/prod/" + id(1)), store("trees/prod/" + id(3)),
                        std::filesystem::copy_options::recursive);
  overwrite(store("runs/prod/" + std::string(kTemporaryFilePrefix) + "0123456789abcdef"), "{");
  EXPECT_EQ(findings(), std::vector<std::string>{});
  EXPECT_EQ(ids_of(*open()), std::vector<std::string>{id(1)});
  value_of(open()->begin("prod", id(4), Deadline::after({})));
  EXPECT_EQ(names_below(store()), before);
}

TEST_F(StoreLayout, APrunedTreeThatOthersShareKeepsItsIdFromBeingUsedAgain) {
  const auto repository = open();
  value_of(write_run(*repository, run(1, kTree)));
  const TestRun second = run(2, kTree, {{"stats", "2"}});
  value_of(write_run(*repository, second));
  value_of(repository->prune("prod", {id(1)}, false));
  EXPECT_EQ(value_of(list_directory(store("trees/prod/" + id(1)))),
            (std::vector<std::string>{"files.sha256.zst", "tree"}));
  EXPECT_TRUE(failed_with(Outcome::kConflict, write_run(*repository, run(1, {{"a", "b"}}))));
  EXPECT_TRUE(holds(*repository, second));
}

TEST_F(StoreLayout, PruneTellsTheSpaceThatFilesOfOneNameTake) {
  const auto repository = open();
  Files tree;
  for (int i = 0; i < 100; ++i) tree["znodes/" + std::to_string(i)] = std::string(10'000, 'x');
  value_of(write_run(*repository, run(1, tree)));
  tree["znodes/7"] = std::string(50'000, 'y');
  value_of(write_run(*repository, run(2, tree)));
  const std::uint64_t of_one = value_of(repository->prune("prod", {id(2)}, true)).bytes_freed;
  EXPECT_GE(of_one, 50'000U);
  EXPECT_LT(of_one, 200'000U);
  EXPECT_GE(value_of(repository->prune("prod", {id(1), id(2)}, true)).bytes_freed, 1'000'000U);
}

}  // namespace
}  // namespace arkive::test
