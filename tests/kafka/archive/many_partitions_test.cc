// More partitions than one answer of a broker has room for.
#include <atomic>
#include <thread>

#include "tests/kafka/archive/archive_fixture.h"
#include "tests/support/forwarding_store.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::ForwardingStore;

constexpr int kPartitions = 60;  // 20 of each broker, that is 10 of each worker

class ManyPartitions : public ScriptedArchive {
 protected:
  ManyPartitions() {
    auto& partitions = cluster_.make("wide", kPartitions).partitions;
    for (auto& [number, log] : partitions) {
      for (int batch = 0; batch < 8; ++batch) log.append(5, {}, 200);
    }
    cluster_.most_answer = 2048;
    cluster_.most_answer_of_all = 4096;
  }
  void expect_all() const {
    for (const auto& [number, log] : cluster_.topics.at("wide").partitions) {
      EXPECT_TRUE(same(log.bytes(), logs_.at("wide/" + std::to_string(number) + "/0"))) << number;
    }
  }
};

/// Counts the segments that are being written.
class CountingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  std::size_t most_open() const { return most_open_; }

  Result<std::unique_ptr<ObjectWriter>> begin(std::string_view key, Deadline deadline) override {
    ARKIVE_ASSIGN(auto writer, ForwardingStore::begin(key, deadline));
    if (!key.ends_with(".log")) return writer;
    const std::size_t open = ++open_;
    for (std::size_t most = most_open_; most < open && !most_open_.compare_exchange_weak(most, open);) {
    }
    return std::make_unique<Counted>(std::move(writer), open_);
  }

 private:
  class Counted final : public ObjectWriter {
   public:
    Counted(std::unique_ptr<ObjectWriter> below, std::atomic<std::size_t>& open)
        : below_(std::move(below)), open_(open) {}
    ~Counted() override { --open_; }
    Status write(Bytes data) override { return below_->write(data); }
    Status finish() override { return below_->finish(); }

   private:
    const std::unique_ptr<ObjectWriter> below_;
    std::atomic<std::size_t>& open_;
  };

  std::atomic<std::size_t> open_ = 0;
  std::atomic<std::size_t> most_open_ = 0;
};

TEST_F(ManyPartitions, ThoseThatWereBegunAreFinishedFirst) {
  CountingStore store(std::move(store_));
  ScriptedLogSource source(cluster_);
  const ArchiveReport report = value_of(archive(source, store, request_));
  EXPECT_TRUE(report.manifest.whole);
  logs_ = logs_of(store, report.manifest);
  expect_all();
  EXPECT_LE(store.most_open(), 18U) << "three of each worker, of which there are six";
}

TEST_F(ManyPartitions, ThatWaitForTheirTurnAreNotTakenForStuck) {
  request_.fetch.patience = 300ms;
  cluster_.before_fetch = [&](int, auto) { std::this_thread::sleep_for(5ms); };
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(run().manifest.whole);
  EXPECT_GT(std::chrono::steady_clock::now() - begun, request_.fetch.patience) << "none had to wait";
  expect_all();
}

TEST_F(ManyPartitions, OneThatIsStuckIsFoundAllTheSame) {
  request_.fetch.patience = 300ms;
  // It says that it has more, and never gives any.
  cluster_.at("wide", 3).gives_nothing = true;
  const ArchiveReport report = run();
  EXPECT_FALSE(report.manifest.whole);
  logs_["wide/3/0"] = cluster_.at("wide", 3).bytes();
  expect_all();
}

}  // namespace
}  // namespace arkive::kafka::test
