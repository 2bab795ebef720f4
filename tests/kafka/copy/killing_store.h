/// A store in front of another that ends the process at its N-th operation, as a kill would.
#pragma once

#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>

#include "stores/store.h"

namespace arkive::kafka::test {

/// Counts what writes; `at` 0: never ends.
class KillingStore final : public Store {
 public:
  static constexpr int kKilled = 37;
  KillingStore(std::unique_ptr<Store> below, int at) : below_(std::move(below)), at_(at) {}
  int count() const { return count_; }

  std::string name() const override { return below_->name(); }
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
  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override {
    return below_->get(key, offset, size, deadline);
  }
  Result<Object> head(std::string_view key, Deadline deadline) const override {
    return below_->head(key, deadline);
  }
  Status list(std::string_view prefix, const std::function<Status(const Object&)>& each,
              Deadline deadline) const override {
    return below_->list(prefix, each, deadline);
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

  std::unique_ptr<Store> below_;
  const int at_;
  std::atomic<int> count_ = 0;
};

}  // namespace arkive::kafka::test
