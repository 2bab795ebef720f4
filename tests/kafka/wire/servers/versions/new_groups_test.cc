// Groups of the protocol of KIP-848, on a broker that has it.
#include <thread>

#include "tests/kafka/wire/servers/servers.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class NewGroups : public KafkaServersTest {
 protected:
  /// A console consumer that ends with its `records`-th record.
  std::thread consumer(const std::string& group, const std::string& protocol, int records) {
    return std::thread([this, group, protocol, records] {
      tool(KafkaTool::kConsoleConsumer,
           {"--topic", "orders", "--from-beginning", "--max-messages", std::to_string(records), "--group",
            group, "--consumer-property", "group.protocol=" + protocol});
    });
  }
  /// Waits until every group is `state`; returns the last look.
  static std::vector<GroupFacts> groups_once_all_are(const std::string& state, LogSource& source,
                                                     std::size_t count) {
    const Deadline deadline = Deadline::after(60s);
    while (true) {
      std::vector<GroupFacts> groups = value_of(source.groups(patience()));
      const bool all = groups.size() == count &&
                       std::all_of(groups.begin(), groups.end(),
                                   [&](const GroupFacts& group) { return group.state == state; });
      if (all || deadline.passed()) return groups;
    }
  }
};

TEST_F(NewGroups, TellTheirStateAndMembersLikeClassicOnes) {
  rehearse::KafkaSettings settings;
  settings.version = "4.1.0";
  start(settings);
  create_topic("orders", 2);
  produce("orders", "one\ntwo\nthree\n");
  const auto live = source();
  std::vector<std::thread> consumers;
  consumers.push_back(consumer("classic", "classic", 4));
  consumers.push_back(consumer("new", "consumer", 4));
  const auto busy = groups_once_all_are("Stable", *live, 2);
  produce("orders", "four\n");
  for (std::thread& one : consumers) one.join();

  ASSERT_THAT(busy, SizeIs(2));
  for (const GroupFacts& group : busy) {
    EXPECT_EQ(group.state, "Stable") << group.name;
    EXPECT_EQ(group.members, 1) << group.name;
    EXPECT_EQ(group.protocol, "consumer") << group.name;
    EXPECT_THAT(group.error, IsEmpty()) << group.name;
  }
  const auto left = groups_once_all_are("Empty", *live, 2);
  ASSERT_THAT(left, SizeIs(2));
  for (const GroupFacts& group : left) {
    EXPECT_EQ(group.state, "Empty") << group.name;
    EXPECT_EQ(group.members, 0) << group.name;
    EXPECT_THAT(group.offsets, SizeIs(2)) << group.name;
  }
}

}  // namespace
}  // namespace arkive::kafka::test
