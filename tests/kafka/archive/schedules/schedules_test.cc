// Test 10 of docs/reliability.md, with a cluster in memory: leaders move, connections and brokers are lost,
// answers are empty, old or cut short, retention overtakes, logs are cut, topics are made anew, all while
// runs go on. Of each partition no offset is lost, doubled or out of order, and every byte is the log's.
#include <atomic>
#include <cstdlib>
#include <thread>

#include "tests/kafka/archive/schedules/schedule.h"
#include "tests/support/scoreboard.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::full_form;
using arkive::test::scoreboard;

class Schedules : public arkive::test::ScratchTest {};

TEST_F(Schedules, LoseDoubleAndReorderNothing) {
  const char* const wanted = std::getenv("ARKIVE_SCHEDULE_SEED");
  const std::uint64_t seed = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : std::random_device{}();
  std::printf("ARKIVE_SCHEDULE_SEED=%llu\n", static_cast<unsigned long long>(seed));
  const std::uint64_t schedules = wanted != nullptr ? 1 : full_form() ? 1'000 : 20;
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> faults{0};
  std::mutex mutex;
  std::uint64_t failures = 0;
  const auto work = [&] {
    for (std::uint64_t i = next++; i < schedules; i = next++) {
      const std::string store = scratch(std::to_string(i));
      std::filesystem::create_directory(store);
      Schedule schedule(seed + i, store, 10'000);
      std::vector<std::string> problems;
      try {
        problems = schedule.run();
      } catch (const std::exception& error) {
        problems = {error.what()};
      }
      faults += schedule.faults();
      std::filesystem::remove_all(store);
      if (problems.empty()) continue;
      const std::lock_guard lock(mutex);
      ++failures;
      ADD_FAILURE() << "ARKIVE_SCHEDULE_SEED=" << seed + i << ": " << problems.front() << " (and "
                    << problems.size() - 1 << " more)";
    }
  };
  // Most of their time they wait for a leader that moved.
  std::vector<std::jthread> threads;
  for (int i = 0; i < 20; ++i) threads.emplace_back(work);
  threads.clear();
  EXPECT_GT(faults.load(), schedules * 10);
  scoreboard("archive_schedules", seed, faults.load(), schedules, failures);
}

}  // namespace
}  // namespace arkive::kafka::test
