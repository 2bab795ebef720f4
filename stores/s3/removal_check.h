/// RemovalCheck: would a removal free an object? In a bucket that keeps versions it hides it at once, and
/// what is under retention or a legal hold stays below the marker that hides it. ("Using versioning", "S3
/// Object Lock" in the Amazon S3 user guide.)
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "stores/s3/connection.h"
#include "stores/store.h"

namespace arkive::s3 {

/// Any thread. Asks the bucket itself, whatever the settings say: where the first object it looks at has no
/// version, none has one, and it looks at no other. Google's interface refuses such removals by itself and
/// is asked nothing.
class RemovalCheck {
 public:
  explicit RemovalCheck(std::shared_ptr<const Connection> connection) : connection_(std::move(connection)) {}

  /// Whether there is something to remove. kDenied when it is kept, saying until when, or when these
  /// credentials may not see that; kFail for a status that says neither. Errors else: those of
  /// Connection::call().
  Result<bool> may_remove(std::string_view key, Deadline deadline) const;
  /// What keeps it; nothing: it is not there. Not of Google's. `operation`: what errors call it, which are
  /// those of may_remove().
  Result<std::optional<Store::Keeping>> keeping(const std::string& operation, std::string_view key,
                                                Deadline deadline) const;
  /// Takes from the answer to a removal that the bucket keeps versions after all.
  void look_at(const http::Response& removed) const;

 private:
  enum class Versions : std::uint8_t {
    kUnknown,
    kNone,
    kKept,           ///< whether retention can be seen is not known
    kKeptAndSeen,    ///< these credentials see retention
    kKeptAndHidden,  ///< they may not
  };
  Result<bool> retention_is_seen(std::string_view key, Deadline deadline) const;

  const std::shared_ptr<const Connection> connection_;
  mutable std::atomic<Versions> versions_ = Versions::kUnknown;
};

}  // namespace arkive::s3
