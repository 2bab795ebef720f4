#include <gmock/gmock.h>

#include "tests/kafka/znodes/recorded_znodes.h"

namespace arkive::kafka::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kOrders = "/brokers/topics/orders";

std::string v2(const std::string& partitions, const std::string& adding = "",
               const std::string& removing = "") {
  return R"({"version":2,"partitions":{)" + partitions + R"(},"adding_replicas":{)" + adding +
         R"(},"removing_replicas":{)" + removing + "}}";
}

TEST(TopicWords, OneSentenceStandsForAllZnodesOfANewTopic) {
  const Told told = tell(recorded_step("3.9.1", "topics orders and clicks created").changes);
  EXPECT_THAT(
      told.major,
      ElementsAre("topic clicks created: 1 partition, replication factor 1",
                  "topic orders created: 4 partitions, replication factor 2, retention.ms=604800000"));
  EXPECT_THAT(told.minor, IsEmpty());
  EXPECT_EQ(told.sentences[1].category, "topic-created");
  EXPECT_EQ(told.sentences[1].path, kOrders);
}

TEST(TopicWords, TopicsOfKafka1And2AreTheSame) {
  for (const char* version : {"1.1.1", "2.4.1"}) {
    EXPECT_THAT(
        tell(recorded_step(version, "topic orders created").changes).major,
        ElementsAre("topic orders created: 2 partitions, replication factor 2, retention.ms=604800000"));
    EXPECT_THAT(tell(recorded_step(version, "partition added").changes).major,
                ElementsAre("orders: 1 partition added (2 -> 3)"));
  }
}

TEST(TopicWords, DeletedTopic) {
  const Told told = tell(recorded_step("3.9.1", "topic clicks deleted").changes);
  EXPECT_THAT(told.major, ElementsAre("topic clicks deleted: it had 3 partitions"));
  EXPECT_THAT(told.minor, IsEmpty());
}

TEST(TopicWords, TopicReCreatedBetweenTwoDumpsIsToldByItsId) {
  const Step step = recorded_step("3.9.1", "topic clicks deleted and created again between two dumps");
  const Told told = tell(step.changes);
  EXPECT_THAT(told.major, Contains(testing::MatchesRegex(
                              "topic clicks re-created under another id: 2 partitions, replication factor 2, "
                              "id [^ ]+ -> [^ ]+")));
  EXPECT_THAT(told.minor, IsEmpty());
}

TEST(TopicWords, TopicWithoutIdReCreatedIsToldByItsCzxid) {
  zk::ZnodeChange changed = change(kOrders, v2(R"("0":[1])"), v2(R"("0":[2])"));
  changed.before->stat.emplace().czxid = 5;
  changed.after->stat.emplace().czxid = 9;
  EXPECT_THAT(tell({changed}).major,
              ElementsAre("topic orders re-created: 1 partition, replication factor 1"));
  changed.after->stat->czxid = 5;
  EXPECT_THAT(tell({changed}).major, ElementsAre("orders-0: replicas 1 -> 2"));
}

TEST(TopicWords, IdGivenByAnUpgradeIsMinorAndIdLostIsNot) {
  const std::string with =
      R"({"version":3,"topic_id":"abc","partitions":{"0":[1]},"adding_replicas":{},"removing_replicas":{}})";
  const std::string without = v2(R"("0":[1])");
  EXPECT_THAT(tell({change(kOrders, without, with)}).minor, ElementsAre("topic orders: id abc given"));
  EXPECT_THAT(tell({change(kOrders, with, without)}).major, ElementsAre(HasSubstr("lost its id abc")));
}

TEST(TopicWords, PartitionsAdded) {
  const Told told = tell(recorded_step("3.9.1", "partitions added").changes);
  EXPECT_THAT(told.major, ElementsAre("clicks: 2 partitions added (1 -> 3)"));
  EXPECT_THAT(told.minor, IsEmpty());
}

TEST(TopicWords, ReplicasMoved) {
  const Told told = tell(recorded_step("3.9.1", "replicas of orders-0 moved").changes);
  EXPECT_THAT(told.major, ElementsAre("orders-0: replicas 1 2 -> 2 3"));
  EXPECT_THAT(told.minor, Contains("orders-0: leader 1 -> 2, leader epoch 0 -> 3, in sync 1 2 -> 2 3"));
  EXPECT_THAT(tell({change(kOrders, v2(R"("0":[1,2])"), v2(R"("0":[2,1])"))}).major,
              ElementsAre("orders-0: replicas 1 2 -> 2 1 (order only)"));
}

