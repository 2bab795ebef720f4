/// Ports on 127.0.0.1 and tiny questions to who listens there.
#pragma once

#include <cstdint>
#include <string>

#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/handle.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

/// A port nobody else gets for as long as this object lives: bound, never listened on. A server with
/// SO_REUSEADDR (all of Java's and of Go's) listens on it all the same, also a second time after a restart.
/// Nothing answers on it meanwhile: connections are refused.
class PortReservation {
 public:
  /// Owns nothing; number() is 0.
  PortReservation() = default;
  /// A free port chosen by the kernel.
  static Result<PortReservation> any();
  /// This very port. kConflict when somebody listens on it.
  static Result<PortReservation> exactly(std::uint16_t port);

  std::uint16_t number() const { return number_; }

 private:
  PortReservation(UniqueFd fd, std::uint16_t number) : fd_(std::move(fd)), number_(number) {}
  UniqueFd fd_;
  std::uint16_t number_ = 0;
};

/// Connects to 127.0.0.1:`port`, sends `request`, and reads until `enough` bytes have come or the other side
/// closes
/// (`enough` 0: until it closes). kRetry when refused, reset or not answered by `deadline`.
Result<std::string> ask(std::uint16_t port, Bytes request, std::size_t enough, Deadline deadline);

/// As ask, for protocols that put the length of an answer, 4 bytes big-endian, before it: the answer without
/// them. An announced length over 16 MiB is kCorrupt.
Result<std::string> ask_framed(std::uint16_t port, Bytes request, Deadline deadline);

}  // namespace arkive::rehearse
