// Damage in a store of objects: found, named, and never given out; and the tar, read without arkive.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "stores/core/process.h"
#include "stores/directory/directory_repository.h"
#include "stores/objects/tar_header.h"
#include "tests/contract/repository_kinds.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

class ObjectsTest : public ScratchTest {
 protected:
  std::string store(const std::string& below = {}) const {
    return scratch("store") + (below.empty() ? "" : "/" + below);
  }
  std::unique_ptr<Repository> open() const { return value_of(open_objects(store(), true)); }
  static TestRun run(int k, Files tree, Files record = {{"stats", "1"}}) {
    TestRun made;
    char id[40];
    std::snprintf(id, sizeof id, "20261120T2330%02dZ-%06x", k, k);
    made.id = id;
    made.tree = std::move(tree);
    made.record = std::move(record);
    made.started = 1'795'000'000'000 + 1000 * k;
    return made;
  }
  std::string tree_of(const TestRun& run, const std::string& name = "tree.tar.zst") const {
    return store("trees/prod/" + run.id + "/" + name);
  }
  static std::string read(const std::string& path) { return value_of(read_file(path)); }
  static void overwrite(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  static Files many_files(int count, std::size_t bytes, unsigned seed) {
    std::mt19937_64 random(seed);
    Files files;
    for (int i = 0; i < count; ++i) {
      std::string content(bytes, '\0');
      for (char& c : content) c = static_cast<char>(random());
      files["d" + std::to_string(i % 17) + "/f" + std::to_string(i)] = std::move(content);
    }
    return files;
  }
  std::vector<std::string> findings() const {
    std::vector<std::string> all;
    for (const Finding& finding : value_of(open()->check_storage("prod")))
      all.push_back(finding.object + ": " + finding.what);
    return all;
  }
};

const Files kTree = {{"acls/app/%list", "lock\tworld:anyone:r\n"},
                     {"znodes/app/child", "data"},
                     {"znodes/app/empty", ""},
                     {"znodes/" + std::string(150, 'l'), "long"}};

TEST_F(ObjectsTest, AChangedByteOfAnyObjectIsFoundOrMakesNoDifference) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const TestRun first = run(1, kTree);
  value_of(write_run(*open(), first));
  std::uint64_t injected = 0;
  std::uint64_t found = 0;
  std::uint64_t wrong = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(store())) {
    const std::string path = entry.path().string();
    if (!entry.is_regular_file() || path.ends_with("arkive.json") || path.ends_with(".lock")) continue;
    const std::string good = read(path);
    const bool is_list = path.ends_with("sha256.zst");
    const std::size_t step = full_form() ? 1 : 5;
    for (std::size_t bit = random() % step; bit < 8 * good.size(); bit += step) {
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      overwrite(path, bad);
      ++injected;
      // A manifest of which a bit made one of a newer format cannot be looked through at all.
      const auto damage = open()->check_storage("prod");
      const bool seen = !damage || !damage->empty();
      found += seen ? 1 : 0;
      // A bit of a list's zstd header can mean nothing: then it reads as before.
      const auto reader = open()->open_run("prod", first.id);
      const auto files = reader ? read_all((*reader)->tree()) : Result<Files>(fail(reader.error()));
      const bool is_right = !files || *files == first.tree;
      if (!is_right || (!seen && !is_list)) {
        ++wrong;
        ADD_FAILURE() << path << ", bit " << bit << (is_right ? ": not found" : ": given out");
      }
    }
    overwrite(path, good);
  }
  EXPECT_GT(injected, 500U);
  EXPECT_TRUE(findings().empty());
  scoreboard("objects_bit_flips", seed, injected, found, wrong);
}

