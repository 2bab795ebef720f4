// Session against real servers.
#include "zk/client/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/zk/client/servers/servers.h"
#include "tests/zk/client/support/proxy.h"

namespace arkive::zk::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// Collects what callbacks bring, and waits for it.
template <class T>
class Waiter {
 public:
  std::function<void(T)> take() {
    return [this](T value) {
      const std::lock_guard lock(mutex_);
      values_.push_back(std::move(value));
      changed_.notify_all();
    };
  }
  std::vector<T> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 60s, [&] { return values_.size() >= count; })) << "no answer";
    return values_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> values_;
};

WriteOperation creation(std::string path, std::optional<std::string> data, Acl acl = open_acl()) {
  WriteOperation operation;
  operation.path = std::move(path);
  operation.data = std::move(data);
  operation.acl = std::move(acl);
  return operation;
}

WriteOperation operation_of(WriteOperation::Type type, std::string path, std::int32_t version = -1,
                            std::optional<std::string> data = std::nullopt) {
  WriteOperation operation;
  operation.type = type;
  operation.path = std::move(path);
  operation.data = std::move(data);
  operation.version = version;
  return operation;
}

std::vector<Answer> multi_of(Session& session, std::vector<WriteOperation> operations) {
  Waiter<std::vector<Answer>> waiter;
  session.multi(std::move(operations), waiter.take());
  return waiter.wait_for(1)[0];
}

Answer create_and_wait(Session& session, const WriteOperation& operation, Kind kind = Kind::kPersistent,
                       std::int64_t ttl = 0) {
  Waiter<Answer> waiter;
  session.create(operation, kind, ttl, waiter.take());
  return waiter.wait_for(1)[0];
}

TEST_P(EveryVersion, SessionWritesAndReadsBack) {
  const auto session = value_of(Session::open(options_for(connect())));
  EXPECT_EQ(session->server(), connect());
  EXPECT_THAT(
      multi_of(*session, {creation("/a", std::nullopt), creation("/a/empty", ""), creation("/a/b", "1")}),
      Each(Answer::kOk));
  EXPECT_EQ(value_of(session->get("/a")).data, std::nullopt);
  EXPECT_EQ(value_of(session->get("/a/empty")).data, "");
  EXPECT_THAT(multi_of(*session, {operation_of(WriteOperation::Type::kCheck, "/a", 0),
                                  operation_of(WriteOperation::Type::kSetData, "/a/b", 0, "2"),
                                  operation_of(WriteOperation::Type::kSetData, "/a/empty", 0, std::nullopt)}),
              Each(Answer::kOk));
  const Session::Got got = value_of(session->get("/a/b"));
  EXPECT_EQ(got.data, "2");
  EXPECT_EQ(got.stat.version, 1);
  EXPECT_EQ(value_of(session->get("/a/empty")).data, std::nullopt);
  EXPECT_THAT(value_of(session->get_children("/a")).names, UnorderedElementsAre("b", "empty"));
  EXPECT_EQ(value_of(session->get("/none")).answer, Answer::kNoZnode);

  Waiter<Answer> waiter;
  const Acl acl{{kAllPermissions, "world", "anyone"}, {kReadPermission, "ip", "10.0.0.1"}};
  session->set_acl("/a/b", acl, 0, waiter.take());
  session->set_acl("/a/b", acl, 7, waiter.take());
  session->sync("/", waiter.take());
  EXPECT_THAT(waiter.wait_for(3), ElementsAre(Answer::kOk, Answer::kBadVersion, Answer::kOk));
  const Session::GotAcl got_acl = value_of(session->get_acl("/a/b"));
  EXPECT_EQ(got_acl.acl, acl);
  EXPECT_EQ(got_acl.stat.aversion, 1);
  EXPECT_THAT(multi_of(*session, {operation_of(WriteOperation::Type::kDelete, "/a/b"),
                                  operation_of(WriteOperation::Type::kDelete, "/a/empty")}),
              Each(Answer::kOk));
}

