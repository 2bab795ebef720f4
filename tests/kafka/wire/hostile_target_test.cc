// Brokers that answer those who write what no Kafka would: an error in time, and nothing is taken for
// appended.
#include <gmock/gmock.h>

#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/wire_log_target.h"
#include "tests/kafka/wire/support/scripted_broker.h"
#include "tests/support/results.h"

namespace arkive::kafka::test {
namespace {

using namespace std::chrono_literals;
using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::SizeIs;
using wire::Api;
using wire::VersionRange;
using wire::Writer;
using Asked = ScriptedBroker::Asked;
using State = AppendGot::State;

const std::map<Api, VersionRange> kKnown = {{Api::kProduce, {3, 11}},     {Api::kMetadata, {0, 12}},
                                            {Api::kApiVersions, {0, 3}},  {Api::kInitProducerId, {0, 4}},
                                            {Api::kOffsetCommit, {2, 9}}, {Api::kFindCoordinator, {0, 3}}};

constexpr std::int16_t kUnknownMember = 25;
constexpr std::int16_t kClusterDenied = 31;

struct Part {
  std::int32_t partition = 0;
  std::int16_t error = wire::kNoError;
  std::int64_t base_offset = 42;
};

std::string produced(const Asked& asked, const std::vector<Part>& parts, std::int32_t throttle = 0) {
  return ScriptedBroker::answer(asked, [&](Writer& to) {
    to.array(1);
    to.string("orders");
    to.array(parts.size());
    for (const Part& part : parts) {
      to.int32(part.partition);
      to.int16(part.error);
      to.int64(part.base_offset);
      to.int64(-1);
      to.int64(0);
      if (asked.version >= 8) {
        to.array(0);
        to.null_string();
      }
      to.end();
    }
    to.end();
    to.int32(throttle);
    to.end();
  });
}

std::string committed(const Asked& asked, std::int32_t partition, std::int16_t error) {
  return ScriptedBroker::answer(asked, [&](Writer& to) {
    to.int32(0);
    to.array(1);
    to.string("orders");
    to.array(1);
    to.int32(partition);
    to.int16(error);
    to.end();
    to.end();
    to.end();
  });
}

std::string producer(const Asked& asked, std::int16_t error, std::int64_t id) {
  return ScriptedBroker::answer(asked, [&](Writer& to) {
    to.int32(0);
    to.int16(error);
    to.int64(id);
    to.int16(0);
    to.end();
  });
}

// One broker, id 1; `partitions` of "orders" are told of.
class FakeTarget {
 public:
  explicit FakeTarget(ScriptedBroker::Answer other, std::size_t partitions = 2, std::int16_t produce = 11)
      : other_(std::move(other)),
        partitions_(partitions),
        produce_(produce),
        broker_([this](const Asked& asked) { return answer(asked); }) {}
  ScriptedBroker& broker() { return broker_; }
  std::unique_ptr<LogTarget> open() {
    ClientProperties properties;
    properties.request_timeout = 300ms;
    return value_of(open_wire_log_target(broker_.bootstrap(), properties, Deadline::after(5s)));
  }
  Result<AppendGot> append(Deadline deadline = Deadline::after(5s)) {
    const auto live = open();
    const auto appender = value_of(live->open_appender(1, deadline));
    const AppendWant want{{"orders", 0}, "a batch"};
    ARKIVE_TRY(appender->send({&want, 1}, deadline));
    ARKIVE_ASSIGN(const auto got, appender->receive(deadline));
    EXPECT_THAT(got, SizeIs(1));
    return got.front();
  }

 private:
  std::optional<std::string> answer(const Asked& asked) {
    if (asked.api == Api::kApiVersions) {
      auto known = kKnown;
      known[Api::kProduce].most = produce_;
      return ScriptedBroker::versions(asked, known);
    }
    if (asked.api == Api::kMetadata) return metadata(asked);
    if (asked.api == Api::kFindCoordinator) {
      return ScriptedBroker::answer(asked, [&](Writer& to) {
        to.int32(0);
        to.int16(0);
        to.null_string();
        to.int32(1);
        to.string("127.0.0.1");
        to.int32(broker_.port());
        to.end();
      });
    }
    return other_(asked);
  }
  std::string metadata(const Asked& asked) {
    return ScriptedBroker::answer(asked, [&](Writer& to) {
      to.int32(0);
      to.array(1);
      to.int32(1);
      to.string("127.0.0.1");
      to.int32(broker_.port());
      to.null_string();
      to.end();
      to.string("fake");
      to.int32(1);
      to.array(1);
      to.int16(0);
      to.string("orders");
      to.topic_id({});
      to.boolean(false);
      to.array(partitions_);
      for (std::size_t partition = 0; partition < partitions_; ++partition) {
        to.int16(0);
        to.int32(static_cast<std::int32_t>(partition));
        to.int32(1);
        to.int32(3);
        for (int list = 0; list < 3; ++list) to.array(0);
        to.end();
      }
      to.int32(0);
      to.end();
      to.end();
    });
  }

