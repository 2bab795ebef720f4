#include "restore-plans/drill/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "restore-plans/drill/broker_configs.h"

namespace arkive::restore_plans {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = kafka::RecoveryNote::Kind;

TEST(Findings, WhatCameAfterTheBackupIsNoFindingAndALossIs) {
  Plan plan;
  plan.notes = {{Kind::kLoses, std::string(kLaterChanges), "after the dump", {}},
                {Kind::kLoses, std::string(kLaterRecords), "after the cut", {}},
                {Kind::kAsks, "topic orders", "was about to be deleted", {}},
                {Kind::kLoses, "partition orders-1", "has no log", {}},
                {Kind::kStops, "partition orders-2", "lies on brokers whose disks are not known", {}}};
  std::vector<NotBack> list;
  add_notes(plan, list);
  EXPECT_THAT(
      list, ElementsAre(NotBack{"partition orders-1", "has no log", "plan"},
                        NotBack{"partition orders-2", "lies on brokers whose disks are not known", "plan"}));
}

TEST(Findings, APartitionIsNamedByTheFirstWhoFindsItOnly) {
  std::vector<NotBack> list;
  add_missing({{"partition orders-0", "its segment is damaged"}}, list);
  add_deviations({{"partition orders-0", "ends at 0 instead of 100"}, {"znode /x", "is not there"}}, list);
  kafka::CompareReport report;
  report.differences = {{"orders-0@0", "the cluster's log ends before"}, {"orders-1@7", "other bytes"}};
  report.topics_gone = {"payments"};
  add_compared(report, list);
  EXPECT_THAT(list, ElementsAre(NotBack{"partition orders-0", "its segment is damaged", "seed"},
                                NotBack{"znode /x", "is not there", "verify"},
                                NotBack{"partition orders-1", "other bytes", "compare"},
                                NotBack{"topic payments", "is archived, and not in the cluster", "compare"}));
}

TEST(BrokerConfigs, ListenersAndKeysOfRealBrokersAreEmptied) {
  zk::Tree tree;
  tree.set_data(tree.make("/kafka/config/brokers/<default>"), Bytes(R"({"version":1,"config":{}})"));
  tree.set_data(tree.make("/kafka/config/brokers/2"),
                Bytes(R"({"version":1,"config":{"listeners":"PLAINTEXT://0.0.0.0:9092"}})"));
  std::vector<kafka::ZnodeDecision> decisions = {
      {"/kafka/controller_epoch", kafka::ZnodeAction::kRaise, false, "9", {}, ""},
      {"/kafka/zebra", kafka::ZnodeAction::kDrop, false, {}, {}, ""}};
  std::vector<std::string> left_out;
  leave_out_broker_configs(tree, "/kafka", decisions, left_out);
  ASSERT_EQ(decisions.size(), 3U);
  EXPECT_EQ(decisions[0].path, "/kafka/config/brokers/2");
  EXPECT_EQ(decisions[0].data, R"({"version":1,"config":{}})");
  EXPECT_THAT(left_out, ElementsAre(HasSubstr("(2)")));
  ASSERT_TRUE(kafka::apply_decisions({decisions.data(), 1}, tree));
  left_out.clear();
  leave_out_broker_configs(tree, "/kafka", decisions, left_out);
  EXPECT_THAT(left_out, IsEmpty());
}

TEST(Reckoning, OnlyASampleThatTellsARateIsReckonedUp) {
  DrillReport report;
  report.rto = std::chrono::seconds(10);
  report.topics = {"a", "b"};
  report.topics_of_all = 2;
  EXPECT_EQ(report.rto_of_all(), std::chrono::seconds(10));
  report.topics_of_all = 3;
  report.bytes = 1000;
  report.bytes_of_all = 3000;
  EXPECT_EQ(report.rto_of_all(), std::nullopt);
  report.bytes_a_second = 100;
  EXPECT_EQ(report.rto_of_all(), std::chrono::seconds(30));
}

}  // namespace
}  // namespace arkive::restore_plans
