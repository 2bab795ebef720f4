/// A store in front of another that will not remove some of its objects, as one with object lock does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "tests/support/forwarding_store.h"
#include "tests/support/results.h"

namespace arkive::test {

/// `refuses` says which keys are under retention; what it says may change meanwhile.
class RefusingStore final : public ForwardingStore {
 public:
  using Refuses = std::function<bool(const std::string& key)>;
  static constexpr const char* kUntil = "2027-01-01T00:00:00Z";

  RefusingStore(std::unique_ptr<Store> below, Refuses refuses)
      : ForwardingStore(std::move(below)), refuses_(std::move(refuses)) {}

  Status remove(std::string_view key, Deadline deadline) override {
    if (refuses_(std::string(key))) {
      return fail(Outcome::kDenied,
                  "remove '" + std::string(key) + "': it is under retention until " + kUntil);
    }
    return below_->remove(key, deadline);
  }
  Result<Keeping> kept_until(std::string_view key, Deadline) const override {
    return Keeping{.until = refuses_(std::string(key)) ? value_of(parse_time(kUntil)) : 0};
  }

 private:
  const Refuses refuses_;
};

}  // namespace arkive::test
