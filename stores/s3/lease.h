/// Lease: a lock of a bucket (rule R5 of docs/reliability.md, docs/format-store.md "Locks of a bucket"). An
/// object says who holds it; its holder renews it, and once he fell silent somebody else may take it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "stores/s3/connection.h"
#include "stores/store.h"

namespace arkive::s3 {

/// What the object of a lock says.
struct LeaseRecord {
  std::string holder;        ///< process and host, for people
  std::string nonce;         ///< 32 hex digits of whoever wrote it
  std::uint64_t number = 1;  ///< one more with each holder: the fencing number
  std::chrono::seconds lease{60};
  bool released = false;

  std::string to_json() const;
  static Result<LeaseRecord> parse(std::string_view json);
};

/// Renews itself on a thread of its own. Any thread.
class Lease {
 public:
  /// Tries until `deadline`; then kConflict, naming the holder. kUsage when the server takes conditions and
  /// does not look at them. `key` is that of the lock's object.
  static Result<std::unique_ptr<Lease>> acquire(std::shared_ptr<const Connection> connection, std::string key,
                                                Deadline deadline);
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
  Lease(std::shared_ptr<const Connection> connection, std::string key, LeaseRecord record, Held held);
  void renew_until_stopped();
  void renew();
  Error lost() const;

  const std::shared_ptr<const Connection> connection_;
  const std::string key_;
  LeaseRecord record_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool lost_ = false;
  Held held_;
  std::thread renewer_;
};

}  // namespace arkive::s3
