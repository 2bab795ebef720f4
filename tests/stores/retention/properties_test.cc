// What holds for any runs and any rules.
#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <set>

#include "stores/retention/retention.h"

namespace arkive {
namespace {

constexpr int kTrials = 20'000;
constexpr UnixMilliseconds kHour = 3'600'000;
constexpr UnixMilliseconds kBegin = 1'790'000'000'000;

/// Runs and rules, many of them; the seed is printed.
class RetentionProperties : public testing::Test {
 protected:
  RetentionProperties() : seed_(std::random_device{}()), random_(seed_) {
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed_));
  }

  std::uint64_t below(std::uint64_t end) {
    return std::uniform_int_distribution<std::uint64_t>(0, end - 1)(random_);
  }

  RetentionRules rules() {
    RetentionRules rules;
    for (std::uint64_t* const count :
         {&rules.last, &rules.daily, &rules.weekly, &rules.monthly, &rules.yearly}) {
      if (below(2) == 0) *count = below(6);
    }
    if (below(2) == 0) rules.within = std::chrono::hours(below(24 * 40));
    return rules;
  }

  /// `rules` with something added.
  RetentionRules wider(RetentionRules rules) {
    for (std::uint64_t* const count :
         {&rules.last, &rules.daily, &rules.weekly, &rules.monthly, &rules.yearly}) {
      if (below(3) == 0) *count += 1 + below(4);
    }
    if (below(3) == 0)
      rules.within = rules.within.value_or(std::chrono::milliseconds(0)) + std::chrono::hours(below(900));
    return rules;
  }

  /// As a host makes them, one after the other; its clock stands still, leaps, and goes back now and then.
  std::vector<DatedRun> runs() {
    std::vector<DatedRun> made;
    UnixMilliseconds clock = kBegin;
    const std::uint64_t count = below(30);
    const std::uint64_t whole_in = 1 + below(4);
    for (std::uint64_t i = 0; i < count; ++i) {
      const UnixMilliseconds step = static_cast<UnixMilliseconds>(below(24 * 20)) * kHour /
                                    static_cast<UnixMilliseconds>(1 + below(40));
      clock += below(8) == 0 ? -step : step;
      made.push_back({"run-" + std::to_string(below(10)) + std::to_string(i), clock, below(whole_in) == 0});
    }
    return made;
  }

  UnixMilliseconds now() { return kBegin + static_cast<UnixMilliseconds>(below(24 * 200)) * kHour; }

  static std::set<std::string> kept(const RetentionRules& rules, const std::vector<DatedRun>& runs,
                                    UnixMilliseconds now) {
    std::set<std::string> ids;
    for (const RetentionVerdict& one : apply_retention(rules, runs, now)) {
      if (one.stays()) ids.insert(one.id);
    }
    return ids;
  }

  static std::vector<DatedRun> only(std::vector<DatedRun> runs, const std::set<std::string>& ids) {
    std::erase_if(runs, [&](const DatedRun& run) { return !ids.contains(run.id); });
    return runs;
  }

  static bool is_within(const std::set<std::string>& few, const std::set<std::string>& many) {
    return std::includes(many.begin(), many.end(), few.begin(), few.end());
  }

  std::uint64_t seed_;
  std::mt19937_64 random_;
};

TEST_F(RetentionProperties, MoreRulesNeverKeepLess) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto some = runs();
    const auto narrow = rules();
    const auto moment = now();
    ASSERT_TRUE(is_within(kept(narrow, some, moment), kept(wider(narrow), some, moment)))
        << "trial " << trial;
  }
}

TEST_F(RetentionProperties, PruningTwiceIsPruningOnce) {
  std::size_t removed = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto some = runs();
    const auto by = rules();
    const auto moment = now();
    const auto once = kept(by, some, moment);
    ASSERT_EQ(kept(by, only(some, once), moment), once) << "trial " << trial;
    removed += some.size() - once.size();
  }
  EXPECT_GT(removed, 0U);
}

TEST_F(RetentionProperties, TheNewestWholeRunAndTheNewestStay) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto some = runs();
    const auto ids = kept(rules(), some, now());
    const DatedRun* newest = nullptr;
    const DatedRun* newest_whole = nullptr;
    for (const DatedRun& run : some) {
      const auto is_newer = [&](const DatedRun* than) {
        return than == nullptr || std::pair(than->started, than->id) < std::pair(run.started, run.id);
      };
      if (is_newer(newest)) newest = &run;
      if (run.whole && is_newer(newest_whole)) newest_whole = &run;
    }
    ASSERT_TRUE(newest == nullptr || ids.contains(newest->id)) << "trial " << trial;
    ASSERT_TRUE(newest_whole == nullptr || ids.contains(newest_whole->id)) << "trial " << trial;
  }
}

TEST_F(RetentionProperties, RunsThatAreNotWholeNeverCostAWholeOneItsPlace) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto some = runs();
    const auto by = rules();
    const auto moment = now();
    std::vector<DatedRun> whole = some;
    std::erase_if(whole, [](const DatedRun& run) { return !run.whole; });
    ASSERT_TRUE(is_within(kept(by, whole, moment), kept(by, some, moment))) << "trial " << trial;
  }
}

TEST_F(RetentionProperties, AClockThatWasSetBackNeverRemovesMore) {
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto some = runs();
    const auto by = rules();
    const auto moment = now();
    const auto back = moment - static_cast<UnixMilliseconds>(below(24 * 200)) * kHour;
    ASSERT_TRUE(is_within(kept(by, some, moment), kept(by, some, back))) << "trial " << trial;
  }
}

TEST_F(RetentionProperties, TheOrderInWhichRunsAreNamedDoesNotMatter) {
  for (int trial = 0; trial < kTrials; ++trial) {
    auto some = runs();
    const auto by = rules();
    const auto moment = now();
    const auto before = kept(by, some, moment);
    std::shuffle(some.begin(), some.end(), random_);
    ASSERT_EQ(kept(by, some, moment), before) << "trial " << trial;
  }
}

}  // namespace
}  // namespace arkive
