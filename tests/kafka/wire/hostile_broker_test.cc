// Brokers that answer what no Kafka would: an error in time, never a crash, a hang or a wrong answer.
#include <gmock/gmock.h>

#include <sys/resource.h>

#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/wire_log_source.h"
#include "tests/kafka/wire/support/scripted_broker.h"
#include "tests/support/results.h"

namespace arkive::kafka::test {
namespace {

using namespace std::chrono_literals;
using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using wire::Api;
using wire::VersionRange;
using wire::Writer;
using Asked = ScriptedBroker::Asked;
using Bytes = arkive::Bytes;

const std::map<Api, VersionRange> kModern = {{Api::kFetch, {4, 12}},      {Api::kListOffsets, {1, 8}},
                                             {Api::kMetadata, {0, 12}},   {Api::kListGroups, {0, 4}},
                                             {Api::kApiVersions, {0, 3}}, {Api::kDescribeConfigs, {1, 4}}};

Deadline soon() {
  return Deadline::after(1s);
}

// One broker, id 1, that leads "orders" 0 and 1.
class FakeKafka {
 public:
  explicit FakeKafka(ScriptedBroker::Answer other = {}, std::map<Api, VersionRange> known = kModern)
      : other_(std::move(other)),
        known_(std::move(known)),
        broker_([this](const Asked& asked) { return answer(asked); }) {}
  ScriptedBroker& broker() { return broker_; }
  std::unique_ptr<LogSource> open() {
    return value_of(open_wire_log_source(broker_.bootstrap(), {}, soon()));
  }

 private:
  std::optional<std::string> answer(const Asked& asked) {
    if (other_) {
      auto given = other_(asked);
      if (!given || *given != "as usual") return given;
    }
    if (asked.api == Api::kApiVersions) return ScriptedBroker::versions(asked, known_);
    if (asked.api == Api::kMetadata) return metadata(asked);
    return std::nullopt;
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
      to.array(2);
      for (std::int32_t partition = 0; partition < 2; ++partition) {
        to.int16(0);
        to.int32(partition);
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
  std::map<Api, VersionRange> known_;
  ScriptedBroker broker_;
};

// Answers `api` as told, everything else as usual.
ScriptedBroker::Answer only(Api api, std::function<std::optional<std::string>(const Asked&)> answer) {
  return [=](const Asked& asked) -> std::optional<std::string> {
    return asked.api == api ? answer(asked) : std::optional<std::string>("as usual");
  };
}

const std::vector<TopicPartition> kBoth = {{"orders", 0}, {"orders", 1}};

std::string offsets(const Asked& asked, std::vector<std::pair<std::int32_t, std::int16_t>> partitions) {
  return ScriptedBroker::answer(asked, [&](Writer& to) {
    to.int32(0);
    to.array(1);
    to.string("orders");
    to.array(partitions.size());
    for (const auto& [partition, error] : partitions) {
      to.int32(partition);
      to.int16(error);
      to.int64(-1);
      to.int64(50);
      to.int32(3);
      to.end();
    }
    to.end();
    to.end();
  });
}

TEST(HostileBroker, TheScriptItselfIsReadAsACluster) {
  FakeKafka kafka(only(Api::kListOffsets, [](const Asked& asked) {
    return offsets(asked, {{1, 0}, {0, 0}});
  }));
  const auto live = kafka.open();
  EXPECT_THAT(value_of(live->topics(soon())), SizeIs(1));
  const auto told = value_of(live->offsets(kBoth, soon()));
  EXPECT_EQ(told[1].high_watermark, 50);
  EXPECT_EQ(kafka.broker().connections(), 1);
}

TEST(HostileBroker, GiantLengthsAreRefusedWithoutReservingMemory) {
  for (const Bytes length :
       {Bytes("\x7f\xff\xff\xff", 4), Bytes("\xff\xff\xff\xff", 4), Bytes("HTTP/1.1 400\r\n")}) {
    ScriptedBroker broker([&](const Asked&) { return std::string(length) + std::string(100, 'x'); });
    const auto live = open_wire_log_source(broker.bootstrap(), {}, soon());
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, live));
    EXPECT_THAT(live.error().what, HasSubstr("bytes was announced"));
  }
}

TEST(HostileBroker, AFetchThatAnnouncesTwoGigabytesTakesNoMoreThanItSends) {
  FakeKafka kafka(only(
      Api::kFetch, [](const Asked&) { return std::string("\x7f\x00\x00\x00", 4) + std::string(100, 'x'); }));
  const auto live = kafka.open();
  const auto fetcher = value_of(live->open_fetcher(1, soon()));
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  const FetchWant want{{"orders", 0}, {}, 0, -1};
  EXPECT_TRUE(failed_with(Outcome::kRetry, fetcher->fetch({&want, 1}, {}, Deadline::after(300ms))));
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 10'000);
}

TEST(HostileBroker, AnswersNobodyAskedForAreRefused) {
  for (const std::int32_t other : {1, -1, 1'000'000}) {
    FakeKafka kafka([&](Asked asked) -> std::optional<std::string> {
      if (asked.api != Api::kMetadata) return "as usual";
      asked.correlation += other;
      return ScriptedBroker::answer(asked, [](Writer& to) { to.int32(0); });
    });
    const auto live = open_wire_log_source(kafka.broker().bootstrap(), {}, soon());
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, live));
    EXPECT_THAT(live.error().what, HasSubstr("correlation id"));
  }
}

