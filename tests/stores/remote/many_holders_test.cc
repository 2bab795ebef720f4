// Many holders of locks are killed or stand still for longer than their leases last, with clocks an hour off
// (test 15 of docs/reliability.md; --full: 500 of them, for three times as long): each lock is taken over,
// and none of those that wake up commits.
#include "stores/remote/lease.h"
#include "tests/stores/remote/scripted_kinds.h"
#include "tests/support/scoreboard.h"
#include "tests/support/stopped_holder.h"

namespace arkive::test {
namespace {

using std::chrono::seconds;

constexpr seconds kLease{5};

class ManyHolders : public ScriptedTest {
 protected:
  struct Score {
    std::size_t holders = 0;
    std::size_t refused = 0;  ///< of those that woke up
    std::size_t wrong = 0;
  };

  std::unique_ptr<Store> open() const { return ScriptedTest::open({.lease = kLease}); }

  /// So many at once: every other one is killed.
  void disturb(std::size_t count, Score& score) {
    std::vector<std::unique_ptr<StoppedHolder>> holders;
    for (std::size_t i = 0; i < count; ++i) {
      holders.push_back(std::make_unique<StoppedHolder>([this] { return open(); }, lock(i), manifest(i)));
      ASSERT_TRUE(holders.back()->holds());
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (is_killed(i)) {
        holders[i]->kill();
      } else {
        holders[i]->stop();
      }
    }
    const auto store = open();
    std::vector<std::unique_ptr<StoreLock>> ours;
    for (std::size_t i = 0; i < count; ++i)
      ours.push_back(value_of(store->lock(lock(i), Deadline::after(kLease + seconds(10)))));
    if (full_form()) {  // two more leases, during which ours are kept
      EXPECT_TRUE(failed_with(Outcome::kConflict, open()->lock(lock(0), Deadline::after(2 * kLease))));
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_killed(i) && holders[i]->wake_and_write() == StoppedHolder::kConflict) ++score.refused;
      EXPECT_TRUE(succeeded(put(*store, manifest(i), "ours")));
      if (object(manifest(i)) != "ours") ++score.wrong;
    }
    score.holders += count;
  }

 private:
  static bool is_killed(std::size_t i) { return i % 2 == 0; }
  static std::string lock(std::size_t i) { return "lock-" + std::to_string(i); }
  static std::string manifest(std::size_t i) { return "manifest-" + std::to_string(i); }
};

TEST_P(ManyHolders, ThatAreKilledOrStandStillCommitNothingOnceTheirLocksAreTakenOver) {
  const std::size_t batches = full_form() ? 25 : 2;
  const std::size_t at_once = full_form() ? 20 : 10;
  const std::vector<std::chrono::hours> clocks = {std::chrono::hours(1), std::chrono::hours(-1),
                                                  std::chrono::hours(0)};
  Score score;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    begin_anew();
    server().ahead = clocks[batch % clocks.size()];
    disturb(at_once, score);
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(score.wrong, 0U);
  EXPECT_EQ(score.refused, score.holders / 2);
  scoreboard(GetParam().name + "_holders", 0, score.holders, score.holders, score.wrong);
}

INSTANTIATE_TEST_SUITE_P(Remote, ManyHolders, testing::ValuesIn(scripted_kinds_by_credentials()),
                         scripted_kind_name);

}  // namespace
}  // namespace arkive::test
