// Servers that answer what no ZooKeeper would: an error in time, never a crash, a hang or a wrong tree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/zk/client/support/reading.h"
#include "tests/zk/client/support/scripted_server.h"

namespace arkive::zk::test {
namespace {

using namespace std::chrono_literals;
using arkive::test::failed_with;
using arkive::test::value_of;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using Request = ScriptedServer::Request;

ConnectOptions hasty(const std::string& connect) {
  ConnectOptions options = options_for(connect);
  options.deadline = Deadline::after(1s);
  options.session_timeout = 3s;
  return options;
}

std::string stat(std::int32_t children) {
  std::string out;
  jute::Writer to(out);
  for (int i = 0; i < 4; ++i) to.int64(1);
  for (int i = 0; i < 3; ++i) to.int32(0);
  to.int64(0);
  to.int32(4);
  to.int32(children);
  to.int64(1);
  return out;
}

std::string data_and_stat(std::int32_t children) {
  std::string out;
  jute::Writer(out).string("data");
  return out + stat(children);
}

std::string names(const std::vector<std::string>& all) {
  std::string out;
  jute::Writer to(out);
  to.int32(static_cast<std::int32_t>(all.size()));
  for (const std::string& name : all) to.string(name);
  return out;
}

constexpr auto kProbe = static_cast<std::int32_t>(jute::Operation::kMultiRead);
constexpr auto kData = static_cast<std::int32_t>(jute::Operation::kGetData);
constexpr auto kChildren = static_cast<std::int32_t>(jute::Operation::kGetChildren2);
constexpr auto kAcl = static_cast<std::int32_t>(jute::Operation::kGetAcl);

// A server of 3.5: no multiRead; a root with the given children, which are leaves.
ScriptedServer::Answer old_server(std::vector<std::string> children) {
  return [children](const Request& request) -> std::optional<std::string> {
    const bool root = request.record.size() == 4 + 1 + 1;
    switch (request.operation) {
      case kProbe:
        return ScriptedServer::reply(request.xid, jute::kUnimplemented);
      case kData:
        return ScriptedServer::reply(request.xid, 0,
                                     data_and_stat(root ? static_cast<std::int32_t>(children.size()) : 0));
      case kChildren:
        return ScriptedServer::reply(request.xid, 0,
                                     names(children) + stat(static_cast<std::int32_t>(children.size())));
      case kAcl: {
        std::string acl;
        jute::Writer to(acl);
        to.int32(1);
        to.int32(31);
        to.string("world");
        to.string("anyone");
        return ScriptedServer::reply(request.xid, 0, acl + stat(0));
      }
      default:
        return ScriptedServer::reply(request.xid, 0, std::string(4, '\0'));
    }
  };
}

TEST(HostileServer, TheScriptItselfIsReadAsATree) {
  const ScriptedServer server(old_server({"b", "a"}));
  const Reading reading = read_all(server.connect_string());
  expect_same(seen_in(reading.tree),
              {{"/", {"data", open_acl()}}, {"/a", {"data", open_acl()}}, {"/b", {"data", open_acl()}}});
}

TEST(HostileServer, NamesThatNoZnodeHasAreRefused) {
  for (const std::vector<std::string>& children : {std::vector<std::string>{"a/b"},
                                                   {".."},
                                                   {"."},
                                                   {""},
                                                   {"same", "same"},
                                                   {std::string("nul\0", 4)},
                                                   {"/"}}) {
    const ScriptedServer server(old_server(children));
    const auto reading = client_source(hasty(server.connect_string()))->read({});
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, reading));
    EXPECT_THAT(reading.error().what, HasSubstr("impossible children"));
  }
}

TEST(HostileServer, LengthsOutOfAllBoundsAreRefusedWithoutReservingMemory) {
  for (const std::string& length : {std::string("\x7f\xff\xff\xff", 4), std::string("\xff\xff\xff\xff", 4)}) {
    const ScriptedServer server([&](const Request&) { return length + std::string(100, 'x'); });
    const auto reading = client_source(hasty(server.connect_string()))->read({});
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, reading));
    EXPECT_THAT(reading.error().what, HasSubstr("bytes was announced"));
  }
}

