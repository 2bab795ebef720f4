#include "restore-plans/observe/observe.h"
#include "tests/restore-plans/observe/observations.h"
#include "tests/support/scripted_log_source.h"

namespace arkive::restore_plans::test {
namespace {

using namespace std::chrono_literals;
using kafka::test::ScriptedCluster;
using kafka::test::ScriptedLogSource;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

/// A scripted source whose answers the test changes or refuses.
class TroubledSource : public kafka::LogSource {
 public:
  explicit TroubledSource(ScriptedCluster& cluster) : scripted_(cluster) {}
  std::string_view name() const override { return "troubled"; }
  Result<kafka::ClusterFacts> cluster(Deadline deadline) override {
    if (trouble.contains("cluster")) return fail(trouble.at("cluster"));
    ARKIVE_ASSIGN(kafka::ClusterFacts facts, scripted_.cluster(deadline));
    if (brokers) facts.brokers = *brokers;
    return facts;
  }
  Result<std::vector<kafka::TopicFacts>> topics(Deadline deadline) override {
    if (trouble.contains("topics")) return fail(trouble.at("topics"));
    return scripted_.topics(deadline);
  }
  Result<std::vector<kafka::PartitionOffsets>> offsets(std::span<const kafka::TopicPartition> partitions,
                                                       Deadline deadline) override {
    asked.insert(asked.end(), partitions.begin(), partitions.end());
    time_for_offsets = deadline.remaining();
    if (trouble.contains("offsets")) return fail(trouble.at("offsets"));
    return scripted_.offsets(partitions, deadline);
  }
  Result<std::vector<std::int64_t>> offsets_at(std::span<const kafka::TopicPartition> partitions,
                                               UnixMilliseconds time, Deadline deadline) override {
    return scripted_.offsets_at(partitions, time, deadline);
  }
  Result<std::optional<kafka::LeaderEpochStart>> end_of_epoch(const kafka::TopicPartition& partition,
                                                              std::int32_t epoch,
                                                              Deadline deadline) override {
    return scripted_.end_of_epoch(partition, epoch, deadline);
  }
  Result<std::vector<kafka::TopicConfigs>> topic_configs(std::span<const std::string> topics,
                                                         Deadline deadline) override {
    if (trouble.contains("configs")) return fail(trouble.at("configs"));
    ARKIVE_ASSIGN(auto all, scripted_.topic_configs(topics, deadline));
    for (kafka::TopicConfigs& one : all) {
      one.entries.insert(one.entries.end(), more_entries.begin(), more_entries.end());
      one.error = config_error;
    }
    return all;
  }
  Result<std::vector<kafka::GroupFacts>> groups(Deadline deadline) override {
    if (trouble.contains("groups")) return fail(trouble.at("groups"));
    return scripted_.groups(deadline);
  }
  Result<std::unique_ptr<kafka::LogFetcher>> open_fetcher(std::int32_t broker, Deadline deadline) override {
    return scripted_.open_fetcher(broker, deadline);
  }

  std::map<std::string, Error> trouble;
  std::optional<std::vector<kafka::BrokerFacts>> brokers;
  std::vector<kafka::ConfigEntry> more_entries;
  std::string config_error;
  std::vector<kafka::TopicPartition> asked;
  std::chrono::milliseconds time_for_offsets{0};

