#include "stores/core/time.h"

#include <gtest/gtest.h>

#include "tests/support/results.h"

namespace arkive {
namespace {

using std::chrono::milliseconds;
using test::failed_with;
using test::value_of;

constexpr UnixMilliseconds kEvening = 1'795'217'400'000;  // 2026-11-20T23:30:00Z

TEST(Time, IsReadInEachFormThatPeopleWrite) {
  EXPECT_EQ(value_of(parse_time("2026-11-20T23:30:00Z")), kEvening);
  EXPECT_EQ(value_of(parse_time("2026-11-21T00:30:00+01:00")), kEvening);
  EXPECT_EQ(value_of(parse_time("2026-11-20T18:00:00-05:30")), kEvening);
  EXPECT_EQ(value_of(parse_time("2026-11-20 23:30")), kEvening);
  EXPECT_EQ(value_of(parse_time("2026-11-20 23:30:00")), kEvening);
  EXPECT_EQ(value_of(parse_time("2026-11-20")), kEvening - 84'600'000);
  EXPECT_EQ(value_of(parse_time("2026-11-20T23:30:00.25Z")), kEvening + 250);
  EXPECT_EQ(value_of(parse_time("2026-11-20T23:30:00.123456Z")), kEvening + 123);
  EXPECT_EQ(value_of(parse_time("1970-01-01")), 0);
  EXPECT_EQ(value_of(parse_time("1969-12-31T23:59:59Z")), -1000);
  EXPECT_EQ(value_of(parse_time("2024-02-29")), 1'709'164'800'000);
}

TEST(Time, ThatDoesNotExistIsAUsageErrorWithAHint) {
  for (const char* text : {"",
                           "yesterday",
                           "2026-11-20T",
                           "2026-13-01",
                           "2026-02-29",
                           "2026-00-10",
                           "2026-11-00",
                           "2026-11-31",
                           "2026-11-20T24:00:00Z",
                           "2026-11-20T23:60:00Z",
                           "2026-11-20T23:30:60Z",
                           "2026-11-20T23:30:00Zx",
                           "2026-11-20T23:30:00+1:00",
                           "2026-11-20T23:30:00+24:00",
                           "2026-11-20T23:30:00.Z",
                           " 2026-11-20",
                           "2026-11-20 ",
                           "20261120",
                           "2026-1-1",
                           "+026-11-20",
                           "2026-11-20T23",
                           "1795217400"}) {
    const auto result = parse_time(text);
    EXPECT_TRUE(failed_with(Outcome::kUsage, result)) << text;
    if (!result) {
      EXPECT_FALSE(result.error().hint.empty());
    }
  }
}

TEST(Time, IsWrittenInWholeSecondsAndReadBack) {
  EXPECT_EQ(format_time(kEvening + 999), "2026-11-20T23:30:00Z");
  EXPECT_EQ(format_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59Z");
  for (UnixMilliseconds moment = -62'000'000'000'000; moment < 250'000'000'000'000;
       moment += 1'234'567'891'000) {
    EXPECT_EQ(value_of(parse_time(format_time(moment))), moment);
  }
}

TEST(Time, OfTheClockIsAfterThisWasWritten) {
  EXPECT_GT(wall_clock_now(), 1'750'000'000'000);
}

TEST(Duration, HasANumberAndAUnit) {
  EXPECT_EQ(value_of(parse_duration("500ms")), milliseconds(500));
  EXPECT_EQ(value_of(parse_duration("30s")), milliseconds(30'000));
  EXPECT_EQ(value_of(parse_duration("5m")), milliseconds(300'000));
  EXPECT_EQ(value_of(parse_duration("2h")), milliseconds(7'200'000));
  EXPECT_EQ(value_of(parse_duration("1d")), milliseconds(86'400'000));
  EXPECT_EQ(value_of(parse_duration("0s")), milliseconds(0));
  for (const char* text : {"", "30", "s", "-5s", "+5s", "1.5h", "5 m", "5M", "5min", "5m ",
                           "99999999999999999999s", "999999999999d", "36526d"}) {
    EXPECT_TRUE(failed_with(Outcome::kUsage, parse_duration(text))) << text;
  }
}

TEST(Size, HasANumberAndPerhapsAUnit) {
  EXPECT_EQ(value_of(parse_size("4096")), 4096U);
  EXPECT_EQ(value_of(parse_size("0")), 0U);
  EXPECT_EQ(value_of(parse_size("12B")), 12U);
  EXPECT_EQ(value_of(parse_size("1KiB")), 1024U);
  EXPECT_EQ(value_of(parse_size("64MiB")), 64U << 20);
  EXPECT_EQ(value_of(parse_size("1GB")), 1'000'000'000U);
  EXPECT_EQ(value_of(parse_size("2TiB")), 2ULL << 40);
  EXPECT_EQ(value_of(parse_size("18446744073709551615")), UINT64_MAX);
  for (const char* text :
       {"", "MiB", "-1", "1.5MiB", "1 MiB", "1mib", "1M", "18446744073709551616", "99999999999TiB"}) {
    EXPECT_TRUE(failed_with(Outcome::kUsage, parse_size(text))) << text;
  }
}

TEST(Duration, IsSaidInTheTwoLargestUnits) {
  EXPECT_EQ(human_duration(milliseconds(0)), "0 ms");
  EXPECT_EQ(human_duration(milliseconds(850)), "850 ms");
  EXPECT_EQ(human_duration(milliseconds(3'200)), "3.2 s");
  EXPECT_EQ(human_duration(milliseconds(59'949)), "59.9 s");
  EXPECT_EQ(human_duration(milliseconds(59'999)), "1 min 0 s");
  EXPECT_EQ(human_duration(milliseconds(80'000)), "1 min 20 s");
  EXPECT_EQ(human_duration(milliseconds(7'500'000)), "2 h 5 min");
  EXPECT_EQ(human_duration(milliseconds(93'600'000)), "1 d 2 h");
  EXPECT_EQ(human_duration(milliseconds(-3'200)), "-3.2 s");
}

TEST(RunId, HoldsItsTimeAndSortsByIt) {
  const std::string id = new_run_id(kEvening);
  EXPECT_EQ(id.substr(0, 17), "20261120T233000Z-");
  EXPECT_EQ(id.size(), 23U);
  EXPECT_EQ(value_of(run_id_time(id)), kEvening);
  EXPECT_LT(id, new_run_id(kEvening + 1000));
  EXPECT_NE(id, new_run_id(kEvening));
}

TEST(RunId, ThatIsNoneIsAUsageError) {
  for (const char* text :
       {"", "20261120T233000Z", "20261120T233000Z-8f3a2", "20261120T233000Z-8F3A2C",
        "20261320T233000Z-8f3a2c", "20261120T233000Z_8f3a2c", "20261120T233000Z-8f3a2c/",
        "2026-11-20T23:30:0-8f3a2c", "20261120T233000+-8f3a2c", "../../../../../../../etc"}) {
    EXPECT_TRUE(failed_with(Outcome::kUsage, run_id_time(text))) << text;
  }
}

}  // namespace
}  // namespace arkive
