// Offsets committed for groups, and groups that do not take them.
#include "tests/kafka/log_target/contract.h"

namespace arkive::kafka::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class GroupsContract : public LogTargetContract {
 protected:
  GroupFacts group(const std::string& name) {
    for (GroupFacts& facts : value_of(source()->groups(patience()))) {
      if (facts.name == name) return facts;
    }
    throw std::runtime_error("no group " + name);
  }
};

TEST_P(GroupsContract, OffsetsAreCommittedWithTheirMetadata) {
  start();
  record_producer({"create-topic", "orders", "--partitions", "3"});
  record_producer({"create-topic", "bills"});
  record_producer({"produce", "--topic", "orders", "--partitions", "3", "--records", "30"});
  const auto live = target();
  const std::vector<CommittedOffset> offsets = {{{"orders", 2}, 7, 0, "shelf 3, \xc3\xa4"},
                                                {{"bills", 0}, 0, -1, ""},
                                                {{"orders", 0}, 10, -1, std::nullopt}};
  const auto answers = value_of(live->commit("readers", offsets, patience()));
  ASSERT_THAT(answers, SizeIs(3));
  EXPECT_THAT(answers, Each(Field(&ItemAnswer::error, IsEmpty())));
  const GroupFacts readers = group("readers");
  ASSERT_THAT(readers.offsets, SizeIs(3));
  EXPECT_EQ(readers.offsets[0].partition, (TopicPartition{"bills", 0}));
  EXPECT_EQ(readers.offsets[0].offset, 0);
  EXPECT_EQ(readers.offsets[1].partition, (TopicPartition{"orders", 0}));
  EXPECT_EQ(readers.offsets[1].offset, 10);
  EXPECT_EQ(readers.offsets[1].metadata.value_or(""), "");
  EXPECT_EQ(readers.offsets[2].offset, 7);
  EXPECT_EQ(readers.offsets[2].metadata, "shelf 3, \xc3\xa4");
  EXPECT_EQ(readers.offsets[2].leader_epoch, is_exact() ? 0 : -1);
  EXPECT_THAT(value_of(live->commit("readers", {}, patience())), IsEmpty());

  // Once more, and a topic that is not there.
  const std::vector<CommittedOffset> later = {{{"none", 0}, 1, -1, ""}, {{"orders", 2}, 8, -1, ""}};
  const auto mixed = value_of(live->commit("readers", later, Deadline::after(20s)));
  ASSERT_THAT(mixed, SizeIs(2));
  EXPECT_THAT(mixed[0].error, HasSubstr("UNKNOWN_TOPIC_OR_PART"));
  EXPECT_THAT(mixed[1].error, IsEmpty());
  EXPECT_EQ(group("readers").offsets[2].offset, 8);
}

TEST_P(GroupsContract, AGroupWithMembersIsLeftAsItIs) {
  start();
  record_producer({"create-topic", "orders"});
  record_producer({"produce", "--topic", "orders", "--records", "10"});
  Command command;
  command.arguments = {RECORD_PRODUCER, "consume", "--topic", "orders",      "--group",          "readers",
                       "--records",     "5",       "--stay",  "--bootstrap", kafka().bootstrap()};
  auto consumer = value_of(ChildProcess::start(command, scratch("consumer.log")));
  const Deadline deadline = patience();
  const auto settled = [&] {
    for (const GroupFacts& facts : value_of(source()->groups(deadline))) {
      if (facts.name == "readers" && facts.state == "Stable" && !facts.offsets.empty()) return true;
    }
    return false;
  };
  while (!settled()) ASSERT_FALSE(deadline.passed());
  const std::int64_t before = group("readers").offsets.at(0).offset;
  const std::vector<CommittedOffset> offsets = {{{"orders", 0}, 2, -1, ""}};
  const auto answers = value_of(target()->commit("readers", offsets, patience()));
  EXPECT_THAT(answers, ElementsAre(Field(&ItemAnswer::error, HasSubstr("UNKNOWN_MEMBER_ID"))));
  EXPECT_EQ(answers.at(0).outcome, Outcome::kFail);
  EXPECT_EQ(group("readers").offsets.at(0).offset, before);
}

INSTANTIATE_TEST_SUITE_P(Target, GroupsContract, testing::Values("wire", "librdkafka"), target_name);

}  // namespace
}  // namespace arkive::kafka::test
