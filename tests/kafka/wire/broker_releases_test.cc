#include "kafka/wire/broker_releases.h"

#include <gtest/gtest.h>

namespace arkive::kafka {
namespace {

TEST(BrokerReleases, AreToldByTheGreatestVersionOfFetch) {
  EXPECT_EQ(release_of_fetch_version(7), "1.1");
  EXPECT_EQ(release_of_fetch_version(11), "2.3 to 2.6");
  EXPECT_EQ(release_of_fetch_version(12), "2.7 to 3.0");
  EXPECT_EQ(release_of_fetch_version(17), "3.9 or 4.0");
  EXPECT_EQ(release_of_fetch_version(18), "4.1");
}

TEST(BrokerReleases, AreNotGuessedOutsideOfTheKnownOnes) {
  EXPECT_EQ(release_of_fetch_version(19), "after 4.1");
  EXPECT_EQ(release_of_fetch_version(6), "");
  EXPECT_EQ(release_of_fetch_version(-1), "");
}

}  // namespace
}  // namespace arkive::kafka
