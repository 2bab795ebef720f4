/// KeptAsAsked: does the server keep new objects as their headers ask? Of encryption and checksums its
/// answers tell (object_headers.h); of retention and the storage class they do not, and a server that knows
/// nothing of such takes the headers without a word.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "stores/s3/connection.h"

namespace arkive::s3 {

/// Any thread. Looks at the first object with such a header, once for retention and once for the class.
class KeptAsAsked {
 public:
  /// `operation`: what errors call that by which it was asked.
  explicit KeptAsAsked(std::shared_ptr<const Connection> connection, std::string operation = "put")
      : connection_(std::move(connection)), operation_(std::move(operation)) {}

  /// Of the object `key` that was put with the headers `asked`. kFail when it is kept in another way, naming
  /// both. Errors else: those of Connection::call().
  Status check(const std::string& key, const http::Headers& asked, Deadline deadline) const;

 private:
  Status check_retention(const std::string& key, const http::Headers& asked,
                         const http::Response& kept) const;
  Status check_class(const std::string& key, const std::string& asked, const http::Response& kept) const;

  const std::shared_ptr<const Connection> connection_;
  const std::string operation_;
  mutable std::atomic<bool> retention_seen_ = false;
  mutable std::atomic<bool> class_seen_ = false;
};

}  // namespace arkive::s3
