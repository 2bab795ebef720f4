#include "zk/tree_format/tree_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/evil_names.h"
#include "tests/zk/tree_format/format_page.h"
#include "tests/zk/tree_format/trees.h"

namespace arkive::zk {
namespace {

using test::failed_with;
using test::MemoryFileTree;
using test::succeeded;
using test::value_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Tree example() {
  return znodes_of_block(block_of_page("znodes"));
}
MemoryFileTree example_files() {
  return written(example());
}

TEST(TreeReader, ReadsASubtreeWithItsParentsAsEmptyShells) {
  const Tree part = value_of(read_tree(example_files(), nullptr, "/config/topics"));
  EXPECT_EQ(part.size(), 4U);
  EXPECT_TRUE(part[kRoot].is_null());
  EXPECT_EQ(part[kRoot].acl, kOpenAcl);
  EXPECT_EQ(part[part.find("/config/topics")].data_size, 0);
  EXPECT_EQ(part[part.find("/config/topics/orders")].data(), "{\"version\":1}");
  EXPECT_EQ(part.acl(part[part.find("/config/topics/orders")].acl), Acl());
}

TEST(TreeReader, ReadsAnyZnodeAsASubtree) {
  Reading reading;
  for (const std::string& name : test::evil_names()) {
    put(reading.tree, "/evil/" + name + "/" + name, name, {{1, "world", "anyone"}});
    put(reading.tree, "/evil/" + name, std::nullopt, {{1, "ip", "1"}});
    put(reading.tree, "/leaf/" + name, std::nullopt);
  }
  const MemoryFileTree files = written(reading.tree);
  for (const std::string& name : test::evil_names()) {
    for (const std::string& path : {"/evil/" + name, "/evil/" + name + "/" + name, "/leaf/" + name}) {
      const Tree part = value_of(read_tree(files, nullptr, path));
      const NodeIndex node = part.find(path);
      ASSERT_NE(node, kNoNode) << printable(path);
      EXPECT_EQ(describe(part.znode(node)), describe(reading.tree.znode(reading.tree.find(path))));
      EXPECT_EQ(describe(*value_of(read_znode(files, nullptr, path))), describe(part.znode(node)));
    }
  }
}

TEST(TreeReader, SaysWhatIsNotThere) {
  const MemoryFileTree files = example_files();
  EXPECT_TRUE(failed_with(Outcome::kNotFound, read_tree(files, nullptr, "/nothing")));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, read_children(files, "/nothing")));
  EXPECT_TRUE(failed_with(Outcome::kUsage, read_tree(files, nullptr, "app")));
  EXPECT_FALSE(value_of(read_znode(files, nullptr, "/app/lock/below")));
  EXPECT_FALSE(value_of(read_znode(files, nullptr, "/App")));
}

TEST(TreeReader, ReadsChildrenInTheOrderOfTheirNames) {
  EXPECT_THAT(value_of(read_children(example_files(), "/")), ElementsAre("app", "config"));
  EXPECT_THAT(value_of(read_children(example_files(), "/app/lock")), IsEmpty());
  EXPECT_THAT(value_of(read_children(example_files(), "/app")),
              ElementsAre(".git", std::string(70, ':'), "Node", "a%b:c", "caf\u00e9", "job", "lock", "node",
                          "session"));
}

TEST(TreeReader, ReadsATreeDeeperThanAPathMayBeLong) {
  Reading reading;
  std::string path;
  for (int i = 0; i < 2500; ++i) path += "/d";
  put(reading.tree, path, "bottom", {{1, "world", "anyone"}});
  for (NodeIndex i = 0; i < reading.tree.index_end(); ++i) reading.tree[i].set_stat({.czxid = i});
  const MemoryFileTree files = written(reading.tree);
  const MemoryFileTree record = written_record(reading);
  EXPECT_EQ(describe(value_of(read_tree(files, &record))).back(), describe(reading.tree).back());
  EXPECT_THAT(value_of(check_tree(files, {}, false)), IsEmpty());
}

