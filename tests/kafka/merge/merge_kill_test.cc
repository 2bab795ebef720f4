// Merges that are killed, and whose store fails, at every operation: what is there is whole, and the next
// merge or prune deals with what is left.
#include <sys/wait.h>

#include <atomic>

#include "tests/kafka/copy/killing_store.h"
#include "tests/kafka/merge/merge_fixture.h"
#include "tests/support/next_moment.h"
#include "tests/support/scoreboard.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::full_form;
using arkive::test::scoreboard;
using testing::HasSubstr;
using testing::IsEmpty;

/// Fails at its N-th operation, reads too, and at no other.
class FailingStore final : public arkive::test::ForwardingStore {
 public:
  static constexpr const char* kWhy = "the disk is on fire";
  FailingStore(std::unique_ptr<Store> below, int at, Outcome outcome)
      : ForwardingStore(std::move(below)), at_(at), outcome_(outcome) {}
  int count() const { return count_; }

  Status put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) override {
    ARKIVE_TRY(pass(key));
    return below_->put(key, data, mode, deadline);
  }
  Result<std::unique_ptr<ObjectWriter>> begin(std::string_view key, Deadline deadline) override {
    ARKIVE_TRY(pass(key));
    ARKIVE_ASSIGN(auto writer, below_->begin(key, deadline));
    return std::make_unique<Writer>(*this, std::string(key), std::move(writer));
  }
  Status settle(Deadline deadline) override {
    ARKIVE_TRY(pass("all"));
    return below_->settle(deadline);
  }
  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override {
    ARKIVE_TRY(pass(key));
    return below_->get(key, offset, size, deadline);
  }
  Result<Object> head(std::string_view key, Deadline deadline) const override {
    ARKIVE_TRY(pass(key));
    return below_->head(key, deadline);
  }
  Status list(std::string_view prefix, const std::function<Status(const Object&)>& each,
              Deadline deadline) const override {
    ARKIVE_TRY(pass(prefix));
    return below_->list(prefix, each, deadline);
  }
  Status remove(std::string_view key, Deadline deadline) override {
    ARKIVE_TRY(pass(key));
    return below_->remove(key, deadline);
  }

 private:
  class Writer final : public ObjectWriter {
   public:
    Writer(FailingStore& store, std::string key, std::unique_ptr<ObjectWriter> to)
        : store_(store), key_(std::move(key)), to_(std::move(to)) {}
    Status write(Bytes data) override {
      ARKIVE_TRY(store_.pass(key_));
      return to_->write(data);
    }
    Status finish() override {
      ARKIVE_TRY(store_.pass(key_));
      return to_->finish();
    }

   private:
    FailingStore& store_;
    const std::string key_;
    std::unique_ptr<ObjectWriter> to_;
  };
  Status pass(std::string_view key) const {
    if (++count_ != at_) return ok();
    return fail(outcome_, "use '" + std::string(key) + "': " + kWhy);
  }

  const int at_;
  const Outcome outcome_;
  mutable std::atomic<int> count_ = 0;
};

/// Segments of both forms, transactions over their bounds, a generation that was given up.
class DisturbedMerge : public MergedStore {
 protected:
  void SetUp() override {
    cluster_.make("payments", 1, 3);
    request_.fetch.open_transactions = 0ms;
    BatchOptions options;
    options.transactional = true;
    options.producer_epoch = 0;
    for (int i = 0; i < 6; ++i) {
      options.producer_id = 7 + i;
      cluster_.at("payments").append(2, options);
      if (i > 0) cluster_.at("payments").end_transaction(6 + i, static_cast<std::int16_t>(i % 2));
      if (i == 3) cluster_.at("orders").cut_at(7);
      cluster_.at("orders").append(3);
      request_.compress = i >= 3;
      arkive::test::until_next_moment();
      const Manifest made = run().manifest;
      held_[made.id] = logs_;
    }
    ids_ = run_ids();
    std::filesystem::rename(scratch("store"), scratch("template"));
    begin();
  }
  void begin() {
    std::filesystem::remove_all(scratch("store"));
    std::filesystem::copy(scratch("template"), scratch("store"), std::filesystem::copy_options::recursive);
    store_ = opened();
    repository_ = value_of(open_directory_repository(scratch("store"), false));
  }
  std::unique_ptr<DirectoryStore> opened() const { return value_of(DirectoryStore::open(scratch("store"))); }
  MergeRequest one_by_one() {
    MergeRequest request = merge_request();
    request.workers = 1;
    return request;
  }
  /// The runs that were there are whole; then the next merge, or a prune, deals with what is left.
  void expect_mended(int operation) {
    const bool is_committed = run_ids().size() > ids_.size();
    if (is_committed) held_[newest().id] = held_.at(ids_.back());
    expect_whole(run_ids());
    if (operation % 2 == 0) {
      prune_to(1);
      now_ += 2 * kDay;
      prune_to(1);
      now_ -= 2 * kDay;
      expect_whole({run_ids().back()});
      EXPECT_THAT(leftovers(), IsEmpty());
      return;
    }
    if (is_committed) return;
    // Into smaller ones than those that were disturbed, under the same keys.
    MergeRequest request = one_by_one();
    request.bounds = {1000, 800};
    arkive::test::until_next_moment();
    const MergeReport report = value_of(merge(*store_, request));
    ASSERT_TRUE(report.manifest);
    held_[report.manifest->id] = held_.at(ids_.back());
    expect_whole(run_ids());
  }

  std::vector<std::string> ids_;
};

TEST_F(DisturbedMerge, ThatIsKilledLeavesWholeRunsAndWhatTheNextMergeOrPruneDealsWith) {
  std::uint64_t kills = 0;
  for (int operation = 1; !HasFailure(); operation += full_form() ? 1 : 3) {
    SCOPED_TRACE("operation " + std::to_string(operation));
    begin();
    const pid_t child = ::fork();
    if (child == 0) {
      KillingStore store(opened(), operation);
      const auto report = merge(store, one_by_one());
      ::_exit(report && report->manifest && report->damaged.empty() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 0) break;
    ASSERT_EQ(WEXITSTATUS(status), KillingStore::kKilled);
    ++kills;
    expect_mended(operation);
  }
  EXPECT_GE(kills, 12U);
  scoreboard("merge_killed_at_every_operation", 0, kills, kills, 0);
}

TEST_F(DisturbedMerge, WhoseStoreFailsIsAnErrorThatNamesTheObjectAndHarmsNoRun) {
  std::uint64_t failures = 0;
  for (int operation = 1; !HasFailure(); operation += full_form() ? 1 : 7) {
    SCOPED_TRACE("operation " + std::to_string(operation));
    begin();
    const Outcome outcome = operation % 2 == 0 ? Outcome::kFull : Outcome::kFail;
    FailingStore store(opened(), operation, outcome);
    const auto report = merge(store, one_by_one());
    if (store.count() < operation) {
      EXPECT_TRUE(report);
      break;
    }
    ++failures;
    EXPECT_TRUE(failed_with(outcome, report));
    const std::string why = report ? std::string() : report.error().what;
    EXPECT_THAT(why, HasSubstr(FailingStore::kWhy));
    EXPECT_EQ(run_ids(), ids_);
    expect_mended(operation);
  }
  EXPECT_GE(failures, 12U);
  scoreboard("merge_failed_at_every_operation", 0, failures, failures, 0);
}

}  // namespace
}  // namespace arkive::kafka::test
