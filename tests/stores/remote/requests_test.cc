#include "stores/remote/requests.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/results.h"

namespace arkive::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

remote::Answer busy(const std::string& retry_after) {
  return remote::may_pass(
      {Outcome::kRetry, "busy", {}},
      {.status = 503, .headers = {{"retry-after", retry_after}, {"date", "Fri, 24 May 2013 00:00:00 GMT"}}});
}

TEST(PauseAfter, ThoseWhoAreToldToWaitForAMinuteDoNotComeBackAtOneMoment) {
  std::set<milliseconds> pauses;
  for (int client = 0; client < 32; ++client) {
    Backoff backoff;
    const milliseconds pause = remote::pause_after(busy("60"), backoff);
    EXPECT_GE(pause, seconds(60));
    EXPECT_LE(pause, seconds(90));
    pauses.insert(pause);
  }
  EXPECT_GE(pauses.size(), 28U);
  EXPECT_GE(*pauses.rbegin() - *pauses.begin(), seconds(5));
}

TEST(PauseAfter, IsThatOfTheTriesWhereTheServerDoesNotSay) {
  for (const char* nothing : {"", "0", "soon", "-1", "9999999"}) {
    Backoff backoff;
    EXPECT_LE(remote::pause_after(busy(nothing), backoff), milliseconds(100)) << nothing;
  }
}

TEST(PauseAfter, MayBeToldAsADateOfTheServersClock) {
  Backoff backoff;
  const milliseconds pause = remote::pause_after(busy("Fri, 24 May 2013 00:02:00 GMT"), backoff);
  EXPECT_GE(pause, seconds(120));
  EXPECT_LE(pause, seconds(180));
  EXPECT_LE(remote::pause_after(busy("Thu, 23 May 2013 00:02:00 GMT"), backoff), seconds(1));
}

TEST(PauseAfter, NoServerIsWaitedForForLongerThanMinutes) {
  Backoff backoff;
  EXPECT_LE(remote::pause_after(busy("999999"), backoff), seconds(450));
}

}  // namespace
}  // namespace arkive::test
