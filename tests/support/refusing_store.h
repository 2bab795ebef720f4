/// A store in front of another that will not remove some of its objects, as one with object lock does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "stores/store.h"

namespace arkive::test {

/// `refuses` says which keys are under retention; what it says may change meanwhile.
class RefusingStore : public Store {
 public:
  using Refuses = std::function<bool(const std::string& key)>;
  static constexpr const char* kUntil = "2027-01-01T00:00:00Z";

  RefusingStore(std::unique_ptr<Store> below, Refuses refuses)
      : below_(std::move(below)), refuses_(std::move(refuses)) {}

  std::string name() const override { return below_->name(); }
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
  Status remove(std::string_view key, Deadline deadline) override {
    if (refuses_(std::string(key))) {
      return fail(Outcome::kDenied,
                  "remove '" + std::string(key) + "': it is under retention until " + kUntil);
    }
    return below_->remove(key, deadline);
  }

 private:
  std::unique_ptr<Store> below_;
  const Refuses refuses_;
};

}  // namespace arkive::test
