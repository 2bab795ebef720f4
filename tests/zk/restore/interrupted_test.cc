// Restores that are killed, cut off or disturbed, on a scripted ZooKeeper.
#include <gtest/gtest.h>

#include "tests/support/scoreboard.h"
#include "tests/zk/restore/restoring.h"

namespace arkive::test {
namespace {

using Loss = FakeZooKeeper::Loss;

TEST(Restore, BringsBackRandomTreesAsTheyWere) {
  const std::uint64_t trees = full_form() ? 1000 : 60;
  for (std::uint64_t seed = 1; seed <= trees; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const zk::Tree tree = RandomTree(seed).make();
    FakeZooKeeper server;
    server.packet_limit = kSmallPackets;
    const auto done = value_of(restore(tree, server, below("/app")));
    EXPECT_EQ(complaints(done.report), "");
    EXPECT_TRUE(done.plan.complete());
    EXPECT_EQ(differences(tree, "/app", server, "/app"), std::vector<std::string>());
    EXPECT_EQ(done.report.created, tree.size() - 1);
    EXPECT_LE(server.largest_request, kSmallPackets);
  }
}

TEST(Restore, GoesOnAfterBeingKilledAtAnyRequest) {
  for (std::uint64_t seed = 3; seed <= (full_form() ? 60U : 5U); ++seed) {
    const zk::Tree tree = RandomTree(seed, {.znodes = 120}).make();
    std::uint64_t requests = 0;
    {
      FakeZooKeeper server;
      server.packet_limit = kSmallPackets;
      value_of(restore(tree, server, below("/app")));
      requests = server.requests;
    }
    std::uint64_t failures = 0;
    for (std::uint64_t kill = 0; kill < requests; ++kill) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " killed at " + std::to_string(kill));
      FakeZooKeeper server;
      server.packet_limit = kSmallPackets;
      server.loses = [&](std::uint64_t request) { return request == kill ? Loss::kDeath : Loss::kNone; };
      const auto killed = restore(tree, server, below("/app"));
      server.loses = nullptr;
      const auto again = restore(tree, server, below("/app"));
      ASSERT_TRUE(succeeded(again));
      EXPECT_EQ(complaints(again->report), "");
      const std::vector<std::string> wrong = differences(tree, "/app", server, "/app");
      EXPECT_EQ(wrong, std::vector<std::string>());
      failures += again->report.failed.empty() && wrong.empty() ? 0 : 1;
    }
    scoreboard("restore killed at every request", seed, requests, requests, failures);
  }
}

TEST(Restore, SurvivesLostAnswersWithoutDoublingAnything) {
  const std::uint64_t runs = full_form() ? 5000 : 150;
  std::uint64_t lost = 0;
  std::uint64_t failures = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const zk::Tree tree = RandomTree(seed).make();
    FakeZooKeeper server;
    server.packet_limit = kSmallPackets;
    server.expires = seed % 3 == 0;
    std::mt19937_64 random(seed);
    server.loses = [&](std::uint64_t) {
      if (random() % 25 != 0) return Loss::kNone;
      ++lost;
      return random() % 2 == 0 ? Loss::kBefore : Loss::kAfter;
    };
    const auto done = restore(tree, server, below("/app"));
    ASSERT_TRUE(succeeded(done));
    EXPECT_EQ(complaints(done->report), "");
    const std::vector<std::string> wrong = differences(tree, "/app", server, "/app");
    EXPECT_EQ(wrong, std::vector<std::string>());
    failures += wrong.empty() ? 0 : 1;
  }
  scoreboard("restore with lost answers", 1, lost, lost, failures);
}

}  // namespace
}  // namespace arkive::test
