// Damage on the disk: found, named, and no reason to stop making backups.
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <random>

#include "tests/stores/directory/store_fixture.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

const Files kTree = {{"a/b/c", "inner"}, {"a/d", "other"}, {"e", ""}, {"top", "top"}};

class StoreDamage : public StoreTest {
 protected:
  void SetUp() override { value_of(write_run(*open(), run(1, kTree))); }
  std::string tree_name(const std::string& path) const { return "trees/prod/" + id(1) + "/tree/" + path; }
  std::string manifest(int k) const { return store("runs/prod/" + id(k) + ".json"); }

  /// Finds one thing, about `object`, whose text holds `what`.
  testing::AssertionResult finds(const std::string& object, const std::string& what) const {
    const auto found = findings();
    if (found.size() == 1 && found[0].starts_with(object + ": ") &&
        found[0].find(what) != std::string::npos) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << testing::PrintToString(found);
  }
};

TEST_F(StoreDamage, AChangedFileIsFoundAndNamed) {
  overwrite(tree_of(1) + "/a/d", "Other");
  EXPECT_TRUE(finds(tree_name("a/d"), "sha256"));
  const auto reader = value_of(open()->open_run("prod", id(1)));
  const auto read = read_all(reader->tree());
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read));
  EXPECT_NE(read.error().what.find("a/d"), std::string::npos);
  EXPECT_TRUE(succeeded(read_all(reader->tree(), "a/b")));
}

TEST_F(StoreDamage, AMissingFileIsFoundAndNamed) {
  std::filesystem::remove(tree_of(1) + "/a/d");
  EXPECT_TRUE(finds(tree_name("a/d"), "missing"));
  const auto read = read_all(value_of(open()->open_run("prod", id(1)))->tree());
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read));
  EXPECT_NE(read.error().what.find("a/d"), std::string::npos);
}

TEST_F(StoreDamage, AMissingDirectoryIsFoundWithEachOfItsFiles) {
  std::filesystem::remove_all(tree_of(1) + "/a");
  EXPECT_EQ(findings().size(), 2U);
  std::filesystem::remove_all(store("trees/prod/" + id(1)));
  EXPECT_FALSE(findings().empty());
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_all(value_of(open()->open_run("prod", id(1)))->tree())));
}

TEST_F(StoreDamage, AStrayFileIsFoundAndNamed) {
  overwrite(tree_of(1) + "/a/stray", "x");
  std::filesystem::permissions(tree_of(1) + "/a/stray", std::filesystem::perms(0600));
  EXPECT_TRUE(finds(tree_name("a/stray"), "not in the list"));
  std::filesystem::rename(tree_of(1) + "/a/stray", store("trees/prod/" + id(1) + "/stray"));
  EXPECT_TRUE(finds("trees/prod/" + id(1) + "/stray", "belong"));
  std::filesystem::rename(store("trees/prod/" + id(1) + "/stray"), store("runs/prod/notes"));
  EXPECT_TRUE(finds("runs/prod/notes", "belong"));
}

TEST_F(StoreDamage, ModesThatLetOthersInAreFound) {
  for (const std::string& name :
       {tree_name("a/d"), tree_name("a"), "trees/prod/" + id(1) + "/files.sha256.zst",
        "runs/prod/" + id(1) + ".json", std::string("runs/prod"), std::string("trees"),
        std::string("arkive.json")}) {
    const mode_t before = facts_of(store(name)).st_mode;
    ASSERT_EQ(::chmod(store(name).c_str(), before | 0040), 0);
    EXPECT_TRUE(finds(name, "mode")) << name;
    ASSERT_EQ(::chmod(store(name).c_str(), before), 0);
  }
  EXPECT_TRUE(findings().empty());
}

