#include "restore-plans/drill/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arkive::restore_plans {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAre;

kafka::ArchivedTopic topic(const std::string& name, std::uint64_t bytes) {
  kafka::ArchivedTopic made;
  made.name = name;
  made.partitions.emplace_back();
  made.partitions.back().segments.emplace_back();
  made.partitions.back().segments.back().bytes = bytes;
  return made;
}

std::vector<kafka::ArchivedTopic> five_topics() {
  return {topic("__consumer_offsets", 900), topic("a", 100), topic("b", 200), topic("c", 300),
          topic("large", 5000)};
}

TEST(Sample, EverythingIsTakenWhereNothingIsSaid) {
  EXPECT_THAT(choose_sample(five_topics(), {}), ElementsAre("__consumer_offsets", "a", "b", "c", "large"));
}

TEST(Sample, KafkasOwnTopicsAreTakenBesideThoseThatAreWanted) {
  SampleOptions options;
  options.wanted = [](std::string_view name) { return name == "b"; };
  EXPECT_THAT(choose_sample(five_topics(), options), ElementsAre("__consumer_offsets", "b"));
}

TEST(Sample, TopicsTogetherAreNoLargerThanTheSizeThatWasNamedAndOthersEachTime) {
  std::set<std::string> ever;
  SampleOptions options;
  options.bytes = 300;
  for (options.seed = 0; options.seed < 50; ++options.seed) {
    const std::set<std::string> chosen = choose_sample(five_topics(), options);
    std::uint64_t bytes = 0;
    for (const kafka::ArchivedTopic& one : five_topics()) {
      if (chosen.contains(one.name) && one.name != "__consumer_offsets") bytes += one.bytes();
    }
    EXPECT_LE(bytes, 300U);
    EXPECT_THAT(chosen, Contains("__consumer_offsets"));
    ever.insert(chosen.begin(), chosen.end());
  }
  EXPECT_THAT(ever, UnorderedElementsAre("__consumer_offsets", "a", "b", "c"));
}

TEST(Sample, TheSameSeedTakesTheSame) {
  SampleOptions options;
  options.bytes = 300;
  options.seed = 7;
  EXPECT_EQ(choose_sample(five_topics(), options), choose_sample(five_topics(), options));
}

TEST(Sample, TheSmallestTopicIsTakenWhereNoneFits) {
  SampleOptions options;
  options.bytes = 10;
  EXPECT_THAT(choose_sample(five_topics(), options), ElementsAre("__consumer_offsets", "a"));
}

TEST(Sample, AnIndexOfSomeTopicsKeepsTheirNewestAndTheOffsetsOfGroupsInThem) {
  kafka::ArchiveIndex index;
  const auto old_id = *kafka::TopicId::from_text("AAAAAAAAAAAAAAAAAAAAAQ");
  const auto new_id = *kafka::TopicId::from_text("AAAAAAAAAAAAAAAAAAAAAg");
  index.topics = {
      {"a", old_id, "1", 10, 1, 1, 10}, {"a", new_id, "2", 20, 1, 1, 20}, {"b", old_id, "3", 20, 1, 1, 20}};
  kafka::GroupFacts group;
  group.name = "billing";
  group.offsets.push_back({{"a", 0}, 7, -1, {}});
  group.offsets.push_back({{"b", 0}, 9, -1, {}});
  index.groups.push_back(group);
  const kafka::ArchiveIndex kept = only_topics(index, {"a"});
  ASSERT_EQ(kept.topics.size(), 1U);
  EXPECT_EQ(kept.topics.front().list, "2");
  ASSERT_EQ(kept.groups.front().offsets.size(), 1U);
  EXPECT_EQ(kept.groups.front().offsets.front().partition.topic, "a");
}

TEST(Sample, ZnodesOfOtherTopicsAreLeftOutAndAllElseStays) {
  zk::Tree tree;
  for (const char* path : {"/kafka/brokers/topics/a/partitions/0/state",
                           "/kafka/brokers/topics/b/partitions/0/state", "/kafka/config/topics/a",
                           "/kafka/config/topics/b", "/kafka/admin/delete_topics/b", "/brokers/topics/b"})
    tree.make(path);
  leave_out_topics(tree, "/kafka", {"a"});
  std::vector<std::string> left;
  tree.walk(zk::kRoot, [&](zk::NodeIndex, const std::string& path) {
    left.push_back(path);
    return true;
  });
  EXPECT_THAT(left, IsSupersetOf({"/kafka/brokers/topics/a/partitions/0/state", "/kafka/config/topics/a",
                                  "/kafka/admin/delete_topics", "/brokers/topics/b"}));
  for (const char* path :
       {"/kafka/brokers/topics/b", "/kafka/config/topics/b", "/kafka/admin/delete_topics/b"})
    EXPECT_EQ(tree.find(path), zk::kNoNode) << path;
}

}  // namespace
}  // namespace arkive::restore_plans