TEST(TopicWords, ReassignmentBegunCancelledAndEnded) {
  EXPECT_THAT(tell(recorded_step("3.9.1", "reassignment of orders-0 begun").changes).major,
              Contains("orders-0: reassignment begun, replicas 2 3 -> 1 3 2 (adding 1, removing 2)"));
  EXPECT_THAT(tell(recorded_step("3.9.1", "reassignment cancelled").changes).major,
              Contains("orders-0: reassignment cancelled, replicas stay 3 2"));
  const std::string moving = v2(R"("0":[1,3,2])", R"("0":[1])", R"("0":[2])");
  EXPECT_THAT(tell({change(kOrders, moving, v2(R"("0":[1,3])"))}).major,
              ElementsAre("orders-0: reassignment ended, replicas 1 3 2 -> 1 3"));
  EXPECT_THAT(tell({change(kOrders, moving, v2(R"("0":[4,3,2])", R"("0":[4])", R"("0":[2])"))}).major,
              ElementsAre("orders-0: reassignment changed, replicas 1 3 2 -> 4 3 2 (adding 4, removing 2)"));
}

TEST(TopicWords, PartitionsAreToldInTheOrderOfTheirNumbers) {
  const Told told = tell({change(kOrders, v2(R"("2":[1],"10":[1])"), v2(R"("2":[2],"10":[2])"))});
  EXPECT_THAT(told.major, ElementsAre("orders-2: replicas 1 -> 2", "orders-10: replicas 1 -> 2"));
}

TEST(TopicWords, LeaderMovementIsMinor) {
  const Told told = tell(recorded_step("3.9.1", "broker 3 stopped").changes);
  EXPECT_THAT(told.major, IsEmpty());
  EXPECT_THAT(told.minor,
              Contains(testing::MatchesRegex("orders-2: leader 3 -> 1, leader epoch 0 -> 1, in sync .*")));
}

TEST(TopicWords, StateGoneWithoutItsTopicIsToldLoudly) {
  const std::string state = R"({"controller_epoch":1,"leader":1,"version":1,"leader_epoch":0,"isr":[1]})";
  EXPECT_THAT(tell({change("/brokers/topics/orders/partitions/1/state", state, std::nullopt)}).major,
              ElementsAre(HasSubstr("orders-1: state removed")));
}

TEST(TopicWords, ConfigSetChangedAndRemoved) {
  EXPECT_THAT(
      tell(recorded_step("3.9.1", "topic config changed and set").changes).major,
      ElementsAre("orders: cleanup.policy set to compact,delete", "orders: retention.ms 604800000 -> -1"));
  EXPECT_THAT(tell(recorded_step("3.9.1", "topic config removed").changes).major,
              ElementsAre("orders: cleanup.policy removed (was compact,delete)"));
  EXPECT_THAT(tell(recorded_step("1.1.1", "topic config changed").changes).major,
              ElementsAre("orders: retention.ms 604800000 -> -1"));
}

TEST(TopicWords, AValueCannotBreakTheLineOrSteerTheTerminal) {
  const Told told = tell({change("/config/topics/orders", R"({"version":1,"config":{}})",
                                 R"({"version":1,"config":{"a\nb":"\u001b[2Jx\ny"}})")});
  ASSERT_EQ(told.major.size(), 1U);
  EXPECT_THAT(told.major[0], HasSubstr(" set to "));
  EXPECT_EQ(told.major[0].find_first_of("\n\x1b"), std::string::npos);
}

TEST(TopicWords, DamagedDataIsUnknownAndWhatIsSoundIsStillTold) {
  const Told told = tell({change("/brokers/topics/a", v2(R"("0":[1])"), "{\"version\":2,"),
                          change("/brokers/topics/b", std::nullopt, v2(R"("0":["x"])")),
                          change("/brokers/topics/c", std::nullopt, v2(R"("0":[1])")),
                          change("/brokers/topics/c/partitions/0/what", std::nullopt, "x")});
  EXPECT_THAT(told.unknown, ElementsAre(0, 1, 3));
  EXPECT_THAT(told.major, ElementsAre("topic c created: 1 partition, replication factor 1"));
}

TEST(TopicWords, OrdersWaitingForTheController) {
  const Told ordered = tell(
      recorded_step("2.4.1", "deletion, reassignment and election ordered while the controller stands still")
          .changes);
  EXPECT_THAT(
      ordered.major,
      ElementsAre(
          "topic orders: deletion ordered and waiting for the controller or a broker",
          "election of preferred leaders ordered and waiting for the controller, 1 partition: orders-1",
          "reassignment of replicas ordered and waiting for the controller, 1 partition: orders-0 to 2 1"));
  const Told done = tell(recorded_step("2.4.1", "the controller carried them out").changes);
  EXPECT_THAT(done.major, ElementsAre("topic orders deleted: it had 3 partitions",
                                      "election of preferred leaders no longer waits",
                                      "reassignment of replicas no longer waits"));
  EXPECT_THAT(tell({change("/admin/delete_topics/orders", "", std::nullopt)}).major,
              ElementsAre("topic orders: its deletion no longer waits"));
}

}  // namespace
}  // namespace arkive::kafka::test