TEST_F(StoreDamage, AListOrTotalsOfAnotherTreeAreFound) {
  value_of(write_run(*open(), run(2, {{"x", "y"}}, {{"stats", "2"}})));
  const std::string list = "trees/prod/" + id(1) + "/files.sha256.zst";
  std::filesystem::copy_file(store("trees/prod/" + id(2) + "/files.sha256.zst"), store(list),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(finds(list, "not the list in the manifest"));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_all(value_of(open()->open_run("prod", id(1)))->tree())));
  std::filesystem::resize_file(store(list), 10);
  EXPECT_EQ(findings().size(), 1U);
  std::filesystem::remove(store(list));
  EXPECT_EQ(findings().size(), 1U);
}

TEST_F(StoreDamage, AManifestOfAnotherRunIsDamageAndHidesNoOther) {
  value_of(write_run(*open(), run(2, {{"x", "y"}})));
  std::filesystem::copy_file(manifest(2), manifest(1), std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, open()->open_run("prod", id(1))));
  EXPECT_EQ(ids_of(*open()), std::vector<std::string>{id(2)});
  EXPECT_EQ(findings().size(), 1U);
}

TEST_F(StoreDamage, ADamagedManifestStopsNoDumpAndKeepsItsTree) {
  overwrite(manifest(1), "{");
  const TestRun second = run(2, {{"x", "y"}});
  EXPECT_TRUE(value_of(write_run(*open(), second)).outcome.first);
  EXPECT_TRUE(holds(*open(), second));
  EXPECT_TRUE(path_exists(tree_of(1)));
  const TestRun third = run(3, {{"x", "z"}});
  value_of(write_run(*open(), third));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, open()->prune("prod", {id(2)}, false)));
  EXPECT_TRUE(holds(*open(), second));
  EXPECT_TRUE(succeeded(open()->prune("prod", {id(1)}, false)));
  EXPECT_TRUE(succeeded(open()->prune("prod", {id(2)}, false)));
  EXPECT_TRUE(holds(*open(), third));
  EXPECT_TRUE(findings().empty());
}

TEST_F(StoreDamage, AManifestOfANewerFormatStopsEverything) {
  Manifest newer = value_of(open()->runs("prod")).at(0);
  newer.format = 2;
  overwrite(manifest(1), newer.to_json());
  EXPECT_TRUE(failed_with(Outcome::kUsage, open()->runs("prod")));
  EXPECT_TRUE(failed_with(Outcome::kUsage, write_run(*open(), run(2, kTree))));
  EXPECT_TRUE(failed_with(Outcome::kUsage, open()->prune("prod", {id(1)}, false)));
  EXPECT_TRUE(path_exists(tree_of(1)));
}

TEST_F(StoreDamage, TheNextRunWritesAnewWhatTheLastOneLost) {
  for (int harm = 0; harm < 6; ++harm) {
    std::filesystem::remove_all(store());
    value_of(write_run(*open(), run(1, kTree)));
    const std::string list = store("trees/prod/" + id(1) + "/files.sha256.zst");
    if (harm == 0) std::filesystem::remove(tree_of(1) + "/top");
    if (harm == 1) overwrite(tree_of(1) + "/a/d", "");
    if (harm == 2) std::filesystem::remove_all(tree_of(1) + "/a");
    if (harm == 3) std::filesystem::permissions(tree_of(1) + "/a/b/c", std::filesystem::perms(0644));
    if (harm == 4) std::filesystem::remove(list);
    if (harm == 5) std::filesystem::resize_file(list, std::filesystem::file_size(list) - 1);
    const TestRun second = run(2, kTree);
    const WrittenRun written = value_of(write_run(*open(), second));
    EXPECT_EQ(written.outcome.changed, harm >= 4) << harm;
    EXPECT_TRUE(holds(*open(), second)) << harm;
    for (const std::string& finding : findings()) {
      EXPECT_EQ(finding.find(id(2)), std::string::npos) << finding;
    }
  }
}

