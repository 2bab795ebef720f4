// The JSON of a report: it comes back as it was, and what is not as it should be is refused by name.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "stores/manifest/seal.h"
#include "tests/kafka/inspect/inspect_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;
using Kind = PartitionDirectory::Kind;

LogsReport example_report() {
  InspectedPartition orders;
  orders.directory = "orders-0";
  orders.partition = {"orders", 0};
  orders.topic_id = value_of(TopicId::from_text("kBjE2EKdQfKjHbdcHDVvuA"));
  orders.log_start = 100;
  orders.log_end = 2'000;
  orders.high_watermark = 2'150;
  orders.bytes = 1'073'741'824;
  orders.segments = 2;
  orders.batches = 410;
  orders.last_epoch = 3;
  orders.highest_epoch = 7;
  orders.highest_producer_id = 4'000;
  orders.damage = {
      {"00000000000000000100.log", 40'960,
       "check log entry with offsets 2000 to 2004: its CRC is 0x1c291ca3, its bytes make 0x8a9136aa"}};
  orders.damage_count = 1;
  InspectedDirectory directory;
  directory.path = "/var/lib/kafka/data-1";
  directory.meta = MetaProperties{0, 1, kCluster, ""};
  directory.clean_shutdown = true;
  directory.partitions = {orders};
  LogsReport report;
  report.host = "kafka1.example.org";
  report.inspected = 1'795'217'403'100;
  report.broker = 1;
  report.directories = {directory};
  return report;
}

LogsReport full_report() {
  LogsReport report = example_report();
  InspectedPartition one;
  one.directory = "a-1.0123456789abcdef0123456789abcdef-stray";
  one.kind = Kind::kStray;
  one.partition = {"a", 1};
  one.cut_short = true;
  one.error = "read 'x': Input/output error";
  report.directories[0].partitions.insert(report.directories[0].partitions.begin(), one);
  InspectedDirectory other;
  other.path = "/empty";
  report.directories.push_back(other);
  other.path = "/unreadable";
  other.error = "open log directory '/unreadable': Permission denied";
  other.in_use = true;
  report.directories.push_back(other);
  return report;
}

TEST(LogsReportJson, ComesBackAsItWas) {
  for (const LogsReport& report : {LogsReport(), example_report(), full_report()}) {
    EXPECT_EQ(value_of(LogsReport::from_json(report.to_json())), report);
  }
}

TEST(LogsReportJson, IsSoundOnlyWithoutDamageTroubleAndARunningBroker) {
  LogsReport report = example_report();
  EXPECT_FALSE(report.is_sound());
  InspectedDirectory& directory = report.directories[0];
  directory.partitions[0].damage.clear();
  directory.partitions[0].damage_count = 0;
  EXPECT_TRUE(report.is_sound());
  directory.partitions[0].cut_short = true;
  EXPECT_TRUE(report.is_sound());
  directory.partitions[0].error = "trouble";
  EXPECT_FALSE(report.is_sound());
  directory.partitions[0].error.clear();
  directory.error = "trouble";
  EXPECT_FALSE(report.is_sound());
  directory.error.clear();
  directory.in_use = true;
  EXPECT_FALSE(report.is_sound());
}

TEST(LogsReportJson, AnyChangedByteIsRefused) {
  const std::string text = example_report().to_json();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    ASSERT_FALSE(LogsReport::from_json(changed).has_value()) << i;
    ASSERT_FALSE(LogsReport::from_json(text.substr(0, i)).has_value()) << i;
  }
}

