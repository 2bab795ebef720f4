#include "kafka/groups/group_plan.h"

#include "tests/kafka/groups/groups_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// orders with ten records in each of two partitions, archived; on the target from 100 on.
class GroupPlanTest : public GroupsTest {
 protected:
  GroupPlanTest() {
    cluster_.make("orders", 2);
    target_cluster_.make("orders", 2);
    for (int partition = 0; partition < 2; ++partition) {
      cluster_.at("orders", partition).append(10);
      target_cluster_.at("orders", partition).append(110);
    }
  }
  void archive_groups(std::vector<GroupFacts> groups) {
    cluster_.groups = std::move(groups);
    archive_all();
    translate_by(
        {replayed("orders", 0, 0, 10, {{0, 100, 10}}), replayed("orders", 1, 0, 10, {{0, 100, 10}})});
  }
};

TEST_F(GroupPlanTest, TranslatesEachOffsetWithItsMetadataAndWithoutALeaderEpoch) {
  GroupFacts billing = group("billing", {at("orders", 0, 4, "noted"), at("orders", 1, 10, std::nullopt)});
  billing.offsets[0].leader_epoch = 7;
  archive_groups({billing});
  const GroupPlan got = plan();
  EXPECT_TRUE(got.is_complete());
  ASSERT_EQ(got.groups.size(), 1U);
  EXPECT_EQ(got.groups[0].action, GroupAction::kCommit);
  const auto& offsets = got.groups[0].offsets;
  ASSERT_EQ(offsets.size(), 2U);
  EXPECT_EQ(offsets[0].wanted.offset, 104);
  EXPECT_EQ(offsets[0].wanted.metadata, "noted");
  EXPECT_EQ(offsets[0].wanted.leader_epoch, -1);
  EXPECT_EQ(offsets[0].kind, OffsetKind::kExact);
  EXPECT_EQ(offsets[0].lag_then, 6);
  EXPECT_EQ(offsets[0].lag_now, 6);
  EXPECT_EQ(offsets[1].wanted.offset, 110);
  EXPECT_EQ(offsets[1].wanted.metadata, std::nullopt);
  EXPECT_EQ(offsets[1].kind, OffsetKind::kAtEnd);
  EXPECT_EQ(offsets[1].lag_now, 0);
  EXPECT_TRUE(coordinator_.commits.empty());
}

TEST_F(GroupPlanTest, FollowsRenamedTopics) {
  cluster_.groups = {group("billing", {at("orders", 1, 4)})};
  archive_all();
  target_cluster_.topics.erase("orders");
  target_cluster_.make("old-orders", 2);
  target_cluster_.at("old-orders", 1).append(10);
  ReplayedPartition renamed = replayed("orders", 1, 0, 10, {{0, 0, 10}});
  renamed.target_topic = "old-orders";
  translate_by({renamed});
  const GroupPlan got = plan();
  EXPECT_TRUE(got.is_complete());
  EXPECT_EQ(got.groups[0].offsets[0].wanted.partition, (TopicPartition{"old-orders", 1}));
  EXPECT_EQ(got.groups[0].offsets[0].wanted.offset, 4);
}

TEST_F(GroupPlanTest, RefusesGroupsThatLiveOnTheTarget) {
  archive_groups({group("empty", {at("orders", 0, 4)}), group("dead", {at("orders", 0, 4)}),
                  group("rebalancing", {at("orders", 0, 4)}), group("stable", {at("orders", 0, 4)})});
  target_cluster_.groups = {group("dead", {}, "Dead"), group("empty", {}, "Empty"),
                            group("rebalancing", {}, "PreparingRebalance"), group("stable", {}, "Stable", 2)};
  const GroupPlan got = plan();
  EXPECT_THAT(actions(got),
              ElementsAre("empty: commit", "dead: commit", "rebalancing: live", "stable: live"));
  EXPECT_THAT(got.groups[3].reason, HasSubstr("Stable, 2 members"));
  EXPECT_FALSE(got.is_complete());
}

TEST_F(GroupPlanTest, KeepsOtherOffsetsUnlessTheirGroupIsNamed) {
  archive_groups({group("fewer", {at("orders", 0, 4), at("orders", 1, 4)}),
                  group("metadata", {at("orders", 0, 4, "x")}), group("named", {at("orders", 0, 4)}),
                  group("other", {at("orders", 0, 4), at("orders", 1, 4)}),
                  group("same", {at("orders", 0, 4)})});
  target_cluster_.groups = {group("fewer", {at("orders", 1, 104)}),
                            group("metadata", {at("orders", 0, 104, "y")}),
                            group("named", {at("orders", 0, 3)}), group("other", {at("orders", 1, 3)}),
                            group("same", {at("orders", 0, 104, std::nullopt), at("else", 0, 1)})};
  restore_.overwrite = globs({"nam*"});
  const GroupPlan got = plan();
  EXPECT_THAT(actions(got), ElementsAre("fewer: commit", "metadata: keep", "named: overwrite", "other: keep",
                                        "same: same"));
  EXPECT_THAT(got.groups[1].reason, HasSubstr("metadata"));
  EXPECT_THAT(got.groups[3].reason, HasSubstr("at 3 of orders-1, not at 104"));
  EXPECT_FALSE(got.is_complete());
}

