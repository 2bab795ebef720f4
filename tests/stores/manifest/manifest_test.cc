#include "stores/manifest/manifest.h"

#include <gtest/gtest.h>

#include "stores/core/files.h"
#include "stores/manifest/seal.h"
#include "tests/support/page_block.h"
#include "tests/support/results.h"

namespace arkive::test {
namespace {

Manifest some_manifest() {
  Manifest manifest;
  manifest.id = "20261120T233000Z-8f3a2c";
  manifest.cluster = "prod";
  manifest.what = "dump";
  manifest.arkive_version = "0.1.0";
  manifest.host = "backup1";
  manifest.started = 1'795'217'400'000;
  manifest.finished = 1'795'217'403'250;
  manifest.changed = true;
  manifest.missing = {{"znode /secret", "not authorised to read"}};
  manifest.missing_count = 1;
  manifest.summary = "1 topic created";
  manifest.tree = {"trees/prod/20261119T233000Z-01b2c3/tree",
                   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 340, 41503};
  manifest.record = {"trees/prod/20261120T233000Z-8f3a2c/record",
                     "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 12, 20480};
  manifest.facts = R"({"znodes":312})";
  return manifest;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// The same file after an edit by somebody who sealed it again.
std::string edited(const std::string& text, const std::string& from, const std::string& to) {
  return sealed_json(replaced(text, from, to));
}

std::string example_in_page() {
  return page_block(FORMAT_STORE_PAGE, "<!-- example: manifest -->");
}

TEST(Manifest, IsWrittenAsTheExampleInTheFormatPage) {
  EXPECT_EQ(some_manifest().to_json(), example_in_page());
}

TEST(Manifest, TheExampleInTheFormatPageIsRead) {
  const Manifest read = value_of(Manifest::from_json(example_in_page()));
  EXPECT_EQ(read.to_json(), some_manifest().to_json());
  EXPECT_EQ(read.started, 1'795'217'400'000);
  EXPECT_EQ(read.missing.at(0).cause, "not authorised to read");
  EXPECT_EQ(read.record.bytes, 20480U);
  EXPECT_EQ(read.facts, R"({"znodes":312})");
}

TEST(Manifest, UnknownFieldsAreIgnored) {
  const std::string text = edited(some_manifest().to_json(), "{\n", "{\n  \"new\": [1, {\"deep\": null}],\n");
  EXPECT_EQ(value_of(Manifest::from_json(text)).to_json(), some_manifest().to_json());
}

TEST(Manifest, ANewerFormatIsRefusedWithoutALookAtTheRest) {
  EXPECT_TRUE(failed_with(Outcome::kUsage, Manifest::from_json(R"({"format": 2, "id": 7})")));
}

TEST(Manifest, WhatIsNoManifestIsCorrupt) {
  const std::string good = some_manifest().to_json();
  for (const std::string& text : std::vector<std::string>{
           "", "null", "[]", "{}", "{\"format\": 1}", "{\"format\": 0}", "{\"format\": -1}",
           "{\"format\": 1.5}", "{\"format\": \"1\"}", good.substr(0, good.size() / 2), good + "x",
           std::string(100'000, '['), "\xff", replaced(good, "backup1", "backup\xff")}) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, Manifest::from_json(text))) << text.substr(0, 100);
  }
}

TEST(Manifest, EveryFieldIsMissedAndItsKindChecked) {
  const std::string good = some_manifest().to_json();
  for (const char* name :
       {"arkive_version", "changed",       "cluster", "facts",    "finished_ms", "format",   "host",  "id",
        "missing",        "missing_count", "record",  "redacted", "started_ms",  "summary",  "tree",  "what",
        "whole",          "cause",         "object",  "bytes",    "files",       "location", "sha256"}) {
    const std::string field = std::string("\"") + name + "\": ";
    const auto missing = Manifest::from_json(edited(good, field, "\"other\": "));
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, missing));
    EXPECT_NE(missing.error().what.find(name), std::string::npos) << missing.error().what;
    const auto wrong = Manifest::from_json(edited(good, field, field + "null, \"other\": "));
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, wrong));
    EXPECT_NE(wrong.error().what.find(name), std::string::npos) << wrong.error().what;
  }
}

TEST(Manifest, ContradictionsAreCorrupt) {
  const std::string good = some_manifest().to_json();
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"\"whole\": false", "\"whole\": true"},
                                                        {"\"missing_count\": 1", "\"missing_count\": 0"},
                                                        {"\"missing_count\": 1", "\"missing_count\": -1"},
                                                        {"\"files\": 340", "\"files\": 18446744073709551616"},
                                                        {"e3b0c442", "E3B0C442"},
                                                        {"e3b0c442", "e3b0c44"}}) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, Manifest::from_json(edited(good, from, to)))) << to;
  }
}

TEST(Manifest, EveryFlippedBitIsFound) {
  const std::string good = some_manifest().to_json();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string text = good;
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(Manifest::from_json(text).has_value()) << "bit " << bit << ": " << text;
  }
}

TEST(Manifest, AnEditWithoutANewSealIsFound) {
  const std::string text = replaced(some_manifest().to_json(), "1795217403250", "1795217403251");
  const auto read = Manifest::from_json(text);
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, read));
  EXPECT_NE(read.error().what.find("seal"), std::string::npos);
}

TEST(Manifest, TheSameWrittenInAnotherWayIsFound) {
  const std::string good = some_manifest().to_json();
  for (const auto& [from, to] : {std::pair("  \"format\": 1,\n", "  \"format\": 1,\n  \"format\": 1,\n"),
                                 std::pair("  \"format\": 1,\n", "\t\"format\": 1,\n"),
                                 std::pair("  \"format\": 1,\n", "  \"format\":1,\n")}) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, Manifest::from_json(replaced(good, from, to)))) << to;
  }
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, Manifest::from_json(good + "\n")));
}

TEST(Manifest, NamesThatAreNoUtf8AreWrittenAsJsonAllTheSame) {
  Manifest manifest = some_manifest();
  manifest.missing[0].object = "znode /\xff\"\n";
  const Manifest read = value_of(Manifest::from_json(manifest.to_json()));
  EXPECT_EQ(read.missing[0].object, "znode /\xef\xbf\xbd\"\n");
}

TEST(Manifest, FactsThatAreNoObjectAreWrittenAsAnEmptyOne) {
  for (const char* facts : {"", "[1]", "7", "{"}) {
    Manifest manifest = some_manifest();
    manifest.facts = facts;
    EXPECT_EQ(value_of(Manifest::from_json(manifest.to_json())).facts, "{}");
  }
}

TEST(Manifest, NamesAtMostTenThousandMissingPartsAndCountsAll) {
  Manifest manifest = some_manifest();
  manifest.missing.assign(10'001, {"znode /a", "gone"});
  manifest.missing_count = 10'001;
  const Manifest read = value_of(Manifest::from_json(manifest.to_json()));
  EXPECT_EQ(read.missing.size(), 10'000U);
  EXPECT_EQ(read.missing_count, 10'001U);
}

TEST(Manifest, RunsAreOrderedByTheirBeginThenById) {
  Manifest a = some_manifest();
  Manifest b = some_manifest();
  a.id = "20261120T233000Z-ffffff";
  b.id = "20261120T233000Z-000000";
  EXPECT_TRUE(earlier_run(b, a));
  EXPECT_FALSE(earlier_run(a, b));
  b.started += 1;
  EXPECT_TRUE(earlier_run(a, b));
  EXPECT_FALSE(earlier_run(a, a));
}

}  // namespace
}  // namespace arkive::test
