#include "zk/tree_format/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "stores/core/process.h"
#include "tests/support/evil_names.h"
#include "tests/zk/tree_format/trees.h"
#include "zk/tree_format/encoded_children.h"

namespace arkive::zk {
namespace {

using test::failed_with;
using test::succeeded;
using test::value_of;

void expect_reversible(const std::string& name) {
  for (const NameForm form : {NameForm::kUsual, NameForm::kTwin}) {
    const std::string encoded = encode_full_name(name, form);
    const Result<std::string> decoded = decode_name(encoded);
    ASSERT_TRUE(succeeded(decoded)) << to_hex(name);
    ASSERT_EQ(*decoded, name) << encoded;
    const std::string file = encode_name(name, form);
    ASSERT_LE(file.size(), 200U);
    ASSERT_TRUE(is_utf8(file));
    ASSERT_EQ(file.find('/'), std::string::npos);
    ASSERT_NE(file, ".");
    ASSERT_NE(file, "..");
    ASSERT_NE(file, "%self");
    ASSERT_FALSE(file.starts_with("%list"));
    ASSERT_EQ(printable(file), file);
  }
}

TEST(Names, ComeBackFromEveryEvilName) {
  EXPECT_GE(test::evil_names().size(), 60U);
  for (const std::string& name : test::evil_names()) expect_reversible(name);
}

TEST(Names, ComeBackFromAllNamesOfOneAndTwoBytes) {
  for (int a = 0; a < 256; ++a) {
    expect_reversible(std::string(1, static_cast<char>(a)));
    for (int b = 0; b < 256; ++b) expect_reversible({static_cast<char>(a), static_cast<char>(b)});
  }
}

TEST(Names, ComeBackFromRandomBytesAndCodePoints) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 50'000; ++round) {
    std::string name;
    const std::size_t size = 1 + random() % 12;
    while (name.size() < size) {
      if (random() % 2 == 0) {
        name += static_cast<char>(random());
      } else {
        name += test::evil_names()[0].substr(0, 1 + random() % 2) + "gitCON~1%"[random() % 9];
      }
    }
    expect_reversible(name);
  }
}

TEST(Names, StayAsTheyAreWhereNothingIsWrongWithThem) {
  for (const char* name :
       {"orders", "a b", "-rf", "user@host=1", "__consumer_offsets", ".hidden", "x~y", "Stra\u00dfe",
        "\u00e9", "e\u0301", "console", "com10", "null", "a.b", "$(id)", "\U0001f600", "lp", "c", "com"}) {
    EXPECT_EQ(encode_name(name), name);
  }
}

TEST(Names, EscapeWhatThePageSays) {
  const std::pair<std::string, std::string> kExamples[] = {
      {"a%b", "a%25b"},
      {"CN%3Dalice", "CN%253Dalice"},
      {".git", "%2Egit"},
      {".GITx", "%2EGITx"},
      {".mailmap", "%2Emailmap"},
      {".arkive-temporary-1", "%2Earkive-temporary-1"},
      {"git~1", "git%7E1"},
      {"x.", "x%2E"},
      {"x ", "x%20"},
      {".", "%2E"},
      {"..", ".%2E"},
      {"CON", "%43ON"},
      {"nul.txt", "%6Eul.txt"},
      {"Com1", "%43om1"},
      {"lpt\u00b9", "%6Cpt\u00b9"},
      {"con .x", "%63on .x"},
      {"conin$", "%63onin$"},
      {"a:b\\c", "a%3Ab%5Cc"},
      {"\xff", "%FF"},
      {".g\u200cit", ".g%E2%80%8Cit"},
      {"\n\x7f", "%0A%7F"},
      {"\u0085", "%C2%85"},
      {"\u2066", "%E2%81%A6"},
      {"a/b", "a%2Fb"},
  };
  for (const auto& [name, encoded] : kExamples) EXPECT_EQ(encode_name(name), encoded);
  EXPECT_EQ(encode_name("Orders\u00e9", NameForm::kTwin), "%4Frders%C3%A9");
  EXPECT_EQ(encode_name(std::string(200, 'n')), std::string(200, 'n'));
  EXPECT_EQ(encode_name(std::string(201, 'n')), "%long-" + hex(sha256(std::string(201, 'n'))));
}

TEST(Names, AreRefusedInEveryOtherSpelling) {
  for (const char* encoded : {"",      "%",     "a%",      "a%4",     "%4",           "%61",      "%2e",
                              "a%2fb", "%self", "%list",   "%list-a", "%long-ab",     "%2D",      ".git",
                              "CON",   "x.",    "x ",      "a:b",     "\xff",         "a\nb",     "\u200c",
                              "git~1", "%67it", "%63%6Fn", "A%42",    "\u00e9%C3%A9", "%4FrdErs", "a/b"}) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, decode_name(encoded))) << encoded;
  }
}