TEST_F(GroupPlanTest, NamesWhatHasNoOffsetsAndWhatIsNotKnown) {
  GroupFacts connect = group("connect", {});
  connect.protocol = "connect";
  archive_groups({group("denied", {}), connect, group("hidden", {at("orders", 0, 4)}), group("nothing", {})});
  index_.groups[0].error = "GROUP_AUTHORIZATION_FAILED";
  GroupFacts hidden = group("hidden", {});
  hidden.error = "NOT_COORDINATOR";
  target_cluster_.groups = {hidden};
  const GroupPlan got = plan();
  EXPECT_THAT(actions(got),
              ElementsAre("denied: not known", "connect: nothing", "hidden: not known", "nothing: nothing"));
  EXPECT_THAT(got.groups[0].reason, HasSubstr("GROUP_AUTHORIZATION_FAILED"));
  EXPECT_THAT(got.groups[1].reason, HasSubstr("connect"));
  EXPECT_THAT(got.groups[2].reason, HasSubstr("NOT_COORDINATOR"));
  EXPECT_FALSE(got.is_complete());
  restore_.groups = globs({"connect", "nothing"});
  EXPECT_TRUE(plan().is_complete());
}

TEST_F(GroupPlanTest, LeavesOutWhatCannotBeTranslatedAndCommitsTheRest) {
  archive_groups(
      {group("all", {at("orders", 0, 4), at("payments", 0, 4)}), group("none", {at("payments", 0, 4)})});
  const GroupPlan got = plan();
  EXPECT_THAT(actions(got), ElementsAre("all: commit", "none: nothing"));
  EXPECT_EQ(got.left_out(), 2U);
  EXPECT_EQ(got.groups[0].offsets[1].note, "the partition was not replayed");
  EXPECT_FALSE(got.is_complete());
}

TEST_F(GroupPlanTest, OffsetsInOtherTopicsThanThoseMeantAreNotLookedAt) {
  archive_groups({group("both", {at("orders", 0, 4), at("payments", 0, 4)}), group("denied", {}),
                  group("nothing", {}), group("other", {at("payments", 0, 4)})});
  index_.groups[1].error = "GROUP_AUTHORIZATION_FAILED";
  target_cluster_.groups = {group("both", {at("payments", 0, 9)})};
  restore_.topics = {value_of(Glob::parse("ord*"))};
  const GroupPlan got = plan();
  EXPECT_THAT(actions(got), ElementsAre("both: commit", "denied: not known"));
  ASSERT_EQ(got.groups[0].offsets.size(), 1U);
  EXPECT_EQ(got.groups[0].offsets[0].wanted.partition, (TopicPartition{"orders", 0}));
  restore_.topics = {value_of(Glob::parse("nowhere"))};
  restore_.excluded = globs({"denied"});
  EXPECT_TRUE(failed_with(Outcome::kNotFound, try_plan()));
}

TEST_F(GroupPlanTest, LeavesOutPartitionsThatWentIntoOne) {
  archive_groups({group("billing", {at("orders", 0, 4), at("orders", 1, 5)})});
  map_.partitions[1].target_partition = 0;
  const GroupPlan got = plan();
  EXPECT_EQ(got.left_out(), 2U);
  EXPECT_THAT(got.groups[0].offsets[0].note, HasSubstr("several partitions"));
}

TEST_F(GroupPlanTest, TakesTheGroupsThatAreMeant) {
  archive_groups({group("a/b", {at("orders", 0, 1)}), group("billing", {at("orders", 0, 1)}),
                  group("shipping", {at("orders", 0, 1)})});
  restore_.groups = globs({"*"});
  restore_.excluded = globs({"ship*"});
  EXPECT_THAT(actions(plan()), ElementsAre("a/b: commit", "billing: commit"));
  restore_.groups = globs({"a/*", "typo"});
  restore_.excluded = {};
  const GroupPlan got = plan();
  EXPECT_THAT(actions(got), ElementsAre("a/b: commit"));
  EXPECT_THAT(got.notes, ElementsAre("no archived group matches 'typo'"));
  restore_.groups = globs({"typo"});
  EXPECT_TRUE(failed_with(Outcome::kNotFound, try_plan()));
  EXPECT_TRUE(failed_with(Outcome::kUsage, GroupGlobs::parse(std::vector<std::string>{""})));
}

TEST_F(GroupPlanTest, RefusesTheMapOfAnotherClusterOrArchive) {
  archive_groups({group("billing", {at("orders", 0, 1)})});
  map_.target_cluster = "another";
  EXPECT_TRUE(failed_with(Outcome::kConflict, try_plan()));
  map_.target_cluster = target_cluster_.id;
  map_.source_cluster = "another";
  EXPECT_TRUE(failed_with(Outcome::kConflict, try_plan()));
  map_.source_cluster = cluster_.id;
  map_.run = "another run";
  EXPECT_THAT(plan().notes, ElementsAre(HasSubstr("another run")));
}

TEST_F(GroupPlanTest, WithoutAMapKeepsOffsetsWithinWhatTheArchiveAndTheLogHold) {
  archive_groups({group("beyond", {at("orders", 0, 11)}), group("billing", {at("orders", 0, 4, "noted")}),
                  group("gone", {at("payments", 0, 4)})});
  restore_.map = nullptr;
  const GroupPlan got = plan();
  EXPECT_THAT(actions(got), ElementsAre("beyond: commit", "billing: commit", "gone: nothing"));
  EXPECT_EQ(got.groups[0].offsets[0].wanted.offset, 10);
  EXPECT_EQ(got.groups[0].offsets[0].kind, OffsetKind::kBeyond);
  EXPECT_EQ(got.groups[1].offsets[0].wanted.offset, 4);
  EXPECT_EQ(got.groups[1].offsets[0].wanted.metadata, "noted");

  target_cluster_.at("orders").entries.clear();
  target_cluster_.at("orders").append(3);
  EXPECT_THAT(plan().groups[1].offsets[0].note, HasSubstr("ends at 3, before 4"));
}

}  // namespace
}  // namespace arkive::kafka::test
