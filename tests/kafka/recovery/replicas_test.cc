#include "kafka/recovery/replicas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arkive::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ReplicaOnDisk replica(std::int32_t broker, std::int64_t log_end, std::int32_t last_epoch,
                      std::int32_t highest_epoch = -1) {
  ReplicaOnDisk one;
  one.broker = broker;
  one.log_end = log_end;
  one.last_epoch = last_epoch;
  one.highest_epoch = std::max(last_epoch, highest_epoch);
  return one;
}

const std::set<std::int32_t> kAll = {1, 2, 3};
const TopicPartition kOrders = {"orders", 0};

TEST(RecoverPartition, ALaggingReplicaDoesNotLeadAndIsNotInSync) {
  const std::vector<ReplicaOnDisk> disks = {replica(1, 200, 6), replica(2, 200, 6), replica(3, 160, 6)};
  const RecoveredPartition recovered = recover_partition(kOrders, disks, {{3, 1, 2}, 0}, kAll);
  EXPECT_THAT(recovered.replicas, ElementsAre(3, 1, 2));
  EXPECT_THAT(recovered.in_sync, ElementsAre(1, 2));
  EXPECT_EQ(recovered.leader, 1);
  EXPECT_EQ(recovered.log_end, 200);
  EXPECT_FALSE(recovered.loses_acknowledged);
}

TEST(RecoverPartition, ALaterEpochBeatsALongerLog) {
  // Broker 1 wrote 60 records that nobody committed, was killed, and 2 went on in a later epoch.
  const std::vector<ReplicaOnDisk> disks = {replica(1, 220, 7), replica(2, 185, 9), replica(3, 160, 6)};
  const RecoveredPartition recovered = recover_partition(kOrders, disks, {{1, 2, 3}, 0}, kAll);
  EXPECT_THAT(recovered.in_sync, ElementsAre(2));
  EXPECT_EQ(recovered.leader, 2);
}

TEST(RecoverPartition, TheLeaderEpochIsAboveAllThatAnyReplicaHasHeardOf) {
  const std::vector<ReplicaOnDisk> disks = {replica(1, 10, 6, 10), replica(2, 10, 6)};
  EXPECT_EQ(recover_partition(kOrders, disks, {{1, 2}, 3}, kAll).leader_epoch, 11);
  EXPECT_EQ(recover_partition(kOrders, disks, {{1, 2}, 40}, kAll).leader_epoch, 41);
}

TEST(RecoverPartition, ReplicasAreWhereTheDirectoriesAre) {
  const std::vector<ReplicaOnDisk> disks = {replica(2, 180, 4), replica(3, 180, 4)};
  const RecoveredPartition recovered = recover_partition(kOrders, disks, {{1, 2}, 0}, kAll);
  EXPECT_THAT(recovered.replicas, ElementsAre(2, 3));
  EXPECT_THAT(recovered.in_sync, ElementsAre(2, 3));
  EXPECT_THAT(recovered.notes, ElementsAre(HasSubstr("[1,2] become [2,3]")));
}

TEST(RecoverPartition, ABrokerWhoseDisksAreNotKnownStaysAReplicaOutOfSync) {
  const std::vector<ReplicaOnDisk> disks = {replica(2, 180, 4)};
  const RecoveredPartition recovered = recover_partition(kOrders, disks, {{1, 2}, 0}, {2, 3});
  EXPECT_THAT(recovered.replicas, ElementsAre(1, 2));
  EXPECT_THAT(recovered.in_sync, ElementsAre(2));
  EXPECT_THAT(recovered.notes, ElementsAre(HasSubstr("nothing is known of the disks of broker [1]")));
}

TEST(RecoverPartition, AnAcknowledgedRecordThatNobodyInSyncHasIsToldOf) {
  std::vector<ReplicaOnDisk> disks = {replica(1, 220, 7), replica(2, 185, 9)};
  disks[0].high_watermark = 190;
  EXPECT_TRUE(recover_partition(kOrders, disks, {{1, 2}, 0}, kAll).loses_acknowledged);
  disks[0].high_watermark = 185;
  EXPECT_FALSE(recover_partition(kOrders, disks, {{1, 2}, 0}, kAll).loses_acknowledged);
}

TEST(RecoverPartition, WithoutALogTheBackupIsTakenUnderAHigherEpoch) {
  const RecoveredPartition recovered = recover_partition(kOrders, {}, {{2, 1}, 5}, kAll);
  EXPECT_FALSE(recovered.on_disk);
  EXPECT_THAT(recovered.replicas, ElementsAre(2, 1));
  EXPECT_THAT(recovered.in_sync, ElementsAre(2, 1));
  EXPECT_EQ(recovered.leader, 2);
  EXPECT_EQ(recovered.leader_epoch, 6);
  EXPECT_THAT(recovered.notes, IsEmpty());
}

}  // namespace
}  // namespace arkive::kafka
