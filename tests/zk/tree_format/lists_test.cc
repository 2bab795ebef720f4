#include "zk/tree_format/lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/zk/tree_format/trees.h"

namespace arkive::zk {
namespace {

using test::failed_with;
using test::MemoryFileTree;
using test::succeeded;
using test::value_of;

TEST(Lists, OfFewLinesAreOneFile) {
  const std::vector<EncodedChild> children{{"a", 1}, {"b", 2}};
  const std::vector<std::uint32_t> lines{1, 0};
  const std::vector<ListPart> parts = split_list(children, lines, 0, {4, 1, false}, {});
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].name, "%list");
  EXPECT_EQ(parts[0].end, 2U);
  EXPECT_TRUE(split_list(children, std::vector<std::uint32_t>{0, 0}, 0, {4, 1, false}, {}).empty());
}

TEST(Lists, AreCutWhereTheirNamesSay) {
  // zlib.crc32: "a" 0xE8B7BE43, "b" 0x71BEEFF9, "c" 0x06B9DF6F, "d" 0x98DD4ACC; modulo 4: 3, 1, 3, 0
  const std::vector<EncodedChild> children{{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}};
  const std::vector<std::uint32_t> lines{1, 2, 1, 1};
  const std::vector<ListPart> parts = split_list(children, lines, 0, {1, 4, false}, {});
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].name, "%list");
  EXPECT_EQ(parts[1].name, "%list-b");
  EXPECT_EQ(parts[2].name, "%list-d");
  EXPECT_EQ(parts[1].begin, 1U);
  EXPECT_EQ(parts[1].end, 3U);
}

TEST(Lists, OfTheRecordAreMarkedByTheirDirectory) {
  // zlib.crc32: "" 00000000, "dir" 0xBAAB7A10
  const std::vector<EncodedChild> children{{"a", 1}, {"a!", 2}, {"b", 3}};
  const std::vector<std::uint32_t> lines{1, 1, 1};
  const std::vector<ListPart> parts = split_list(children, lines, 1, {1, 1, true}, "dir");
  std::vector<std::string> names;
  for (const ListPart& part : parts) names.push_back(part.name);
  EXPECT_THAT(names, testing::ElementsAre("%list-a!.baab7a10", "%list-a.baab7a10", "%list-b.baab7a10",
                                          "%list.baab7a10"));
  EXPECT_EQ(split_list(children, lines, 0, {9, 1, true}, "")[0].name, "%list.00000000");
  EXPECT_EQ(first_child_of_list("%list-a!.00ff00ff", kStatsLists), "a!");
  EXPECT_EQ(first_child_of_list("%list.00ff00ff", kStatsLists), "");
  for (const char* name :
       {"%list", "%list-a", "%list.00FF00ff", "%list-.00ff00ff", "%listx.00ff00ff", "x.00ff00ff"}) {
    EXPECT_EQ(first_child_of_list(name, kStatsLists), std::nullopt) << name;
  }
  EXPECT_EQ(first_child_of_list("%list-a.00ff00ff", kTreeLists), "a.00ff00ff");
}

TEST(Lists, NeverBeginAPartAtTheirFirstLine) {
  const std::vector<EncodedChild> children{{"d", 1}, {"e", 2}};
  const std::vector<std::uint32_t> lines{1, 1};
  EXPECT_EQ(split_list(children, lines, 0, {1, 1, false}, {})[0].name, "%list");
  EXPECT_EQ(split_list(children, lines, 0, {1, 1, false}, {}).size(), 2U);
  EXPECT_EQ(split_list(children, lines, 1, {1, 1, false}, {}).size(), 3U);
}

Status parsed(std::string_view text) {
  return parse_list("acls/%list", text, [](const ListLine&) { return ok(); });
}

TEST(Lists, AreRefusedWhenALineIsNotALine) {
  EXPECT_TRUE(succeeded(parsed("")));
  EXPECT_TRUE(succeeded(parsed(".\tx\na\tx\nb\t\n")));
  EXPECT_TRUE(succeeded(parsed("a\tx\na/b\tx\na-b\tx\n")));
  for (const char* text : {"a\tx", "\n", "a\n", "\tx\n", "a\tx\na\tx\n", "b\tx\na\tx\n", "a\tx\n.\tx\n",
                           "a-b\tx\na/b\tx\n", "a\tx\n\n"}) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, parsed(text))) << text;
  }
  EXPECT_THAT(parsed("a\tx\nb\n").error().what, testing::HasSubstr("'acls/%list', line 2"));
}

