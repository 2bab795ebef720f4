// Test 14 of docs/reliability.md for archives: two archivers of one cluster into one store at the same
// moment.
#include <atomic>
#include <latch>
#include <random>
#include <thread>

#include "kafka/archive/verify.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/support/scoreboard.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::full_form;
using arkive::test::scoreboard;
using testing::IsEmpty;

class Races : public arkive::test::ScratchTest {
 protected:
  /// What one of the two sees, and how many of them are at work.
  struct Archiver {
    Archiver(std::atomic<int>& at_work, std::atomic<int>& most) {
      cluster.make("orders", 2, 1);
      cluster.make("quiet", 1, 2).partitions[0].append(3);
      cluster.before_topics = [&](int number) {
        if (number % 2 == 0) {
          --at_work;
        } else if (const int now = ++at_work; now > most) {
          most = now;
        }
      };
    }
    ScriptedCluster cluster;
    Result<ArchiveReport> report = fail(Outcome::kFail, "not begun");
  };

  Result<ArchiveReport> run(Archiver& archiver, const std::string& path, std::chrono::milliseconds patience) {
    ARKIVE_ASSIGN(const auto store, DirectoryStore::open(path));
    archiver.cluster.listings = 0;
    ScriptedLogSource source(archiver.cluster);
    ArchiveRequest request;
    request.arkive_version = "0";
    request.fetch.patience = patience;
    return archive(source, *store, request);
  }
};

TEST_F(Races, OneGoesAtATimeAndTheOtherWaitsOrIsRefused) {
  const std::uint64_t seed = std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const int races = full_form() ? 10'000 : 100;
  constexpr int kOfOneStore = 20;
  std::atomic<int> at_work{0};
  std::atomic<int> most{0};
  std::uint64_t refused = 0;
  std::uint64_t runs = 0;
  for (int race = 0; race < races; race += kOfOneStore) {
    const std::string path = scratch("store-" + std::to_string(race));
    std::filesystem::create_directory(path);
    Archiver first(at_work, most);
    Archiver second(at_work, most);
    std::size_t committed = 0;
    for (int i = 0; i < kOfOneStore; ++i) {
      for (Archiver* const one : {&first, &second}) {
        for (int partition = 0; partition < 2; ++partition) one->cluster.at("orders", partition).append(2);
      }
      // The shortest is over before the other has done its work, the longest after.
      const std::chrono::milliseconds patience(random() % 3 == 0 ? 1 : 20'000);
      std::latch both(2);
      std::jthread other([&] {
        both.arrive_and_wait();
        second.report = run(second, path, patience);
      });
      both.arrive_and_wait();
      first.report = run(first, path, 20'000ms);
      other.join();

      std::int64_t records = 0;
      std::optional<Manifest> newest;
      for (const Archiver* const one : {&first, &second}) {
        if (!one->report) {
          EXPECT_TRUE(failed_with(Outcome::kConflict, one->report));
          ++refused;
          continue;
        }
        ++committed;
        records += one->report->records_fetched;
        EXPECT_TRUE(one->report->manifest.whole);
        if (!newest || earlier_run(*newest, one->report->manifest)) newest = one->report->manifest;
      }
      ASSERT_TRUE(newest) << "one of the two must succeed";
      EXPECT_EQ(records, i == 0 ? 7 : 4) << "each record is fetched by one of them, once";
      const auto store = value_of(DirectoryStore::open(path));
      EXPECT_EQ(value_of(archive_runs(*store, "main", Deadline::never())).size(), committed);
      const auto logs = logs_of(*store, *newest);
      EXPECT_TRUE(same(first.cluster.at("orders", 0).bytes(), logs.at("orders/0/0")));
      EXPECT_TRUE(same(first.cluster.at("orders", 1).bytes(), logs.at("orders/1/0")));
    }
    runs += committed;
    const auto store = value_of(DirectoryStore::open(path));
    EXPECT_THAT(value_of(verify_archive(*store, "main", "", {})).findings, IsEmpty());
    std::filesystem::remove_all(path);
  }
  EXPECT_EQ(most, 1);
  EXPECT_EQ(runs + refused, 2U * static_cast<unsigned>(races));
  scoreboard("archive_races", seed, static_cast<std::uint64_t>(races), refused, HasFailure() ? 1 : 0);
}

}  // namespace
}  // namespace arkive::kafka::test
