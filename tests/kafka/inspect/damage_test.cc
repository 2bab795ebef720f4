// Damage of every kind is found where it is, and the rest of the log is told all the same.
#include <gmock/gmock.h>

#include <random>

#include "tests/kafka/inspect/inspect_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::HasSubstr;

class DamageTest : public InspectTest {
 protected:
  /// Three batches of five records in one segment, one in the next.
  const std::vector<std::string> batches_ = {batch(0, 5), batch(5, 5, {1}), batch(10, 5, {2, 77})};
  const std::string second_ = batch(15, 5, {3, 88});
  std::string first_ = batches_[0] + batches_[1] + batches_[2];
  const std::uint64_t second_batch_ = batches_[0].size();
  const std::uint64_t third_batch_ = batches_[0].size() + batches_[1].size();

  InspectedPartition look() {
    write(segment(0), first_);
    write(segment(15), second_);
    return inspect_partition();
  }
};

TEST_F(DamageTest, AFlippedByteIsNamedByFileAndByte) {
  first_[second_batch_ + 70] ^= 4;
  const InspectedPartition partition = look();
  ASSERT_EQ(partition.damage_count, 1U);
  EXPECT_EQ(partition.damage[0].file, segment_file_name(0, ".log"));
  EXPECT_EQ(partition.damage[0].position, second_batch_);
  EXPECT_THAT(partition.damage[0].cause, HasSubstr("offsets 5 to 9: its CRC is"));
  EXPECT_EQ(partition.log_end, 5);
  EXPECT_EQ(partition.last_epoch, 0);
  // What is behind it was handed out, too.
  EXPECT_EQ(partition.batches, 3U);
  EXPECT_EQ(partition.highest_epoch, 3);
  EXPECT_EQ(partition.highest_producer_id, 88);
  EXPECT_FALSE(inspect().is_sound());
}

TEST_F(DamageTest, WhatADamagedBatchSaysIsNotBelieved) {
  store_big_endian<std::int64_t>(first_.data() + second_batch_ + 43, 1'000'000);  // its producer id
  EXPECT_EQ(look().highest_producer_id, 88);
}