TEST_F(ObjectsTest, WhatIsMissingCutShortOrOfAnotherRunIsFoundAndNotGivenOut) {
  const TestRun first = run(1, many_files(40, 3000, 1));
  Files other = first.tree;
  other.begin()->second[0] = static_cast<char>(other.begin()->second[0] ^ 1);
  const TestRun second = run(2, other, {{"stats", "2"}});
  value_of(write_run(*open(), first));
  value_of(write_run(*open(), second));
  for (const std::string name : {"tree.tar.zst", "files.sha256.zst", "record.tar.zst", "record.sha256.zst"}) {
    const std::string path = tree_of(second, name);
    const std::string good = read(path);
    std::vector<std::string> bad = {read(tree_of(first, name)), good + "x", good + good, ""};
    for (std::size_t size = 1; size < good.size(); size += good.size() / 10 + 1)
      bad.push_back(good.substr(0, size));
    for (std::size_t i = 0; i <= bad.size(); ++i) {
      if (i < bad.size()) {
        overwrite(path, bad[i]);
      } else {
        std::filesystem::remove(path);
      }
      const auto found = findings();
      EXPECT_FALSE(found.empty()) << name << " case " << i;
      for (const std::string& each : found)
        EXPECT_NE(each.find(second.id + "/" + name.substr(0, 4)), std::string::npos) << each;
      EXPECT_FALSE(holds(*open(), second)) << name << " case " << i;
      EXPECT_TRUE(holds(*open(), first));
    }
    overwrite(path, good);
  }
  EXPECT_TRUE(findings().empty());
}

TEST_F(ObjectsTest, StrangeObjectsAreNamed) {
  const TestRun first = run(1, kTree);
  value_of(write_run(*open(), first));
  overwrite(tree_of(first, "letter"), "x");
  overwrite(store("runs/prod/letter"), "x");
  const auto found = findings();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], "runs/prod/letter: it does not belong here");
  EXPECT_EQ(found[1], "trees/prod/" + first.id + "/letter: it does not belong here");
  value_of(write_run(*open(), run(2, kTree)));
  EXPECT_TRUE(std::filesystem::exists(tree_of(first, "letter")));
}

TEST_F(ObjectsTest, ADamagedTreeIsNotSharedByTheNextRun) {
  const TestRun first = run(1, kTree);
  value_of(write_run(*open(), first));
  const std::string good = read(tree_of(first));
  for (int k = 2; k < 5; ++k) {
    const TestRun next = run(k, kTree, {{"stats", std::to_string(k)}});
    const std::string newest = value_of(open()->runs("prod")).back().tree.location;
    if (k == 2) std::filesystem::remove(store(newest));
    if (k == 3) overwrite(store(newest), read(store(newest)).substr(0, 200));
    if (k == 4)
      overwrite(store(value_of(open()->runs("prod"))
                          .back()
                          .tree.location.replace(newest.find("tree.tar.zst"), 12, "files.sha256.zst")),
                "x");
    const WrittenRun written = value_of(write_run(*open(), next));
    EXPECT_NE(written.manifest.tree.location, newest) << k;
    EXPECT_EQ(written.outcome.first, k == 4) << "only without a list nothing is known";
    EXPECT_TRUE(holds(*open(), next)) << k;
  }
}

TEST_F(ObjectsTest, LeftoversGoOnlyWhenEveryManifestCanBeRead) {
  const TestRun first = run(1, kTree);
  value_of(write_run(*open(), first));
  const std::string left = store("trees/prod/20261120T233030Z-00aaaa/tree.tar.zst");
  std::filesystem::create_directories(std::filesystem::path(left).parent_path());
  overwrite(left, "x");
  const std::string manifest = store("runs/prod/" + first.id + ".json");
  const std::string good = read(manifest);
  overwrite(manifest, "{");
  value_of(write_run(*open(), run(2, kTree)));
  EXPECT_TRUE(std::filesystem::exists(left));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, open()->prune("prod", {run(2, {}).id}, false)));
  overwrite(manifest, good);
  EXPECT_TRUE(findings().empty()) << "what a killed run left is no damage";
  value_of(write_run(*open(), run(3, kTree)));
  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_TRUE(holds(*open(), first));
}

TEST_F(ObjectsTest, ATreeOfPlainFilesIsRefusedByNameAndTheOtherWay) {
  const auto plain = value_of(open_directory_repository(store(), true));
  const TestRun first = run(1, kTree);
  const TestRun second = run(2, kTree);
  value_of(write_run(*plain, first));
  EXPECT_TRUE(failed_with(Outcome::kUsage, open()->open_run("prod", first.id)));
  EXPECT_TRUE(value_of(write_run(*open(), second)).outcome.first);
  EXPECT_TRUE(holds(*open(), second));
  EXPECT_TRUE(holds(*plain, first)) << "its list of hashes is no leftover";
  EXPECT_TRUE(failed_with(Outcome::kUsage, plain->open_run("prod", second.id)));
}

