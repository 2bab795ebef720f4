// Random troubles and kills, told by a seed that is printed: no record lost, doubled or reordered, and the
// map says where each one stands.
#include <atomic>
#include <random>

#include "tests/kafka/replay/replay_fixture.h"
#include "tests/support/scoreboard.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::full_form;
using arkive::test::scoreboard;

class Schedules : public ScriptedReplay {
 protected:
  void fill_source(std::mt19937_64& random) {
    const int partitions = 1 + static_cast<int>(random() % 3);
    cluster_.make("orders", partitions);
    for (int i = 0; i < partitions; ++i) {
      auto& log = cluster_.at("orders", i);
      if (random() % 2 == 0) append_all_kinds(log);
      const int batches = 5 + static_cast<int>(random() % 60);
      for (int k = 0; k < batches; ++k) log.append(1 + static_cast<int>(random() % 8));
    }
  }

  /// As if the process had died: nothing it sends arrives any more, and its journal is as it was then.
  void arm(std::mt19937_64& random, int kill_at) {
    const auto draw = std::make_shared<std::mt19937_64>(random());
    const int trouble = static_cast<int>(random() % 4) * 4;  // in 100
    const int from = brokers_.batches;
    dead_ = false;
    brokers_.fault = [this, draw, trouble, from, kill_at](int batch, const TopicPartition&) {
      if (kill_at > 0 && batch - from == kill_at) {
        dead_ = true;
        std::filesystem::remove_all(scratch("snapshot"));
        std::filesystem::copy(scratch("journal"), scratch("snapshot"));
        // It may have been on its way.
        if ((*draw)() % 2 == 0) return Fault::kLostAfter;
      }
      if (dead_) return Fault::kLost;
      if (static_cast<int>((*draw)() % 100) >= trouble) return Fault::kNone;
      ++injected_;
      constexpr Fault kFaults[] = {Fault::kLost,     Fault::kLostAfter,     Fault::kMoved,
                                   Fault::kTryAgain, Fault::kTryAgainAfter, Fault::kSomebodyWrites,
                                   Fault::kDies,     Fault::kDiesAfter};
      return kFaults[(*draw)() % std::size(kFaults)];
    };
  }

  void run_schedule(std::uint64_t seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    fill_source(random);
    archive_source();
    make_target_topics();
    workers_ = 1 + static_cast<int>(random() % 2);
    brokers_.forgets_loudly = random() % 2 == 0;
    const int kills = static_cast<int>(random() % 4);
    for (int i = 0; i < kills; ++i) {
      arm(random, 1 + static_cast<int>(random() % 30));
      ReplayRequest killed = request();
      killed.work.patience = 150ms;
      (void)try_replay(killed);
      if (!dead_) continue;  // it was done before
      std::filesystem::remove_all(scratch("journal"));
      std::filesystem::rename(scratch("snapshot"), scratch("journal"));
      if (random() % 2 == 0) tear_last_line(random);
      if (random() % 4 == 0) {
        for (auto& [name, producer] : brokers_.producers) producer = {-1, {}, true};
      }
    }
    arm(random, 0);
    (void)replay_all_of(request());
    expect_equal_to_source();
  }

  void tear_last_line(std::mt19937_64& random) {
    const std::string path = scratch("journal") + "/offsets";
    if (!std::filesystem::exists(path)) return;
    const auto size = std::filesystem::file_size(path);
    const std::string text = bytes_of(path);
    const std::size_t line = text.rfind('\n', text.size() - 2);
    // That of a new producer was synced before anything was sent.
    if (line == std::string::npos || text.compare(line + 1, 8, "producer") == 0) return;
    std::filesystem::resize_file(path, line + 1 + random() % (size - line - 1));
  }

  std::atomic<bool> dead_ = false;
  int injected_ = 0;
};

class Seeds : public Schedules, public testing::WithParamInterface<int> {};

TEST_P(Seeds, NoRecordIsLostDoubledOrReordered) {
  const auto seed = static_cast<std::uint64_t>(GetParam());
  run_schedule(seed);
  scoreboard("replay_schedule", seed, static_cast<std::uint64_t>(injected_),
             static_cast<std::uint64_t>(injected_), HasFailure() ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(Random, Seeds, testing::Range(1, full_form() ? 1001 : 31));

}  // namespace
}  // namespace arkive::kafka::test
