// Where committed offsets go, case by case.
#include "kafka/groups/placement.h"

#include "tests/kafka/groups/groups_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Case {
  std::string name;
  std::int64_t committed = 0;
  OffsetKind kind = OffsetKind::kLeftOut;
  std::int64_t offset = -1;
  std::string note;  ///< a part of it
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

void expect_place(const Case& wanted, const Place& got) {
  EXPECT_EQ(offset_kind_name(got.kind), offset_kind_name(wanted.kind));
  EXPECT_EQ(got.offset, wanted.offset);
  if (wanted.note.empty()) {
    EXPECT_THAT(got.note, IsEmpty());
  } else {
    EXPECT_THAT(got.note, HasSubstr(wanted.note));
  }
}

// Source offsets 10..99: 10..19 are there, 20 is a transaction marker, 21..24 were aborted, 25 their marker,
// 30..39 are there, what follows up to 49 was compacted away, 50..59 are there, and up to 99 nothing is.
OffsetMap map_with_holes() {
  OffsetMap map;
  map.partitions.push_back(replayed("orders", 0, 10, 100, {{10, 1000, 10}, {30, 1010, 10}, {50, 1020, 10}}));
  map.partitions.back().target_topic = "old-orders";
  return map;
}

class PlaceByMap : public testing::TestWithParam<Case> {};

TEST_P(PlaceByMap, IsTheNextRecordThatTheConsumerHasNotRead) {
  const OffsetMap map = map_with_holes();
  const ArchivedBounds bounds{"", 10, 100};
  const Place place = place_by_map(map, &bounds, at("orders", 0, GetParam().committed));
  expect_place(GetParam(), place);
  EXPECT_EQ(place.partition, (TopicPartition{"old-orders", 0}));
}

INSTANTIATE_TEST_SUITE_P(Table, PlaceByMap,
                         testing::Values(Case{"first", 10, OffsetKind::kExact, 1000, ""},
                                         Case{"within_a_run", 15, OffsetKind::kExact, 1005, ""},
                                         Case{"last_of_a_run", 19, OffsetKind::kExact, 1009, ""},
                                         Case{"transaction_marker", 20, OffsetKind::kNext, 1010, ""},
                                         Case{"aborted", 22, OffsetKind::kNext, 1010, ""},
                                         Case{"marker_of_an_abort", 25, OffsetKind::kNext, 1010, ""},
                                         Case{"behind_the_marker", 30, OffsetKind::kExact, 1010, ""},
                                         Case{"compacted_away", 45, OffsetKind::kNext, 1020, ""},
                                         Case{"had_read_all", 60, OffsetKind::kAtEnd, 1030, ""},
                                         Case{"nothing_behind", 80, OffsetKind::kAtEnd, 1030, ""},
                                         Case{"very_end", 100, OffsetKind::kAtEnd, 1030, ""},
                                         Case{"below", 9, OffsetKind::kBefore, 1000, "from offset 10 on"},
                                         Case{"far_below", 0, OffsetKind::kBefore, 1000, "from offset 10 on"},
                                         Case{"beyond", 101, OffsetKind::kBeyond, 1030, "up to offset 100"}),
                         case_name);

TEST(PlaceOfOffset, IsLeftOutWhereThePartitionWasNotReplayed) {
  const OffsetMap map = map_with_holes();
  const Place place = place_by_map(map, nullptr, at("orders", 1, 5));
  EXPECT_EQ(place.kind, OffsetKind::kLeftOut);
  EXPECT_EQ(place.note, "the partition was not replayed");
}

TEST(PlaceOfOffset, IsLeftOutWhereRecordsWereSpreadByKey) {
  OffsetMap map = map_with_holes();
  map.partitions[0].target_partition = -1;
  map.partitions[0].map = {};
  const Place place = place_by_map(map, nullptr, at("orders", 0, 15));
  EXPECT_EQ(place.kind, OffsetKind::kLeftOut);
  EXPECT_EQ(place.note, "its records were spread by key over the partitions of old-orders");
}

