#include "tests/kafka/groups/servers/real_groups.h"

namespace arkive::kafka::test {
namespace {

TEST_F(RealGroups, ComeBackWithTheirMetadataAndNoneThatLivesIsTouched) {
  groups_come_back("3.9.1");
}

TEST_F(RealGroups, HundredsOfThemComeBackInOneGo) {
  begin("3.9.1");
  record_producer({"create-topic", "orders", "--partitions", "50"});
  record_producer({"produce", "--topic", "orders", "--partitions", "50", "--records", "100"});
  archive_all();
  // As if they had been archived: making them at the broker one by one would take longer than the test.
  for (int number = 0; number < 300; ++number) {
    GroupFacts& group = index_.groups.emplace_back();
    group.name = "group-" + std::to_string(1000 + number);
    group.protocol = "consumer";
    for (std::int32_t partition = 0; partition < 50; ++partition) {
      group.offsets.push_back({{"orders", partition}, number % 3, -1, "noted"});
    }
  }
  const auto begun = SteadyClock::now();
  const GroupReport report = commit(plan());
  EXPECT_EQ(report.groups, 300U);
  EXPECT_EQ(report.offsets, 15'000U);
  EXPECT_TRUE(report.failed.empty());
  EXPECT_LT(SteadyClock::now() - begun, 60s);
  RecordProperty(
      "milliseconds",
      static_cast<int>(
          std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begun).count()));
  EXPECT_EQ(plan().count(GroupAction::kSame), 300U);
}

}  // namespace
}  // namespace arkive::kafka::test
