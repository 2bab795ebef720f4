/// Lease: a lock of a bucket (rule R5 of docs/reliability.md, docs/format-store.md "Locks of a bucket"). An
/// object says who holds it; its holder renews it, and once he fell silent somebody else may take it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "stores/remote/conditional_object.h"
#include "stores/remote/lease_record.h"
#include "stores/store.h"

namespace arkive::remote {

/// The server refuses the request later than `lifetime` after `from`, a moment of its own clock.
struct Validity {
  UnixMilliseconds from = 0;
  std::chrono::seconds lifetime{0};

  UnixMilliseconds end() const { return from + std::chrono::milliseconds(lifetime).count(); }
};

/// How long a changing request may be valid, asked for right before it is sent; nothing: without a bound.
using AskValidity = std::function<Result<std::optional<Validity>>()>;

/// Renews itself on a thread of its own. Any thread.
class Lease {
 public:
  /// Tries until `deadline`; then kConflict, naming the holder. kUsage when the server takes conditions and
  /// and does not look at them. `lasts`: how long after its last renewal it is free.
  static Result<std::unique_ptr<Lease>> acquire(std::unique_ptr<const ConditionalObject> object,
                                                std::chrono::seconds lasts, Deadline deadline);
  /// Gives it back.
  ~Lease();
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  /// How long a request may be valid so that none takes effect once somebody else may hold the lock.
  /// kConflict when the lease was lost.
  Result<Validity> validity() const;

 private:
  struct Held {
    std::string entity_tag;
    UnixMilliseconds renewed_ms = 0;  ///< by the server's clock
  };
  Lease(std::unique_ptr<const ConditionalObject> object, LeaseRecord record, Held held);
  void renew_until_stopped();
  void renew();
  Error lost() const;

  const std::unique_ptr<const ConditionalObject> object_;
  LeaseRecord record_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool lost_ = false;
  Held held_;
  std::thread renewer_;
};

/// The leases that a store's users hold. Any thread; locks may outlive it.
class HeldLeases {
 public:
  /// `lease`, as what the users of a store hold.
  std::unique_ptr<StoreLock> hold(std::unique_ptr<Lease> lease);
  /// That of the lease which ends first; nothing when none is held. kConflict when one was lost.
  Result<std::optional<Validity>> validity() const;

 private:
  class Lock;
  struct Held {
    std::mutex mutex;
    std::vector<Lease*> leases;
  };
  const std::shared_ptr<Held> held_ = std::make_shared<Held>();
};

}  // namespace arkive::remote
