#include "stores/git/delta.h"

#include <random>

#include "tests/support/results.h"

namespace arkive::git {
namespace {

using test::failed_with;
using test::value_of;

std::string random_text(std::mt19937_64& random, std::size_t size, unsigned letters) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random() % letters);
  return text;
}

TEST(Delta, GivesBackTheTargetAfterRandomEdits) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 400; ++round) {
    const unsigned letters = round % 3 == 0 ? 2 : 256;
    const std::string base = random_text(random, random() % 5000, letters);
    std::string target = base;
    for (std::size_t edit = random() % 6; edit > 0; --edit) {
      const std::size_t at = random() % (target.size() + 1);
      switch (random() % 3) {
        case 0:
          target.insert(at, random_text(random, random() % 300, letters));
          break;
        case 1:
          target.erase(at, random() % 300);
          break;
        default:
          target += target.substr(at);
      }
    }
    const std::string delta = make_delta(base, target, SIZE_MAX);
    EXPECT_EQ(value_of(apply_delta(base, delta)), target) << "round " << round;
  }
}

TEST(Delta, OfASmallEditIsSmall) {
  std::mt19937_64 random(1);
  const std::string base = random_text(random, 100'000, 256);
  std::string target = base;
  target.replace(50'000, 20, random_text(random, 20, 256));
  const std::string delta = make_delta(base, target, SIZE_MAX);
  EXPECT_LE(delta.size(), 50U);
  EXPECT_EQ(value_of(apply_delta(base, delta)), target);
}

TEST(Delta, OfManySmallEditsInALargeBaseIsSmall) {
  std::mt19937_64 random(1);
  const std::string base = random_text(random, 6 << 20, 256);
  std::string target = base;
  for (std::size_t at = 50'000; at < base.size(); at += 60'000) {
    target.replace(at, 20, random_text(random, 19, 256));
  }
  const std::string delta = make_delta(base, target, SIZE_MAX);
  EXPECT_LE(delta.size(), target.size() / 500);
  EXPECT_EQ(value_of(apply_delta(base, delta)), target);
}

TEST(Delta, IsGivenUpWhenItGetsTooLong) {
  std::mt19937_64 random(1);
  EXPECT_EQ(make_delta(random_text(random, 10'000, 256), random_text(random, 10'000, 256), 5'000), "");
}

TEST(Delta, CopiesMoreThanOneCommandCanHold) {
  const std::string base(40 << 20, 'x');
  const std::string target = base + "y";
  EXPECT_EQ(value_of(apply_delta(base, make_delta(base, target, SIZE_MAX))), target);
}

TEST(Delta, ThatIsDamagedIsCorruptAndNothingElse) {
  std::mt19937_64 random(7);
  const std::string base = random_text(random, 400, 256);
  const std::string target = base.substr(100, 250) + random_text(random, 60, 256) + base.substr(0, 50);
  const std::string delta = make_delta(base, target, SIZE_MAX);
  for (std::size_t at = 0; at < delta.size(); ++at) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, apply_delta(base, delta.substr(0, at)))) << at;
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = delta;
      flipped[at] = static_cast<char>(flipped[at] ^ 1 << bit);
      const auto result = apply_delta(base, flipped);  // the hash of the object tells what this cannot
      EXPECT_TRUE(!result || result->size() == target.size()) << at;
    }
  }
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, apply_delta("other", delta)));
  EXPECT_TRUE(
      failed_with(Outcome::kCorrupt, apply_delta("", std::string("\0\xff\xff\xff\xff\xff\xff\xff\x7f", 9))))
      << "an absurd size is refused before it is allocated";
}

}  // namespace
}  // namespace arkive::git
