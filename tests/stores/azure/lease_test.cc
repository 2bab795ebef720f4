// Locks of a container (rule R5 and test 15 of docs/reliability.md), and what they fence.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stores/azure/connection.h"
#include "stores/remote/lease.h"
#include "tests/stores/azure/scripted_container.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

using std::chrono::seconds;

/// A container with leases of five seconds.
class AzureLease : public testing::Test {
 protected:
  std::unique_ptr<AzureStore> open(azure::Credentials credentials = ScriptedContainer::key()) const {
    azure::Settings settings = container_.settings();
    settings.lease = seconds(5);
    return container_.open(settings, std::move(credentials));
  }
  static azure::Credentials signature() {
    return value_of(azure::shared_access_signature("sv=2021-12-02&sp=racwdl&sig=given"));
  }
  ScriptedContainer container_;
};

TEST_F(AzureLease, SaysWhoHoldsItIsKeptAndGivenBack) {
  const auto store = open();
  {
    const auto held = value_of(store->lock("prod", Deadline::after(seconds(1))));
    const auto other = open()->lock("prod", Deadline::after(seconds(5)));
    ASSERT_TRUE(failed_with(Outcome::kConflict, other)) << "it is renewed for longer than it lasts";
    EXPECT_NE(other.error().what.find("process " + std::to_string(::getpid())), std::string::npos);
    EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kCreateOnly, Deadline::after(seconds(5)))));
  }
  EXPECT_TRUE(value_of(remote::LeaseRecord::parse(container_.objects().at("zoo/locks/prod.lock"))).released);
  EXPECT_TRUE(succeeded(open()->lock("prod", Deadline::after({}))));
}

TEST_F(AzureLease, WithTheAccountsKeyWhatIsWrittenIsSignedForTheRestOfTheLeaseAndForThatBlobAlone) {
  const auto store = open();
  const auto held = value_of(store->lock("prod", Deadline::after(seconds(1))));
  EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kCreateOnly, Deadline::after(seconds(5)))));
  HttpRequest request = container_.server().requests().back();
  EXPECT_EQ(request.header("authorization"), "");
  EXPECT_EQ(request.query.at("sr"), "b");
  EXPECT_EQ(request.query.at("sp"), "cw");
  const UnixMilliseconds end = value_of(parse_time(request.query.at("se")));
  EXPECT_LE(end, wall_clock_now() + 5000);
  EXPECT_TRUE(succeeded(store->remove("k", Deadline::after(seconds(5)))));
  EXPECT_EQ(container_.server().requests().back().query.at("sp"), "d");
}

TEST_F(AzureLease, AHolderThatStoodStillWritesNothingMore) {
  std::size_t wrong = 0;
  for (const azure::Credentials& credentials : {ScriptedContainer::key(), signature()}) {
    int to_child[2];
    int from_child[2];
    ASSERT_EQ(::pipe(to_child), 0);
    ASSERT_EQ(::pipe(from_child), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    char byte = 0;
    if (child == 0) {
      const auto store = open(credentials);
      const auto held = store->lock("prod", Deadline::after(seconds(5)));
      (void)!::write(from_child[1], held ? "h" : "n", 1);
      (void)!::read(to_child[0], &byte, 1);
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
      EXPECT_TRUE(
          succeeded(store->put("manifest", "ours", PutMode::kCreateOnly, Deadline::after(seconds(5)))));
    }
    if (container_.objects().at("zoo/manifest") != "ours") ++wrong;
    EXPECT_TRUE(succeeded(store->remove("manifest", Deadline::after(seconds(5)))));
    for (const int fd : {to_child[0], to_child[1], from_child[0], from_child[1]}) ::close(fd);
  }
  EXPECT_EQ(wrong, 0U);
  scoreboard("azure_lease", 0, 2, 2, wrong);
}

TEST_F(AzureLease, ARequestWhoseTimeIsOverIsAConflictWhoeverSaysSo) {
  const remote::Validity over{wall_clock_now() - 10'000, seconds(5)};
  for (const azure::Credentials& credentials : {ScriptedContainer::key(), signature()}) {
    const std::size_t before = container_.server().request_count();
    const azure::Connection connection(container_.settings(),
                                       azure::fixed_credentials(credentials, "the test"));
    EXPECT_TRUE(failed_with(Outcome::kConflict, connection.call({.operation = "put",
                                                                 .method = "PUT",
                                                                 .key = "k",
                                                                 .headers = {{"x-ms-blob-type", "BlockBlob"}},
                                                                 .body = "late",
                                                                 .valid = over},
                                                                Deadline::after(seconds(5)))));
    const bool asks = credentials.kind == azure::Credentials::Kind::kAccountKey;
    EXPECT_EQ(container_.server().request_count() - before, asks ? 1U : 0U);
  }
  EXPECT_TRUE(container_.objects().empty());
}

TEST_F(AzureLease, IsHeldWhateverThisMachinesClockSays) {
  for (const auto ahead : {std::chrono::hours(1), std::chrono::hours(-1)}) {
    container_.ahead = ahead;
    for (const azure::Credentials& credentials : {ScriptedContainer::key(), signature()}) {
      const auto store = open(credentials);
      const auto held = value_of(store->lock("prod", Deadline::after(seconds(1))));
      EXPECT_TRUE(failed_with(Outcome::kConflict, open()->lock("prod", Deadline::after({}))));
      EXPECT_TRUE(succeeded(store->put("k", "x", PutMode::kReplace, Deadline::after(seconds(5)))));
    }
  }
}

TEST_F(AzureLease, AnAcquisitionWhoseAnswerWasLostIsOurs) {
  container_.after = [](const HttpRequest& request, HttpReply& reply, std::size_t number) {
    if (request.method == "PUT" && number == 1) reply.cut_after = 0;
  };
  const auto store = open();
  EXPECT_TRUE(succeeded(store->lock("prod", Deadline::after(seconds(1)))));
}

TEST_F(AzureLease, AServerThatDoesNotLookAtConditionsIsRefused) {
  container_.ignores_conditions = true;
  const auto lock = open()->lock("prod", Deadline::after(seconds(1)));
  ASSERT_TRUE(failed_with(Outcome::kUsage, lock));
  EXPECT_NE(lock.error().what.find("If-None-Match"), std::string::npos) << lock.error().what;
}

}  // namespace
}  // namespace arkive::test