std::string numbered(const char* prefix, int number) {
  std::string digits = std::to_string(number);
  return prefix + std::string(6 - digits.size(), '0') + digits;
}

Stat some_stat(std::int64_t seed) {
  Stat stat;
  stat.czxid = stat.mzxid = stat.pzxid = 0x100000000 + seed;
  stat.ctime = stat.mtime = 1795217400000 + seed * 7;
  return stat;
}

std::uint64_t bytes_that_differ(const MemoryFileTree& before, const MemoryFileTree& after,
                                std::size_t& files) {
  std::uint64_t bytes = 0;
  files = 0;
  for (const FileChange& change : value_of(compare_trees(before, after))) {
    ++files;
    if (change.what != FileChange::What::kRemoved) bytes += after.files.find(change.path)->second.size();
  }
  return bytes;
}

TEST(Record, RewritesLittleForLittleChange) {
  Reading reading;
  for (int i = 0; i < 20'000; ++i) {
    const NodeIndex node = put(reading.tree, "/" + numbered("d", i / 1000) + "/" + numbered("n", i), "x");
    reading.tree[node].set_stat(some_stat(i));
  }
  const MemoryFileTree before = written_record(reading);
  for (const auto& [path, content] : before.files) EXPECT_LT(content.size(), 64 * 1024U) << path;
  std::size_t files = 0;
  reading.tree[reading.tree.find("/d000007/n007500")].mzxid += 5;
  EXPECT_LT(bytes_that_differ(before, written_record(reading), files), 64 * 1024U);
  EXPECT_EQ(files, 1U);
  // One more child moves no line but its own.
  const MemoryFileTree changed = written_record(reading);
  reading.tree[put(reading.tree, "/d000007/n007500b", "x")].set_stat(some_stat(1));
  EXPECT_LT(bytes_that_differ(changed, written_record(reading), files), 64 * 1024U);
  EXPECT_LE(files, 3U);
}

TEST(Record, GathersTheStatsOfSmallSubtrees) {
  Reading reading;
  int seed = 0;
  const auto add = [&](const std::string& path) {
    reading.tree[put(reading.tree, path, "x")].set_stat(some_stat(++seed));
  };
  for (int topic = 0; topic < 300; ++topic) {
    const std::string path = "/brokers/topics/" + numbered("t", topic);
    add(path);
    add(path + "/partitions");
    for (int partition = 0; partition < 4; ++partition) {
      add(path + "/partitions/" + std::to_string(partition));
      add(path + "/partitions/" + std::to_string(partition) + "/state");
    }
  }
  const MemoryFileTree record = written_record(reading);
  EXPECT_LT(record.files.size(), 150U);  // of 3,000 znodes, 1,800 of them with children
  const MemoryFileTree files = written(reading.tree);
  EXPECT_EQ(describe(value_of(read_tree(files, &record))), describe(reading.tree));
  const std::string state = "/brokers/topics/t000123/partitions/2/state";
  EXPECT_EQ(describe(*value_of(read_znode(files, &record, state))),
            describe(reading.tree.znode(reading.tree.find(state))));
  const Tree part = value_of(read_tree(files, &record, "/brokers/topics/t000123"));
  EXPECT_TRUE(part[part.find(state)].has_stat);
  EXPECT_EQ(part.size(), 3U + 10U);
}

TEST(TreeLists, OfAHugeDirectoryAreReadInParts) {
  Tree tree;
  const NodeIndex directory = put(tree, "/d", "");
  NodeIndex last = kNoNode;
  for (int i = 0; i < 20'000; ++i) {
    last = tree.add_child_after(directory, last, numbered("n", i));
    tree.set_data(last, "");
    tree[last].acl = tree.intern({{1, "ip", std::to_string(i)}});
  }
  const MemoryFileTree files = written(tree);
  const std::size_t parts = value_of(files.list("acls/d")).size();
  EXPECT_GT(parts, 5U);
  EXPECT_LT(parts, 60U);
  EXPECT_EQ(describe(value_of(read_tree(files))), describe(tree));
  for (const int i : {0, 1, 777, 12'345, 19'999}) {
    const std::string path = "/d/" + numbered("n", i);
    EXPECT_EQ(describe(*value_of(read_znode(files, nullptr, path))), describe(tree.znode(tree.find(path))));
  }
}

}  // namespace
}  // namespace arkive::zk
