/// A store in front of another that keeps objects for a while, as one with Object Lock does.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "tests/support/forwarding_store.h"

namespace arkive::test {

/// Any thread. New objects are not kept by themselves.
class KeepingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  std::chrono::milliseconds span{3'600'000};                  ///< as the settings of a store say it
  std::function<Status(const std::string& key)> before = {};  ///< of what asks for it or is to extend it

  void keep(const std::string& key, UnixMilliseconds until) {
    const std::lock_guard lock(mutex_);
    until_[key] = until;
  }
  /// 0: it is not kept.
  UnixMilliseconds until(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = until_.find(key);
    return found == until_.end() ? 0 : found->second;
  }

  Status remove(std::string_view key, Deadline deadline) override {
    ARKIVE_TRY(may_remove(*this, key, deadline));
    return below_->remove(key, deadline);
  }
  Result<Keeping> kept_until(std::string_view key, Deadline) const override {
    if (before) ARKIVE_TRY(before(std::string(key)));
    return Keeping{.until = until(std::string(key))};
  }
  Result<bool> keep_until(std::string_view key, UnixMilliseconds until, Deadline deadline) override {
    ARKIVE_ASSIGN(const bool is_due, may_keep_until(key, until, deadline));
    if (is_due) keep(std::string(key), until);
    return is_due;
  }
  Result<bool> may_keep_until(std::string_view key, UnixMilliseconds until, Deadline) const override {
    if (before) ARKIVE_TRY(before(std::string(key)));
    return this->until(std::string(key)) < until;
  }
  Result<std::chrono::milliseconds> keeps_for() const override { return span; }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, UnixMilliseconds> until_;
};

}  // namespace arkive::test
