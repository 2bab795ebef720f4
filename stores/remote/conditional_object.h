/// One object of a store that is read and written on conditions: what a lease stands on.
#pragma once

#include <optional>
#include <string>

#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::remote {

/// What a server says of an object with its bytes. Both times are by the server's clock.
struct StoredObject {
  std::string bytes = {};
  std::string entity_tag = {};
  UnixMilliseconds written_ms = 0;
  UnixMilliseconds now_ms = 0;
};

/// What it says when it has written one.
struct WrittenObject {
  std::string entity_tag = {};
  UnixMilliseconds now_ms = 0;  ///< by the server's clock
};

/// Any thread.
class ConditionalObject {
 public:
  virtual ~ConditionalObject() = default;
  /// As errors call it: "s3://bucket/prefix/locks/prod.lock".
  virtual std::string name() const = 0;
  /// Nothing when there is no such object. Errors: those of the store's requests.
  virtual Result<std::optional<StoredObject>> read(Deadline deadline) const = 0;
  /// Writes it over the object with the tag `over`; over none, when that is empty. Nothing when the condition
  /// does not hold: somebody was faster, or it was a try before whose answer was lost.
  virtual Result<std::optional<WrittenObject>> write(Bytes bytes, const std::string& over,
                                                     Deadline deadline) const = 0;
};

}  // namespace arkive::remote
