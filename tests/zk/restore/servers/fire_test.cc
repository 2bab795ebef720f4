// Restores under fire: killed, disturbed, watched, and with a member of the ensemble gone.
#include <atomic>
#include <fstream>
#include <thread>

#include "stores/core/process.h"
#include "stores/core/retry.h"
#include "tests/support/scoreboard.h"
#include "tests/zk/restore/servers/servers.h"
#include "zk/client/session.h"

namespace arkive::test {
namespace {

class RestoreUnderFire : public RestoreServersTest {
 protected:
  Command victim(std::uint64_t seed, std::size_t znodes) const {
    Command command;
    command.arguments = {RESTORE_VICTIM, connect(), std::to_string(seed), std::to_string(znodes), onto(seed)};
    return command;
  }
  static std::string onto(std::uint64_t seed) { return "/seed-" + std::to_string(seed); }
  static bool has_planned(const std::string& log) {
    std::ifstream lines(log);
    std::string line;
    return std::getline(lines, line) && line == "planned";
  }
};

TEST_F(RestoreUnderFire, KilledAtRandomMomentsItGoesOnToTheEnd) {
  start();
  constexpr std::size_t kZnodes = 4000;
  const std::uint64_t last = full_form() ? 220 : 202;
  for (std::uint64_t seed = 201; seed <= last; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::uint64_t kills = 0;
    for (int round = 0; round < 5; ++round) {
      const std::string log = scratch("victim-" + std::to_string(seed) + "-" + std::to_string(round));
      ChildProcess child = value_of(ChildProcess::start(victim(seed, kZnodes), log));
      while (!has_planned(log) && !child.poll()) std::this_thread::yield();
      pause_for(std::chrono::milliseconds(random() % 150), Deadline::never());
      kills += child.poll() ? 0 : 1;
      child.kill_now();
    }
    const Finished finished =
        value_of(run_process(victim(seed, kZnodes), Deadline::after(std::chrono::seconds(60))));
    EXPECT_EQ(finished.status, 0) << finished.error_output;
    EXPECT_GE(kills, 1U);
    const zk::Tree tree = RandomTree(seed, {.znodes = kZnodes, .kinds = false}).make();
    const std::vector<std::string> wrong = differences(tree, "/app", onto(seed));
    EXPECT_EQ(wrong, kNothing);
    scoreboard("restore killed at random moments", seed, kills, kills, wrong.size());
  }
}

// Reads what it may not, as fast as it can.
class Snooper {
 public:
  Snooper(const std::string& connect, std::vector<std::string> paths)
      : session_(value_of(zk::Session::open(options_for(connect)))), paths_(std::move(paths)) {
    thread_ = std::thread([this] { snoop(); });
  }
  ~Snooper() {
    done_ = true;
    thread_.join();
  }
  std::string caught() {
    const std::lock_guard lock(mutex_);
    return caught_;
  }
  std::uint64_t tries() const { return tries_; }

