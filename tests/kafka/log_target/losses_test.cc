// Brokers that stop, die and come back while batches are on their way.
#include <deque>

#include "tests/kafka/log_target/contract.h"

namespace arkive::kafka::test {
namespace {

using testing::HasSubstr;

class LossesContract : public LogTargetContract {
 protected:
  static constexpr int kRecords = 50;  // of a batch

  /// Sends batches 0 to `count` - 1 of one partition in their order, five under way at most, as a restore
  /// does: after trouble what the log does not hold again, wherever the leader is by now (its records are
  /// older than a day, so a broker that starts anew has forgotten who sent them). `then` is called when a
  /// batch is answered.
  void append_all(LogTarget& live, const TopicPartition& partition, int count,
                  const std::function<void(int answered)>& then) {
    const ProducerIdentity producer = value_of(live.new_producer(patience()));
    const Deadline deadline = patience();
    std::unique_ptr<LogAppender> appender;
    int answered = 0;
    int sent = 0;
    std::deque<std::string> under_way;
    while (answered < count && !deadline.passed()) {
      if (!appender) {
        const TopicFacts topic = facts_of(*looker_, partition.topic);
        auto opened = live.open_appender(
            topic.partitions[static_cast<std::size_t>(partition.partition)].leader, Deadline::after(5s));
        if (!opened) continue;
        appender = std::move(*opened);
        if (is_exact()) answered = static_cast<int>(end_of(partition) / kRecords);
        sent = answered;
        under_way.clear();
      }
      bool lost = false;
      while (!lost && sent < count && sent - answered < ProducerIdentity::kMostUnanswered) {
        under_way.push_back(batch_of(sent * kRecords, kRecords, producer));
        const AppendWant want{partition, under_way.back()};
        lost = !appender->send({&want, 1}, deadline);
        ++sent;
      }
      if (!lost) {
        const auto got = appender->receive(deadline);
        lost = !got || got->front().state != State::kAppended;
        if (!lost) {
          EXPECT_EQ(got->front().base_offset, answered * kRecords);
          under_way.pop_front();
          then(++answered);
        } else if (got) {
          EXPECT_TRUE(got->front().state == State::kMoved || got->front().state == State::kTryAgain ||
                      got->front().state == State::kOutOfOrder)
              << got->front().error;
        }
      }
      if (lost) appender.reset();
    }
    EXPECT_GE(answered, count);
  }
  std::unique_ptr<LogSource> looker_;
};

TEST_P(LossesContract, ABrokerKilledInTheMiddleLeavesNoDuplicateAndNoHole) {
  start();
  record_producer({"create-topic", "orders"});
  looker_ = source();
  const auto live = target();
  append_all(*live, {"orders", 0}, 60, [&](int answered) {
    if (answered != 20) return;
    ASSERT_TRUE(succeeded(kafka().broker(1).kill()));
    ASSERT_TRUE(succeeded(kafka().broker(1).start(patience())));
  });
  EXPECT_EQ(read_all({"orders", 0}, 60 * kRecords).records, some_records(0, 60 * kRecords));
  EXPECT_EQ(end_of({"orders", 0}), 60 * kRecords);
}

TEST_P(LossesContract, TheNextLeaderTakesWhatTheDeadOneDidNotAnswer) {
  rehearse::KafkaSettings settings;
  settings.brokers = 3;
  settings.properties["min.insync.replicas"] = "2";
  settings.properties["replica.lag.time.max.ms"] = "3000";
  start(settings);
  record_producer({"create-topic", "orders", "--assignment", "1,2,3"});
  looker_ = source();
  const auto live = target();
  append_all(*live, {"orders", 0}, 60, [&](int answered) {
    if (answered != 20) return;
    ASSERT_TRUE(succeeded(kafka().broker(1).kill()));
  });
  EXPECT_EQ(read_all({"orders", 0}, 60 * kRecords).records, some_records(0, 60 * kRecords));

  // One replica alone is not enough.
  ASSERT_TRUE(succeeded(kafka().broker(3).stop()));
  TopicFacts topic = facts_of(*looker_, "orders");
  for (const Deadline deadline = patience(); topic.partitions[0].in_sync_replicas.size() > 1;) {
    ASSERT_FALSE(deadline.passed());
    topic = facts_of(*looker_, "orders");
  }
  const ProducerIdentity producer = value_of(live->new_producer(patience()));
  const auto appender = value_of(live->open_appender(2, patience()));
  const std::string batch = batch_of(some_records(0, 10), producer, 0);
  const AppendWant want{{"orders", 0}, batch};
  ASSERT_TRUE(succeeded(appender->send({&want, 1}, patience())));
  if (is_exact()) {
    const AppendGot got = value_of(appender->receive(patience())).front();
    EXPECT_EQ(got.state, State::kTryAgain);
    EXPECT_THAT(got.error, HasSubstr("NOT_ENOUGH_REPLICAS"));
  } else {
    // It tries again by itself.
    EXPECT_TRUE(failed_with(Outcome::kRetry, appender->receive(Deadline::after(3s))));
    EXPECT_EQ(appender->unanswered(), 1U);
  }
  ASSERT_TRUE(succeeded(kafka().start_again(patience())));
  AppendGot got;
  for (const Deadline deadline = patience(); !deadline.passed();) {
    got =
        is_exact() ? append(*appender, {"orders", 0}, batch) : value_of(appender->receive(deadline)).front();
    if (got.state != State::kTryAgain) break;
  }
  EXPECT_EQ(got.state, State::kAppended) << got.error;
  EXPECT_EQ(got.base_offset, 60 * kRecords);
  EXPECT_EQ(end_of({"orders", 0}), 60 * kRecords + 10);
}

INSTANTIATE_TEST_SUITE_P(Target, LossesContract, testing::Values("wire", "librdkafka"), target_name);

}  // namespace
}  // namespace arkive::kafka::test