TEST_F(StoreDamage, AChangedFileIsReportedForEveryRunThatLinksIt) {
  Files tree = kTree;
  tree["top"] = "new";
  value_of(write_run(*open(), run(2, tree)));
  overwrite(tree_of(1) + "/a/d", "Other");
  EXPECT_EQ(findings().size(), 2U);
}

TEST_F(StoreDamage, EveryFlippedBitOfABackupIsFoundOrHarmless) {
  std::filesystem::remove_all(store());
  std::mt19937 random(1);
  Files tree;
  for (int i = 0; i < 60; ++i) {
    std::string content(random() % 1500, '\0');
    for (char& c : content) c = static_cast<char>(random());
    tree["znodes/" + std::to_string(i % 7) + "/" + std::to_string(i)] = content;
  }
  const TestRun first = run(1, tree, {{"stats/a", std::string(2000, '7')}, {"stats/b", "x"}});
  const TestRun second = run(2, tree, {{"stats/a", std::string(2000, '8')}, {"stats/b", "x"}});
  value_of(write_run(*open(), first));
  value_of(write_run(*open(), second));

  struct Place {
    std::string name;
    std::size_t size;
  };
  std::vector<Place> places;
  std::size_t bits = 0;
  for (const std::string& name : names_below(store())) {
    if (!S_ISREG(facts_of(store(name)).st_mode) || name.starts_with("locks/")) continue;
    places.push_back({name, std::filesystem::file_size(store(name))});
    bits += places.back().size * 8;
  }
  const std::string text_of_first = value_of(read_file(manifest(1)));
  const auto found = [&] {
    const auto repository = open_directory_repository(store(), false);
    if (!repository) return true;
    const auto storage = (*repository)->check_storage("prod");
    if (!storage || !storage->empty()) return true;
    // Not found: then nothing that is read may differ. (Some bits of a zstd header mean nothing.)
    return holds(**repository, first) && holds(**repository, second) &&
           value_of((*repository)->open_run("prod", first.id))->manifest().to_json() == text_of_first;
  };
  const std::size_t flips = full_form() ? bits : 1000;
  std::uint64_t missed = 0;
  for (std::size_t flip = 0; flip < flips; ++flip) {
    std::size_t bit = full_form() ? flip : random() % bits;
    std::size_t place = 0;
    // Half of the quick form is spent on what is not plain content.
    if (!full_form() && flip % 2 == 0) {
      do {
        place = random() % places.size();
      } while (places[place].name.find("/tree/") != std::string::npos || places[place].size == 0);
      bit = random() % (places[place].size * 8);
    } else {
      while (bit >= places[place].size * 8) bit -= places[place++].size * 8;
    }
    const std::string path = store(places[place].name);
    const std::string good = value_of(read_file(path));
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    overwrite(path, bad);
    if (!found()) {
      ++missed;
      ADD_FAILURE() << "bit " << bit << " of " << places[place].name;
    }
    overwrite(path, good);
  }
  EXPECT_TRUE(findings().empty());
  scoreboard("directory_bit_flips", 1, flips, flips - missed, missed);
}

TEST_F(StoreDamage, FilesCutSwappedDoubledOrZeroedAreFound) {
  std::filesystem::remove_all(store());
  Files tree;
  for (int i = 0; i < 20; ++i) tree["z/" + std::to_string(i)] = std::string(100, static_cast<char>('a' + i));
  value_of(write_run(*open(), run(1, tree)));
  const std::string a = tree_of(1) + "/z/1";
  const std::string b = tree_of(1) + "/z/2";
  const std::string good = value_of(read_file(a));
  for (const std::string& bad :
       {good.substr(0, 99), std::string(), good + good, std::string(100, '\0'), value_of(read_file(b))}) {
    overwrite(a, bad);
    EXPECT_TRUE(finds("trees/prod/" + id(1) + "/tree/z/1", "sha256"));
  }
  overwrite(a, value_of(read_file(b)));
  overwrite(b, good);
  EXPECT_EQ(findings().size(), 2U);
}

}  // namespace
}  // namespace arkive::test
