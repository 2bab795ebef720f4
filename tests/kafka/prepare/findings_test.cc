// Every finding, and that a target without trouble has none.
#include <gmock/gmock.h>

#include "tests/kafka/prepare/scripted_target.h"
#include "tests/support/results.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::value_of;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Settings = std::map<std::string, std::string>;

struct Situation {
  ScriptedTarget target;
  ArchivedTopic archived = archived_topic({{"retention.ms", "-1"}});
  WantedTopic wanted;
  PrepareOptions options;

  Situation() {
    target.topics_by_name["other"] = {};
    target.defaults["message.timestamp.after.max.ms"] = "9223372036854775807";
    target.defaults["max.message.bytes"] = "2147483647";
    wanted.target = "orders";
  }
  Preparation look() {
    wanted.archived = &archived;
    return value_of(
        inspect({&wanted, 1}, options, target, &target, Deadline::after(std::chrono::seconds(5))));
  }
};

struct Case {
  const char* name;
  void (*arrange)(Situation&);
  const char* line;
};

class FindingsTest : public testing::TestWithParam<Case> {};

TEST_P(FindingsTest, IsNamed) {
  Situation situation;
  GetParam().arrange(situation);
  std::vector<std::string> lines;
  for (const Finding& finding : situation.look().findings) lines.push_back(finding_line(finding));
  EXPECT_THAT(lines, Contains(HasSubstr(GetParam().line)));
  EXPECT_EQ(situation.target.changes, 0) << "something was written";
}

