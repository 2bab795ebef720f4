// What a dump says of the logs of brokers.
#include "kafka/znodes/dumped_logs.h"

#include <gtest/gtest.h>

#include "tests/kafka/znodes/recorded_znodes.h"
#include "tests/support/results.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::failed_with;
using arkive::test::value_of;

const std::vector<std::pair<std::string, std::string>> kCluster = {
    {"/kafka/cluster/id", R"({"version":"1","id":"TTQsM-xMRVSd4-ASz79zRQ"})"},
    {"/kafka/brokers/ids", ""},
    {"/kafka/brokers/topics/orders",
     R"({"version":3,"topic_id":"kBjE2EKdQfKjHbdcHDVvuA","partitions":{"0":[1,2],"1":[2,3]},"adding_replicas":{},"removing_replicas":{}})"},
    {"/kafka/brokers/topics/orders/partitions/0/state",
     R"({"controller_epoch":3,"leader":1,"version":1,"leader_epoch":7,"isr":[1,2]})"},
    {"/kafka/latest_producer_id_block",
     R"({"version":1,"broker":1,"block_start":"2000","block_end":"2999"})"}};

TEST(DumpedLogs, TellsTheClusterTopicsLeaderEpochsAndProducerIds) {
  const DumpedLogs logs = value_of(dumped_logs(tree_of(kCluster)));
  EXPECT_EQ(logs.root, "/kafka");
  EXPECT_EQ(logs.cluster_id, "TTQsM-xMRVSd4-ASz79zRQ");
  EXPECT_EQ(logs.last_producer_id, 2999);
  ASSERT_EQ(logs.topics.size(), 1U);
  const DumpedTopic& orders = logs.topics.at("orders");
  EXPECT_EQ(orders.id, "kBjE2EKdQfKjHbdcHDVvuA");
  EXPECT_EQ(orders.partitions.at(0).replicas, (std::vector<std::int32_t>{1, 2}));
  EXPECT_EQ(orders.partitions.at(0).leader_epoch, 7);
  EXPECT_EQ(orders.partitions.at(1).leader_epoch, -1) << "no controller has made its state yet";
}

TEST(DumpedLogs, ATreeWithoutKafkaOrWithSeveralIsNoAnswer) {
  EXPECT_TRUE(failed_with(Outcome::kNotFound, dumped_logs(tree_of({{"/app", "x"}}))));
  auto several = kCluster;
  for (const auto& [path, data] : kCluster) several.emplace_back("/other" + path.substr(6), data);
  EXPECT_TRUE(failed_with(Outcome::kUsage, dumped_logs(tree_of(several))));
}

TEST(DumpedLogs, AZnodeThatKafkaDidNotWriteIsNamed) {
  for (const std::size_t damaged : {0U, 2U, 3U, 4U}) {
    auto znodes = kCluster;
    znodes[damaged].second = "{]";
    const auto logs = dumped_logs(tree_of(znodes));
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, logs));
    EXPECT_NE(logs.error().what.find(znodes[damaged].first), std::string::npos) << logs.error().what;
  }
}

}  // namespace
}  // namespace arkive::kafka::test