TEST(PlaceOfOffset, IsLeftOutWhereAnotherTopicOfThatNameWasReplayed) {
  OffsetMap map = map_with_holes();
  map.partitions[0].source_topic_id = "AAAA";
  const ArchivedBounds bounds{"BBBB", 10, 100};
  EXPECT_EQ(place_by_map(map, &bounds, at("orders", 0, 15)).kind, OffsetKind::kLeftOut);
  const ArchivedBounds same{"AAAA", 10, 100};
  EXPECT_EQ(place_by_map(map, &same, at("orders", 0, 15)).kind, OffsetKind::kExact);
}

TEST(PlaceOfOffset, WaitsForAReplayThatHasNotComeThatFar) {
  OffsetMap map = map_with_holes();
  map.partitions[0].complete = false;
  const Place beyond = place_by_map(map, nullptr, at("orders", 0, 60));
  EXPECT_EQ(beyond.kind, OffsetKind::kLeftOut);
  EXPECT_EQ(beyond.note, "the replay has not come that far yet");
  EXPECT_EQ(place_by_map(map, nullptr, at("orders", 0, 45)).offset, 1020);
  map.partitions[0].map = {};
  EXPECT_EQ(place_by_map(map, nullptr, at("orders", 0, 10)).kind, OffsetKind::kLeftOut);
}

TEST(PlaceOfOffset, OfAPartitionWithNothingToReplayIsWhereTheReplayBegan) {
  OffsetMap map = map_with_holes();
  map.partitions[0].map = {};
  map.partitions[0].target_begin = 7;
  const Place place = place_by_map(map, nullptr, at("orders", 0, 50));
  EXPECT_EQ(place.kind, OffsetKind::kAtEnd);
  EXPECT_EQ(place.offset, 7);
}

class PlaceAsItWas : public testing::TestWithParam<Case> {};

TEST_P(PlaceAsItWas, StaysWithinTheArchive) {
  const ArchivedBounds bounds{"", 10, 100};
  expect_place(GetParam(), place_as_it_was(&bounds, at("orders", 0, GetParam().committed)));
}

INSTANTIATE_TEST_SUITE_P(Table, PlaceAsItWas,
                         testing::Values(Case{"first", 10, OffsetKind::kAsItWas, 10, ""},
                                         Case{"middle", 55, OffsetKind::kAsItWas, 55, ""},
                                         Case{"end", 100, OffsetKind::kAsItWas, 100, ""},
                                         Case{"below", 9, OffsetKind::kBefore, 10, "from offset 10 on"},
                                         Case{"beyond", 101, OffsetKind::kBeyond, 100, "up to offset 100"}),
                         case_name);

TEST(PlaceOfOffset, AsItWasNeedsAnArchivedPartition) {
  const Place place = place_as_it_was(nullptr, at("orders", 0, 5));
  EXPECT_EQ(place.kind, OffsetKind::kLeftOut);
  EXPECT_EQ(place.note, "the archive does not hold the partition");
}

class PlaceWithinLog : public testing::TestWithParam<Case> {};

TEST_P(PlaceWithinLog, IsHeldAgainstTheLogThatIsThere) {
  const PartitionOffsets log{20, 100, 100, ""};
  expect_place(GetParam(), within_log({OffsetKind::kExact, {"orders", 0}, GetParam().committed, ""}, &log));
}

INSTANTIATE_TEST_SUITE_P(
    Table, PlaceWithinLog,
    testing::Values(Case{"begin", 20, OffsetKind::kExact, 20, ""},
                    Case{"end", 100, OffsetKind::kExact, 100, ""},
                    Case{"deleted_since", 19, OffsetKind::kBefore, 20, "begins at 20 by now"},
                    Case{"another_log", 101, OffsetKind::kLeftOut, -1, "ends at 100, before 101"}),
    case_name);

TEST(PlaceOfOffset, IsLeftOutWhereTheTargetHasNoSuchPartition) {
  const Place place = within_log({OffsetKind::kExact, {"orders", 3}, 5, ""}, nullptr);
  EXPECT_EQ(place.kind, OffsetKind::kLeftOut);
  EXPECT_EQ(place.note, "the target has no partition orders-3");
  const PartitionOffsets denied{0, 0, 0, "TOPIC_AUTHORIZATION_FAILED"};
  EXPECT_THAT(within_log({OffsetKind::kExact, {"orders", 3}, 5, ""}, &denied).note,
              HasSubstr("TOPIC_AUTHORIZATION_FAILED"));
}

}  // namespace
}  // namespace arkive::kafka::test
