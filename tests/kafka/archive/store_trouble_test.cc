// A store that is held by another archiver, full, or of a newer format.
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>

#include "stores/core/files.h"
#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class StoreTrouble : public ScriptedArchive {
 protected:
  StoreTrouble() {
    ScriptedPartition& log = cluster_.make("orders").partitions[0];
    for (int batch = 0; batch < 20; ++batch) log.append(5, {}, 200);
  }
  std::vector<Manifest> runs() { return value_of(archive_runs(*store_, "main", Deadline::never())); }
};

TEST_F(StoreTrouble, TheSecondOfTwoArchiversIsRefusedAndTheFirstUnharmed) {
  std::promise<void> first_fetches;
  std::promise<void> go_on;
  cluster_.before_fetch = [&](int number, auto) {
    if (number != 1) return;
    first_fetches.set_value();
    go_on.get_future().wait();
  };
  auto first = std::async(std::launch::async, [&] { return try_run(); });
  first_fetches.get_future().wait();

  ScriptedCluster same_cluster;
  same_cluster.topics = cluster_.topics;
  ScriptedLogSource source(same_cluster);
  ArchiveRequest request = request_;
  request.deadline = Deadline::after(100ms);
  const auto second = archive(source, *store_, request);
  EXPECT_TRUE(failed_with(Outcome::kConflict, second));
  EXPECT_EQ(same_cluster.fetches, 0);

  go_on.set_value();
  const ArchiveReport report = value_of(first.get());
  EXPECT_TRUE(report.manifest.whole);
  EXPECT_THAT(runs(), SizeIs(1));
  EXPECT_TRUE(same(cluster_.at("orders").bytes(), logs_of(*store_, report.manifest).at("orders/0/0")));
}

TEST_F(StoreTrouble, OtherClustersMayBeArchivedAtTheSameTime) {
  cluster_.before_fetch = [&](int number, auto) {
    if (number != 1) return;
    ScriptedCluster other;
    other.make("orders").partitions[0].append(3);
    ScriptedLogSource source(other);
    ArchiveRequest request = request_;
    request.cluster = "other";
    request.deadline = Deadline::after(5s);
    EXPECT_TRUE(succeeded(archive(source, *store_, request)));
  };
  run_whole();
}

TEST_F(StoreTrouble, ARunOfANewerFormatIsNotGoneOnFrom) {
  Manifest newer = run_whole().manifest;
  newer.format = Manifest::kFormat + 1;
  newer.id = "29991231T235959Z-ffffff";
  value_of(
      store_->put(manifest_key("main", newer.id), newer.to_json(), PutMode::kCreateOnly, Deadline::never()));
  EXPECT_TRUE(failed_with(Outcome::kUsage, try_run()));
}

TEST_F(StoreTrouble, AListOfANewerFormatIsNotGoneOnFrom) {
  Manifest newer = run_whole().manifest;
  std::string text = value_of(store_->get(newer.logs.location, 0, 0, Deadline::never()));
  const std::size_t at = text.find("\"format\": 1");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 11, "\"format\": 2");
  newer.logs.sha256 = value_of(write_list(*store_, text, Deadline::never()));
  newer.logs.location = list_key(newer.logs.sha256);
  newer.id = "29991231T235959Z-ffffff";
  newer.started += 1000;
  value_of(
      store_->put(manifest_key("main", newer.id), newer.to_json(), PutMode::kCreateOnly, Deadline::never()));
  const auto refused = try_run();
  ASSERT_TRUE(failed_with(Outcome::kUsage, refused));
  EXPECT_THAT(refused.error().hint, HasSubstr("newer arkive"));
}

TEST_F(StoreTrouble, ADamagedListIsNamed) {
  const Manifest manifest = run_whole().manifest;
  value_of(store_->put(manifest.logs.location, "{}", PutMode::kReplace, Deadline::never()));
  const auto refused = try_run();
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, refused));
  EXPECT_THAT(refused.error().what, HasSubstr(manifest.logs.location));
}

TEST_F(StoreTrouble, OnAFullDiskNothingIsCommittedAndFreedSpaceIsEnough) {
  constexpr int kNotPermitted = 77;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto in_child = [&]() -> int {
      if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
          ::mount("tmpfs", scratch("store").c_str(), "tmpfs", 0, "size=1m") != 0) {
        return kNotPermitted;
      }
      store_ = value_of(DirectoryStore::open(scratch("store")));
      run_whole();
      const std::string first = cluster_.at("orders").bytes();
      for (int batch = 0; batch < 15; ++batch) cluster_.at("orders").append(1, {}, 40'000);
      value_of(
          write_file_durably(scratch("store") + "/filler", std::string(600'000, 'f'), IfExists::kReplace));
      for (int pass = 0; pass < 3; ++pass) {
        const auto full = try_run();
        if (full || full.error().outcome != Outcome::kFull) return 2;
        if (runs().size() != 1) return 3;
        if (logs_of(*store_, runs().back()).at("orders/0/0") != first) return 4;
      }
      std::filesystem::remove(scratch("store") + "/filler");
      run_whole();
      return logs_.at("orders/0/0") == cluster_.at("orders").bytes() && !HasFailure() ? 0 : 5;
    };
    int status = 6;
    try {
      status = in_child();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    ::_exit(status);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNotPermitted) GTEST_SKIP() << "mounting is not permitted here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace arkive::kafka::test
