#include "stores/core/glob.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/results.h"

namespace arkive {
namespace {

using test::failed_with;
using test::value_of;

bool matches(std::string_view glob, std::string_view path) {
  return value_of(Glob::parse(glob)).matches(path);
}

TEST(Glob, StarsStayWithinOnePart) {
  EXPECT_TRUE(matches("/config/*", "/config/topics"));
  EXPECT_FALSE(matches("/config/*", "/config/topics/a"));
  EXPECT_FALSE(matches("/config/*", "/config"));
  EXPECT_FALSE(matches("/config/*", "/config/"));
  EXPECT_TRUE(matches("/a*c/x", "/abc/x"));
  EXPECT_TRUE(matches("/a*c/x", "/ac/x"));
  EXPECT_FALSE(matches("/a*c/x", "/a/c/x"));
  EXPECT_TRUE(matches("/*a*b*c", "/xxaxxbxxbxxc"));
  EXPECT_FALSE(matches("/*a*b*c", "/xxaxxbxxb"));
}

TEST(Glob, DoubleStarsGoAcrossParts) {
  EXPECT_TRUE(matches("/config/**", "/config/topics"));
  EXPECT_TRUE(matches("/config/**", "/config/topics/a"));
  EXPECT_FALSE(matches("/config/**", "/config"));
  EXPECT_TRUE(matches("/**/leaf", "/leaf"));
  EXPECT_TRUE(matches("/**/leaf", "/a/b/leaf"));
  EXPECT_FALSE(matches("/**/leaf", "/a/b/leaf/c"));
  EXPECT_TRUE(matches("/a/**/b/**/c", "/a/x/b/y/z/c"));
  EXPECT_TRUE(matches("/a/**/b/**/c", "/a/b/c"));
  EXPECT_FALSE(matches("/a/**/b/**/c", "/a/c"));
  EXPECT_TRUE(matches("/**", "/a"));
  EXPECT_FALSE(matches("/**", "/"));
  EXPECT_TRUE(matches("**", "/"));
  EXPECT_TRUE(matches("**", "orders"));
}

TEST(Glob, WithoutASlashMatchesPlainNames) {
  EXPECT_TRUE(matches("orders-*", "orders-eu"));
  EXPECT_FALSE(matches("orders-*", "/orders-eu"));
  EXPECT_TRUE(matches("orders", "orders"));
}

TEST(Glob, QuestionMarkIsOneCharacterOfAnyLanguage) {
  EXPECT_TRUE(matches("/?", "/a"));
  EXPECT_TRUE(matches("/?", "/ä"));
  EXPECT_TRUE(matches("/?", "/日"));
  EXPECT_TRUE(matches("/?", "/\xff"));
  EXPECT_FALSE(matches("/?", "/ab"));
  EXPECT_FALSE(matches("/?", "/"));
  EXPECT_TRUE(matches("/*?x", "/日日x"));
}

TEST(Glob, SetsHoldRangesAndMayBeInverted) {
  EXPECT_TRUE(matches("/[a-c]1", "/b1"));
  EXPECT_FALSE(matches("/[a-c]1", "/d1"));
  EXPECT_TRUE(matches("/[!a-c]", "/d"));
  EXPECT_TRUE(matches("/[^a-c]", "/d"));
  EXPECT_FALSE(matches("/[!a-c]", "/b"));
  EXPECT_TRUE(matches("/[]a]", "/]"));
  EXPECT_TRUE(matches("/[a-]", "/-"));
  EXPECT_TRUE(matches("/[ä-ü]", "/ö"));
  EXPECT_TRUE(matches("/[\\]]", "/]"));
  EXPECT_TRUE(matches("/*[0-9]", "/topic-7"));
}

TEST(Glob, BackslashQuotes) {
  EXPECT_TRUE(matches("/\\*", "/*"));
  EXPECT_FALSE(matches("/\\*", "/a"));
  EXPECT_TRUE(matches("/\\[a\\]", "/[a]"));
  EXPECT_TRUE(matches("/a\\\\b", "/a\\b"));
}

TEST(Glob, TrailingSlashMeansTheSame) {
  EXPECT_TRUE(matches("/config/", "/config"));
  EXPECT_TRUE(matches("/", "/"));
  EXPECT_FALSE(matches("/", "/a"));
}

TEST(Glob, ThatCannotBeReadIsAUsageErrorWithAHint) {
  for (const char* text : {"", "/[a", "/[", "/[]", "/[!]", "/a\\", "/[a/b]", "/a\\/b", "/[a\\"}) {
    const auto result = Glob::parse(text);
    EXPECT_TRUE(failed_with(Outcome::kUsage, result)) << text;
  }
}

TEST(Glob, CoversWhatLiesBelowAMatch) {
  const Glob glob = value_of(Glob::parse("/config/*"));
  EXPECT_TRUE(glob.covers("/config/topics"));
  EXPECT_TRUE(glob.covers("/config/topics/a/b"));
  EXPECT_FALSE(glob.covers("/config"));
  EXPECT_FALSE(glob.covers("/configuration/x"));
  EXPECT_TRUE(value_of(Glob::parse("/")).covers("/any/where"));
  EXPECT_TRUE(value_of(Glob::parse("/")).covers("/"));
}

TEST(Glob, TellsAWalkerWhereNothingCanMatch) {
  const Glob glob = value_of(Glob::parse("/config/*/x"));
  EXPECT_TRUE(glob.may_match_below("/"));
  EXPECT_TRUE(glob.may_match_below("/config"));
  EXPECT_TRUE(glob.may_match_below("/config/topics"));
  EXPECT_FALSE(glob.may_match_below("/config/topics/x"));
  EXPECT_FALSE(glob.may_match_below("/brokers"));
  EXPECT_TRUE(value_of(Glob::parse("/a/**")).may_match_below("/a/b/c/d"));
  EXPECT_FALSE(value_of(Glob::parse("/a/**")).may_match_below("/b"));
}

TEST(Glob, ManyStarsDoNotMakeItSlow) {
  std::string glob;
  std::string path;
  for (int i = 0; i < 30; ++i) {
    glob += "/**/*a*a*a*a*a*a*b";
    path += "/" + std::string(50, 'a');
  }
  EXPECT_FALSE(matches(glob, path));
}

TEST(Glob, OfAPathMatchesThatPathAlone) {
  for (const char* const path : {"/a/**/b", "/[a-z]?", "/back\\slash]", "/plain"}) {
    EXPECT_TRUE(matches(glob_of_path(path), path)) << path;
    EXPECT_FALSE(matches(glob_of_path(path), std::string(path) + "x")) << path;
  }
  EXPECT_FALSE(matches(glob_of_path("/a*"), "/ab"));
}

TEST(Glob, NeverMissesAMatchBelowAPathItRulesOut) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const char* const glob_parts[] = {"a", "b", "*", "**", "?", "[ab]", "a*"};
  const char* const path_parts[] = {"a", "b", "ab", "c"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto n = random() % 5 + 1; n > 0; --n) text += std::string("/") + glob_parts[random() % 7];
    std::string path;
    std::vector<std::string> parents = {"/"};
    for (auto n = random() % 6 + 1; n > 0; --n) {
      path += std::string("/") + path_parts[random() % 4];
      parents.push_back(path);
    }
    parents.pop_back();
    const Glob glob = value_of(Glob::parse(text));
    bool parent_matches = false;
    for (const auto& parent : parents) {
      parent_matches = parent_matches || glob.matches(parent);
      if (glob.matches(path)) {
        ASSERT_TRUE(glob.may_match_below(parent)) << text << " " << path << " " << parent;
      }
    }
    ASSERT_EQ(glob.covers(path), parent_matches || glob.matches(path)) << text << " " << path;
  }
}

}  // namespace
}  // namespace arkive