 private:
  ScriptedLogSource scripted_;
};

class ObserveKafka : public testing::Test {
 protected:
  ObserveKafka() {
    cluster_.make("orders", 2);
    cluster_.topics.at("orders").configs = {{"retention.ms", "-1"}};
    cluster_.at("orders", 1).append(5);
    cluster_.at("orders", 1).delete_before(2);
  }
  Result<ObservedKafka> observe() { return observe_kafka("b1:9092", &source_, Deadline::after(10s)); }
  void refuse(const std::string& question, Outcome outcome) {
    source_.trouble = {{question, Error{outcome, "ask for " + question + ": no", ""}}};
  }
  ScriptedCluster cluster_;
  TroubledSource source_{cluster_};
};

TEST_F(ObserveKafka, TellsWhatTheClusterTells) {
  kafka::GroupFacts group;
  group.name = "billing";
  group.state = "Stable";
  group.members = 2;
  group.offsets = {{{"orders", 0}, 1, -1, std::nullopt}};
  cluster_.groups = {group};
  source_.brokers = {{3, "b3", 9092, ""}, {1, "b1", 9093, "rack"}};
  const ObservedKafka seen = value_of(observe());
  EXPECT_EQ(seen.reached, Reached::kAnswered);
  EXPECT_EQ(seen.address, "b1:9092");
  EXPECT_EQ(seen.error, "");
  EXPECT_EQ(seen.cluster_id, "scripted-cluster");
  EXPECT_EQ(seen.controller, 1);
  EXPECT_THAT(seen.brokers, ElementsAre(ObservedBroker{1, "b1", 9093}, ObservedBroker{3, "b3", 9092}));
  ObservedLiveTopic orders;
  orders.id = cluster_.topics.at("orders").id.text();
  orders.partitions = {{0, 1, 0, {1, 2, 3}, {1, 2, 3}, 0, 0}, {1, 2, 0, {1, 2, 3}, {1, 2, 3}, 2, 5}};
  orders.config = {{"retention.ms", "-1"}};
  EXPECT_THAT(seen.topics, ElementsAre(Pair("orders", orders)));
  EXPECT_THAT(seen.groups, ElementsAre(Pair("billing", ObservedGroup{"Stable", 2, 1})));
  EXPECT_THAT(seen.not_known, IsEmpty());
}

TEST_F(ObserveKafka, TellsAnAuthoriserAndReleasesAsFarAsTheyAreTold) {
  const auto with = [&](const BrokerQuestions& ask) {
    return value_of(observe_kafka("b1:9092", &source_, Deadline::never(), ask));
  };
  EXPECT_EQ(with({}).authoriser, Authoriser::kNotKnown);
  EXPECT_EQ(with({[](Deadline) -> Result<bool> { return true; }, {}}).authoriser, Authoriser::kPresent);
  const ObservedKafka seen =
      with({[](Deadline) -> Result<bool> { return false; },
            [](Deadline) {
              return Result<std::map<std::int32_t, std::string>>({{1, "2.0"}, {3, ""}});
            }});
  EXPECT_EQ(seen.authoriser, Authoriser::kAbsent);
  EXPECT_THAT(seen.releases, ElementsAre(Pair("1", "2.0"), Pair("3", "")));
  const ObservedKafka refused = with({[](Deadline) -> Result<bool> { return fail(Outcome::kDenied, "no"); },
                                      [](Deadline) -> Result<std::map<std::int32_t, std::string>> {
                                        return fail(Outcome::kRetry, "not now");
                                      }});
  EXPECT_EQ(refused.authoriser, Authoriser::kNotKnown);
  EXPECT_THAT(refused.not_known, ElementsAre("releases of brokers: not now", "authoriser: no"));
}

TEST_F(ObserveKafka, KeepsOnlyWhatIsSetOnTheTopicAndNoSecret) {
  source_.more_entries = {{"segment.bytes", "1", "DEFAULT_CONFIG", false},
                          {"sensitive", std::nullopt, "DYNAMIC_TOPIC_CONFIG", true},
                          {"plugin.password", "secret", "DYNAMIC_TOPIC_CONFIG", false},
                          {"flush.ms", "5", "DYNAMIC_TOPIC_CONFIG", false}};
  EXPECT_THAT(value_of(observe()).topics.at("orders").config,
              ElementsAre(Pair("flush.ms", "5"), Pair("retention.ms", "-1")));
}

TEST_F(ObserveKafka, TakesNobodyThereForAFact) {
  const Error nobody{Outcome::kRetry, "connect 'b1:9092': refused", ""};
  const ObservedKafka seen = value_of(observe_kafka("b1:9092", fail(nobody), Deadline::never()));
  EXPECT_EQ(seen.reached, Reached::kUnreachable);
  EXPECT_EQ(seen.address, "b1:9092");
  EXPECT_EQ(seen.error, nobody.what);
  for (const char* question : {"cluster", "topics"}) {
    refuse(question, Outcome::kRetry);
    const ObservedKafka gone = value_of(observe());
    EXPECT_EQ(gone.reached, Reached::kUnreachable) << question;
    EXPECT_THAT(gone.error, HasSubstr(question));
    EXPECT_EQ(gone.cluster_id, "") << "half of an answer is none";
  }
}

TEST_F(ObserveKafka, FailsWhenItIsRefusedOrInterrupted) {
  for (const Outcome outcome : {Outcome::kDenied, Outcome::kInterrupted, Outcome::kUsage}) {
    EXPECT_TRUE(failed_with(outcome, observe_kafka("b", fail(outcome, "no"), Deadline::never())));
    refuse("cluster", outcome);
    EXPECT_TRUE(failed_with(outcome, observe()));
  }
  for (const char* question : {"offsets", "configs", "groups"}) {
    refuse(question, Outcome::kInterrupted);
    EXPECT_TRUE(failed_with(Outcome::kInterrupted, observe())) << question;
  }
}

TEST_F(ObserveKafka, SaysWhatCouldNotBeAsked) {
  refuse("offsets", Outcome::kRetry);
  ObservedKafka seen = value_of(observe());
  EXPECT_EQ(seen.reached, Reached::kAnswered);
  EXPECT_THAT(seen.not_known, ElementsAre("offsets: ask for offsets: no"));
  EXPECT_EQ(seen.topics.at("orders").partitions[1].log_start, -1);
  EXPECT_EQ(seen.topics.at("orders").partitions[1].log_end, -1);
  refuse("configs", Outcome::kDenied);
  EXPECT_THAT(value_of(observe()).not_known, ElementsAre("configs of topics: ask for configs: no"));
  refuse("groups", Outcome::kDenied);
  EXPECT_THAT(value_of(observe()).not_known, ElementsAre("groups: ask for groups: no"));
}

TEST_F(ObserveKafka, SaysWhatOfOneTopicPartitionOrGroupIsNotKnown) {
  cluster_.make("hidden").error = "not authorised";
  cluster_.at("orders", 0).leader = -1;
  cluster_.at("orders", 1).offsets_error = "LEADER_NOT_AVAILABLE";
  source_.config_error = "cannot";
  kafka::GroupFacts group;
  group.name = "billing";
  group.error = "loading";
  cluster_.groups = {group};
  const ObservedKafka seen = value_of(observe());
  EXPECT_EQ(seen.topics.at("hidden").error, "not authorised");
  EXPECT_THAT(seen.not_known, ElementsAre("offsets of orders-0: it has no leader",
                                          "offsets of orders-1: LEADER_NOT_AVAILABLE",
                                          "config of topic orders: cannot", "group billing: loading"));
  EXPECT_THAT(source_.asked, ElementsAre(kafka::TopicPartition{"orders", 1})) << "nobody could answer";
  EXPECT_EQ(seen.topics.at("orders").partitions[1].log_end, -1);
}

TEST_F(ObserveKafka, LeavesTimeForTheQuestionsThatFollow) {
  value_of(observe());
  EXPECT_GT(source_.time_for_offsets, 1s);
  EXPECT_LT(source_.time_for_offsets, 5s) << "of ten";
}

TEST_F(ObserveKafka, NamesTwentyOfAKindAtMost) {
  cluster_.make("wide", 100);
  for (auto& [number, log] : cluster_.topics.at("wide").partitions) log.leader = -1;
  const ObservedKafka seen = value_of(observe());
  ASSERT_EQ(seen.not_known.size(), 21U);
  EXPECT_EQ(seen.not_known.back(), "and 80 more");
}

}  // namespace
}  // namespace arkive::restore_plans::test
