/// A store in front of another that does as that one does: tests override what is to be otherwise.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "stores/store.h"

namespace arkive::test {

class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(std::unique_ptr<Store> below) : below_(std::move(below)) {}

  std::string name() const override { return below_->name(); }
  bool is_remote() const override { return below_->is_remote(); }
  Status put(std::string_view key, Bytes data, PutMode mode, Deadline deadline) override {
    return below_->put(key, data, mode, deadline);
  }
  Result<std::unique_ptr<ObjectWriter>> begin(std::string_view key, Deadline deadline) override {
    return below_->begin(key, deadline);
  }
  Status settle(Deadline deadline) override { return below_->settle(deadline); }
  Result<std::unique_ptr<StoreLock>> lock(std::string_view name, Deadline deadline) override {
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
  Status remove(std::string_view key, Deadline deadline) override { return below_->remove(key, deadline); }
  Status remove_unfinished(Deadline deadline) override { return below_->remove_unfinished(deadline); }
  Result<Keeping> kept_until(std::string_view key, Deadline deadline) const override {
    return below_->kept_until(key, deadline);
  }
  Result<bool> keep_until(std::string_view key, UnixMilliseconds until, Deadline deadline) override {
    return below_->keep_until(key, until, deadline);
  }
  Result<bool> may_keep_until(std::string_view key, UnixMilliseconds until,
                              Deadline deadline) const override {
    return below_->may_keep_until(key, until, deadline);
  }
  Result<std::chrono::milliseconds> keeps_for() const override { return below_->keeps_for(); }

 protected:
  const std::unique_ptr<Store> below_;
};

}  // namespace arkive::test
