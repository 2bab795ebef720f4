#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/zk/tree_format/trees.h"
#include "zk/tree_format/names.h"

namespace arkive::zk {
namespace {

using test::MemoryFileTree;
using test::succeeded;
using test::value_of;
using testing::ElementsAre;
using testing::Key;
using testing::Pair;

TEST(TreeFormat, WritesTheExampleOfItsDesign) {
  Tree tree;
  put(tree, "/config/topics/orders", R"({"version":1})");
  put(tree, "/app", "settings");
  put(tree, "/app/child", "x", {{31, "digest", "u:h="}, {1, "world", "anyone"}});
  put(tree, "/app/lock", std::nullopt);
  put(tree, "/app/empty", "");
  put(tree, "/app/a%b", "1");
  put(tree, "/app/.git", "2");
  EXPECT_THAT(
      written(tree).files,
      ElementsAre(Pair("acls/app/%list", "child\tdigest:u:h=:cdrwa world:anyone:r\n"),
                  Pair("arkive.json", "{\"format\":1,\"cluster\":\"prod\"}\n"),
                  Pair("kinds/app/%list", "lock\tnull\n"), Pair("znodes/app/%2Egit", "2"),
                  Pair("znodes/app/%self", "settings"), Pair("znodes/app/a%25b", "1"),
                  Pair("znodes/app/child", "x"), Pair("znodes/app/empty", ""), Pair("znodes/app/lock", ""),
                  Pair("znodes/config/topics/orders", R"({"version":1})")));
}

TEST(TreeFormat, WritesNoFileForARootWithNullData) {
  EXPECT_THAT(written(Tree()).files, ElementsAre(Key("arkive.json")));
  EXPECT_EQ(describe(value_of(read_tree(written(Tree())))), describe(Tree()));
}

// A tree at random: shapes, names, data, ACLs, kinds and Stats at their worst.
class RandomTree {
 public:
  explicit RandomTree(std::uint64_t seed) : random_(seed) {}

  Reading reading() {
    Reading reading;
    reading.tree[kRoot].set_stat(stat());
    const std::size_t count = below(300);
    std::vector<std::string> paths{"/"};
    for (std::size_t i = 0; i < count; ++i) {
      const std::string path = join_path(paths[chance(3) ? 0 : below(paths.size())], name());
      if (reading.tree.find(path) != kNoNode) continue;
      paths.push_back(path);
      const NodeIndex node = put(reading.tree, path, data(), acl());
      if (!chance(5)) reading.tree[node].set_stat(stat());
      if (chance(10)) reading.tree.set_kind(node, Kind::kContainer);
      if (chance(10))
        reading.tree.set_kind(node, Kind::kTtl, 1 + static_cast<std::int64_t>(below(1099511627775)));
    }
    if (chance(4)) reading.tree.set_data(kRoot, data());
    if (chance(2)) reading.tree[kRoot].acl = reading.tree.intern(acl());
    return reading;
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : random_() % bound; }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }

  std::string name() {
    static const std::vector<std::string> kPieces = {"a",          "A",
                                                     "b",          "B",
                                                     "ab",         "aB",
                                                     ".git",       ".GIT",
                                                     "git~1",      "con",
                                                     "CON",        "Nul.txt",
                                                     "com1",       ".",
                                                     " ",          "~1",
                                                     "%",          "%41",
                                                     "%self",      "%list",
                                                     "%long-",     ":",
                                                     "\\",         "\n",
                                                     "\x1b[2J",    "\x80",
                                                     "\xff\xfe",   "\u00e9",
                                                     "e\u0301",    "\u00c9",
                                                     "\u212a",     "k",
                                                     "K",          "\u200c",
                                                     "\ufeff",     "\u00df",
                                                     "ss",         "SS",
                                                     "\u0130",     "0",
                                                     "1",          "-",
                                                     "-rf",        "\u202e",
                                                     "x y",        "\xed\xa0\x80",
                                                     "\U0001f600", "*",
                                                     "?",          "<",
                                                     ">",          "|",
                                                     "\"",         "\t",
                                                     "\r"};
    if (chance(20)) return std::string(1 + below(4000), chance(2) ? 'n' : ':');
    std::string name;
    do {
      name += kPieces[below(kPieces.size())];
    } while (chance(3));
    return name == "." || name == ".." ? "dot" : name;
  }
  std::optional<std::string> data() {
    switch (below(6)) {
      case 0:
        return std::nullopt;
      case 1:
        return "";
      case 2:
        return std::string(chance(50) ? 1 << 20 : 1000, static_cast<char>(below(256)));
      default: {
        std::string bytes(below(120), '\0');
        for (char& c : bytes) c = static_cast<char>(below(256));
        return bytes;
      }
    }
  }
  Acl acl() {
    if (chance(2)) return open_acl();
    Acl acl;
    const std::size_t entries = chance(10) ? 100 : below(4);
    for (std::size_t i = 0; i < entries; ++i) {
      acl.push_back({static_cast<std::uint32_t>(below(32)), chance(2) ? "digest" : "sasl",
                     "user " + std::to_string(below(5)) + ":\t%\n" + std::string(below(3), ':')});
    }
    return acl;
  }
  Stat stat() {
    Stat stat;
    for (std::int64_t* n : {&stat.czxid, &stat.mzxid, &stat.pzxid, &stat.ctime, &stat.mtime}) {
      *n = static_cast<std::int64_t>(random_());
    }
    for (std::int32_t* n : {&stat.version, &stat.cversion, &stat.aversion, &stat.num_children}) {
      *n = static_cast<std::int32_t>(random_());
    }
    return stat;
  }

  std::mt19937_64 random_;
};

TEST(TreeFormat, ReadsBackWhateverTreeWasWritten) {
  const std::uint64_t seed = std::random_device{}();
  for (std::uint64_t round = 0; round < 60; ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed + round));
    const Reading reading = RandomTree(seed + round).reading();
    const MemoryFileTree files = written(reading.tree);
    const MemoryFileTree record = written_record(reading);
    const Tree back = value_of(read_tree(files, &record));
    ASSERT_EQ(describe(back), describe(reading.tree));
    EXPECT_EQ(written(back).files, files.files);
    for (NodeIndex i = 0; i < reading.tree.index_end(); i += 7) {
      const std::string path = reading.tree.path(i);
      const std::optional<Znode> znode = value_of(read_znode(files, &record, path));
      ASSERT_TRUE(znode) << printable(path);
      EXPECT_EQ(describe(*znode), describe(reading.tree.znode(i)));
      std::vector<std::string> names;
      for (NodeIndex child = reading.tree[i].first_child; child != kNoNode;
           child = reading.tree[child].next_sibling) {
        names.emplace_back(reading.tree[child].name());
      }
      EXPECT_EQ(value_of(read_children(files, path)), names);
    }
  }
}

}  // namespace
}  // namespace arkive::zk
