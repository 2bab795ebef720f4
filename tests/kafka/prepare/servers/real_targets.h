/// A real broker made ready and put back.
#pragma once

#include "kafka/prepare/prepare.h"
#include "kafka/rdkafka/librdkafka_topic_admin.h"
#include "stores/core/process.h"
#include "stores/core/retry.h"
#include "tests/kafka/prepare/scripted_target.h"
#include "tests/kafka/wire/servers/servers.h"

namespace arkive::kafka::test {

class RealTargets : public KafkaServersTest, public testing::WithParamInterface<const char*> {
 protected:
  using Settings = std::map<std::string, std::string>;

  void SetUp() override {
    rehearse::KafkaSettings settings;
    settings.version = GetParam();
    settings.properties = {{"log.retention.check.interval.ms", "500"}, {"log.initial.task.delay.ms", "500"}};
    start(settings);
    source_ = source();
    admin_ = value_of(open_librdkafka_topic_admin(kafka().bootstrap(), {}, patience()));
  }
  Preparation look(const ArchivedTopic& archived, const std::string& name, PrepareOptions options = {}) {
    WantedTopic wanted{&archived, name};
    return value_of(inspect({&wanted, 1}, options, *source_, admin_.get(), patience()));
  }
  static std::string lines_of(const Preparation& found) {
    std::string lines;
    for (const Finding& finding : found.findings) lines += finding_line(finding) + "\n";
    return lines;
  }
  /// Ten records of 1970.
  void produce_old(const std::string& topic) {
    Command command;
    command.arguments = {RECORD_PRODUCER,     "produce", "--topic",     topic,
                         "--records",         "10",      "--keys",      "10",
                         "--first-timestamp", "1000",    "--bootstrap", kafka().bootstrap()};
    const Finished finished = value_of(run_process(command, Deadline::after(90s)));
    ASSERT_EQ(finished.status, 0) << finished.error_output;
  }
  std::int64_t log_start_of(const std::string& topic) {
    const TopicPartition partition{topic, 0};
    return value_of(source_->offsets({&partition, 1}, patience()))[0].log_start;
  }
  void wait_until_deleted(const std::string& topic) {
    const Deadline deadline = Deadline::after(60s);
    while (log_start_of(topic) != 10) {
      ASSERT_FALSE(deadline.passed()) << topic << " keeps its records";
      pause_for(100ms, deadline);
    }
  }
  Settings own_settings(const std::string& topic) {
    Settings own;
    const std::vector<TopicConfigs> all = value_of(source_->topic_configs({&topic, 1}, patience()));
    for (const ConfigEntry& entry : all.at(0).entries) {
      if (entry.source == "DYNAMIC_TOPIC_CONFIG") own[entry.name] = entry.value.value_or("?");
    }
    return own;
  }
  std::unique_ptr<LogSource> source_;
  std::unique_ptr<TopicAdmin> admin_;

  void keep_old_records_while_raised() {
    const std::vector<NewTopic> control = {{"control", 1, 1, {}, {{"retention.ms", "1000"}}}};
    ASSERT_EQ(value_of(admin_->create_topics(control, false, patience()))[0].error, "");
    const Settings last = {{"cleanup.policy", "compact,delete"},
                           {"message.timestamp.type", "LogAppendTime"},
                           {"retention.ms", "1000"}};
    const ArchivedTopic archived = archived_topic(last, 1);
    const Preparation found = look(archived, "orders");
    EXPECT_THAT(lines_of(found), testing::HasSubstr("1 segments with 5000 bytes"));
    ASSERT_FALSE(found.refused()) << lines_of(found);
    ASSERT_TRUE(succeeded(prepare(found, scratch("journal"), *source_, *admin_, patience())));
    produce_old("orders");
    produce_old("control");
    wait_until_deleted("control");
    EXPECT_EQ(log_start_of("orders"), 0) << "retention was not raised";
    EXPECT_THAT(value_of(put_back(scratch("journal"), *source_, *admin_, patience())).findings,
                testing::IsEmpty());
    EXPECT_EQ(own_settings("orders"), last);
    wait_until_deleted("orders");
  }
  void name_what_it_does_not_take() {
    const ArchivedTopic archived =
        archived_topic({{"min.insync.replicas", "2"}, {"made.up", "1"}, {"retention.ms", "many"}}, 3);
    const Preparation found = look(archived, "orders");
    EXPECT_THAT(lines_of(found), testing::HasSubstr("3 replicas in the archive, the target has 1 live"));
    EXPECT_THAT(lines_of(found), testing::HasSubstr("min.insync.replicas=2 with 1 replicas"));
    EXPECT_THAT(lines_of(found), testing::HasSubstr("the archived setting made.up=1"));
    EXPECT_TRUE(
        failed_with(Outcome::kUsage, prepare(found, scratch("journal"), *source_, *admin_, patience())));
    for (const TopicFacts& topic : value_of(source_->topics(patience()))) EXPECT_NE(topic.name, "orders");
  }
  void open_timestamp_limits(const std::string& limit) {
    const std::vector<NewTopic> strict = {{"orders", 1, 1, {}, {{limit, "1000"}, {"retention.ms", "-1"}}}};
    ASSERT_EQ(value_of(admin_->create_topics(strict, false, patience()))[0].error, "");
    facts_of(*source_, "orders");
    const ArchivedTopic archived = archived_topic({{limit, "1000"}, {"retention.ms", "-1"}}, 1);
    const Preparation found = look(archived, "orders");
    EXPECT_THAT(lines_of(found), testing::HasSubstr(limit + "=9223372036854775807 (then 1000)"));
    ASSERT_TRUE(succeeded(prepare(found, scratch("journal"), *source_, *admin_, patience())));
    produce_old("orders");
    ASSERT_TRUE(succeeded(put_back(scratch("journal"), *source_, *admin_, patience())));
    EXPECT_EQ(own_settings("orders"), (Settings{{limit, "1000"}, {"retention.ms", "-1"}}));
  }
};

}  // namespace arkive::kafka::test
