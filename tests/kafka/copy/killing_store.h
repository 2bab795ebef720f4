/// A store in front of another that ends the process at its N-th operation, as a kill would.
#pragma once

#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>

#include "tests/support/forwarding_store.h"

namespace arkive::kafka::test {

/// Counts what writes; `at` 0: never ends.
class KillingStore final : public arkive::test::ForwardingStore {
 public:
  static constexpr int kKilled = 37;
  KillingStore(std::unique_ptr<Store> below, int at) : ForwardingStore(std::move(below)), at_(at) {}
  int count() const { return count_; }

  Status put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) override {
    pass();
    return below_->put(key, data, mode, deadline);
  }
  Result<std::unique_ptr<ObjectWriter>> begin(std::string_view key, Deadline deadline) override {
    pass();
    ARKIVE_ASSIGN(auto writer, below_->begin(key, deadline));
    return std::make_unique<Writer>(*this, std::move(writer));
  }
  Status settle(Deadline deadline) override {
    pass();
    return below_->settle(deadline);
  }
  Result<std::unique_ptr<StoreLock>> lock(std::string_view name, Deadline deadline) override {
    pass();
    return below_->lock(name, deadline);
  }
  Status remove(std::string_view key, Deadline deadline) override {
    pass();
    return below_->remove(key, deadline);
  }

 private:
  class Writer final : public ObjectWriter {
   public:
    Writer(KillingStore& store, std::unique_ptr<ObjectWriter> to) : store_(store), to_(std::move(to)) {}
    Status write(Bytes data) override {
      store_.pass();
      return to_->write(data);
    }
    Status finish() override {
      store_.pass();
      return to_->finish();
    }

   private:
    KillingStore& store_;
    std::unique_ptr<ObjectWriter> to_;
  };
  void pass() {
    if (++count_ == at_) ::_exit(kKilled);
  }

  const int at_;
  std::atomic<int> count_ = 0;
};

}  // namespace arkive::kafka::test
