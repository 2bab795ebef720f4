// Locks of a bucket (rule R5 and test 15 of docs/reliability.md).
#include "stores/remote/lease.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/stores/s3/scripted_bucket.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

using std::chrono::seconds;

/// A bucket with leases of five seconds.
class LeaseTest : public testing::Test {
 protected:
  std::unique_ptr<S3Store> open() const {
    s3::Settings settings = bucket_.settings();
    settings.lease = seconds(5);
    return bucket_.open(settings);
  }
  remote::LeaseRecord record() const {
    return value_of(remote::LeaseRecord::parse(bucket_.objects().at("zoo/locks/prod.lock")));
  }
  ScriptedBucket bucket_;
};

TEST_F(LeaseTest, SaysWhoHoldsItAndIsGivenBack) {
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
}

TEST_F(LeaseTest, EachHolderHasAHigherNumber) {
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const auto store = open();
    const auto held = value_of(store->lock("prod", Deadline::after(seconds(1))));
    EXPECT_EQ(record().number, number);
  }
}

TEST_F(LeaseTest, IsKeptForLongerThanItLasts) {
  const auto store = open();
  const auto held = value_of(store->lock("prod", Deadline::after(seconds(1))));
  EXPECT_TRUE(failed_with(Outcome::kConflict, open()->lock("prod", Deadline::after(seconds(6)))));
  EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kCreateOnly, Deadline::after(seconds(5)))));
}

TEST_F(LeaseTest, WhatAKilledHolderHeldIsTakenOver) {
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

TEST_F(LeaseTest, AHolderThatStoodStillWritesNothingMore) {
  int to_child[2];
  int from_child[2];
  ASSERT_EQ(::pipe(to_child), 0);
  ASSERT_EQ(::pipe(from_child), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  char byte = 0;
  if (child == 0) {
    const auto store = open();
    const auto held = store->lock("prod", Deadline::after(seconds(5)));
    (void)!::write(from_child[1], held ? "h" : "n", 1);
    (void)!::read(to_child[0], &byte, 1);
    // It asked whether the lease was good before it stood still, as a commit may: the server says no.
    const Status done = store->put("manifest", "late", PutMode::kCreateOnly, Deadline::after(seconds(5)));
    ::_exit(!done && done.error().outcome == Outcome::kConflict ? 3 : done ? 0 : 9);
  }
  ASSERT_EQ(::read(from_child[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'h');
  ::kill(child, SIGSTOP);
  const auto store = open();
  {
    const auto held = value_of(store->lock("prod", Deadline::after(seconds(20))));
    ASSERT_EQ(::write(to_child[1], "g", 1), 1);
    ::kill(child, SIGCONT);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WIFEXITED(status) ? WEXITSTATUS(status) : 128, 3);
    EXPECT_TRUE(succeeded(store->put("manifest", "ours", PutMode::kCreateOnly, Deadline::after(seconds(5)))));
  }
  EXPECT_EQ(bucket_.objects().at("zoo/manifest"), "ours");
  scoreboard("s3_lease", 0, 1, 1, bucket_.objects().at("zoo/manifest") == "ours" ? 0 : 1);
  for (const int fd : {to_child[0], to_child[1], from_child[0], from_child[1]}) ::close(fd);
}

TEST_F(LeaseTest, IsHeldWhateverThisMachinesClockSays) {
  for (const auto ahead : {std::chrono::hours(1), std::chrono::hours(-1)}) {
    bucket_.ahead = ahead;
    const auto store = open();
    const auto held = value_of(store->lock("prod", Deadline::after(seconds(1))));
    EXPECT_TRUE(failed_with(Outcome::kConflict, open()->lock("prod", Deadline::after({}))));
    EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kReplace, Deadline::after(seconds(5)))));
  }
}

TEST_F(LeaseTest, AnAcquisitionWhoseAnswerWasLostIsOurs) {
  bucket_.after = [](const HttpRequest& request, HttpReply& reply, std::size_t number) {
    if (request.method == "PUT" && number == 1) reply.cut_after = 0;
  };
  const auto store = open();
  EXPECT_TRUE(succeeded(store->lock("prod", Deadline::after(seconds(1)))));
}

TEST_F(LeaseTest, AServerThatDoesNotLookAtConditionsIsRefused) {
  bucket_.ignores_conditions = true;
  const auto lock = open()->lock("prod", Deadline::after(seconds(1)));
  ASSERT_TRUE(failed_with(Outcome::kUsage, lock));
  EXPECT_NE(lock.error().what.find("If-None-Match"), std::string::npos) << lock.error().what;
}

TEST_F(LeaseTest, AnObjectThatIsNoLockIsNotTaken) {
  for (const char* bytes :
       {"", "{}", "[]", "not JSON", R"({"holder":1})",
        R"({"holder":"x","nonce":"y","number":-1,"lease_seconds":60,"released":true})",
        R"({"holder":"x","nonce":"y","number":1,"lease_seconds":99999999,"released":true})"}) {
    bucket_.set("zoo/locks/prod.lock", bytes);
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, open()->lock("prod", Deadline::after({})))) << bytes;
    EXPECT_EQ(bucket_.objects().at("zoo/locks/prod.lock"), bytes);
  }
}

}  // namespace
}  // namespace arkive::test
