/// Groups of a Kafka of a test's own: archived, deleted there, and brought back.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kafka/groups/commit_groups.h"
#include "kafka/groups/group_plan.h"
#include "kafka/wire/wire_log_target.h"
#include "tests/kafka/archive/servers/real_brokers.h"

namespace arkive::kafka::test {

class RealGroups : public RealBrokers {
 protected:
  void begin(const std::string& version) {
    rehearse::KafkaSettings settings;
    settings.version = version;
    start(settings);
    source_ = source();
    target_ = value_of(open_wire_log_target(kafka().bootstrap(), {}, patience()));
  }
  void archive_all() {
    ArchiveRequest request;
    const ArchiveReport report = value_of(archive(*source_, *store_, request));
    index_ = value_of(read_index(*store_, report.manifest, Deadline::never()));
    restore_.store = store_.get();
    restore_.archive = &index_;
    restore_.run = report.manifest.id;
    restore_.patience = 60s;
  }
  GroupPlan plan() { return value_of(plan_groups(restore_, *source_)); }
  GroupReport commit(const GroupPlan& plan) { return commit_groups(plan, *source_, *target_, 60s); }

  /// No group of that name: as if another cluster was asked.
  void delete_group(const std::string& name) {
    tool(KafkaTool::kConsumerGroups, {"--delete", "--group", name});
  }
  /// "orders-0=7 (shelf 3)", of the brokers themselves.
  std::vector<std::string> offsets_of(const std::string& name) {
    std::vector<std::string> lines;
    for (const GroupFacts& group : value_of(source_->groups(patience()))) {
      if (group.name != name) continue;
      for (const CommittedOffset& one : group.offsets) {
        lines.push_back(one.partition.text() + "=" + std::to_string(one.offset) + " (" +
                        one.metadata.value_or("none") + ")");
      }
    }
    return lines;
  }
  static GroupAction action_of(const GroupPlan& plan, const std::string& name) {
    for (const PlannedGroup& group : plan.groups) {
      if (group.name == name) return group.action;
    }
    throw std::runtime_error("no group " + name);
  }
  /// A consumer that stays a member of `group`; ends with its object.
  ChildProcess join(const std::string& group, const std::string& topic) {
    Command command;
    command.arguments = {RECORD_PRODUCER, "consume", "--group", group,         "--topic",          topic,
                         "--records",     "1",       "--stay",  "--bootstrap", kafka().bootstrap()};
    ChildProcess member = value_of(ChildProcess::start(command, scratch("member.log")));
    const Deadline deadline = patience();
    while (!deadline.passed()) {
      for (const GroupFacts& one : value_of(source_->groups(deadline))) {
        if (one.name == group && one.state == "Stable" && one.members == 1) return member;
      }
    }
    throw std::runtime_error("nobody joins " + group);
  }

  /// The whole story; the same for each version of Kafka.
  void groups_come_back(const std::string& version);

  ArchiveIndex index_;
  GroupRestore restore_;
  std::unique_ptr<LogSource> source_;
  std::unique_ptr<LogTarget> target_;
};

inline void RealGroups::groups_come_back(const std::string& version) {
  begin(version);
  record_producer({"create-topic", "orders", "--partitions", "2"});
  record_producer({"create-topic", "payments"});
  record_producer({"produce", "--topic", "orders", "--partitions", "2", "--records", "50"});
  record_producer({"produce", "--topic", "payments", "--records", "20", "--transaction", "pay",
                   "--transaction-records", "5", "--abort-every", "2"});
  record_producer({"commit", "--group", "writers", "orders/0=7", "orders/1=0", "--metadata", "shelf 3"});
  // A transaction marker, and a record of a transaction that was aborted.
  record_producer({"commit", "--group", "markers", "payments/0=5"});
  record_producer({"commit", "--group", "aborted", "payments/0=8"});
  record_producer({"commit", "--group", "team/readers", "orders/0=11"});
  archive_all();
  const GroupPlan all_there = plan();
  EXPECT_EQ(all_there.count(GroupAction::kSame), 4U);
  EXPECT_EQ(commit(all_there).groups, 0U);

  for (const std::string name : {"writers", "markers", "aborted", "team/readers"}) delete_group(name);
  const GroupPlan missing = plan();
  EXPECT_EQ(missing.count(GroupAction::kCommit), 4U);
  EXPECT_TRUE(missing.is_complete());
  const GroupReport report = commit(missing);
  EXPECT_EQ(report.groups, 4U);
  EXPECT_EQ(report.offsets, 5U);
  for (const GroupFailure& failure : report.failed) ADD_FAILURE() << failure.group << ": " << failure.what;
  EXPECT_FALSE(report.ended);
  using testing::ElementsAre;
  EXPECT_THAT(offsets_of("writers"), ElementsAre("orders-0=7 (shelf 3)", "orders-1=0 (shelf 3)"));
  EXPECT_THAT(offsets_of("markers"), ElementsAre("payments-0=5 ()"));
  EXPECT_THAT(offsets_of("aborted"), ElementsAre("payments-0=8 ()"));
  EXPECT_THAT(offsets_of("team/readers"), ElementsAre("orders-0=11 ()"));
  EXPECT_EQ(plan().count(GroupAction::kSame), 4U);

  // Others' offsets are kept until their group is named.
  record_producer({"commit", "--group", "writers", "orders/0=9", "--metadata", "shelf 4"});
  const GroupPlan kept = plan();
  EXPECT_EQ(action_of(kept, "writers"), GroupAction::kKeep);
  EXPECT_EQ(commit(kept).groups, 0U);
  EXPECT_THAT(offsets_of("writers"), ElementsAre("orders-0=9 (shelf 4)", "orders-1=0 (shelf 3)"));
  restore_.overwrite = value_of(GroupGlobs::parse(std::vector<std::string>{"writers"}));
  EXPECT_EQ(commit(plan()).groups, 1U);
  EXPECT_THAT(offsets_of("writers"), ElementsAre("orders-0=7 (shelf 3)", "orders-1=0 (shelf 3)"));

  // A group that lives is refused: by the plan, and by the broker where it came to life later.
  delete_group("team/readers");
  const GroupPlan before = plan();
  EXPECT_EQ(action_of(before, "team/readers"), GroupAction::kCommit);
  const ChildProcess member = join("team/readers", "orders");
  const std::vector<std::string> own = offsets_of("team/readers");
  restore_.overwrite = value_of(GroupGlobs::parse(std::vector<std::string>{"*"}));
  EXPECT_EQ(action_of(plan(), "team/readers"), GroupAction::kLive);
  const GroupReport refused = commit(before);
  EXPECT_EQ(refused.groups, 0U);
  ASSERT_EQ(refused.failed.size(), 1U);
  EXPECT_THAT(refused.failed[0].what, testing::HasSubstr("it has got members meanwhile"));
  EXPECT_EQ(offsets_of("team/readers"), own);
}

}  // namespace arkive::kafka::test