TEST_P(EveryVersion, SessionTellsWhichOperationOfAMultiFailed) {
  const auto session = value_of(Session::open(options_for(connect())));
  ASSERT_EQ(create_and_wait(*session, creation("/there", "")), Answer::kOk);
  EXPECT_THAT(multi_of(*session, {creation("/first", ""), creation("/there", ""), creation("/last", "")}),
              ElementsAre(Answer::kRolledBack, Answer::kNodeExists, Answer::kRolledBack));
  EXPECT_THAT(multi_of(*session, {operation_of(WriteOperation::Type::kCheck, "/there", 5)}),
              ElementsAre(Answer::kBadVersion));
  EXPECT_THAT(multi_of(*session, {creation("/x", "", {})}), ElementsAre(Answer::kInvalidAcl));
  EXPECT_EQ(value_of(session->get("/first")).answer, Answer::kNoZnode);
  EXPECT_THAT(multi_of(*session, {}), ElementsAre());
}

TEST_P(EveryVersion, SessionTellsOfAWholeMultiThatIsTooLong) {
  const auto session = value_of(Session::open(options_for(connect())));
  const std::string large(700'000, 'x');
  // The server hangs up on a request over jute.maxbuffer; the session goes on.
  EXPECT_THAT(multi_of(*session, {creation("/a", large), creation("/b", large)}),
              Each(Answer::kConnectionLoss));
  ASSERT_TRUE(succeeded(session->wait_connected(Deadline::after(30s))));
  EXPECT_EQ(create_and_wait(*session, creation("/a", large)), Answer::kOk);
}

class SessionTest : public ServersTest {};

TEST_F(SessionTest, CreatesContainersAndTtlZnodes) {
  start({.ttl_nodes = true});
  const auto session = value_of(Session::open(options_for(connect())));
  EXPECT_EQ(create_and_wait(*session, creation("/container", "c"), Kind::kContainer), Answer::kOk);
  EXPECT_EQ(create_and_wait(*session, creation("/ttl", std::nullopt), Kind::kTtl, 3'600'000), Answer::kOk);
  EXPECT_EQ(value_of(session->get("/container")).data, "c");
  EXPECT_EQ(value_of(session->get("/ttl")).data, std::nullopt);
  const Reading reading = read_all(connect());
  EXPECT_NE(reading.tree.find("/ttl"), kNoNode) << "a client cannot tell it from a persistent one";
}

TEST_F(SessionTest, TellsThatTtlZnodesAreNotAllowed) {
  start();
  const auto session = value_of(Session::open(options_for(connect())));
  EXPECT_EQ(create_and_wait(*session, creation("/ttl", ""), Kind::kTtl, 1000), Answer::kUnimplemented);
}

TEST_F(SessionTest, KeepsItsIdentityOverALostConnection) {
  start();
  Proxy proxy(zookeeper().server(1).port());
  const auto session = value_of(Session::open(options_for(proxy.connect_string(), {{"digest", "a:b"}})));
  const Acl own{{kAllPermissions, "auth", ""}};
  ASSERT_EQ(create_and_wait(*session, creation("/own", "1", own)), Answer::kOk);
  EXPECT_EQ(value_of(session->get_acl("/own")).acl[0].id, rehearse::digest_id("a", "b"));
  proxy.cut_all();
  EXPECT_EQ(value_of(session->get("/own")).data, "1");
  EXPECT_EQ(create_and_wait(*session, creation("/own/below", "2", own)), Answer::kOk);
  const auto stranger = value_of(Session::open(options_for(connect())));
  EXPECT_EQ(value_of(stranger->get("/own")).answer, Answer::kNoAuth);
}

TEST_F(SessionTest, ReadsWaitForAServerThatComesBack) {
  start();
  const auto session = value_of(Session::open(options_for(connect())));
  ASSERT_EQ(create_and_wait(*session, creation("/a", "1")), Answer::kOk);
  ASSERT_TRUE(succeeded(zookeeper().server(1).kill()));
  std::thread reader([&] { EXPECT_EQ(value_of(session->get("/a")).data, "1"); });
  EXPECT_TRUE(succeeded(zookeeper().server(1).start(Deadline::after(60s))));
  reader.join();
}

TEST_F(SessionTest, SaysWhenItHasExpired) {
  start();
  Proxy proxy(zookeeper().server(1).port());
  const auto session = value_of(Session::open(options_for(proxy.connect_string())));
  proxy.refuse(true);
  proxy.cut_all();
  end_session(zookeeper().server(1).port(), proxy.sessions().back());
  proxy.refuse(false);
  // Waiting for it would be in vain: the caller opens a new one.
  Status waited = ok();
  const Deadline soon = Deadline::after(30s);
  while (waited && !soon.passed()) waited = session->wait_connected(soon);
  EXPECT_TRUE(failed_with(Outcome::kConflict, waited));
  EXPECT_TRUE(failed_with(Outcome::kConflict, session->get("/")));
  EXPECT_EQ(create_and_wait(*session, creation("/a", "")), Answer::kSessionExpired);
}

TEST_F(SessionTest, AnswersWhatIsStillWaitingBeforeItIsGone) {
  start();
  ConnectOptions options = options_for(connect());
  auto session = value_of(Session::open(options));
  ASSERT_TRUE(succeeded(zookeeper().server(1).pause()));
  Waiter<Answer> waiter;
  for (int i = 0; i < 100; ++i)
    session->create(creation("/" + std::to_string(i), ""), Kind::kPersistent, 0, waiter.take());
  session.reset();
  EXPECT_THAT(waiter.wait_for(100), Each(Answer::kConnectionLoss));
  ASSERT_TRUE(succeeded(zookeeper().server(1).resume()));
}

TEST_F(SessionTest, CallbacksComeOneAtATimeAndNeverInsideTheCallThatAsked) {
  start();
  const auto session = value_of(Session::open(options_for(connect())));
  std::mutex mine;
  std::atomic<int> inside = 0;
  Waiter<Answer> waiter;
  for (int i = 0; i < 500; ++i) {
    const std::lock_guard lock(mine);
    // Every third path is none, which the library refuses at once.
    const std::string path = (i % 3 == 0 ? "none" : "/") + std::to_string(i);
    session->create(creation(path, ""), Kind::kPersistent, 0, [&, done = waiter.take()](Answer answer) {
      EXPECT_EQ(++inside, 1);
      { const std::lock_guard same(mine); }
      --inside;
      done(answer);
    });
  }
  const auto answers = waiter.wait_for(500);
  EXPECT_EQ(std::count(answers.begin(), answers.end(), Answer::kOk), 333);
  EXPECT_EQ(std::count(answers.begin(), answers.end(), Answer::kOther), 167);
}

TEST_F(SessionTest, SaysWhyItCouldNotOpen) {
  start();
  const auto none = Session::open(options_for(connect() + "/no/chroot"));
  ASSERT_TRUE(failed_with(Outcome::kNotFound, none));
  EXPECT_THAT(none.error().what, HasSubstr("/no/chroot"));
  EXPECT_TRUE(failed_with(Outcome::kDenied, Session::open(options_for(connect(), {{"nonsense", "a"}}))));
  ConnectOptions unreachable = options_for("127.0.0.1:1,no-such-host.invalid");
  unreachable.deadline = Deadline::after(500ms);
  const auto begun = SteadyClock::now();
  const auto nobody = Session::open(unreachable);
  ASSERT_TRUE(failed_with(Outcome::kRetry, nobody));
  EXPECT_THAT(nobody.error().what,
              AllOf(HasSubstr("127.0.0.1:1"), HasSubstr("refused"), HasSubstr("no-such-host.invalid:2181")));
  EXPECT_LT(SteadyClock::now() - begun, 5s);
}

}  // namespace
}  // namespace arkive::zk::test
