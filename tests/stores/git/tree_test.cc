#include <filesystem>
#include <fstream>
#include <random>

#include "stores/git/trailers.h"
#include "stores/git/tree_builder.h"
#include "stores/git/tree_reader.h"
#include "tests/stores/git/git_support.h"

namespace arkive::git {
namespace {

using test::add_all;
using test::Files;
using test::succeeded;
using test::value_of;

/// The tree git makes of the same files.
std::string tree_of_git(const std::string& scratch, const Files& files) {
  std::filesystem::remove_all(scratch);
  std::filesystem::create_directories(scratch);
  test::git(scratch, {"init", "-q"});
  for (const auto& [path, content] : files) {
    std::filesystem::create_directories(std::filesystem::path(scratch + "/" + path).parent_path());
    std::ofstream(scratch + "/" + path, std::ios::binary) << content;
  }
  test::git(scratch, {"-c", "core.autocrlf=false", "add", "-A", "-f"});
  return test::git(scratch, {"write-tree"});
}

class Trees : public test::GitTest {
 protected:
  void SetUp() override {
    open();
    objects_ = value_of(ObjectStore::open(path()));
  }

  ObjectId write(const Files& files, std::optional<ObjectId> before = {}, bool early = false) {
    auto packs = value_of(RunPacks::create(path(), *objects_, nullptr));
    TreeBuilder builder(*objects_, *packs, TreeBuilder::Files::kMixed, before);
    if (early) {
      EXPECT_TRUE(succeeded(builder.store_early([&](const std::function<Status(Bytes)>& each) -> Status {
        for (const auto& [path, content] : files) ARKIVE_TRY(each(content));
        return ok();
      })));
    }
    EXPECT_TRUE(succeeded(add_all(files, builder)));
    const ObjectId tree = value_of(builder.finish());
    changes_ = builder.changes();
    change_count_ = builder.change_count();
    EXPECT_TRUE(succeeded(packs->seal()));
    EXPECT_TRUE(succeeded(packs->publish()));
    packs->release();
    EXPECT_TRUE(succeeded(objects_->refresh()));
    return tree;
  }

  Files read(const ObjectId& tree) {
    return value_of(test::read_all(TreeReader(value_of(ObjectStore::open(path())), tree)));
  }

