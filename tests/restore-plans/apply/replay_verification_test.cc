#include "restore-plans/apply/replay_verification.h"

#include <gmock/gmock.h>

#include "tests/kafka/groups/groups_fixture.h"

namespace arkive::restore_plans {
namespace {

using kafka::test::at;
using kafka::test::group;
using kafka::test::replayed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Ten records of orders, replayed behind a hundred others.
class ReplayVerificationTest : public testing::Test {
 protected:
  ReplayVerificationTest() {
    cluster_.make("orders", 1);
    cluster_.at("orders", 0).append(110);
    map_.partitions = {replayed("orders", 0, 0, 10, {{0, 100, 10}})};
  }

  std::vector<std::string> deviations() {
    std::vector<std::string> lines;
    for (const Deviation& one :
         test::value_of(replay_deviations(plan_, map_, source_, Deadline::after(std::chrono::seconds(10)))))
      lines.push_back(one.object + " " + one.what);
    return lines;
  }

  kafka::test::ScriptedCluster cluster_;
  kafka::test::ScriptedLogSource source_{cluster_};
  kafka::OffsetMap map_;
  Plan plan_;
};

TEST_F(ReplayVerificationTest, AWholeReplayIsAsPlanned) {
  plan_.group_offsets = {{"billing", "orders", 0, 4}, {"done", "orders", 0, 10}, {"other", "payments", 0, 3}};
  cluster_.groups = {group("billing", {at("orders", 0, 105)}), group("done", {at("orders", 0, 110)})};
  EXPECT_THAT(deviations(), IsEmpty());
}

TEST_F(ReplayVerificationTest, ALogThatEndsBeforeItsLastRecordOrBeginsBehindItsFirstIsNamed) {
  map_.partitions = {replayed("orders", 0, 0, 12, {{0, 100, 12}})};
  EXPECT_THAT(deviations(), ElementsAre("partition orders-0 ends at 110 instead of 112"));
  map_.partitions = {replayed("orders", 0, 0, 10, {{0, 100, 10}})};
  cluster_.at("orders", 0).log_start = 103;
  EXPECT_THAT(deviations(), ElementsAre(HasSubstr("partition orders-0 begins at 103 instead of 100")));
  cluster_.topics.erase("orders");
  EXPECT_THAT(deviations(), ElementsAre("partition orders-0 is not there"));
}

TEST_F(ReplayVerificationTest, AReplayThatDidNotComeToItsEndIsNamed) {
  map_.partitions.front().complete = false;
  EXPECT_THAT(deviations(),
              ElementsAre("partition orders-0 was not replayed to its end, offset 10 of the archive"));
}

TEST_F(ReplayVerificationTest, GroupsBeforeTheirRecordsAreNamed) {
  plan_.group_offsets = {{"before", "orders", 0, 4}, {"gone", "orders", 0, 4}};
  cluster_.groups = {group("before", {at("orders", 0, 4)})};
  EXPECT_THAT(deviations(),
              ElementsAre("group before, partition orders-0 is committed at 4 instead of 104",
                          "group gone, partition orders-0 has no committed offset instead of 104"));
}

}  // namespace
}  // namespace arkive::restore_plans