TEST_F(ObjectsTest, ReadsSingleFilesOfManyFramesInAnyOrder) {
  const TestRun first = run(1, many_files(300, 20'000, 3));
  value_of(write_run(*open(), first));
  const auto reader = value_of(open()->open_run("prod", first.id));
  std::vector<std::string> paths;
  for (const auto& [path, content] : first.tree) paths.push_back(path);
  std::mt19937 random(5);
  std::shuffle(paths.begin(), paths.end(), random);
  for (const std::string& path : paths)
    EXPECT_TRUE(value_of(reader->tree().read(path)) == first.tree.at(path)) << path;
  EXPECT_EQ(value_of(read_all(reader->tree(), "d3")).size(), 18U);
}

TEST_F(ObjectsTest, TheSameTreeReadsTheSameFromADirectoryAndGivesTheSameTar) {
  const TestRun first = run(1, many_files(100, 777, 9), kTree);
  const auto plain = value_of(open_directory_repository(scratch("plain"), true));
  const Manifest files = value_of(write_run(*plain, first)).manifest;
  const Manifest objects = value_of(write_run(*open(), first)).manifest;
  EXPECT_EQ(files.tree.sha256, objects.tree.sha256);
  const auto left = value_of(plain->open_run("prod", first.id));
  const auto right = value_of(open()->open_run("prod", first.id));
  EXPECT_EQ(value_of(read_in_order(left->tree())), value_of(read_in_order(right->tree())));
  EXPECT_TRUE(value_of(compare_trees(left->tree(), right->tree())).empty());
  EXPECT_TRUE(value_of(compare_trees(left->record(), right->record())).empty());

  TestRun again = run(2, first.tree, first.record);
  const auto other = value_of(open_objects(scratch("other"), true));
  value_of(write_run(*other, again));
  EXPECT_EQ(read(tree_of(first)), read(scratch("other") + "/trees/prod/" + again.id + "/tree.tar.zst"));
}

TEST_F(ObjectsTest, TarAndSha256sumReadItWithoutArkive) {
  Files tree = kTree;
  tree["znodes/caf\xc3\xa9 " + std::string(120, 'x') + "/deep"] = "name";
  tree["znodes/b\\a'ck"] = std::string(700, 'b');
  const TestRun first = run(1, tree);
  value_of(write_run(*open(), first));
  std::filesystem::create_directories(scratch("out"));
  const auto shell = [&](const std::string& script) {
    Command command;
    command.arguments = {"sh", "-ec", script, "sh", scratch("out"), tree_of(first, "")};
    return value_of(run_process(command, Deadline::after(std::chrono::minutes(1))));
  };
  const Finished unpacked = shell("cd \"$1\"; zstd -dq < \"$2/tree.tar.zst\" | tar -xvf - | wc -l");
  EXPECT_EQ(unpacked.status, 0);
  EXPECT_EQ(unpacked.error_output, "");
  EXPECT_EQ(std::stoul(unpacked.output), tree.size());
  for (const auto& [path, content] : tree) EXPECT_EQ(read(scratch("out") + "/" + path), content) << path;
  const Finished hash = shell(
      "head -c -32 \"$2/tree.tar.zst\" | sha256sum | cut -c1-64; tail -c 32 \"$2/tree.tar.zst\" | od -An "
      "-vtx1 | tr -d ' \\n'");
  ASSERT_EQ(hash.output.size(), 129U);
  EXPECT_EQ(hash.output.substr(0, 64), hash.output.substr(65));
}

TEST_F(ObjectsTest, AFileCannotBeADirectoryToo) {
  const auto repository = open();
  const auto writer = value_of(repository->begin("prod", run(1, {}).id, Deadline::after({})));
  value_of(writer->tree().add("a", "x", sha256("x")));
  EXPECT_TRUE(failed_with(Outcome::kUsage, writer->tree().add("a/b", "x", sha256("x"))));
}

}  // namespace
}  // namespace arkive::test