TEST(HostileBroker, ShortAnswersAreRefused) {
  for (const std::size_t size : {0U, 3U, 4U, 5U, 20U}) {
    FakeKafka kafka(only(Api::kMetadata, [&](const Asked& asked) {
      const std::string whole = ScriptedBroker::answer(asked, [](Writer& to) {
        to.int32(0);
        to.array(3);
        to.int64(0);
        to.int64(0);
        to.int64(0);
      });
      std::string cut;
      append_big_endian(cut, static_cast<std::int32_t>(size));
      return std::optional(cut + whole.substr(4, size));
    }));
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, open_wire_log_source(kafka.broker().bootstrap(), {}, soon())));
  }
}

TEST(HostileBroker, OneThatNeverAnswersCostsNoMoreThanTheDeadline) {
  ScriptedBroker broker([](const Asked&) { return std::string(); });
  const auto start = SteadyClock::now();
  EXPECT_TRUE(
      failed_with(Outcome::kRetry, open_wire_log_source(broker.bootstrap(), {}, Deadline::after(300ms))));
  EXPECT_LT(SteadyClock::now() - start, 1300ms);
}

TEST(HostileBroker, OneThatNeverAnswersIsLeftForAnother) {
  ScriptedBroker silent([](const Asked&) { return std::string(); });
  FakeKafka kafka;
  ClientProperties properties;
  properties.request_timeout = 200ms;
  EXPECT_TRUE(succeeded(open_wire_log_source(silent.bootstrap() + "," + kafka.broker().bootstrap(),
                                             properties, Deadline::after(5s))));
}

TEST(HostileBroker, OneWithoutAVersionInCommonIsNamed) {
  auto known = kModern;
  known[Api::kMetadata] = {13, 15};
  FakeKafka kafka({}, known);
  const auto live = open_wire_log_source(kafka.broker().bootstrap(), {}, soon());
  ASSERT_TRUE(failed_with(Outcome::kFail, live));
  EXPECT_THAT(live.error().what,
              HasSubstr("Metadata: the broker knows its versions 13 to 15, arkive those of 5 to 12"));
}