TEST_F(DamageTest, ALengthThatLeadsElsewhereLosesNothingBehindIt) {
  for (const std::int32_t length : {-5, 0, 20, 70, 1'000, 20'000'000}) {
    const std::string whole = first_;
    store_big_endian<std::int32_t>(first_.data() + second_batch_ + 8, length);
    const InspectedPartition partition = look();
    ASSERT_EQ(partition.damage_count, 1U) << length;
    EXPECT_EQ(partition.damage[0].position, second_batch_) << length;
    EXPECT_THAT(partition.damage[0].cause,
                HasSubstr("the next sound batch begins at byte " + std::to_string(third_batch_)));
    EXPECT_EQ(partition.log_end, 5);
    EXPECT_EQ(partition.batches, 3U);
    first_ = whole;
  }
}

TEST_F(DamageTest, AHoleOfZerosInTheMiddleIsFound) {
  first_.replace(second_batch_, batches_[1].size(), batches_[1].size(), '\0');
  const InspectedPartition partition = look();
  ASSERT_EQ(partition.damage_count, 1U);
  EXPECT_EQ(partition.damage[0].position, second_batch_);
  EXPECT_EQ(partition.batches, 3U);
}

TEST_F(DamageTest, ASoundBatchIsFoundBehindMegabytesOfAnything) {
  for (const std::string& hole : {std::string(3 << 20, '\0'), std::string(3 << 20, '\1'),
                                  batch(0, 3).substr(0, 90), std::string(40, '\0'), std::string(1, 'x')}) {
    write(segment(0), "garbage" + hole + batch(7, 2, {4}));
    const InspectedPartition partition = inspect_partition();
    EXPECT_EQ(partition.damage_count, 1U);
    EXPECT_EQ(partition.batches, 1U);
    EXPECT_EQ(partition.highest_epoch, 4);
    EXPECT_EQ(partition.log_end, 0);
  }
}

TEST_F(DamageTest, AFileFullOfWhatLooksLikeBatchesEndsTheSearch) {
  std::string bytes = "garbage";
  const std::string head = batch(0, 1).substr(0, 61);
  while (bytes.size() < 1 << 20) {
    std::string one = head;
    store_big_endian<std::int32_t>(one.data() + 8, 500'000);
    bytes += one;
  }
  write(segment(0), bytes);
  EXPECT_EQ(inspect_partition().damage_count, 1U);
  EXPECT_EQ(inspect_partition().batches, 0U);
}

TEST_F(DamageTest, AnEndWithinABatchIsDamageUnlessTheBrokerWasKilledThere) {
  first_.resize(first_.size() - 1);
  InspectedPartition partition = look();
  ASSERT_EQ(partition.damage_count, 1U);
  EXPECT_EQ(partition.damage[0].position, third_batch_);
  EXPECT_THAT(partition.damage[0].cause, HasSubstr("cut short"));
  end_by_a_kill();
  EXPECT_EQ(inspect_partition().damage_count, 1U);  // another segment follows
  std::filesystem::remove(scratch(segment(15)));
  partition = inspect_partition();
  EXPECT_EQ(partition.damage_count, 0U);
  EXPECT_TRUE(partition.cut_short);
  EXPECT_EQ(partition.log_end, 10);
  EXPECT_EQ(partition.last_epoch, 1);
  end_in_good_order();
  partition = inspect_partition();
  EXPECT_EQ(partition.damage_count, 1U);
  EXPECT_FALSE(partition.cut_short);
}

TEST_F(DamageTest, EveryLengthOfTheLastSegmentAfterAKillIsCutShortOrWhole) {
  end_by_a_kill();
  for (std::size_t size = 0; size <= first_.size(); ++size) {
    write(segment(0), first_.substr(0, size));
    const InspectedPartition partition = inspect_partition();
    ASSERT_EQ(partition.damage_count, 0U) << size;
    const bool whole = size == 0 || size == second_batch_ || size == third_batch_ || size == first_.size();
    ASSERT_EQ(partition.cut_short, !whole) << size;
    ASSERT_EQ(partition.log_end % 5, 0) << size;
  }
}

TEST_F(DamageTest, ADamagedLengthInTheLastSegmentIsNotTakenForAKill) {
  end_by_a_kill();
  store_big_endian<std::int32_t>(first_.data() + second_batch_ + 8, 5'000);
  write(segment(0), first_);
  const InspectedPartition partition = inspect_partition();
  EXPECT_EQ(partition.damage_count, 1U);
  EXPECT_FALSE(partition.cut_short);
  EXPECT_EQ(partition.highest_producer_id, 77);
}

TEST_F(DamageTest, OffsetsThatGoBackwardsOrOverlapAreNamedOnce) {
  write(segment(0), batch(0, 5) + batch(20, 5) + batch(5, 5) + batch(10, 5));
  InspectedPartition partition = inspect_partition();
  ASSERT_EQ(partition.damage_count, 1U);
  EXPECT_THAT(partition.damage[0].cause, HasSubstr("offset 5 comes after offset 24"));
  EXPECT_EQ(partition.log_end, 5);
  write(segment(0), batch(0, 5) + batch(5, 5));
  write(segment(8), batch(8, 5) + batch(13, 5));
  partition = inspect_partition();
  ASSERT_EQ(partition.damage_count, 1U);
  EXPECT_EQ(partition.damage[0].file, segment_file_name(8, ".log"));
  EXPECT_THAT(partition.damage[0].cause, HasSubstr("offset 8 comes after offset 9"));
  EXPECT_EQ(partition.log_end, 8);
}

TEST_F(DamageTest, OffsetsThatNoSegmentOfThatNameHoldsAreNamed) {
  write(segment(100), batch(40, 5) + batch(100, 5));
  InspectedPartition partition = inspect_partition();
  ASSERT_EQ(partition.damage_count, 1U);
  EXPECT_THAT(partition.damage[0].cause, HasSubstr("offset 40 is below"));
  EXPECT_EQ(partition.log_start, 100);
  write(segment(100), batch(100, 5) + batch(std::int64_t{1} << 40, 5) + batch(105, 5));
  partition = inspect_partition();
  ASSERT_EQ(partition.damage_count, 1U);
  EXPECT_THAT(partition.damage[0].cause, HasSubstr("too far above"));
  EXPECT_EQ(partition.log_end, 105);
  EXPECT_EQ(partition.batches, 2U);
}

TEST_F(DamageTest, OfManyPlacesAHundredAreNamedAndAllAreCounted) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    std::string one = batch(i, 1);
    if (i % 2 == 1) one.back() ^= 1;
    bytes += one;
  }
  write(segment(0), bytes);
  const InspectedPartition partition = inspect_partition();
  EXPECT_EQ(partition.damage_count, 150U);
  EXPECT_EQ(partition.damage.size(), InspectedPartition::kMostDamages);
  EXPECT_EQ(partition.batches, 150U);
  EXPECT_EQ(value_of(LogsReport::from_json(inspect().to_json())).directories, inspect().directories);
}

TEST_F(DamageTest, SmallFilesThatMakeNoSenseAreNamed) {
  write("logs/orders-0/partition.metadata", "version: 0\n");
  write("logs/orders-0/leader-epoch-checkpoint", "0\n2\n1 0\n");
  InspectedPartition partition = look();
  ASSERT_EQ(partition.damage_count, 2U);
  EXPECT_EQ(partition.damage[0].file, "partition.metadata");
  EXPECT_EQ(partition.damage[1].file, "leader-epoch-checkpoint");
  EXPECT_EQ(partition.log_end, 20);
  write("logs/replication-offset-checkpoint", "0\nx\n");
  EXPECT_THAT(inspect_directory().error, HasSubstr("replication-offset-checkpoint"));
  EXPECT_EQ(inspect_directory().partitions.size(), 1U);
  write("logs/meta.properties", "version=9\n");
  EXPECT_THAT(inspect_directory().error, HasSubstr("meta.properties"));
}

TEST_F(DamageTest, ALogThatBeginsAboveItsEndIsNamed) {
  write("logs/log-start-offset-checkpoint", "0\n1\norders 0 900\n");
  const InspectedPartition partition = look();
  ASSERT_EQ(partition.damage_count, 1U);
  EXPECT_THAT(partition.damage[0].cause, HasSubstr("deletes all"));
  EXPECT_EQ(partition.log_start, 900);
  EXPECT_EQ(partition.log_end, 900);
}

TEST_F(DamageTest, LinksAreNotFollowed) {
  write("outside/00000000000000000000.log", batch(0, 5));
  std::filesystem::create_directory_symlink(scratch("outside"), scratch("logs/linked-0"));
  write(segment(0), batch(0, 5));
  std::filesystem::create_symlink(scratch("outside/00000000000000000000.log"), scratch(segment(5)));
  const InspectedDirectory directory = inspect_directory();
  ASSERT_EQ(directory.partitions.size(), 2U);
  EXPECT_THAT(directory.partitions[0].error, HasSubstr("a symbolic link"));
  EXPECT_THAT(directory.partitions[1].error, HasSubstr("a symbolic link"));
  EXPECT_EQ(directory.partitions[1].batches, 1U);
  EXPECT_FALSE(inspect().is_sound());
  // The operator may name one.
  std::filesystem::create_directory_symlink(scratch("logs"), scratch("by-link"));
  EXPECT_EQ(value_of(inspect_logs({scratch("by-link")}, {})).directories[0].partitions.size(), 2U);
}

TEST_F(DamageTest, HeadersAloneTellOfWrongLengthsButNotOfValues) {
  InspectOptions headers_only;
  headers_only.check_batches = false;
  first_[second_batch_ + 70] ^= 4;
  (void)look();
  EXPECT_EQ(inspect_partition(headers_only).damage_count, 0U);
  store_big_endian<std::int32_t>(first_.data() + second_batch_ + 8, 20);
  (void)look();
  EXPECT_EQ(inspect_partition(headers_only).damage_count, 1U);
  EXPECT_EQ(inspect_partition(headers_only).highest_producer_id, 88);
}

/// A log of random batches in random segments.
struct RandomLog {
  std::vector<std::pair<std::int64_t, std::string>> segments;
  std::vector<std::pair<std::size_t, std::size_t>> begins;  ///< segment, byte
  std::int64_t end = 0;

  explicit RandomLog(std::mt19937_64& random) {
    std::int64_t offset = static_cast<std::int64_t>(random() % 1000);
    std::int32_t epoch = 0;
    const int batches = 2 + static_cast<int>(random() % 12);
    for (int i = 0; i < batches; ++i) {
      if (i == 0 || random() % 3 == 0) segments.emplace_back(offset, "");
      if (random() % 4 == 0) ++epoch;
      if (random() % 5 == 0) offset += static_cast<std::int64_t>(random() % 50);  // compaction took some
      const int count = 1 + static_cast<int>(random() % 5);
      begins.emplace_back(segments.size() - 1, segments.back().second.size());
      segments.back().second +=
          batch(offset, count, {epoch, static_cast<std::int64_t>(random() % 3) - 1, random() % 400});
      offset += count;
    }
    end = offset;
  }
};

class RandomDamageTest : public DamageTest {};

TEST_F(RandomDamageTest, AnyFlippedByteUnderAChecksumIsFoundAndAnyOtherIsConsistent) {
  std::mt19937_64 random(20261128);
  int found_outside = 0;
  for (int round = 0; round < 300; ++round) {
    std::filesystem::remove_all(scratch("logs/orders-0"));
    RandomLog log(random);
    const std::size_t which = random() % log.begins.size();
    const auto [at_segment, begin] = log.begins[which];
    const bool is_last_batch = which + 1 == log.begins.size();
    const std::size_t end = is_last_batch || log.begins[which + 1].first != at_segment
                                ? log.segments[at_segment].second.size()
                                : log.begins[which + 1].second;
    const std::size_t in_batch = round % 3 == 0 ? random() % 17 : 17 + random() % (end - begin - 17);
    for (const auto& [base, bytes] : log.segments) write(segment(base), bytes);
    const InspectedPartition sound = inspect_partition();
    ASSERT_EQ(sound.damage_count, 0U) << round;
    ASSERT_EQ(sound.log_end, log.end) << round;
    ASSERT_EQ(sound.batches, log.begins.size()) << round;

    std::string& bytes = log.segments[at_segment].second;
    bytes[begin + in_batch] = static_cast<char>(bytes[begin + in_batch] ^ (1 << (random() % 8)));
    write(segment(log.segments[at_segment].first), bytes);
    const InspectedPartition partition = inspect_partition();
    ASSERT_EQ(partition.error, "") << round;
    ASSERT_LE(partition.log_start, partition.log_end) << round;
    ASSERT_EQ(value_of(LogsReport::from_json(inspect().to_json())).directories[0].partitions[0], partition)
        << round;
    if (in_batch >= 17) {
      ASSERT_EQ(partition.damage_count, 1U) << round;
      ASSERT_EQ(partition.damage[0].position, begin) << round;
      ASSERT_EQ(partition.damage[0].file, segment_file_name(log.segments[at_segment].first, ".log"));
      ASSERT_EQ(partition.batches + 1, log.begins.size()) << round;
    } else if (in_batch >= 8 && in_batch < 12) {
      ASSERT_GE(partition.damage_count, 1U) << round << ": a length";
      ASSERT_EQ(partition.batches + 1, log.begins.size()) << round;
    } else if (in_batch == 16) {
      ASSERT_GE(partition.damage_count, 1U) << round << ": a magic";
    }
    if (in_batch < 17 && partition.damage_count > 0) ++found_outside;
  }
  EXPECT_GT(found_outside, 30);
}

}  // namespace
}  // namespace arkive::kafka::test
