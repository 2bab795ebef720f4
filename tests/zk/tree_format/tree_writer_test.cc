#include "zk/tree_format/tree_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/zk/tree_format/trees.h"

namespace arkive::zk {
namespace {

using test::failed_with;
using test::MemoryFileTree;
using testing::HasSubstr;

/// Fails at the N-th file.
class FullAtFile : public FileTreeWriter {
 public:
  explicit FullAtFile(int at) : left_(at) {}
  Status add(std::string_view path, Bytes, const Sha256Digest&) override {
    if (--left_ > 0) return ok();
    EXPECT_EQ(left_, 0) << "a file was added after an error";
    return fail(Outcome::kFull, "write '" + std::string(path) + "': No space left on device");
  }

 private:
  int left_;
};

Reading example() {
  Reading reading;
  const std::string long_name(300, 'n');
  put(reading.tree, "/a/" + long_name, std::nullopt, {{1, "world", "anyone"}});
  put(reading.tree, "/a", "data");
  for (NodeIndex i = 0; i < reading.tree.index_end(); ++i) reading.tree[i].set_stat({.czxid = 1});
  reading.ephemerals = {{"/e", {}, std::nullopt}};
  reading.unreadable = {{"/u", "not authorised to read"}};
  reading.masked_acls = reading.still_moving = {"/a"};
  return reading;
}

TEST(TreeWriter, EndsAtTheFirstFileThatCannotBeWritten) {
  const Reading reading = example();
  const TreeWriteOptions options{.cluster = "prod", .applications = {}};
  const int tree_files = static_cast<int>(written(reading.tree).files.size());
  EXPECT_EQ(tree_files, 6);
  for (int at = 1; at <= tree_files; ++at) {
    FullAtFile writer(at);
    EXPECT_TRUE(failed_with(Outcome::kFull, write_tree(reading.tree, options, writer)));
  }
  const int record_files = static_cast<int>(written_record(reading).files.size());
  EXPECT_EQ(record_files, 6);
  for (int at = 1; at <= record_files; ++at) {
    FullAtFile writer(at);
    EXPECT_TRUE(failed_with(Outcome::kFull, write_record(reading, writer)));
  }
}

TEST(TreeWriter, RefusesATreeWithAnAclThatWasNeverRead) {
  Reading reading = example();
  reading.tree[reading.tree.find("/a")].acl = kUnknownAcl;
  MemoryFileTree files;
  const Result<TreeTotals> totals = write_tree(reading.tree, {.cluster = "prod", .applications = {}}, files);
  ASSERT_TRUE(failed_with(Outcome::kFail, totals));
  EXPECT_THAT(totals.error().what, HasSubstr("'/a'"));
  EXPECT_TRUE(files.files.empty());
}

TEST(TreeWriter, LeavesRemovedZnodesOut) {
  Reading reading = example();
  put(reading.tree, "/gone/below", "x", {{1, "world", "anyone"}});
  reading.tree.remove(reading.tree.find("/gone"));
  EXPECT_EQ(written(reading.tree).files, written(example().tree).files);
  EXPECT_EQ(written_record(reading).files, written_record(example()).files);
}

TEST(TreeWriter, CountsWhatItWrote) {
  MemoryFileTree files;
  const TreeTotals totals =
      test::value_of(write_tree(example().tree, {.cluster = "prod", .applications = {}}, files));
  EXPECT_EQ(totals.files, files.files.size());
  std::uint64_t bytes = 0;
  TreeDigest digest;
  for (const auto& [path, content] : files.files) {
    bytes += content.size();
    digest.add(path, sha256(content));
  }
  EXPECT_EQ(totals.bytes, bytes);
  EXPECT_EQ(totals.sha256, hex(digest.finish()));
}

TEST(TreeWriter, QuotesTheNameOfTheCluster) {
  MemoryFileTree files;
  EXPECT_TRUE(write_tree(Tree(), {.cluster = "a\"b\xff", .applications = {}}, files));
  EXPECT_EQ(files.files.at("arkive.json"), "{\"format\":1,\"cluster\":\"a\\\"b\ufffd\"}\n");
}

/// Says what a test wants of it.
class ScriptedApplication : public Application {
 public:
  std::vector<SecretRange> ranges;
  std::vector<View> shown;

  std::string_view name() const override { return "scripted"; }
  std::vector<std::string> find_roots(const Tree&) const override { return {""}; }
  std::vector<Sentence> describe(std::span<const ZnodeChange>, std::string_view,
                                 std::vector<std::size_t>&) const override {
    return {};
  }
  std::vector<View> views(const Tree&, std::string_view) const override { return shown; }
  std::vector<SecretRange> secrets(std::string_view, Bytes, std::string_view) const override {
    return ranges;
  }
  RestoreRule restore_rule(std::string_view, std::string_view) const override { return {}; }
  std::string summarise(std::span<const Sentence>) const override { return {}; }
  std::vector<std::pair<std::string, std::string>> overview(const Tree&, std::string_view) const override {
    return {};
  }
};

TEST(TreeWriter, RefusesSecretsThatAreNotInTheData) {
  const Redactor redactor(std::string(32, 'k'));
  for (const std::vector<SecretRange>& ranges :
       {std::vector<SecretRange>{{0, 5}}, {{3, 2}}, {{0, 2}, {1, 3}}, {{9, 9}}}) {
    ScriptedApplication application;
    application.ranges = ranges;
    MemoryFileTree files;
    const TreeWriteOptions options{
        .cluster = "prod", .applications = {{&application, ""}}, .redactor = &redactor};
    EXPECT_TRUE(failed_with(Outcome::kFail, write_tree(example().tree, options, files)));
  }
}

TEST(TreeWriter, RefusesTwoViewsOfOneName) {
  ScriptedApplication application;
  application.shown = {{"a", "1"}, {"a", "2"}};
  MemoryFileTree files;
  const TreeWriteOptions options{.cluster = "prod", .applications = {{&application, ""}}};
  EXPECT_TRUE(failed_with(Outcome::kFail, write_tree(Tree(), options, files)));
}

}  // namespace
}  // namespace arkive::zk