TEST(HostileBroker, OneThatKnowsOnlyTheFirstApiVersionsIsAskedAgain) {
  for (const bool tells : {false, true}) {
    FakeKafka kafka([&](const Asked& asked) -> std::optional<std::string> {
      if (asked.api != Api::kApiVersions || asked.version == 0) return "as usual";
      Asked old = asked;
      old.version = 0;
      return ScriptedBroker::answer(old, [&](Writer& to) {
        to.int16(wire::kUnsupportedVersion);
        to.array(tells ? 1 : 0);
        if (!tells) return;
        to.int16(18);
        to.int16(0);
        to.int16(0);
      });
    });
    EXPECT_THAT(value_of(kafka.open()->topics(soon())), SizeIs(1));
  }
}

TEST(HostileBroker, OffsetsOfOtherPartitionsAreRefused) {
  for (const std::vector<std::pair<std::int32_t, std::int16_t>>& partitions :
       {std::vector<std::pair<std::int32_t, std::int16_t>>{{0, 0}},
        {{0, 0}, {2, 0}},
        {},
        {{0, 0}, {1, 0}, {2, 0}}}) {
    FakeKafka kafka(only(Api::kListOffsets, [&](const Asked& asked) { return offsets(asked, partitions); }));
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, kafka.open()->offsets(kBoth, soon())));
  }
}

// The first round asks three questions about both partitions, later ones about the second alone.
ScriptedBroker::Answer second_fails(std::int16_t first_error, std::int16_t second_error, int times) {
  return only(Api::kListOffsets, [=](const Asked& asked) {
    const std::int16_t error = asked.count < times ? second_error : wire::kNoError;
    if (asked.count < 3) return offsets(asked, {{0, first_error}, {1, error}});
    return offsets(asked, {{1, error}});
  });
}

TEST(HostileBroker, ALeaderThatMovesIsLookedForAgain) {
  FakeKafka kafka(second_fails(wire::kNoError, wire::kNotLeaderOrFollower, 6));
  const auto live = kafka.open();
  const auto told = value_of(live->offsets(kBoth, Deadline::after(10s)));
  EXPECT_EQ(told[1].error, "");
  EXPECT_EQ(told[1].high_watermark, 50);
  EXPECT_GE(kafka.broker().asked(Api::kMetadata), 3);
}

TEST(HostileBroker, WhatStaysWrongWithOnePartitionStandsThere) {
  FakeKafka kafka(second_fails(wire::kTopicAuthorizationFailed, wire::kLeaderNotAvailable, 1000));
  const auto told = value_of(kafka.open()->offsets(kBoth, soon()));
  EXPECT_THAT(told[0].error, HasSubstr("TOPIC_AUTHORIZATION_FAILED"));
  EXPECT_THAT(told[1].error, HasSubstr("LEADER_NOT_AVAILABLE"));
}

TEST(HostileBroker, AThrottledFetchIsWaitedOutAndAskedAgain) {
  FakeKafka kafka(only(Api::kFetch, [](const Asked& asked) {
    return std::optional(ScriptedBroker::answer(asked, [&](Writer& to) {
      to.int32(asked.count == 0 ? 300 : 0);
      to.int16(0);
      to.int32(0);
      to.array(asked.count == 0 ? 0 : 1);
      if (asked.count > 0) {
        to.string("orders");
        to.array(1);
        to.int32(0);
        to.int16(0);
        to.int64(7);
        to.int64(7);
        to.int64(0);
        to.array(0);
        to.int32(-1);
        to.bytes("records");
        to.end();
        to.end();
      }
      to.end();
    }));
  }));
  const auto fetcher = value_of(kafka.open()->open_fetcher(1, soon()));
  const FetchWant want{{"orders", 0}, {}, 0, -1};
  const auto start = SteadyClock::now();
  const auto got = value_of(fetcher->fetch({&want, 1}, {}, Deadline::after(5s)));
  EXPECT_GE(SteadyClock::now() - start, 250ms);
  EXPECT_EQ(got[0].records, "records");
  EXPECT_EQ(got[0].high_watermark, 7);
}

}  // namespace
}  // namespace arkive::kafka::test