  ScriptedBroker::Answer other_;
  std::size_t partitions_;
  std::int16_t produce_;
  ScriptedBroker broker_;
};

TEST(HostileBrokerOfATarget, TheScriptItselfIsReadAsAnAppend) {
  FakeTarget kafka([](const Asked& asked) { return produced(asked, {{}}); });
  EXPECT_EQ(value_of(kafka.append()).base_offset, 42);
}

TEST(HostileBrokerOfATarget, AnswersAboutOtherPartitionsOrNoneAreNoAppend) {
  for (const std::vector<Part>& parts : {std::vector<Part>{}, {{1}}, {{-1}}, {{0, wire::kNoError, -1}}}) {
    FakeTarget kafka([&](const Asked& asked) { return produced(asked, parts); });
    const auto got = kafka.append();
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, got));
    EXPECT_THAT(got.error().what, HasSubstr("orders-0"));
  }
}

TEST(HostileBrokerOfATarget, ShortAnswersAreNoAppend) {
  for (std::size_t size = 4; size < 40; size += 5) {
    FakeTarget kafka([&](const Asked& asked) {
      std::string cut;
      append_big_endian(cut, static_cast<std::int32_t>(size));
      return cut + produced(asked, {{}}).substr(4, size);
    });
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, kafka.append())) << size;
  }
}

TEST(HostileBrokerOfATarget, OneThatHangsUpOrKeepsSilentIsLeftInTime) {
  for (const bool hangs_up : {true, false}) {
    FakeTarget kafka([&](const Asked&) -> std::optional<std::string> {
      if (hangs_up) return std::nullopt;
      return "";
    });
    const auto start = SteadyClock::now();
    EXPECT_TRUE(failed_with(Outcome::kRetry, kafka.append()));
    EXPECT_LT(SteadyClock::now() - start, 3s);  // twice the time of a request, not the deadline
  }
}

TEST(HostileBrokerOfATarget, NothingIsReceivedThatWasNotSent) {
  FakeTarget kafka([](const Asked& asked) { return produced(asked, {{}}); });
  const auto live = kafka.open();
  const auto appender = value_of(live->open_appender(1, Deadline::after(1s)));
  EXPECT_FALSE(succeeded(appender->receive(Deadline::after(300ms))));
}

TEST(HostileBrokerOfATarget, EveryErrorHasItsMeaning) {
  using namespace wire;
  const std::vector<std::pair<std::int16_t, State>> meanings = {
      {kNotLeaderOrFollower, State::kMoved},
      {std::int16_t{19}, State::kTryAgain},  // NOT_ENOUGH_REPLICAS
      {kOutOfOrderSequenceNumber, State::kOutOfOrder},
      {kDuplicateSequenceNumber, State::kDuplicate},
      {kUnknownProducerId, State::kUnknownProducer},
      {kInvalidProducerEpoch, State::kFenced},
      {kMessageTooLarge, State::kTooLarge},
      {kTopicAuthorizationFailed, State::kDenied},
      {kUnsupportedVersion, State::kRefused},
      {std::int16_t{12345}, State::kRefused}};
  for (const auto& [error, state] : meanings) {
    FakeTarget kafka([code = error](const Asked& asked) { return produced(asked, {{0, code, -1}}); });
    const AppendGot got = value_of(kafka.append());
    EXPECT_EQ(got.state, state) << got.error;
    EXPECT_FALSE(got.error.empty());
  }
}

TEST(HostileBrokerOfATarget, ATopicIsGoneOnlyWhenTheClusterHasNone) {
  for (const std::size_t partitions : {0U, 2U}) {
    FakeTarget kafka(
        [](const Asked& asked) {
          return produced(asked, {{0, wire::kUnknownTopicOrPartition, -1}});
        },
        partitions);
    EXPECT_EQ(value_of(kafka.append(Deadline::after(10s))).state,
              partitions == 0 ? State::kGone : State::kMoved);
  }
}

TEST(HostileBrokerOfATarget, AThrottledAppendIsWaitedOutBeforeTheNextOne) {
  FakeTarget kafka([](const Asked& asked) { return produced(asked, {{}}, asked.count == 0 ? 300 : 0); });
  const auto live = kafka.open();
  const auto appender = value_of(live->open_appender(1, Deadline::after(1s)));
  const AppendWant want{{"orders", 0}, "a batch"};
  const auto start = SteadyClock::now();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(succeeded(appender->send({&want, 1}, Deadline::after(5s))));
    EXPECT_TRUE(succeeded(appender->receive(Deadline::after(5s))));
  }
  EXPECT_GE(SteadyClock::now() - start, 250ms);
}

