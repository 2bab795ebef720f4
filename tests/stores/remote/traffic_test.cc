// A server of which every fifth answer is a failure, for long (test 11 of docs/reliability.md): nothing is
// lost and hardly anything fails, in every store behind a network.
#include <random>

#include "tests/stores/remote/scripted_kinds.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

class Traffic : public ScriptedTest {
 protected:
  /// One of five: 503, or anything else that passes; no complaint about too many requests, for those slow the
  /// client down. Of the others some are cut, or damaged, on the way back.
  void misbehave() {
    server().before = [this](const HttpRequest&, std::size_t) -> std::optional<HttpReply> {
      const std::lock_guard lock(mutex_);
      const auto drawn = random_() % 100;
      if (drawn >= 20) return std::nullopt;
      ++injected_;
      if (drawn < 8) return HttpReply{.status = 503};
      if (drawn < 16) return GetParam().unavailable;
      return GetParam().passing[random_() % GetParam().passing.size()];
    };
    server().after = [this](const HttpRequest&, HttpReply& reply, std::size_t) {
      const std::lock_guard lock(mutex_);
      const auto drawn = random_() % 1000;
      if (drawn >= 10) return;
      ++injected_;
      if (drawn < 5 || !reply.body.starts_with("bytes of")) {
        reply.cut_after = random_() % 200;
      } else {
        reply.body[random_() % reply.body.size()] ^= 1;
      }
    };
  }
  void count(bool done) {
    ++operations_;
    failed_ += done ? 0 : 1;
  }
  /// What was said to be there is there, as it was; what comes back is what is there.
  void write_and_read(Store& store, const std::string& key) {
    const std::string bytes = "bytes of " + key;
    const Status done = put(store, key, bytes);
    count(done.has_value());
    if (done && object(key) != bytes) ++lost_;
    const auto back = store.get(key, 0, 0, soon());
    count(back.has_value() || !done);
    if (back && *back != bytes) ++lost_;
  }

  const std::uint64_t seed_ = std::random_device{}();
  std::size_t operations_ = 0;
  std::size_t failed_ = 0;
  std::size_t lost_ = 0;
  std::mutex mutex_;
  std::mt19937_64 random_{seed_};
  std::size_t injected_ = 0;
};

TEST_P(Traffic, AtAFifthOfFailuresNothingIsLost) {
  misbehave();
  const std::size_t requests = full_form() ? 200'000 : 2'000;
  const std::string long_bytes = made_of(2 * GetParam().part_bytes + 5);
  const auto store = open();
  for (std::size_t i = 0; asked() < requests; ++i) write_and_read(*store, "k/" + std::to_string(i));
  for (int i = 0; i < 3; ++i) {
    const std::string key = "long/" + std::to_string(i);
    const Status done = upload(*store, key, long_bytes);
    count(done.has_value());
    if (done && object(key) != long_bytes) ++lost_;
  }
  server().before = {};
  server().after = {};
  const auto kept = server().objects();
  const auto listed = value_of(keys(*open()));
  EXPECT_EQ(listed.size(), kept.size()) << "seed " << seed_;
  EXPECT_EQ(lost_, 0U) << "seed " << seed_;
  EXPECT_LE(failed_, operations_ / 1000) << "seed " << seed_;
  scoreboard(GetParam().name + "_misbehaves", seed_, injected_, injected_, lost_);
}

INSTANTIATE_TEST_SUITE_P(Remote, Traffic, testing::ValuesIn(scripted_kinds()), scripted_kind_name);

}  // namespace
}  // namespace arkive::test
