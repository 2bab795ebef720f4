#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/zk/tree_format/trees.h"

namespace arkive::zk {
namespace {

using test::failed_with;
using test::MemoryFileTree;
using test::succeeded;
using test::value_of;
using testing::HasSubstr;
using testing::Not;

/// Secrets are what stands between '<' and '>'.
class BracketApplication : public Application {
 public:
  std::string_view name() const override { return "brackets"; }
  std::vector<std::string> find_roots(const Tree& tree) const override {
    return tree.find("/chroot:/app") == kNoNode ? std::vector<std::string>()
                                                : std::vector<std::string>{"/chroot:/app"};
  }
  std::vector<Sentence> describe(std::span<const ZnodeChange>, std::string_view,
                                 std::vector<std::size_t>&) const override {
    return {};
  }
  std::vector<View> views(const Tree& tree, std::string_view root) const override {
    return {{"brackets/count", std::to_string(tree.size()) + "\n"},
            {"brackets/a/root", std::string(root) + "\n"}};
  }
  std::vector<SecretRange> secrets(std::string_view, Bytes data, std::string_view) const override {
    std::vector<SecretRange> ranges;
    for (std::size_t at = 0; (at = data.find('<', at)) != Bytes::npos; ++at) {
      ranges.push_back({at + 1, std::min(data.find('>', at), data.size())});
    }
    return ranges;
  }
  RestoreRule restore_rule(std::string_view, std::string_view) const override { return {}; }
  std::string summarise(std::span<const Sentence>) const override { return {}; }
  std::vector<std::pair<std::string, std::string>> overview(const Tree&, std::string_view) const override {
    return {};
  }
};

class Redaction : public testing::Test {
 protected:
  Redaction() {
    put(tree_, "/chroot:/app/user", "name=a,<CANARY1>,salt=<CANARY2>",
        {{31, "digest", "bob:CANARY3="}, {1, "digest", "eve:x"}});
    put(tree_, "/other", "<outside>");
    options_.applications = {{&application_, "/chroot:/app"}};
    options_.redactor = &redactor_;
  }

  BracketApplication application_;
  Redactor redactor_{std::string(32, 'k')};
  Tree tree_;
  TreeWriteOptions options_{.cluster = "prod", .applications = {}};
};

TEST_F(Redaction, LeavesNoSecretInAnyFile) {
  for (const auto& [path, content] : written(tree_, options_).files) {
    EXPECT_THAT(content, Not(HasSubstr("CANARY"))) << path;
  }
}

TEST_F(Redaction, KeepsWhatIsNoSecret) {
  const Tree back = value_of(read_tree(written(tree_, options_)));
  const Node& user = back[back.find("/chroot:/app/user")];
  EXPECT_EQ(user.data(), "name=a,<" + redactor_.fingerprint("CANARY1") + ">,salt=<" +
                             redactor_.fingerprint("CANARY2") + ">");
  EXPECT_EQ(format_acl(back.acl(user.acl)),
            "digest:bob:" + redactor_.fingerprint("CANARY3=") + ":cdrwa digest:eve:x:r");
  EXPECT_EQ(back[back.find("/other")].data(), "<outside>");
  EXPECT_TRUE(holds_redaction(user.data()));
  EXPECT_TRUE(holds_redaction(back.acl(user.acl)));
  EXPECT_FALSE(holds_redaction(back[back.find("/other")].data()));
}

TEST_F(Redaction, ShowsThatASecretChanged) {
  const MemoryFileTree before = written(tree_, options_);
  EXPECT_EQ(written(tree_, options_).files, before.files);
  put(tree_, "/chroot:/app/user", "name=a,<CANARY1>,salt=<CANARY9>",
      {{31, "digest", "bob:CANARY3="}, {1, "digest", "eve:x"}});
  const std::vector<FileChange> changes = value_of(compare_trees(before, written(tree_, options_)));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].path, "znodes/chroot%3A/app/user");
}

