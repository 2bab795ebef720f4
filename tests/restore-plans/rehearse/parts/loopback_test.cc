#include "restore-plans/rehearse/loopback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <signal.h>
#include <future>

#include "restore-plans/rehearse/process_record.h"
#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"
#include "stores/core/process.h"

namespace arkive::rehearse {
namespace {

using namespace std::chrono_literals;

/// Listens on `port` as Java does: with SO_REUSEADDR.
UniqueFd listen_on(std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  if (::listen(fd.get(), 1) != 0) return {};
  return fd;
}

TEST(PortReservation, IsGivenToNobodyElseAndRefusesConnectionsUntilItsServerListens) {
  const auto port = PortReservation::any();
  ASSERT_TRUE(port);
  std::vector<PortReservation> others;
  for (int i = 0; i < 500; ++i) {
    auto other = PortReservation::any();
    ASSERT_TRUE(other);
    ASSERT_NE(other->number(), port->number());
    others.push_back(std::move(*other));
  }
  EXPECT_EQ(ask(port->number(), "ruok", 0, Deadline::after(1s)).error().outcome, Outcome::kRetry);
  {
    const auto server = listen_on(port->number());
    ASSERT_TRUE(server);
    EXPECT_EQ(PortReservation::exactly(port->number()).error().outcome, Outcome::kConflict);
  }
  EXPECT_TRUE(listen_on(port->number())) << "the port cannot be used again after a restart";
}

TEST(Ask, GivesTheAnswerOrSaysThatTheServerHangs) {
  const auto port = PortReservation::any();
  const auto server = listen_on(port->number());
  ASSERT_TRUE(server);
  auto answer = std::async(std::launch::async,
                           [&] { return ask_framed(port->number(), "hello", Deadline::after(10s)); });
  const UniqueFd client(::accept4(server.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const std::string reply("\0\0\0\x05world", 9);
  ASSERT_EQ(::send(client.get(), reply.data(), 2, 0), 2);
  ASSERT_EQ(::send(client.get(), reply.data() + 2, 7, 0), 7);
  EXPECT_EQ(answer.get().value_or(""), "world");

  const auto hanging = ask(port->number(), "hello", 0, Deadline::after(50ms));
  ASSERT_FALSE(hanging);
  EXPECT_EQ(hanging.error().outcome, Outcome::kRetry);
}

TEST(ProcessRecord, TellsAProcessFromALaterOneWithItsNumber) {
  const auto scratch = TemporaryDirectory::create("record").value();
  Command sleeper;
  sleeper.arguments = {"sleep", "60"};
  auto child = ChildProcess::start(sleeper, scratch.path() + "/log").value();
  const auto record = ProcessRecord::of(child.id()).value();
  EXPECT_TRUE(record.alive());
  const auto same = ProcessRecord::parse(record.text());
  ASSERT_TRUE(same);
  EXPECT_TRUE(same->alive());
  const auto later = ProcessRecord::parse(std::to_string(child.id()) + " 1 " + split(record.text(), ' ')[2]);
  ASSERT_TRUE(later);
  EXPECT_FALSE(later->alive());
  EXPECT_EQ(later->signal(SIGKILL).error().outcome, Outcome::kNotFound);
  EXPECT_FALSE(child.poll());

  ASSERT_TRUE(record.signal(SIGSTOP));
  while (!record.stopped() && record.alive()) {
  }
  EXPECT_TRUE(record.alive());
  child.kill_now();
  EXPECT_FALSE(record.alive());
  EXPECT_EQ(ProcessRecord::parse("nonsense").error().outcome, Outcome::kCorrupt);
}

TEST(Properties, AreEscapedAsJavaReadsThem) {
  EXPECT_EQ(format_properties({{"a b", " x"}, {"k:=", "v=w:\\ y\n"}}), "a\\ b=\\ x\nk\\:\\==v=w:\\\\ y\\n\n");
}

TEST(LastLines, AreTheLastOnes) {
  EXPECT_EQ(last_lines("one\ntwo\nthree\n\n", 2), "two\nthree");
  EXPECT_EQ(last_lines("one", 3), "one");
  EXPECT_EQ(last_lines("\n", 3), "");
}

TEST(AtLeast, ComparesVersionsByNumber) {
  EXPECT_TRUE(at_least("3.10.1", 3, 9));
  EXPECT_TRUE(at_least("3.9", 3, 9));
  EXPECT_FALSE(at_least("2.8.2", 3, 0));
  EXPECT_FALSE(at_least("3.4.10", 3, 5));
}

}  // namespace
}  // namespace arkive::rehearse