TEST(LogsReportJson, WhatIsWrongIsNamedWithItsPlace) {
  const auto error_of = [](const std::function<void(Json&)>& change) {
    Json document = Json::parse(full_report().to_json());
    change(document);
    return LogsReport::from_json(sealed_json(document.dump())).error();
  };
  const auto of_partition = [&](const char* field, const Json& value) {
    return error_of([&](Json& d) { d["directories"][0]["partitions"][1][field] = value; }).what;
  };
  EXPECT_THAT(of_partition("log_end", "many"),
              HasSubstr("field 'directories[0].partitions[1].log_end' is no whole number"));
  EXPECT_THAT(of_partition("log_end", 99), HasSubstr("log_end' is out of range"));
  EXPECT_THAT(of_partition("log_end", 9'300'000'000'000'000'000U), HasSubstr("log_end' is out of range"));
  EXPECT_THAT(of_partition("log_start", true), HasSubstr("log_start' is no whole number"));
  EXPECT_THAT(of_partition("log_start", 1.5), HasSubstr("is no JSON object"));
  EXPECT_THAT(of_partition("bytes", -1), HasSubstr("bytes' is no count"));
  EXPECT_THAT(of_partition("kind", "dead"), HasSubstr("directory' is not the name"));
  EXPECT_THAT(of_partition("topic", "other"), HasSubstr("directory' is not the name"));
  EXPECT_THAT(of_partition("directory", "orders-1"), HasSubstr("directory' is not the name"));
  EXPECT_THAT(of_partition("directory", "../orders-0"), HasSubstr("directory' is not the name"));
  EXPECT_THAT(of_partition("topic_id", "short"), HasSubstr("topic_id' is no topic id"));
  EXPECT_THAT(of_partition("highest_epoch", 2), HasSubstr("highest_epoch' is below"));
  EXPECT_THAT(of_partition("last_epoch", 1LL << 33), HasSubstr("last_epoch' is out of range"));
  EXPECT_THAT(of_partition("damage_count", 2), HasSubstr("damage' does not hold"));
  EXPECT_THAT(of_partition("damage", 7), HasSubstr("damage' is no list"));
  EXPECT_THAT(of_partition("damage", Json::array({7})), HasSubstr("damage[0]' is no object"));
  EXPECT_THAT(error_of([](Json& d) { d.erase("host"); }).what, HasSubstr("field 'host' is missing"));
  EXPECT_THAT(error_of([](Json& d) { d["report"] = "other"; }).what, HasSubstr("field 'report' is not"));
  EXPECT_THAT(error_of([](Json& d) { d["directories"][0]["meta"]["version"] = 2; }).what,
              HasSubstr("directories[0].meta.version' is out of range"));
  EXPECT_THAT(error_of([](Json& d) {
                auto& partitions = d["directories"][0]["partitions"];
                std::swap(partitions[0], partitions[1]);
              }).what,
              HasSubstr("partitions[1].directory' does not come after"));
  const Error newer = error_of([](Json& d) { d["format"] = 2; });
  EXPECT_EQ(newer.outcome, Outcome::kUsage);
  EXPECT_THAT(newer.what, HasSubstr("format 2 is newer than 1"));
  EXPECT_EQ(error_of([](Json& d) { d["broker"] = -2; }).outcome, Outcome::kCorrupt);
}

TEST(LogsReportJson, UnknownFieldsAreIgnored) {
  Json document = Json::parse(example_report().to_json());
  document["directories"][0]["later"] = 1;
  EXPECT_EQ(value_of(LogsReport::from_json(sealed_json(document.dump()))), example_report());
}

TEST(LogsReportJson, DepthIsBounded) {
  const std::string deep = std::string(3'000'000, '[') + std::string(3'000'000, ']');
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, LogsReport::from_json(deep)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, LogsReport::from_json("{\"a\":" + deep + "}")));
}

TEST(FormatLogsReportPage, ShowsAReportAsItIs) {
  const std::string page =
      value_of(read_file(std::string(ARKIVE_SOURCE_DIR) + "/docs/format-logs-report.md"));
  std::size_t at = page.find("\n\n", page.find("<!-- example: report -->")) + 2;
  std::string block;
  while (page.compare(at, 4, "    ") == 0) {
    const std::size_t end = page.find('\n', at) + 1;
    block += page.substr(at + 4, end - at - 4);
    at = end;
  }
  EXPECT_EQ(block, example_report().to_json()) << example_report().to_json();
  EXPECT_EQ(value_of(LogsReport::from_json(block)), example_report());
}

}  // namespace
}  // namespace arkive::kafka::test
