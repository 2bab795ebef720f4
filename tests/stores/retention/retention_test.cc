#include "stores/retention/retention.h"

#include <gtest/gtest.h>

#include "tests/support/results.h"

namespace arkive {
namespace {

using arkive::test::value_of;

UnixMilliseconds at(const std::string& text) {
  return value_of(parse_time(text));
}

DatedRun whole(const std::string& time) {
  return {time, at(time), true};
}
DatedRun torn(const std::string& time) {
  return {time, at(time), false};
}

/// "time: reason; reason" of each run that stays, newest first; "-" stands for a run that goes.
std::string told(const RetentionRules& rules, const std::vector<DatedRun>& runs, const std::string& now) {
  std::string text;
  auto verdicts = apply_retention(rules, runs, at(now));
  for (auto one = verdicts.rbegin(); one != verdicts.rend(); ++one) {
    if (!one->stays()) {
      text += "- " + one->id + "\n";
      continue;
    }
    text += one->id + ":";
    for (std::size_t i = 0; i < one->reasons.size(); ++i) text += (i == 0 ? " " : "; ") + one->reasons[i];
    text += "\n";
  }
  return text;
}

TEST(Retention, KeepsTheLastRunsAndOneOfEachDayWeekMonthAndYearWithItsReasons) {
  const std::vector<DatedRun> runs = {whole("2024-12-30 23:30"), whole("2025-12-31 23:30"),
                                      whole("2026-10-31 23:30"), whole("2026-11-01 23:30"),
                                      whole("2026-11-02 11:30"), whole("2026-11-02 23:30"),
                                      whole("2026-11-03 11:30"), whole("2026-11-03 23:30")};
  EXPECT_EQ(
      told({.last = 3, .daily = 3, .weekly = 2, .monthly = 2, .yearly = 2}, runs, "2026-11-04"),
      "2026-11-03 23:30: newest whole; last 3; daily 2026-11-03; weekly 2026-W45; monthly 2026-11; yearly "
      "2026\n"
      "2026-11-03 11:30: last 3\n"
      "2026-11-02 23:30: last 3; daily 2026-11-02\n"
      "- 2026-11-02 11:30\n"
      "2026-11-01 23:30: daily 2026-11-01; weekly 2026-W44\n"
      "2026-10-31 23:30: monthly 2026-10\n"
      "2025-12-31 23:30: yearly 2025\n"
      "- 2024-12-30 23:30\n");
}

TEST(Retention, NamesWeeksAsIso8601DoesAroundTheNewYear) {
  // A Thursday's year is the week's: 2027-01-03 is a Sunday of 2026-W53, 2024-12-30 a Monday of 2025-W01.
  const std::vector<DatedRun> runs = {whole("2024-12-29"), whole("2024-12-30"), whole("2026-12-28"),
                                      whole("2027-01-03"), whole("2027-01-04")};
  EXPECT_EQ(told({.weekly = 9}, runs, "2027-01-05"),
            "2027-01-04: newest whole; weekly 2027-W01\n"
            "2027-01-03: weekly 2026-W53\n"
            "- 2026-12-28\n"
            "2024-12-30: weekly 2025-W01\n"
            "2024-12-29: weekly 2024-W52\n");
}

TEST(Retention, CountsOnlyDaysInWhichThereIsARun) {
  EXPECT_EQ(told({.daily = 2}, {whole("2026-01-01"), whole("2026-02-01"), whole("2026-11-01")}, "2026-11-04"),
            "2026-11-01: newest whole; daily 2026-11-01\n"
            "2026-02-01: daily 2026-02-01\n"
            "- 2026-01-01\n");
}

TEST(Retention, MeasuresASpanFromTheNewestWholeRunSoThatBackupsThatStoppedDoNotVanish) {
  EXPECT_EQ(told({.within = std::chrono::hours(48)},
                 {whole("2026-01-01"), whole("2026-01-02"), whole("2026-01-03"), whole("2026-01-04")},
                 "2026-11-04"),
            "2026-01-04: newest whole; within 2d\n"
            "2026-01-03: within 2d\n"
            "2026-01-02: within 2d\n"
            "- 2026-01-01\n");
}

TEST(Retention, LetsARunThatIsNotWholeTakeNoWholeOnesPlace) {
  EXPECT_EQ(told({.last = 2},
                 {whole("2026-11-01"), whole("2026-11-02"), torn("2026-11-03"), torn("2026-11-04"),
                  torn("2026-11-05")},
                 "2026-11-06"),
            "2026-11-05: newest; last 2, not whole\n"
            "2026-11-04: last 2, not whole\n"
            "- 2026-11-03\n"
            "2026-11-02: newest whole; last 2\n"
            "2026-11-01: last 2\n");
}

TEST(Retention, TakesTheNewestWholeRunOfADayAndATornOneOnlyWhereThereIsNoWholeOne) {
  EXPECT_EQ(told({.daily = 2},
                 {whole("2026-11-01 01:00"), torn("2026-11-02 01:00"), torn("2026-11-02 02:00"),
                  whole("2026-11-03 01:00"), torn("2026-11-03 02:00"), whole("2026-11-03 03:00")},
                 "2026-11-06"),
            "2026-11-03 03:00: newest whole; daily 2026-11-03\n"
            "- 2026-11-03 02:00\n"
            "- 2026-11-03 01:00\n"
            "2026-11-02 02:00: daily 2026-11-02, not whole\n"
            "- 2026-11-02 01:00\n"
            "2026-11-01 01:00: daily 2026-11-01\n");
}

TEST(Retention, KeepsTheNewestWholeRunHoweverOldAndTheNewestOfAll) {
  EXPECT_EQ(told({}, {whole("2020-01-01"), torn("2026-11-02"), torn("2026-11-03")}, "2026-11-06"),
            "2026-11-03: newest\n"
            "- 2026-11-02\n"
            "2020-01-01: newest whole\n");
}

TEST(Retention, KeepsARunOfTheFutureWithoutCountingIt) {
  EXPECT_EQ(told({.last = 1, .within = std::chrono::hours(24), .daily = 1},
                 {whole("2026-11-01"), whole("2026-11-03"), whole("2099-01-01")}, "2026-11-04"),
            "2099-01-01: in the future\n"
            "2026-11-03: newest whole; last 1; within 1d; daily 2026-11-03\n"
            "- 2026-11-01\n");
}

TEST(Retention, KeepsEverythingWhenTheClockWentBackBehindAllRuns) {
  EXPECT_EQ(told({.last = 1}, {whole("2026-11-01"), whole("2026-11-03")}, "1970-01-01"),
            "2026-11-03: in the future\n"
            "2026-11-01: in the future\n");
}

TEST(Retention, TakesTimesThatNoCalendarHolds) {
  const std::vector<DatedRun> runs = {{"least", std::numeric_limits<UnixMilliseconds>::min(), true},
                                      {"most", std::numeric_limits<UnixMilliseconds>::max(), true}};
  const auto verdicts = apply_retention(
      {.last = 1, .within = std::chrono::hours(1), .daily = 1, .weekly = 1, .monthly = 1, .yearly = 1}, runs,
      std::numeric_limits<UnixMilliseconds>::max());
  ASSERT_EQ(verdicts.size(), 2U);
  EXPECT_TRUE(verdicts[1].stays());
  EXPECT_EQ(verdicts[1].reasons.back(), "yearly 9999");
}

TEST(Retention, HasNothingToSayOfNoRuns) {
  EXPECT_TRUE(apply_retention({.last = 1}, {}, 0).empty());
  EXPECT_FALSE(RetentionRules().any());
}

}  // namespace
}  // namespace arkive