TEST(TreeReader, RefusesAFormatItDoesNotKnow) {
  MemoryFileTree files = example_files();
  files.files["arkive.json"] = "{\"format\":2}\n";
  EXPECT_TRUE(failed_with(Outcome::kUsage, read_tree(files)));
  EXPECT_TRUE(failed_with(Outcome::kUsage, check_tree(files, {}, false)));
  for (const char* text : {"", "{}", "[]", "{\"format\":\"1\"}", "{\"format\":0}", "{\"format\":-1}",
                           "{\"format\":1.5}", "{\"format\":99999999999999999999}"}) {
    files.files["arkive.json"] = text;
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_tree(files))) << text;
    EXPECT_FALSE(value_of(check_tree(files, {}, false)).empty()) << text;
  }
  files.files.erase("arkive.json");
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_tree(files)));
}

TEST(TreeReader, IgnoresFieldsAndFilesItDoesNotKnow) {
  MemoryFileTree files = example_files();
  files.files["arkive.json"] = R"({"later":{"x":1},"format":1,"cluster":"prod"})";
  files.files["later/file"] = "x";
  EXPECT_EQ(describe(value_of(read_tree(files))), describe(example()));
}

TEST(TreeReader, TakesARecordThatWasPruned) {
  const MemoryFileTree pruned;
  EXPECT_EQ(describe(value_of(read_tree(example_files(), &pruned))), describe(example()));
  EXPECT_THAT(value_of(read_ephemerals(pruned)), IsEmpty());
  EXPECT_FALSE(value_of(read_znode(example_files(), &pruned, "/app"))->stat);
}

struct Damage {
  std::string path;     // the file it is about
  std::string content;  // what stands there now
  std::string named;    // what the error and the finding name
};

class DamagedTree : public testing::TestWithParam<Damage> {};

TEST_P(DamagedTree, IsRefusedAndNamed) {
  MemoryFileTree files = example_files();
  files.files[GetParam().path] = GetParam().content;
  const Result<Tree> tree = read_tree(files);
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, tree));
  EXPECT_THAT(tree.error().what, HasSubstr("'" + GetParam().named + "'"));
  std::vector<std::string> named;
  for (const Finding& finding : value_of(check_tree(files, {}, false))) named.push_back(finding.object);
  EXPECT_THAT(named, testing::Contains(GetParam().named));
}

INSTANTIATE_TEST_SUITE_P(
    TreeReader, DamagedTree,
    testing::Values(
        Damage{"znodes/app/%61", "x", "znodes/app/%61"}, Damage{"znodes/app/.git", "x", "znodes/app/.git"},
        Damage{"znodes/app/a:b", "x", "znodes/app/a:b"}, Damage{"znodes/app/%2F", "x", "znodes/app/%2F"},
        Damage{"znodes/app/%2E", "x", "znodes/app/%2E"}, Damage{"znodes/app/%list", "x", "znodes/app/%list"},
        Damage{"znodes/app/%long-00", "x", "znodes/app/%long-00"},
        Damage{"znodes/app/%6Eode", "x", "znodes/app/%6Eode"},
        Damage{"znodes/app/Node", "again", "znodes/app"}, Damage{"znodes/empty/%self", "x", "znodes/empty"},
        Damage{"acls/app/%list", "lock\tworld\n", "acls/app/%list"},
        Damage{"acls/app/%list", "lock\tworld:anyone:rr\n", "acls/app/%list"},
        Damage{"acls/app/%list", "lock", "acls/app/%list"},
        Damage{"acls/app/%list", "ghost\tworld:anyone:r\n", "acls/app/%list"},
        Damage{"acls/app/%list", "node\t-\nlock\t-\n", "acls/app/%list"},
        Damage{"acls/app/%list", ".\tworld:anyone:r\n", "acls/app/%list"},
        Damage{"acls/ghost/%list", "a\t-\n", "acls/ghost/%list"},
        Damage{"acls/app/stray", "x", "acls/app/stray"},
        Damage{"kinds/app/%list", "lock\tnull null\n", "kinds/app/%list"},
        Damage{"kinds/app/%list", "session\tttl=0\n", "kinds/app/%list"},
        Damage{"kinds/app/%list", "session\tttl=\n", "kinds/app/%list"},
        Damage{"kinds/app/%list", "session\tttl=99999999999999999999\n", "kinds/app/%list"},
        Damage{"kinds/app/%list", "node\tnull\n", "kinds/app/%list"},
        Damage{"kinds/%list", "app\tnull\n", "kinds/%list"},
        Damage{"kinds/%list", ".\tnull\n", "kinds/%list"},
        Damage{"kinds/app/%list", "lock\tephemeral\n", "kinds/app/%list"}));

