/// LockExtension: objects that are there are kept for longer (PutObjectRetention in the Amazon S3 API
/// reference).
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "stores/s3/connection.h"
#include "stores/s3/kept_as_asked.h"

namespace arkive::s3 {

/// Any thread. A server that knows nothing of retention would take what asks for it for the object itself: so
/// nothing is sent to one that has not shown that it knows. The first object is looked at afterwards, too.
class LockExtension {
 public:
  explicit LockExtension(std::shared_ptr<const Connection> connection)
      : connection_(connection), kept_as_asked_(std::move(connection), kOperation) {}

  /// As Store::keeps_for().
  Result<std::chrono::milliseconds> span() const;
  /// As Store::keep_until(), in the mode of the settings: what is locked in governance mode and is to be in
  /// compliance mode gets that, what is locked in compliance mode for too short a time and is to be in
  /// governance mode is kDenied. kUsage when the bucket has no Object Lock.
  Result<bool> keep_until(std::string_view key, UnixMilliseconds until, std::optional<remote::Validity> valid,
                          Deadline deadline) const;
  /// What keep_until() would say, changing nothing.
  Result<bool> may_keep_until(std::string_view key, UnixMilliseconds until, Deadline deadline) const;

 private:
  static constexpr const char* kOperation = "extend the retention of";

  /// Until when to lock it; nothing: it is locked for so long already.
  Result<std::optional<UnixMilliseconds>> due(std::string_view key, UnixMilliseconds until,
                                              Deadline deadline) const;
  Status check_known(std::string_view key, const http::Response& head, Deadline deadline) const;
  Status put(std::string_view key, UnixMilliseconds until, std::optional<remote::Validity> valid,
             Deadline deadline) const;

  const std::shared_ptr<const Connection> connection_;
  const KeptAsAsked kept_as_asked_;
  mutable std::atomic<bool> is_known_ = false;  ///< the server has shown that it knows of locks
};

}  // namespace arkive::s3
