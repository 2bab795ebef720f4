/// A store in front of another that calls itself remote: who walks over its objects is read ahead for.
#pragma once

#include <algorithm>
#include <atomic>
#include <new>
#include <string>

#include "tests/support/forwarding_store.h"

namespace arkive::test {

/// Its streams end at `fails_at`.
class FarStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  bool is_remote() const override { return is_far; }
  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override {
    ++gets;
    return ForwardingStore::get(key, offset, size, deadline);
  }
  Status stream(std::string_view key, std::uint64_t offset, std::uint64_t size, const TakeBytes& take,
                Deadline deadline) const override {
    ++streams;
    if (throws) throw std::bad_alloc();
    const std::uint64_t most = fails_at > offset ? std::min(size, fails_at - offset) : 0;
    if (most > 0) ARKIVE_TRY(below_->stream(key, offset, most, take, deadline));
    return most == size ? ok() : fail(fails_with, "read '" + std::string(key) + "': cut off");
  }

  bool is_far = true;
  std::uint64_t fails_at = UINT64_MAX;
  Outcome fails_with = Outcome::kRetry;
  bool throws = false;
  mutable std::atomic<int> gets{0};
  mutable std::atomic<int> streams{0};
};

}  // namespace arkive::test