TEST(HostileBrokerOfATarget, WhoAsksForAPauseSaysUntilWhenAndAnswersNothingMeanwhile) {
  FakeTarget kafka([](const Asked& asked) { return produced(asked, {{}}, asked.count == 0 ? 400 : 0); });
  const auto live = kafka.open();
  const auto appender = value_of(live->open_appender(1, Deadline::after(1s)));
  const AppendWant want{{"orders", 0}, "a batch"};
  ASSERT_TRUE(succeeded(appender->send({&want, 1}, Deadline::after(5s))));
  EXPECT_LT(appender->rests_until(), SteadyClock::now());
  EXPECT_TRUE(succeeded(appender->receive(Deadline::after(5s))));
  EXPECT_EQ(appender->throttled(), 400ms);
  EXPECT_GT(appender->rests_until(), SteadyClock::now() + 200ms);
  // Not sent early for want of time: the broker would not read it.
  EXPECT_TRUE(failed_with(Outcome::kRetry, appender->send({&want, 1}, Deadline::after(50ms))));
  ASSERT_TRUE(succeeded(appender->send({&want, 1}, Deadline::after(5s))));
  EXPECT_TRUE(succeeded(appender->receive(Deadline::after(5s))));
  EXPECT_EQ(appender->throttled(), 0ms);
  EXPECT_LT(appender->rests_until(), SteadyClock::now());
}

TEST(HostileBrokerOfATarget, AnOldBrokerThatHasWaitedItselfIsNotWaitedForAgain) {
  FakeTarget kafka([](const Asked& asked) { return produced(asked, {{}}, 60'000); }, 2, 5);
  const auto live = kafka.open();
  const auto appender = value_of(live->open_appender(1, Deadline::after(1s)));
  const AppendWant want{{"orders", 0}, "a batch"};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(succeeded(appender->send({&want, 1}, Deadline::after(1s))));
    EXPECT_TRUE(succeeded(appender->receive(Deadline::after(1s))));
  }
  EXPECT_EQ(appender->throttled(), 60'000ms);
}

TEST(HostileBrokerOfATarget, AProducerWithoutAnIdIsNone) {
  FakeTarget without([](const Asked& asked) { return producer(asked, wire::kNoError, -1); });
  EXPECT_FALSE(succeeded(without.open()->new_producer(Deadline::after(1s))));
  FakeTarget refused([](const Asked& asked) { return producer(asked, kClusterDenied, -1); });
  EXPECT_TRUE(failed_with(Outcome::kDenied, refused.open()->new_producer(Deadline::after(1s))));
  FakeTarget loading([](const Asked& asked) {
    return asked.count == 0 ? producer(asked, wire::kCoordinatorLoadInProgress, -1)
                            : producer(asked, wire::kNoError, 7);
  });
  EXPECT_EQ(value_of(loading.open()->new_producer(Deadline::after(5s))).id, 7);
}

TEST(HostileBrokerOfATarget, ACommitIsDoneOnlyWhenItsPartitionIsAnswered) {
  const std::vector<CommittedOffset> offsets = {{{"orders", 0}, 7, -1, ""}};
  FakeTarget other([](const Asked& asked) { return committed(asked, 1, wire::kNoError); });
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, other.open()->commit("g", offsets, Deadline::after(1s))));

  FakeTarget moves([](const Asked& asked) {
    return committed(asked, 0, asked.count < 2 ? wire::kNotCoordinator : wire::kNoError);
  });
  EXPECT_THAT(value_of(moves.open()->commit("g", offsets, Deadline::after(10s))),
              Each(Field(&ItemAnswer::error, "")));
  EXPECT_EQ(moves.broker().asked(Api::kFindCoordinator), 3);

  FakeTarget busy([](const Asked& asked) { return committed(asked, 0, wire::kNotCoordinator); });
  EXPECT_THAT(value_of(busy.open()->commit("g", offsets, Deadline::after(1s))),
              Each(Field(&ItemAnswer::error, HasSubstr("NOT_COORDINATOR"))));

  FakeTarget lively([](const Asked& asked) { return committed(asked, 0, kUnknownMember); });
  EXPECT_THAT(value_of(lively.open()->commit("g", offsets, Deadline::after(1s))),
              Each(Field(&ItemAnswer::error, HasSubstr("UNKNOWN_MEMBER_ID"))));
}

}  // namespace
}  // namespace arkive::kafka::test
