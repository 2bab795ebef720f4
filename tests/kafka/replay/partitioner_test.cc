// The values are those of Kafka's UtilsTest.testMurmur2 (clients, 3.9).
#include "kafka/replay/partitioner.h"

#include <gtest/gtest.h>

namespace arkive::kafka {
namespace {

TEST(PartitionerTest, Murmur2IsKafkas) {
  const auto hash = [](Bytes text) { return static_cast<std::int32_t>(murmur2(text)); };
  EXPECT_EQ(hash("21"), -973932308);
  EXPECT_EQ(hash("foobar"), -790332482);
  EXPECT_EQ(hash("a-little-bit-long-string"), -985981536);
  EXPECT_EQ(hash("a-little-bit-longer-string"), -1486304829);
  EXPECT_EQ(hash("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
  EXPECT_EQ(hash("abc"), 479470107);
}

TEST(PartitionerTest, AKeyGoesToItsHashWithoutSignModuloThePartitions) {
  EXPECT_EQ(partition_for_key("foobar", 10), static_cast<std::int32_t>((-790332482 & 0x7fffffff) % 10));
  EXPECT_EQ(partition_for_key("foobar", 1), 0);
}

}  // namespace
}  // namespace arkive::kafka
