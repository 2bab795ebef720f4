#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "zk/application.h"

namespace arkive::zk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Znode znode(std::optional<std::string> data, Acl acl = open_acl()) {
  Znode made;
  made.path = "/a";
  made.data = std::move(data);
  made.acl = std::move(acl);
  return made;
}

std::vector<std::string> told(std::optional<Znode> before, std::optional<Znode> after) {
  const ZnodeChange change{"/a", std::move(before), std::move(after)};
  std::vector<std::string> texts;
  for (const Sentence& sentence : describe_plainly({&change, 1})) {
    EXPECT_EQ(sentence.path, "/a");
    EXPECT_TRUE(sentence.category.starts_with("znode-")) << sentence.category;
    EXPECT_EQ(printable(sentence.text), sentence.text);
    texts.push_back(sentence.text);
  }
  return texts;
}

std::vector<std::string> told_data(const std::string& before, const std::string& after) {
  return told(znode(before), znode(after));
}

TEST(PlainWords, TellWhatCameAndWent) {
  EXPECT_THAT(told({}, znode("x")), ElementsAre("/a: created, \"x\""));
  EXPECT_THAT(told({}, znode({})), ElementsAre("/a: created, null"));
  EXPECT_THAT(told({}, znode("", {{1, "ip", "10.0.0.1"}})),
              ElementsAre("/a: created, empty, ACL ip:10.0.0.1:r"));
  EXPECT_THAT(told(znode(std::string(2000, 'x')), {}), ElementsAre("/a: removed, was 2000 bytes"));
}

TEST(PlainWords, TellNullFromEmpty) {
  EXPECT_THAT(told(znode({}), znode("")), ElementsAre("/a: null -> empty"));
  EXPECT_THAT(told(znode("x"), znode({})), ElementsAre("/a: \"x\" -> null"));
  EXPECT_THAT(told_data("", "x"), ElementsAre("/a: empty -> \"x\""));
}

TEST(PlainWords, TellJsonFieldByField) {
  EXPECT_THAT(told_data(R"({"config":{"a":"1","b":[1,2],"gone":null},"n":5})",
                        R"({"config":{"a":"2","b":[1,2,3]},"n":5,"new":{"deep":true}})"),
              ElementsAre("/a: config.a 1 -> 2", "/a: config.b [1,2] -> [1,2,3]",
                          "/a: config.gone removed, was null", "/a: new.deep added, true"));
  EXPECT_THAT(told_data(R"({"a":1})", R"({ "a": 1 })"),
              ElementsAre("/a: the same fields, written differently"));
}

TEST(PlainWords, TellManyFieldsByTheirNumber) {
  std::string before = "{\"x\":0";
  for (int i = 0; i < 50; ++i) before += ",\"k" + std::to_string(i) + "\":1";
  const std::vector<std::string> texts = told_data(before + "}", "{\"x\":0}");
  EXPECT_EQ(texts.size(), 20U);
  EXPECT_EQ(texts.back(), "/a: and 31 more fields");
}

TEST(PlainWords, DoNotFollowJsonIntoTheDepth) {
  const std::string deep = R"({"a":)" + std::string(200'000, '[') + std::string(200'000, ']') + "}";
  const std::vector<std::string> texts = told_data(deep, deep + " ");
  ASSERT_FALSE(texts.empty());
  EXPECT_EQ(texts[0], "/a: text changed, 1 line added, 1 removed");
  for (const std::string& text : texts) EXPECT_LT(text.size(), 250U);
}

TEST(PlainWords, ShowSeveralLinesAsAUnifiedDiff) {
  EXPECT_THAT(
      told_data("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\nten\n"),
      ElementsAre("/a: text changed, 2 lines added, 1 removed", "    @@ -2,8 +2,9 @@", "     2", "     3",
                  "     4", "    -5", "    +five", "     6", "     7", "     8", "     9", "    +ten"));
}

TEST(PlainWords, TellALineEndThatCame) {
  EXPECT_THAT(told_data("1\n2", "1\n2\n"),
              ElementsAre("/a: text changed, only the line end after its last line"));
}

TEST(PlainWords, CutALongDiff) {
  std::string before;
  std::string after;
  for (int i = 0; i < 3000; ++i) {
    before += "old " + std::to_string(i) + "\n";
    after += "new " + std::to_string(i) + "\n";
  }
  const std::vector<std::string> texts = told_data(before, after);
  EXPECT_EQ(texts.size(), 41U);
  EXPECT_EQ(texts.back(), "    and 5962 more lines");
}

TEST(PlainWords, ShowBinaryDataInHex) {
  EXPECT_THAT(told_data(std::string("\x00\x01\x02", 3), std::string("\x00\xff", 2)),
              ElementsAre("/a: 3 bytes -> 2, from byte 1: 0102 -> ff"));
}

TEST(PlainWords, TellAclsWithoutTheirHashes) {
  const Acl before{{31, "digest", "alice:SECRET1="}, {1, "world", "anyone"}};
  EXPECT_THAT(told(znode("", before), znode("", {{31, "digest", "alice:SECRET2="}, {1, "world", "anyone"}})),
              ElementsAre("/a: ACL: digest:alice:cdrwa with another password"));
  EXPECT_THAT(
      told(znode("", before), znode("", {{31, "digest", "bob:SECRET2="}})),
      ElementsAre("/a: ACL: digest:bob:cdrwa added, digest:alice:cdrwa removed, world:anyone:r removed"));
  EXPECT_THAT(told(znode("", before), znode("", {before[1], before[0]})),
              ElementsAre("/a: ACL: the same entries in another order"));
  EXPECT_THAT(told({}, znode("", before))[0], Not(HasSubstr("SECRET")));
}

TEST(PlainWords, TellKinds) {
  Znode ttl = znode("x");
  ttl.kind = Kind::kTtl;
  ttl.ttl = 90000;
  EXPECT_THAT(told(znode("x"), ttl), ElementsAre("/a: persistent -> TTL of 1 min 30 s"));
}

TEST(PlainWords, EscapeWhatSteersATerminal) {
  ZnodeChange change{"/a\x1b[2J", {}, znode("x\x1b")};
  EXPECT_EQ(describe_plainly({&change, 1})[0].text, "/a\\x1b[2J: created, 2 bytes");
}

TEST(PlainWords, SummariseByCountingZnodes) {
  std::vector<ZnodeChange> changes;
  changes.push_back({"/new1", {}, znode("x")});
  EXPECT_EQ(summarise_plainly(describe_plainly(changes)), "/new1: created, \"x\"");
  changes.push_back({"/new2", {}, znode("x")});
  changes.push_back({"/old", znode("x"), {}});
  changes.push_back({"/json", znode(R"({"a":1,"b":2})"), znode(R"({"a":2,"b":3})")});
  changes.push_back({"/acl", znode("x"), znode("x", {})});
  EXPECT_EQ(summarise_plainly(describe_plainly(changes)),
            "2 znodes created, 1 removed, 1 changed, 1 with another ACL");
}

}  // namespace
}  // namespace arkive::zk