TEST(Names, OfPathsComeBackToo) {
  EXPECT_EQ(encode_path("/"), "/");
  EXPECT_EQ(encode_path("/a/.git/x:y"), "/a/%2Egit/x%3Ay");
  EXPECT_EQ(value_of(decode_path("/a/%2Egit/x%3Ay")), "/a/.git/x:y");
  for (const char* encoded : {"", "a", "/a/", "//", "/%2E", "/a%2Fb", "/a/.%2E", "/%00"}) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, decode_path(encoded))) << encoded;
  }
}

std::vector<std::string> file_names(const std::vector<std::string>& names) {
  Tree tree;
  for (const std::string& name : names) put(tree, "/" + name, "x");
  EncodedChildren children;
  children.assign(tree, kRoot);
  std::vector<std::string> files;
  for (const EncodedChild& child : children.all()) files.emplace_back(child.name);
  return files;
}

TEST(Names, OfTwinsAreToldApart) {
  using testing::UnorderedElementsAre;
  EXPECT_THAT(file_names({"orders", "Orders", "other"}), UnorderedElementsAre("orders", "%4Frders", "other"));
  EXPECT_THAT(file_names({"Orders", "Other"}), UnorderedElementsAre("Orders", "Other"));
  EXPECT_THAT(file_names({"\u00e9", "e\u0301", "e"}), UnorderedElementsAre("%C3%A9", "e%CC%81", "e"));
  EXPECT_THAT(file_names({"stra\u00dfe", "strasse", "STRASSE"}),
              UnorderedElementsAre("stra%C3%9Fe", "strasse", "%53%54%52%41%53%53%45"));
  EXPECT_THAT(file_names({"a", "a\u00ad"}), UnorderedElementsAre("a", "a%C2%AD"));
  EXPECT_THAT(file_names({"con", "CON"}), UnorderedElementsAre("%63on", "%43ON"));
}

TEST(Names, OfOneDirectoryNeverMeetWhateverTheFileSystemFolds) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const std::vector<std::string> evil = test::evil_names();
  for (int round = 0; round < 300; ++round) {
    std::set<std::string> names;
    if (round == 0) names.insert(evil.begin(), evil.end());
    while (names.size() < 60) {
      std::string name =
          evil[random() % evil.size()] + (random() % 2 == 0 ? "" : evil[random() % evil.size()]);
      if (random() % 3 == 0) {
        for (char& c : name) c = random() % 2 == 0 && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
      }
      names.insert(name);
    }
    std::set<std::string> keys;
    const std::vector<std::string> files = file_names({names.begin(), names.end()});
    for (const std::string& file : files) keys.insert(fold_key(file));
    ASSERT_EQ(keys.size(), names.size());
    ASSERT_TRUE(std::is_sorted(files.begin(), files.end()));
  }
}

using NamesInGit = test::ScratchTest;

TEST_F(NamesInGit, AreFineWithFsckStrict) {
  Tree tree;
  int at = 0;
  for (const std::string& name : test::evil_names()) {
    put(tree, "/flat/" + name, "x");
    put(tree, "/deep/" + name + "/" + name, "y", {{1, "world", "anyone"}});
    put(tree, "/single" + std::to_string(++at) + "/" + name, "z");
  }
  const auto git = [&](std::vector<std::string> arguments, std::string input = {}) {
    arguments.insert(arguments.begin(), {"git", "-C", scratch()});
    return value_of(
        run_process({arguments, {}, {}, std::move(input)}, Deadline::after(std::chrono::minutes(1))));
  };
  ASSERT_TRUE(git({"init", "-q", "--bare", "-b", "main"}).succeeded());
  std::string import = "commit refs/heads/main\ncommitter a <a@b> 0 +0000\ndata 0\n";
  for (const auto& [path, content] : written(tree).files) {
    // Quoted as a C string, so that any byte may stand in it.
    std::string quoted;
    for (const char c : path) quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    import +=
        "M 100644 inline \"" + quoted + "\"\ndata " + std::to_string(content.size()) + "\n" + content + "\n";
  }
  const Finished imported = git({"fast-import", "--quiet"}, import);
  ASSERT_TRUE(imported.succeeded()) << imported.error_output;
  const Finished checked = git({"fsck", "--strict", "--no-progress"});
  EXPECT_TRUE(checked.succeeded());
  EXPECT_EQ(checked.output + checked.error_output, "");
}

}  // namespace
}  // namespace arkive::zk
