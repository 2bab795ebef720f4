// Locks of the stores behind a network (rule R5 and test 15 of docs/reliability.md), and what they fence.
#include "stores/remote/lease.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/stores/remote/scripted_kinds.h"
#include "tests/support/scoreboard.h"
#include "tests/support/stopped_holder.h"

namespace arkive::test {
namespace {

using std::chrono::seconds;

constexpr seconds kLease{5};

class LeaseOf : public ScriptedTest {
 protected:
  std::unique_ptr<Store> open() const { return ScriptedTest::open({.lease = kLease}); }
  remote::LeaseRecord record() const { return value_of(remote::LeaseRecord::parse(value_of_lock("prod"))); }
  std::string value_of_lock(const std::string& name) const {
    return object("locks/" + name + ".lock").value();
  }
};

TEST_P(LeaseOf, SaysWhoHoldsItAndIsGivenBack) {
  const auto store = open();
  {
    const auto held = value_of(store->lock("prod", Deadline::after(seconds(1))));
    EXPECT_FALSE(record().released);
    EXPECT_NE(record().holder.find("process " + std::to_string(::getpid())), std::string::npos);
    const auto other = open()->lock("prod", Deadline::after({}));
    ASSERT_TRUE(failed_with(Outcome::kConflict, other));
    EXPECT_NE(other.error().what.find("process " + std::to_string(::getpid())), std::string::npos);
  }
  EXPECT_TRUE(record().released);
  EXPECT_TRUE(succeeded(open()->lock("prod", Deadline::after({}))));
}

TEST_P(LeaseOf, EachHolderHasAHigherNumber) {
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const auto store = open();
    const auto held = value_of(store->lock("prod", Deadline::after(seconds(1))));
    EXPECT_EQ(record().number, number);
  }
}

TEST_P(LeaseOf, IsKeptForLongerThanItLasts) {
  const auto store = open();
  const auto held = value_of(store->lock("prod", Deadline::after(seconds(1))));
  EXPECT_TRUE(failed_with(Outcome::kConflict, open()->lock("prod", Deadline::after(seconds(6)))));
  EXPECT_TRUE(succeeded(put(*store, "k", "x")));
}

TEST_P(LeaseOf, WhatAKilledHolderHeldIsTakenOver) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto store = open();
    const auto held = store->lock("prod", Deadline::after(seconds(5)));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto store = open();
  EXPECT_TRUE(failed_with(Outcome::kConflict, store->lock("prod", Deadline::after({}))));
  EXPECT_TRUE(succeeded(store->lock("prod", Deadline::after(seconds(13)))));
}

TEST_P(LeaseOf, AHolderThatStoodStillWritesNothingMore) {
  StoppedHolder holder([this] { return open(); }, "prod", "manifest");
  ASSERT_TRUE(holder.holds());
  holder.stop();
  const auto store = open();
  {
    const auto held = value_of(store->lock("prod", Deadline::after(seconds(20))));
    EXPECT_EQ(holder.wake_and_write(), StoppedHolder::kConflict);
    EXPECT_TRUE(succeeded(put(*store, "manifest", "ours")));
  }
  EXPECT_EQ(object("manifest"), "ours");
  scoreboard(GetParam().name + "_lease", 0, 1, 1, object("manifest") == "ours" ? 0 : 1);
}

TEST_P(LeaseOf, IsHeldWhateverThisMachinesClockSays) {
  for (const auto ahead : {std::chrono::hours(1), std::chrono::hours(-1)}) {
    server().ahead = ahead;
    const auto store = open();
    const auto held = value_of(store->lock("prod", Deadline::after(seconds(1))));
    EXPECT_TRUE(failed_with(Outcome::kConflict, open()->lock("prod", Deadline::after({}))));
    EXPECT_TRUE(succeeded(put(*store, "k", "x", PutMode::kReplace)));
  }
}

TEST_P(LeaseOf, AnAcquisitionWhoseAnswerWasLostIsOurs) {
  server().after = [](const HttpRequest&, HttpReply& reply, std::size_t number) {
    if (number == 1) reply.cut_after = 0;
  };
  const auto store = open();
  EXPECT_TRUE(succeeded(store->lock("prod", Deadline::after(seconds(1)))));
}

TEST_P(LeaseOf, AServerThatDoesNotLookAtConditionsIsRefused) {
  server().ignores_conditions = true;
  const auto lock = open()->lock("prod", Deadline::after(seconds(1)));
  ASSERT_TRUE(failed_with(Outcome::kUsage, lock));
  EXPECT_NE(lock.error().what.find("If-None-Match"), std::string::npos) << lock.error().what;
}

TEST_P(LeaseOf, AnObjectThatIsNoLockIsNotTaken) {
  for (const char* bytes :
       {"", "{}", "[]", "not JSON", R"({"holder":1})",
        R"({"holder":"x","nonce":"y","number":-1,"lease_seconds":60,"released":true})",
        R"({"holder":"x","nonce":"y","number":1,"lease_seconds":99999999,"released":true})"}) {
    server().set("zoo/locks/prod.lock", bytes);
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, open()->lock("prod", Deadline::after({})))) << bytes;
    EXPECT_EQ(value_of_lock("prod"), bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(Remote, LeaseOf, testing::ValuesIn(scripted_kinds_by_credentials()),
                         scripted_kind_name);

}  // namespace
}  // namespace arkive::test