const Case kCases[] = {
    {"ReplicasAboveBrokers", [](Situation& s) { s.target.brokers = 1; },
     "refused: topic 'orders': 3 replicas in the archive, the target has 1 live brokers"},
    {"ReplicasLowered",
     [](Situation& s) {
       s.target.brokers = 1;
       s.options.fewer_replicas = true;
     },
     "warning: topic 'orders': 3 replicas in the archive, the target has 1 live brokers: it gets as many"},
    {"ReplicasAskedFor",
     [](Situation& s) {
       s.wanted.replication_factor = 5;
       s.options.fewer_replicas = true;
     },
     "refused: topic 'orders': 5 replicas are asked for"},
    {"OwnMinimumInSync",
     [](Situation& s) {
       s.archived = archived_topic({{"min.insync.replicas", "2"}});
       s.wanted.replication_factor = 1;
     },
     "refused: topic 'orders': min.insync.replicas=2 with 1 replicas"},
    {"DefaultMinimumInSync",
     [](Situation& s) {
       s.target.defaults["min.insync.replicas"] = "2";
       s.wanted.replication_factor = 1;
     },
     "refused: topic 'orders': min.insync.replicas=2 with 1 replicas"},
    {"ExistingWithTooFewInSync",
     [](Situation& s) {
       s.target.topics_by_name["orders"] = {1, 1, {{"min.insync.replicas", "2"}}, 0, ""};
     },
     "refused: topic 'orders': min.insync.replicas=2 with 1 replicas in sync"},
    {"OwnRetention",
     [](Situation& s) {
       s.archived = archived_topic({{"retention.ms", "1000"}});
     },
     "meanwhile: topic 'orders': while the replay runs: retention.ms=-1 (then 1000)"},
    {"DefaultRetention", [](Situation& s) { s.archived = archived_topic({}); },
     "retention.ms=-1 (then the cluster's default)"},
    {"CompactAndDelete",
     [](Situation& s) {
       s.archived = archived_topic({{"cleanup.policy", "compact,delete"}, {"retention.ms", "1000"}});
     },
     "retention.ms=-1 (then 1000)"},
    {"Expiring", [](Situation& s) { s.archived = archived_topic({}); },
     "1 segments with 5000 bytes of the archive, the oldest of 1970-01-01T00:00:10Z, are older than "
     "retention.ms=604800000"},
    {"ExpiringBySize",
     [](Situation& s) {
       s.archived = archived_topic({{"retention.bytes", "2000"}, {"retention.ms", "-1"}});
     },
     "3000 bytes above retention.bytes=2000"},
    {"BatchLimit", [](Situation& s) { s.target.defaults["max.message.bytes"] = "1048588"; },
     "meanwhile: topic 'orders': while the replay runs: max.message.bytes=2147483647, so that no record is "
     "too large (then the cluster's default)"},
    {"OwnBatchLimit",
     [](Situation& s) {
       s.archived = archived_topic({{"max.message.bytes", "3000000"}});
     },
     "max.message.bytes=2147483647, so that no record is too large (then 3000000)"},
    {"BatchLimitOfAnEmptyCluster", [](Situation& s) { s.target.topics_by_name.clear(); },
     "max.message.bytes=2147483647, so that no record is too large (then the cluster's default)"},
    {"BatchLimitLeftAsItIs",
     [](Situation& s) {
       s.target.topics_by_name["orders"].own["max.message.bytes"] = "1000";
       s.options.leave_existing = true;
     },
     "warning: topic 'orders': max.message.bytes stays 1000: a record whose batch is larger is left out, and "
     "counted"},
    {"BatchLimitOfAPolicy",
     [](Situation& s) {
       s.target.limit_is_kept = true;
       s.archived = archived_topic({{"max.message.bytes", "3000000"}});
     },
     "warning: topic 'orders': max.message.bytes stays 3000000: a record"},
    {"BatchLimitOfAPolicyOfAnEmptyCluster",
     [](Situation& s) {
       s.target.limit_is_kept = true;
       s.target.topics_by_name.clear();
     },
     "warning: topic 'orders': max.message.bytes stays the cluster's default: a record"},
    {"BatchLimitOfAPolicyOnATopicThatExists",
     [](Situation& s) {
       s.target.limit_is_kept = true;
       s.target.topics_by_name["orders"].own["max.message.bytes"] = "2000";
     },
     "warning: topic 'orders': max.message.bytes stays 2000: a record"},
    {"SegmentLimit",
     [](Situation& s) {
       s.target.defaults["segment.bytes"] = "4999";
       s.target.topics_by_name["orders"] = {};
     },
     "warning: topic 'orders': segment.bytes is 4999: a record whose batch is larger is left out"},
    {"AlteringRefused",
     [](Situation& s) {
       s.target.defaults["max.message.bytes"] = "1048588";
       s.target.topics_by_name["orders"] = {};
       s.target.not_configurable.insert("orders");
     },
     "refused: topic 'orders': its settings cannot be raised meanwhile: TOPIC_AUTHORIZATION_FAILED; use a "
     "user"},
    {"LogAppendTime",
     [](Situation& s) {
       s.archived = archived_topic({{"message.timestamp.type", "LogAppendTime"}});
     },
     "message.timestamp.type=CreateTime (then LogAppendTime)"},
    {"BeforeLimit",
     [](Situation& s) {
       s.archived = archived_topic({{"message.timestamp.before.max.ms", "5"}});
     },
     "message.timestamp.before.max.ms=9223372036854775807 (then 5)"},
    {"AfterLimitByDefault",
     [](Situation& s) { s.target.defaults["message.timestamp.after.max.ms"] = "3600000"; },
     "message.timestamp.after.max.ms=9223372036854775807 (then the cluster's default)"},
    {"OlderTimestampLimit",
     [](Situation& s) { s.target.defaults["message.timestamp.difference.max.ms"] = "7"; },
     "message.timestamp.difference.max.ms=9223372036854775807"},
    {"Recompression",
     [](Situation& s) {
       s.archived = archived_topic({{"compression.type", "gzip"}});
     },
     "compression.type=producer (then gzip)"},
    {"UnknownSetting",
     [](Situation& s) {
       s.archived = archived_topic({{"message.format.version", "2.8-IV1"}});
     },
     "refused: topic 'orders': the archived setting message.format.version=2.8-IV1"},
    {"UnknownSettingLeftOut",
     [](Situation& s) {
       s.archived = archived_topic({{"message.format.version", "2.8-IV1"}});
       s.options.leave_out_unknown = true;
     },
     "warning: topic 'orders': message.format.version=2.8-IV1 is left out"},
    {"UnknownSettingOfAnEmptyCluster",
     [](Situation& s) {
       s.target.topics_by_name.clear();
       s.archived = archived_topic({{"message.downconversion.enable", "true"}});
     },
     "message.downconversion.enable=true: INVALID_CONFIG: Unknown topic config name"},
    {"CreatingRefused", [](Situation& s) { s.target.refusal = "TOPIC_AUTHORIZATION_FAILED"; },
     "refused: topic 'orders': the target does not make it: TOPIC_AUTHORIZATION_FAILED; use a user"},
    {"DescribingRefused",
     [](Situation& s) { s.target.topics_by_name["orders"].error = "TOPIC_AUTHORIZATION_FAILED"; },
     "refused: topic 'orders': TOPIC_AUTHORIZATION_FAILED"},
    {"NotEmpty", [](Situation& s) { s.target.topics_by_name["orders"].records = 7; },
     "refused: topic 'orders': it exists and holds 7 offsets"},
    {"Appended",
     [](Situation& s) {
       s.target.topics_by_name["orders"].records = 7;
       s.options.append = true;
     },
     "warning: topic 'orders': it exists and holds 7 offsets: what is replayed comes behind"},
    {"OtherPartitions", [](Situation& s) { s.target.topics_by_name["orders"].partitions = 4; },
     "it exists with 4 partitions instead of 1"},
    {"OtherSettings",
     [](Situation& s) {
       s.archived = archived_topic({{"segment.ms", "1"}});
       s.target.topics_by_name["orders"] = {};
     },
     "it exists with segment.ms=604800000, in the archive it has 1"},
    {"NullKeys", [](Situation& s) { s.target.topics_by_name["orders"].own["cleanup.policy"] = "compact"; },
     "brokers refuse records without key"},
    {"RemoteStorage",
     [](Situation& s) {
       s.archived = archived_topic({{"remote.storage.enable", "true"}});
     },
     "remote.storage.enable=true"},
    {"LiveGroup",
     [](Situation& s) {
       GroupFacts group;
       group.name = "billing";
       group.state = "Stable";
       group.members = 2;
       group.offsets.push_back({{"orders", 0}, 3, -1, std::nullopt});
       s.target.all_groups.push_back(group);
     },
     "warning: group 'billing': is Stable with 2 members and consumes orders"},
    {"SettingsLeftAsTheyAre",
     [](Situation& s) {
       s.target.topics_by_name["orders"].own["retention.ms"] = "1000";
       s.options.leave_existing = true;
     },
     "warning: topic 'orders': retention.ms is 1000, not -1: brokers may delete"},
    {"CompactedTopic",
     [](Situation& s) {
       s.target.defaults["min.compaction.lag.ms"] = "0";
       s.archived = archived_topic({{"cleanup.policy", "compact"}});
     },
     "min.compaction.lag.ms=9223372036854775807 (then the cluster's default)"},
    {"GroupsNotToBeListed", [](Situation& s) { s.target.groups_refusal = "CLUSTER_AUTHORIZATION_FAILED"; },
     "warning: groups: who consumes is not known: CLUSTER_AUTHORIZATION_FAILED"},
    {"WritingRefused",
     [](Situation& s) {
       s.target.topics_by_name["orders"] = {};
       s.target.not_writable.insert("orders");
     },
     "refused: topic 'orders': this user may not write to it"},
    {"NoRoom",
     [](Situation& s) {
       s.wanted.bytes = 1'000'000;
       for (int id = 1; id <= 3; ++id) s.target.spaces.push_back({id, 9'000'000, 900'000});
     },
     "refused: brokers: with their replicas the topics need about 2.9 MiB, and 2.6 MiB are free"},
    {"LittleRoom",
     [](Situation& s) {
       s.wanted.bytes = 1'000'000;
       for (int id = 1; id <= 3; ++id) s.target.spaces.push_back({id, 9'000'000, 1'050'000});
     },
     "warning: brokers: with their replicas the topics need about"},
    {"OperatorInTheTree", [](Situation& s) { s.options.operator_znodes = {"/strimzi"}; },
     "warning: znode '/strimzi': an operator"},
    {"OperatorsTopic", [](Situation& s) { s.target.topics_by_name["__strimzi_store_topic"] = {}; },
     "warning: topic '__strimzi_store_topic': an operator"},
    {"InternalTopic", [](Situation& s) { s.wanted.target = "__consumer_offsets"; },
     "refused: topic '__consumer_offsets': its records are the brokers' own state"},
    {"KeptRaised",
     [](Situation& s) {
       s.archived = archived_topic({{"retention.ms", "1000"}});
       s.options.keep_raised = true;
     },
     "it stays so until it is put back by hand"},
};

INSTANTIATE_TEST_SUITE_P(Finding, FindingsTest, testing::ValuesIn(kCases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(Inspect, FindsNothingWhereNothingIsWrong) {
  Situation situation;
  const Preparation found = situation.look();
  EXPECT_THAT(found.findings, IsEmpty());
  EXPECT_FALSE(found.refused());
  ASSERT_EQ(found.made.size(), 1U);
  EXPECT_EQ(found.made[0].partitions, 1);
  EXPECT_EQ(found.made[0].replication_factor, 3);
  EXPECT_EQ(found.made[0].configs, (Settings{{"retention.ms", "-1"}}));
}

TEST(Inspect, SaysNothingOfRoomWhereABrokerDoesNotTell) {
  Situation situation;
  situation.wanted.bytes = 1'000'000;
  situation.target.spaces = {{1, 9'000'000, 10}, {2, 9'000'000, 10}};
  EXPECT_THAT(situation.look().findings, IsEmpty());
}

TEST(Inspect, TellsTheRaisedLimitOfBatchesOnceForAllTopics) {
  Situation situation;
  situation.target.defaults["max.message.bytes"] = "1048588";
  situation.target.topics_by_name["bills"] = {};
  const ArchivedTopic archived = archived_topic({{"retention.ms", "-1"}});
  const std::vector<WantedTopic> wanted = {{&archived, "bills"}, {&archived, "orders"}};
  const auto found = value_of(
      inspect(wanted, {}, situation.target, &situation.target, Deadline::after(std::chrono::seconds(5))));
  int told = 0;
  for (const Finding& finding : found.findings) {
    if (finding.severity != Severity::kChanged || finding.cause.find("max.message") == std::string::npos)
      continue;
    ++told;
    EXPECT_THAT(
        finding_line(finding),
        HasSubstr("meanwhile: 2 topics: while the replay runs: max.message.bytes=2147483647, so that no "
                  "record is too large (then what each of them has)"));
  }
  EXPECT_EQ(told, 1);
}

TEST(Inspect, GivesATopicThatIsMadeTheLimitItHadWhereAPolicyAllowsNoMore) {
  for (const bool is_empty : {false, true}) {
    Situation situation;
    situation.target.limit_is_kept = true;
    if (is_empty) situation.target.topics_by_name.clear();
    situation.archived = archived_topic({{"max.message.bytes", "3000000"}});
    const Preparation found = situation.look();
    EXPECT_FALSE(found.refused());
    EXPECT_EQ(found.made.at(0).configs.at("max.message.bytes"), "3000000");
    for (const TopicSettings& one : found.settings) EXPECT_FALSE(one.raised.contains("max.message.bytes"));
  }
}

TEST(Inspect, SaysNothingOfSegmentsThatBoundedBatchesAtTheSourceToo) {
  Situation situation;
  situation.target.defaults["segment.bytes"] = "1000";
  situation.archived = archived_topic({{"segment.bytes", "1000"}, {"retention.ms", "-1"}});
  EXPECT_THAT(situation.look().findings, IsEmpty());
}

TEST(Inspect, LeavesCompactedTopicsTheirRetention) {
  Situation situation;
  situation.archived = archived_topic({{"cleanup.policy", "compact"}, {"retention.ms", "1000"}});
  EXPECT_THAT(situation.look().findings, IsEmpty());
}

TEST(Inspect, PutsAllRefusalsFirstAndNamesThemAll) {
  Situation situation;
  situation.target.brokers = 1;
  situation.archived =
      archived_topic({{"min.insync.replicas", "2"}, {"made.up", "1"}, {"retention.ms", "5"}});
  const Preparation found = situation.look();
  ASSERT_GE(found.findings.size(), 5U);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(found.findings[static_cast<std::size_t>(i)].severity, Severity::kRefuse);
  EXPECT_TRUE(found.refused());
}

TEST(Findings, AreJsonValues) {
  const Finding finding{Severity::kChanged, "topic 'a'", "x", "y"};
  EXPECT_EQ(findings_json({&finding, 1}),
            R"([{"advice":"y","cause":"x","object":"topic 'a'","severity":"changed"}])");
}

}  // namespace
}  // namespace arkive::kafka::test