 private:
  void snoop() {
    for (std::size_t i = 0; !done_; i = (i + 1) % paths_.size()) {
      while (in_flight_ > 64) std::this_thread::yield();
      ++in_flight_;
      session_->get(paths_[i], [this, i](const zk::Session::Got& got) {
        if (got.answer == zk::Answer::kOk) {
          const std::lock_guard lock(mutex_);
          caught_ = paths_[i];
        }
        ++tries_;
        --in_flight_;
      });
    }
    while (in_flight_ > 0) std::this_thread::yield();
  }
  std::unique_ptr<zk::Session> session_;
  std::vector<std::string> paths_;
  std::atomic<bool> done_ = false;
  std::atomic<int> in_flight_ = 0;
  std::atomic<std::uint64_t> tries_ = 0;
  std::mutex mutex_;
  std::string caught_;
  std::thread thread_;
};

TEST_F(RestoreUnderFire, NobodyUnauthorisedEverReadsWhatTheyMayNot) {
  start();
  for (std::uint64_t seed = 211; seed <= 212; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const zk::Tree tree = RandomTree(seed, {.znodes = 2000, .kinds = false}).make();
    std::vector<std::string> hidden;
    tree.walk(tree.find("/app"), [&](zk::NodeIndex index, const std::string& path) {
      const zk::Rights nobody({});
      if (!(nobody.granted(tree.acl(tree[index].acl)) & zk::kReadPermission)) {
        hidden.push_back(onto(seed) + path.substr(4));
      }
      return true;
    });
    {
      Snooper snooper(connect(), hidden);
      while (snooper.tries() < 1000) std::this_thread::yield();
      zk::RestoreOptions options = below("/app");
      options.onto = onto(seed);
      std::vector<zk::Identity> identities;
      if (seed % 2 == 1) identities.push_back(kOperator);
      const auto done = value_of(restore(tree, options, identities));
      EXPECT_EQ(complaints(done.report), "");
      EXPECT_EQ(snooper.caught(), "");
    }
    EXPECT_EQ(differences(tree, "/app", onto(seed)), kNothing);
  }
}

TEST_F(RestoreUnderFire, LiveWritersKeepTheirZnodes) {
  start();
  zk::Tree tree;
  std::vector<std::string> theirs;
  for (int i = 0; i < 20'000; ++i) {
    const std::string path = "/app/d" + std::to_string(i % 50) + "/z" + std::to_string(i);
    tree.set_data(tree.make(path), Bytes("ours"));
    if (i % 40 == 0) theirs.push_back(path);
  }
  for (zk::NodeIndex i = 0; i < tree.index_end(); ++i) tree[i].acl = zk::kOpenAcl;
  std::atomic<bool> done_restoring = false;
  std::set<std::string> made;
  std::thread writer([&] {
    RawClient client(connect());
    for (std::size_t i = theirs.size(); i-- > 0 && !done_restoring;) {
      // From the end, so that writer and restore meet.
      while (!done_restoring) {
        const auto told = client.try_create(NewZnode{theirs[i], "theirs"});
        if (told.ok()) made.insert(theirs[i]);
        if (told.error != -101) break;  // its parent is not there yet
      }
    }
  });
  const auto done = value_of(restore(tree, below("/app")));
  done_restoring = true;
  writer.join();
  const zk::Reading there = read("/app");
  tree.walk(tree.find("/app"), [&](zk::NodeIndex index, const std::string& path) {
    const zk::NodeIndex twin = there.tree.find(path);
    if (twin == zk::kNoNode) {
      ADD_FAILURE() << path << " is not there";
    } else if (made.contains(path)) {
      EXPECT_EQ(there.tree[twin].data(), "theirs");
    } else {
      EXPECT_EQ(there.tree[twin].data(), tree[index].data()) << path;
    }
    return true;
  });
  EXPECT_EQ(done.report.failed.size(), made.size());
  EXPECT_EQ(done.report.created + made.size(), 20'051U);
}

TEST_F(RestoreUnderFire, AnEnsembleThatLosesAMemberTakesItAll) {
  start({.members = 3});
  for (std::uint64_t seed = 221; seed <= 222; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const zk::Tree tree = RandomTree(seed, {.znodes = 6000, .kinds = false}).make();
    zk::RestoreOptions options = below("/app");
    options.onto = onto(seed);
    options.packet_limit = 20'000;
    int victim = 0;
    std::uint64_t written = 0;
    options.on_progress = [&](std::uint64_t znodes) {
      written += znodes;
      if (written < 2000 || victim != 0) return;
      // First whoever leads, then another one.
      victim = seed == 221 ? zookeeper().leader()->id() : zookeeper().leader()->id() % 3 + 1;
      ASSERT_TRUE(succeeded(zookeeper().server(victim).kill()));
    };
    const auto done = restore(tree, options);
    ASSERT_TRUE(succeeded(done));
    EXPECT_NE(victim, 0);
    EXPECT_EQ(complaints(done->report), "");
    EXPECT_EQ(differences(tree, "/app", options.onto), kNothing);
    ASSERT_TRUE(succeeded(zookeeper().start_again(Deadline::after(std::chrono::seconds(60)))));
  }
}

TEST_F(RestoreUnderFire, AServerThatIsAwayForAWhileIsWaitedFor) {
  start();
  const zk::Tree tree = RandomTree(231, {.znodes = 6000, .kinds = false}).make();
  zk::RestoreOptions options = below("/app");
  options.packet_limit = 20'000;
  bool killed = false;
  std::uint64_t written = 0;
  options.on_progress = [&](std::uint64_t znodes) {
    written += znodes;
    if (written < 2000 || killed) return;
    killed = true;
    ASSERT_TRUE(succeeded(zookeeper().server(1).kill()));
    ASSERT_TRUE(succeeded(zookeeper().server(1).launch(Deadline::after(std::chrono::seconds(30)))));
  };
  const auto done = restore(tree, options);
  ASSERT_TRUE(succeeded(done));
  EXPECT_TRUE(killed);
  EXPECT_EQ(complaints(done->report), "");
  EXPECT_EQ(differences(tree, "/app"), kNothing);
}

TEST_F(RestoreUnderFire, AServerThatStaysAwayEndsItAtTheDeadline) {
  start();
  const zk::Tree tree = RandomTree(232, {.znodes = 6000, .kinds = false}).make();
  zk::RestoreSource source;
  source.tree = &tree;
  zk::ConnectOptions target = options_for(connect(), {kOperator});
  zk::RestoreOptions options = below("/app");
  options.packet_limit = 20'000;
  std::uint64_t written = 0;
  options.on_progress = [&](std::uint64_t znodes) {
    written += znodes;
    if (written < 2000) return;
    ASSERT_TRUE(succeeded(zookeeper().server(1).kill()));
  };
  const auto plan = value_of(zk::plan_restore(source, target, options));
  target.deadline = Deadline::after(std::chrono::seconds(3));
  const auto start = SteadyClock::now();
  EXPECT_TRUE(failed_with(Outcome::kRetry, zk::run_restore(source, plan, target, options)));
  EXPECT_LT(SteadyClock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace arkive::test