TEST(TreeReader, RefusesALongNameWhoseHashIsWrong) {
  MemoryFileTree files = example_files();
  std::string& list = files.files["names/app/%list"];
  list.replace(list.rfind("%3A"), 3, "%3C");
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_tree(files)));
  files.files.erase("names/app/%list");
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_tree(files)));
}

TEST(CheckTree, FindsNothingInWhatWasWritten) {
  EXPECT_THAT(value_of(check_tree(example_files(), {}, false)), IsEmpty());
}

TEST(CheckTree, NamesEveryFileThatWasEdited) {
  MemoryFileTree files = example_files();
  files.files["acls/config/%list"] = "topics\tworld:anyone:cdrwa\n";  // says what need not be said
  files.files["kinds/app/%list"] = "job\tcontainer null\n";           // not in order
  files.files["notes.txt"] = "x";
  files.files["views/kafka/acls"] = "Allow everybody\n";
  files.files["znodes/app/.git"] = "x";
  std::vector<std::string> named;
  for (const Finding& finding : value_of(check_tree(files, {}, false))) named.push_back(finding.object);
  EXPECT_THAT(
      named, testing::IsSupersetOf({"acls/config/%list", "kinds/app/%list", "notes.txt", "znodes/app/.git"}));
  files.files.erase("znodes/app/.git");
  files.files["kinds/app/%list"] = "job\tnull container\nlock\tnull\nsession\tttl=60000\n";
  named.clear();
  for (const Finding& finding : value_of(check_tree(files, {}, false))) named.push_back(finding.object);
  EXPECT_THAT(named, ElementsAre("acls/config/%list", "notes.txt", "views/kafka/acls"));
}

TEST(Record, RefusesLinesThatWereEdited) {
  const MemoryFileTree files = example_files();
  const char* const kBad[][2] = {{"ephemerals", "/a\t1\t1\t2\t3\t4\t5\t6\t7\t8\t9\tx\n"},
                                 {"ephemerals", "/a\t1\t1\t2\t3\t4\t5\t6\t7\t8\tnull\n"},
                                 {"ephemerals", "/a\tz\t1\t2\t3\t4\t5\t6\t7\t8\t9\tnull\n"},
                                 {"ephemerals", "/a\n"},
                                 {"ephemerals", "/a"},
                                 {"ephemerals", "/a\t1\t1\t2\t3\t4\t5\t6\t7\t8\t9\t=%zz\n"},
                                 {"unreadable", "a\tb\n"},
                                 {"unreadable", "/a\t%0a\n"},
                                 {"masked-acls", "/a\tb\n"},
                                 {"masked-acls", "/a/\n"},
                                 {"masked-acls", "/a"}};
  for (const auto& [file, content] : kBad) {
    MemoryFileTree record;
    record.files[file] = content;
    const bool refused = !read_ephemerals(record) || !read_unreadable(record) || !read_masked_acls(record);
    EXPECT_TRUE(refused) << file << ": " << content;
  }
  for (const char* stats : {"app\t1\t2\t3\n", "app\t1\t2\t3\t4\t5\t6\t7\t8\t9999999999\n",
                            "app\t1\t2\t3\t4\t5\t6\t7\t8\t9 \n", "ghost\t1\t2\t3\t4\t5\t6\t7\t8\t9\n"}) {
    MemoryFileTree record;
    record.files["stats/%list.00000000"] = stats;
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, read_tree(files, &record))) << stats;
  }
}

}  // namespace
}  // namespace arkive::zk
