#include "kafka/groups/commit_groups.h"

#include "tests/kafka/groups/groups_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Three groups with two offsets each, translated from n to 100 + n.
class CommitGroupsTest : public GroupsTest {
 protected:
  CommitGroupsTest() {
    cluster_.make("orders", 2);
    target_cluster_.make("orders", 2);
    for (int partition = 0; partition < 2; ++partition) {
      cluster_.at("orders", partition).append(10);
      target_cluster_.at("orders", partition).append(110);
    }
    for (const std::string name : {"a", "b", "c"}) {
      cluster_.groups.push_back(group(name, {at("orders", 0, 4, name), at("orders", 1, 5, std::nullopt)}));
    }
    archive_all();
    translate_by(
        {replayed("orders", 0, 0, 10, {{0, 100, 10}}), replayed("orders", 1, 0, 10, {{0, 100, 10}})});
  }
  const std::vector<std::string> all_ = {"a: orders-0=104(a) orders-1=105", "b: orders-0=104(b) orders-1=105",
                                         "c: orders-0=104(c) orders-1=105"};
};

TEST_F(CommitGroupsTest, CommitsEachGroupInOneRequestAndASecondTimeNothing) {
  const GroupReport report = commit(plan());
  EXPECT_EQ(report.groups, 3U);
  EXPECT_EQ(report.offsets, 6U);
  EXPECT_THAT(report.failed, IsEmpty());
  EXPECT_FALSE(report.ended);
  EXPECT_THAT(coordinator_.commits, SizeIs(3));
  EXPECT_EQ(on_target(), all_);

  const GroupPlan again = plan();
  EXPECT_EQ(again.count(GroupAction::kSame), 3U);
  EXPECT_TRUE(again.is_complete());
  EXPECT_EQ(commit(again).groups, 0U);
  EXPECT_THAT(coordinator_.commits, SizeIs(3));
}

TEST_F(CommitGroupsTest, CommitsOnlyWhatIsMissing) {
  target_cluster_.groups = {group("a", {at("orders", 0, 104, "a"), at("payments", 7, 3)})};
  EXPECT_EQ(commit(plan()).offsets, 6U);
  ASSERT_THAT(coordinator_.commits, SizeIs(3));
  EXPECT_THAT(coordinator_.commits[0].offsets, SizeIs(1));
  EXPECT_EQ(on_target()[0], "a: orders-0=104(a) payments-7=3 orders-1=105");
}

TEST_F(CommitGroupsTest, OverwritesOnlyGroupsThatWereNamed) {
  target_cluster_.groups = {group("a", {at("orders", 0, 1)}), group("b", {at("orders", 0, 1)})};
  restore_.overwrite = globs({"b"});
  const GroupReport report = commit(plan());
  EXPECT_EQ(report.groups, 2U);
  EXPECT_THAT(on_target(), ElementsAre("a: orders-0=1", all_[1], all_[2]));
}

TEST_F(CommitGroupsTest, GoesOnWhereOneGroupIsRefused) {
  coordinator_.refuse = [](const std::string& group, const CommittedOffset& offset) {
    return group == "b" && offset.partition.partition == 1 ? "GROUP_AUTHORIZATION_FAILED" : "";
  };
  const GroupReport report = commit(plan());
  EXPECT_EQ(report.groups, 2U);
  ASSERT_THAT(report.failed, SizeIs(1));
  EXPECT_EQ(report.failed[0].group, "b");
  EXPECT_EQ(report.failed[0].what, "orders-1: GROUP_AUTHORIZATION_FAILED");
  EXPECT_FALSE(report.ended);

  // What had been taken is no obstacle for the next time.
  coordinator_.refuse = {};
  const GroupPlan again = plan();
  EXPECT_THAT(actions(again), ElementsAre("a: same", "b: commit", "c: same"));
  EXPECT_EQ(commit(again).groups, 1U);
  EXPECT_EQ(on_target(), all_);
}

TEST_F(CommitGroupsTest, EndsWhereTheClusterIsLostAndGoesOnTheNextTime) {
  coordinator_.lost = [](int commit) {
    return commit == 2 ? Status(fail(Outcome::kRetry, "commit: no broker answers")) : ok();
  };
  const GroupReport report = commit(plan());
  ASSERT_TRUE(report.ended);
  EXPECT_EQ(report.ended->outcome, Outcome::kRetry);
  EXPECT_EQ(report.not_tried, 1U);
  EXPECT_EQ(report.not_read_back, 1U);
  EXPECT_EQ(report.groups, 0U);
  EXPECT_THAT(on_target(), ElementsAre(all_[0]));

  coordinator_.lost = {};
  EXPECT_EQ(commit(plan()).groups, 2U);
  EXPECT_EQ(on_target(), all_);
}

TEST_F(CommitGroupsTest, NamesAGroupThatGotMembersAfterThePlanWasMade) {
  const GroupPlan before = plan();
  target_cluster_.groups = {group("b", {}, "Stable", 1)};
  const GroupReport report = commit(before);
  EXPECT_EQ(report.groups, 2U);
  ASSERT_THAT(report.failed, SizeIs(1));
  EXPECT_THAT(report.failed[0].what, HasSubstr("it has got members meanwhile"));
}

struct Amiss {
  const char* name;
  void (*change)(std::vector<GroupFacts>& groups);
  const char* what;
};

std::string amiss_name(const testing::TestParamInfo<Amiss>& info) {
  return info.param.name;
}

class ReadingBack : public CommitGroupsTest, public testing::WithParamInterface<Amiss> {};

TEST_P(ReadingBack, NamesWhatIsNotThereAfterItWasAcknowledged) {
  coordinator_.after = [this](int commit) {
    if (commit == 3) GetParam().change(target_cluster_.groups);
  };
  const GroupReport report = commit(plan());
  EXPECT_EQ(report.groups, 2U);
  ASSERT_THAT(report.failed, SizeIs(1));
  EXPECT_EQ(report.failed[0].group, "b");
  EXPECT_THAT(report.failed[0].what, HasSubstr(GetParam().what));
}

INSTANTIATE_TEST_SUITE_P(
    Table, ReadingBack,
    testing::Values(
        Amiss{"group_lost", [](auto& groups) { groups.erase(groups.begin() + 1); }, "it is not there"},
        Amiss{"offset_lost", [](auto& groups) { groups[1].offsets.pop_back(); },
              "orders-1: no offset is there"},
        Amiss{"other_offset", [](auto& groups) { groups[1].offsets[0].offset = 9; }, "orders-0: 9 is there"},
        Amiss{"other_metadata", [](auto& groups) { groups[1].offsets[0].metadata = "z"; }, "other metadata"},
        Amiss{"error", [](auto& groups) { groups[1].error = "NOT_COORDINATOR"; }, "NOT_COORDINATOR"}),
    amiss_name);

}  // namespace
}  // namespace arkive::kafka::test
