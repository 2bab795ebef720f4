// Links, FIFOs and devices planted in a store: nothing outside is read as a backup, written or removed.
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/stores/directory/store_fixture.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

const Files kTree = {{"a/b/c", "inner"}, {"a/d", "other"}, {"top", "top"}};

class StoreAttacks : public StoreTest {
 protected:
  void SetUp() override {
    value_of(make_directories(scratch("outside/b")));
    overwrite(scratch("outside/secret"), "outside");
    overwrite(scratch("outside/b/c"), "inner");
    overwrite(scratch("outside/d"), "other");
    before_ = outside();
  }
  void TearDown() override { EXPECT_EQ(outside(), before_) << "something outside was touched"; }

  /// Names, contents, inodes and modes of what must not be touched.
  std::vector<std::string> outside() const {
    std::vector<std::string> all;
    for (const std::string& name : names_below(scratch("outside"))) {
      const std::string path = scratch("outside/") + name;
      const struct stat facts = facts_of(path);
      all.push_back(name + " " + std::to_string(facts.st_ino) + " " + std::to_string(facts.st_mode) + " " +
                    std::to_string(facts.st_nlink) + " " +
                    (S_ISREG(facts.st_mode) ? value_of(read_file(path)) : std::string()));
    }
    return all;
  }

  /// Replaces what stands at `path` by a link to `target`.
  static void plant_link(const std::string& path, const std::string& target) {
    std::filesystem::remove_all(path);
    std::filesystem::create_symlink(target, path);
  }

  Result<Files> read_first() const {
    ARKIVE_ASSIGN(const auto repository, open_directory_repository(store(), false));
    ARKIVE_ASSIGN(const auto reader, repository->open_run("prod", id(1)));
    return read_all(reader->tree());
  }

 private:
  std::vector<std::string> before_;
};

TEST_F(StoreAttacks, ALinkAtAnyPartOfTheWayIsDamageForAReader) {
  const std::string trees = "trees/prod/" + id(1);
  for (const std::string& part :
       {std::string("trees"), std::string("trees/prod"), trees, trees + "/tree", trees + "/tree/a",
        trees + "/tree/a/b", trees + "/tree/a/b/c", trees + "/tree/a/d", trees + "/files.sha256.zst"}) {
    std::filesystem::remove_all(store());
    value_of(write_run(*open(), run(1, kTree)));
    // The link leads to the very same bytes, moved out of the store.
    std::filesystem::remove_all(scratch("moved"));
    std::filesystem::rename(store(part), scratch("moved"));
    std::filesystem::create_symlink(scratch("moved"), store(part));
    const auto read = read_first();
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, read)) << part;
    EXPECT_NE(read.error().what.find(std::filesystem::path(part).filename().string()), std::string::npos)
        << read.error().what;
    EXPECT_FALSE(findings().empty()) << part;
  }
}

TEST_F(StoreAttacks, ALinkInPlaceOfAManifestOrItsDirectoryIsNotFollowed) {
  for (const std::string& part :
       {std::string("runs"), std::string("runs/prod"), "runs/prod/" + id(1) + ".json"}) {
    std::filesystem::remove_all(store());
    value_of(write_run(*open(), run(1, kTree)));
    std::filesystem::remove_all(scratch("moved"));
    std::filesystem::rename(store(part), scratch("moved"));
    std::filesystem::create_symlink(scratch("moved"), store(part));
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_first())) << part;
  }
}

TEST_F(StoreAttacks, SingleReadsAndListsDoNotFollowLinks) {
  value_of(write_run(*open(), run(1, kTree)));
  const auto reader = value_of(open()->open_run("prod", id(1)));
  plant_link(tree_of(1) + "/top", scratch("outside/secret"));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, reader->tree().read("top")));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, reader->tree().list("")));
  plant_link(tree_of(1) + "/a", scratch("outside"));
  const auto again = value_of(open()->open_run("prod", id(1)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, again->tree().read("a/d")));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, again->tree().list("a")));
}

TEST_F(StoreAttacks, FifosSocketsAndDevicesAreNamedAndNotWaitedFor) {
  value_of(write_run(*open(), run(1, kTree)));
  const std::string victim = tree_of(1) + "/a/d";
  const auto expect_refused = [&](const char* kind) {
    const auto read = read_first();
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, read)) << kind;
    EXPECT_NE(read.error().what.find(kind), std::string::npos) << read.error().what;
    const auto reader = value_of(open()->open_run("prod", id(1)));
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, reader->tree().read("a/d")));
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, reader->tree().list("a")));
    const auto found = findings();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].find(kind), std::string::npos) << found[0];
    std::filesystem::remove(victim);
  };
  std::filesystem::remove(victim);
  ASSERT_EQ(::mkfifo(victim.c_str(), 0600), 0);
  expect_refused("a FIFO");

  // An address of a socket is 107 bytes at most: bound under a short name, then moved.
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  scratch("s").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  std::filesystem::rename(scratch("s"), victim);
  expect_refused("a socket");

  // Where only root may make one, the others have shown the way.
  if (::mknod(victim.c_str(), S_IFCHR | 0600, makedev(1, 5)) == 0) expect_refused("a device");
}

