/// Secret: key material that is wiped from memory when it is no longer needed.
#pragma once

#include <string>
#include <utility>

#include "stores/core/bytes.h"

namespace arkive::encrypted {

/// Overwrites the text, so that the compiler cannot leave it out, and empties it.
void wipe(std::string& text);

/// Owns bytes nobody else may see; wiped when destroyed or assigned to. Not copied by accident: copy() says
/// so.
class Secret {
 public:
  Secret() = default;
  /// Takes the text over; what is left in `text` is wiped.
  explicit Secret(std::string&& text) : bytes_(std::move(text)) { wipe(text); }
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { wipe(other.bytes_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe(bytes_);
    bytes_ = std::move(other.bytes_);
    wipe(other.bytes_);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(bytes_); }

  Secret copy() const { return Secret(std::string(bytes_)); }
  Bytes bytes() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string bytes_;
};

}  // namespace arkive::encrypted