TEST(HostileServer, AnswersNobodyAskedForAreRefused) {
  for (const std::int32_t other : {7, -1000, 0}) {
    const ScriptedServer server(
        [&](const Request& request) { return ScriptedServer::reply(request.xid + other, 0); });
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, client_source(hasty(server.connect_string()))->read({})))
        << other;
  }
}

TEST(HostileServer, AnswersCutShortAreRefused) {
  for (const std::size_t left_out : {1U, 20U, 60U, 75U}) {
    const auto whole = old_server({"a"});
    const ScriptedServer server([&](const Request& request) -> std::optional<std::string> {
      const std::optional<std::string> answer = whole(request);
      if (request.operation != kData) return answer;
      return ScriptedServer::framed(answer->substr(4, answer->size() - 4 - left_out));
    });
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, client_source(hasty(server.connect_string()))->read({})))
        << left_out;
  }
}

TEST(HostileServer, ErrorsOfItsOwnAreNamedWithTheZnode) {
  const auto whole = old_server({"a"});
  const ScriptedServer server([&](const Request& request) -> std::optional<std::string> {
    return request.operation == kData ? ScriptedServer::reply(request.xid, -999) : whole(request);
  });
  const auto reading = client_source(hasty(server.connect_string()))->read({});
  ASSERT_TRUE(failed_with(Outcome::kFail, reading));
  EXPECT_THAT(reading.error().what, AllOf(HasSubstr("'/'"), HasSubstr("-999")));
}

TEST(HostileServer, WhatIsNoZooKeeperIsToldApartInTime) {
  const auto nothing = [](const Request&) -> std::optional<std::string> { return std::nullopt; };
  for (const std::string& greeting :
       {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), ScriptedServer::framed("short"), std::string(),
        ScriptedServer::framed(std::string(200, '\0'))}) {
    const ScriptedServer server(nothing, greeting);
    const auto begun = SteadyClock::now();
    const auto reading = client_source(hasty(server.connect_string()))->read({});
    ASSERT_TRUE(failed_with(Outcome::kRetry, reading)) << greeting;
    EXPECT_THAT(reading.error().what, HasSubstr(server.connect_string()));
    EXPECT_THAT(reading.error().hint, HasSubstr("client port"));
    EXPECT_LT(SteadyClock::now() - begun, 5s);
  }
}

TEST(HostileServer, ServerThatHangsUpOnEveryRequestIsGivenUp) {
  const ScriptedServer server([](const Request&) -> std::optional<std::string> { return std::nullopt; });
  ConnectOptions options = options_for(server.connect_string());
  const auto reading = client_source(options)->read({});
  ASSERT_TRUE(failed_with(Outcome::kRetry, reading));
  EXPECT_THAT(reading.error().what, HasSubstr("times in a row"));
  EXPECT_LT(server.connections(), 15);
}

TEST(HostileServer, OverallDeadlineEndsAReadingThatGetsNoAnswer) {
  const ScriptedServer server([](const Request&) { return std::string(); });
  ReadOptions read;
  read.deadline = Deadline::after(700ms);
  const auto begun = SteadyClock::now();
  const auto reading = client_source(options_for(server.connect_string()))->read(read);
  ASSERT_TRUE(failed_with(Outcome::kRetry, reading));
  EXPECT_THAT(reading.error().what, HasSubstr("out of time"));
  EXPECT_LT(SteadyClock::now() - begun, 3s);
}

// An ensemble in mid-upgrade: the server that was probed knew multiRead, the one that answers now does not.
TEST(HostileServer, ServerThatForgetsMultiReadIsReadOneByOne) {
  int multi_reads = 0;
  const auto old = old_server({"a", "b", "c"});
  const ScriptedServer server([&](const Request& request) -> std::optional<std::string> {
    if (request.operation != kProbe) return old(request);
    return ++multi_reads == 1 ? ScriptedServer::reply(request.xid, 0) : old(request);
  });
  EXPECT_EQ(read_all(server.connect_string()).tree.size(), 4U);
  EXPECT_GE(multi_reads, 2);
}

}  // namespace
}  // namespace arkive::zk::test