  std::unique_ptr<ObjectStore> objects_;
  std::vector<FileChange> changes_;
  std::uint64_t change_count_ = 0;
};

TEST_F(Trees, AreThoseThatGitMakesOfTheSameFiles) {
  const Files files = {{"a", "1"},       {"a-b/c", "2"},   {"a.b/c", "3"},   {"a0/c", "4"},  {"b/a", "5"},
                       {"b/a-/x", "6"},  {"b/a/", ""},     {"b-", "7"},      {"b0", "8"},    {"c/d/e/f", "9"},
                       {"c/d-e", "10"},  {"c/d.", "11"},   {"c d/e", "12"},  {"c!/!", "13"}, {"~", "14"},
                       {"\xc3\xa9", ""}, {"z/\x01", "15"}, {"z/\xff", "16"}, {"z/-rf", "17"}};
  Files good = files;
  good.erase("b/a/");
  EXPECT_EQ(hex(write(good)), tree_of_git(scratch("work"), good));
}

TEST_F(Trees, AreThoseOfGitForRandomNamesToo) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  constexpr std::string_view kLetters = "ab-./0 !";
  Files before;
  std::optional<ObjectId> before_tree;
  for (int round = 0; round < 6; ++round) {
    std::map<std::string, std::string> chosen;
    for (int i = 0; i < 60; ++i) {
      std::string path;
      for (std::size_t part = 1 + random() % 3; part > 0; --part) {
        std::string name;
        for (std::size_t size = 1 + random() % 3; size > 0; --size) {
          const char c = kLetters[random() % kLetters.size()];
          name += c == '/' ? 'a' : c;
        }
        if (name == "." || name == "..") name = "b";
        path += (path.empty() ? "" : "/") + name;
      }
      chosen[path] = std::to_string(random() % 20);
    }
    Files files;
    for (const auto& [path, content] : chosen) {  // no file where a directory is wanted
      const auto below = chosen.lower_bound(path + "/");
      if (below == chosen.end() || !below->first.starts_with(path + "/")) files[path] = content;
    }
    const ObjectId tree = write(files, before_tree, round % 2 == 1);
    EXPECT_EQ(hex(tree), tree_of_git(scratch("work"), files)) << "round " << round;
    EXPECT_EQ(read(tree), files) << "round " << round;
    if (before_tree) {
      const TreeReader old_tree(value_of(ObjectStore::open(path())), before_tree);
      const TreeReader new_tree(value_of(ObjectStore::open(path())), tree);
      EXPECT_EQ(changes_, value_of(compare_trees(old_tree, new_tree))) << "round " << round;
      EXPECT_EQ(change_count_, changes_.size());
    }
    before = files;
    before_tree = tree;
  }
  EXPECT_TRUE(test::sound(path()));
}

TEST_F(Trees, OfWhichNothingChangedWriteNothing) {
  Files files;
  for (int i = 0; i < 500; ++i)
    files["d" + std::to_string(i % 7) + "/f" + std::to_string(i)] = std::to_string(i);
  const ObjectId tree = write(files);
  for (const bool early : {false, true}) {
    auto packs = value_of(RunPacks::create(path(), *objects_, nullptr));
    TreeBuilder builder(*objects_, *packs, TreeBuilder::Files::kMixed, tree);
    if (early) {
      EXPECT_TRUE(succeeded(builder.store_early([&](const std::function<Status(Bytes)>& each) -> Status {
        for (const auto& [path, content] : files) ARKIVE_TRY(each(content));
        return ok();
      })));
    }
    EXPECT_TRUE(succeeded(add_all(files, builder)));
    EXPECT_EQ(value_of(builder.finish()), tree);
    EXPECT_EQ(builder.change_count(), 0U);
    EXPECT_TRUE(succeeded(packs->seal()));
    EXPECT_EQ(packs->names().size(), 1U);
    EXPECT_EQ(packs->added(), 0U);
  }
}

TEST_F(Trees, NameAtMostSoManyChangesAndCountAll) {
  Files many;
  for (int i = 0; i < 25'000; ++i) many["d/" + std::to_string(i)] = "";
  const ObjectId empty = write({});
  write(many, empty);
  EXPECT_EQ(change_count_, 25'000U);
  EXPECT_EQ(changes_.size(), TreeBuilder::kMostChanges);
}

TEST_F(Trees, WithAFileThatTheyNameButThatIsGoneAreCorrupt) {
  const ObjectId tree = write({{"a", "here"}, {"b", "gone"}});
  const std::string gone = hex(hash_object(ObjectType::kBlob, "gone"));
  // Everything loose, then one file less.
  const std::string pack = path() + "/objects/pack/" + test::packs_in(path())[0];
  const std::string away = scratch("away.pack");
  std::filesystem::rename(pack, away);
  std::filesystem::remove(pack.substr(0, pack.size() - 5) + ".idx");
  Command command;
  command.arguments = {"git", "-C", path(), "unpack-objects", "-q"};
  command.input = value_of(read_file(away));
  ASSERT_TRUE(value_of(run_process(command, Deadline::never())).succeeded());
  std::filesystem::remove(path() + "/objects/" + gone.substr(0, 2) + "/" + gone.substr(2));
  const TreeReader reader(value_of(ObjectStore::open(path())), tree);
  EXPECT_EQ(value_of(reader.read("a")), "here");
  EXPECT_TRUE(test::failed_with(Outcome::kCorrupt, reader.read("b")));
  EXPECT_TRUE(test::failed_with(Outcome::kCorrupt, test::read_all(reader)));
}

TEST(Trailers, JoinTheLastParagraphWhenThatIsOfTrailers) {
  EXPECT_EQ(add_trailers("subject", {{"A", "1"}}), "subject\n\nA: 1\n");
  EXPECT_EQ(add_trailers("subject\n\nbody: no trailer, for this line is text\nmore\n", {{"A", "1"}}),
            "subject\n\nbody: no trailer, for this line is text\nmore\n\nA: 1\n");
  EXPECT_EQ(
      add_trailers("subject\n\nbody\n\nArkive-Zxid: 0x1\nArkive-Source: client\n", {{"A", "1"}, {"B", "2"}}),
      "subject\n\nbody\n\nArkive-Zxid: 0x1\nArkive-Source: client\nA: 1\nB: 2\n");
  EXPECT_EQ(add_trailers("a: b", {{"A", "1"}}), "a: b\n\nA: 1\n") << "a subject is no trailer";
  EXPECT_EQ(find_trailer("subject\n\nA: 1\nB: 2\n", "B"), "2");
  EXPECT_EQ(find_trailer("subject\n\nA: 1\nB: 2\n", "C"), std::nullopt);
  EXPECT_EQ(find_trailer("subject\n\nA: 1\n\nand then text\n", "A"), std::nullopt);
}

TEST(Trailers, AreThoseThatGitReads) {
  const std::string message = add_trailers("subject\n\nbody\n\nArkive-Zxid: 0x1\n", {{"Arkive-Run", "x"}});
  Command command;
  command.arguments = {"git", "interpret-trailers", "--parse"};
  command.input = message;
  EXPECT_EQ(value_of(run_process(command, Deadline::never())).output, "Arkive-Zxid: 0x1\nArkive-Run: x\n");
}

}  // namespace
}  // namespace arkive::git