TEST_F(StoreAttacks, AWriterGoesThroughNoLink) {
  const std::vector<std::string> parts = {
      "locks",      "locks/prod.lock",    "runs", "runs/prod", "runs/prod/" + id(2) + ".json", "trees",
      "trees/prod", "trees/prod/" + id(2)};
  for (const std::string& part : parts) {
    for (const char* target : {"outside", "outside/secret", "outside/nothing"}) {
      std::filesystem::remove_all(store());
      value_of(write_run(*open(), run(1, kTree)));
      plant_link(store(part), scratch(target));
      EXPECT_FALSE(write_run(*open(), run(2, {{"a/b/c", "changed"}})).has_value())
          << part << " to " << target;
    }
  }
}

TEST_F(StoreAttacks, ALinkInPlaceOfAPartialRunIsRemovedItself) {
  value_of(write_run(*open(), run(1, kTree)));
  plant_link(store("trees/prod/." + id(2) + ".partial"), scratch("outside"));
  const TestRun second = run(2, {{"a/b/c", "changed"}});
  EXPECT_TRUE(succeeded(write_run(*open(), second)));
  EXPECT_TRUE(holds(*open(), second));
}

TEST_F(StoreAttacks, AFileOfTheLastRunThatBecameALinkIsWrittenAnew) {
  value_of(write_run(*open(), run(1, kTree)));
  plant_link(tree_of(1) + "/a/d", scratch("outside/d"));
  plant_link(tree_of(1) + "/a/b", scratch("outside/b"));
  const TestRun second = run(2, kTree);
  const WrittenRun written = value_of(write_run(*open(), second));
  EXPECT_FALSE(written.outcome.changed);
  EXPECT_EQ(written.manifest.tree.location, "trees/prod/" + id(2) + "/tree");
  EXPECT_TRUE(holds(*open(), second));
}

TEST_F(StoreAttacks, AHardLinkToAForeignFileIsFoundByItsHash) {
  value_of(write_run(*open(), run(1, kTree)));
  overwrite(scratch("foreign"), "OTHER");
  ASSERT_EQ(::chmod(scratch("foreign").c_str(), 0600), 0);
  std::filesystem::remove(tree_of(1) + "/a/d");
  std::filesystem::create_hard_link(scratch("foreign"), tree_of(1) + "/a/d");
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_first()));
  EXPECT_EQ(findings().size(), 1U);
  // Not written through, whatever the next run makes of it.
  value_of(write_run(*open(), run(2, {{"a/d", "third"}})));
  EXPECT_EQ(value_of(read_file(scratch("foreign"))), "OTHER");
}

TEST_F(StoreAttacks, PruneRemovesLinksAndNotWhatTheyLeadTo) {
  value_of(write_run(*open(), run(1, kTree)));
  value_of(write_run(*open(), run(2, {{"x", "y"}})));
  plant_link(tree_of(1) + "/a", scratch("outside"));
  plant_link(tree_of(1) + "/top", scratch("outside/secret"));
  EXPECT_TRUE(succeeded(open()->prune("prod", {id(1)}, false)));
  EXPECT_FALSE(path_exists(tree_of(1)));
  plant_link(store("trees/prod"), scratch("outside"));
  EXPECT_FALSE(open()->prune("prod", {id(2)}, false).has_value());
}

TEST_F(StoreAttacks, AManifestThatLeadsOutOfTheStoreIsRefused) {
  for (const char* location : {"../outside", "/etc", "trees/prod/../../../outside/tree", "trees/other/x/tree",
                               "trees/prod/./tree", "trees/prod//tree", "trees/prod/x/record", "", "tree"}) {
    std::filesystem::remove_all(store());
    Manifest manifest = value_of(write_run(*open(), run(1, kTree))).manifest;
    manifest.tree.location = location;
    overwrite(store("runs/prod/" + id(1) + ".json"), manifest.to_json());
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, open()->open_run("prod", id(1)))) << location;
    EXPECT_FALSE(findings().empty()) << location;
    EXPECT_TRUE(succeeded(write_run(*open(), run(2, kTree)))) << location;
  }
}

TEST_F(StoreAttacks, ALinkSwappedInByARacingThreadIsNeverFollowed) {
  value_of(write_run(*open(), run(1, kTree)));
  overwrite(scratch("outside/d"), "outside");
  std::filesystem::create_symlink(scratch("outside"), scratch("link"));
  const std::string victim = tree_of(1) + "/a";
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> swaps = 0;
  std::thread attacker([&] {
    while (!stop) {
      (void)::renameat2(AT_FDCWD, victim.c_str(), AT_FDCWD, scratch("link").c_str(), RENAME_EXCHANGE);
      ++swaps;
    }
  });
  const auto until = Deadline::after(full_form() ? std::chrono::minutes(10) : std::chrono::seconds(1));
  std::uint64_t reads = 0;
  std::uint64_t escapes = 0;
  while (!until.passed()) {
    ++reads;
    const auto all = read_first();
    if (all && *all != kTree) ++escapes;
    const auto reader = value_of(open()->open_run("prod", id(1)));
    const auto one = reader->tree().read("a/d");
    if (one && *one != "other") ++escapes;
  }
  stop = true;
  attacker.join();
  EXPECT_EQ(escapes, 0U);
  EXPECT_GT(swaps, 0U);
  scoreboard("directory_racing_links", 0, swaps, reads, escapes);
  overwrite(scratch("outside/d"), "other");
}

}  // namespace
}  // namespace arkive::test