TEST_F(Redaction, ChangesNothingThatIsRedactedAlready) {
  const MemoryFileTree once = written(tree_, options_);
  EXPECT_EQ(written(value_of(read_tree(once)), options_).files.at("znodes/chroot%3A/app/user"),
            once.files.at("znodes/chroot%3A/app/user"));
  EXPECT_EQ(redactor_.fingerprint(redactor_.fingerprint("x")), redactor_.fingerprint("x"));
}

TEST_F(Redaction, GivesTheLookupWhatTheFilesWillHold) {
  const MemoryFileTree files = written(tree_, options_);
  for (const char* path : {"/chroot:/app/user", "/other", "/"}) {
    EXPECT_EQ(describe(*value_of(lookup_in(tree_, options_)(path))),
              describe(*value_of(read_znode(files, nullptr, path))));
  }
}

TEST_F(Redaction, PassesTheCheckAsARedactedTree) {
  const Application* const applications[] = {&application_};
  EXPECT_THAT(value_of(check_tree(written(tree_, options_), applications, true)), testing::IsEmpty());
}

TEST_F(Redaction, TellsEarlyWhatWillBeWritten) {
  const auto contents = [](const ContentWalk& walk) {
    std::vector<std::string> all;
    EXPECT_TRUE(succeeded(walk([&](Bytes content) {
      all.emplace_back(content);
      return ok();
    })));
    return all;
  };
  const ContentWalk walk = early_contents(tree_, options_);
  std::vector<std::string> expected;
  EXPECT_TRUE(succeeded(written(tree_, options_).for_each("znodes", [&](std::string_view, Bytes content) {
    expected.emplace_back(content);
    return ok();
  })));
  EXPECT_EQ(contents(walk), expected);
  EXPECT_EQ(contents(walk), expected);
}

TEST_F(Redaction, PutsViewsBelowTheRootOfTheirApplication) {
  options_.redactor = nullptr;
  const MemoryFileTree files = written(tree_, options_);
  EXPECT_EQ(files.files.at("views/chroot%3A/app/brackets/count"), "5\n");
  const Application* const applications[] = {&application_};
  EXPECT_THAT(value_of(check_tree(files, applications, false)), testing::IsEmpty());
  MemoryFileTree edited = files;
  edited.files["views/chroot%3A/app/brackets/count"] = "6\n";
  const std::vector<Finding> findings = value_of(check_tree(edited, applications, false));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].object, "views/chroot%3A/app/brackets/count");
}

using RedactionKey = test::ScratchTest;

TEST_F(RedactionKey, IsMadeOnceAndReadByNobodyElse) {
  const std::string path = scratch("key");
  const std::string fingerprint = value_of(Redactor::from_key_file(path)).fingerprint("x");
  EXPECT_EQ(value_of(Redactor::from_key_file(path)).fingerprint("x"), fingerprint);
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_NE(value_of(Redactor::from_key_file(scratch("other"))).fingerprint("x"), fingerprint);
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_TRUE(failed_with(Outcome::kDenied, Redactor::from_key_file(path)));
}

TEST_F(RedactionKey, IsRefusedWhenItIsNotAKey) {
  ASSERT_TRUE(succeeded(write_file_durably(scratch("key"), "short", IfExists::kConflict)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, Redactor::from_key_file(scratch("key"))));
}

TEST(Fingerprints, AreFoundInText) {
  EXPECT_TRUE(holds_redaction("x redacted-0123456789abcdef y"));
  EXPECT_TRUE(holds_redaction("redacted-redacted-0123456789abcdef"));
  EXPECT_FALSE(holds_redaction("redacted-0123456789abcde"));
  EXPECT_FALSE(holds_redaction("redacted-0123456789ABCDEF"));
  EXPECT_FALSE(holds_redaction(""));
}

}  // namespace
}  // namespace arkive::zk
