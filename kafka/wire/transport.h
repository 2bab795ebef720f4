/// Transport: a stream of bytes to a broker, over TCP or TLS. Internal to kafka/wire.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/handle.h"
#include "stores/core/result.h"

namespace arkive::kafka::wire {

struct BrokerAddress {
  std::string host;  ///< a name, an IPv4 or an IPv6 address without brackets
  std::uint16_t port = 0;
  auto operator<=>(const BrokerAddress&) const = default;
  std::string text() const;  ///< "broker1:9092", "[::1]:9092"
};

/// The text of the error when the broker ended the connection in good order.
inline constexpr std::string_view kHungUp = "the broker closed the connection";

/// One thread at a time. Errors: kRetry (lost, or `deadline` passed), kInterrupted; their texts name the
/// cause alone.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Sends all of `pieces`, one behind the other.
  virtual Status write(std::span<const Bytes> pieces, Deadline deadline) = 0;
  /// Waits for some bytes: how many came, 1 to `size`.
  virtual Result<std::size_t> read(char* to, std::size_t size, Deadline deadline) = 0;
};

/// A connected socket that never blocks.
class Socket {
 public:
  /// Tries each address of the host until one accepts. As the errors above.
  static Result<Socket> connect(const BrokerAddress& address, Deadline deadline);
  int fd() const { return fd_.get(); }
  /// Until readable (POLLIN) or writable (POLLOUT), an interrupt comes, or the deadline passes.
  Status wait(short events, Deadline deadline) const;

 private:
  explicit Socket(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

std::unique_ptr<Transport> plain_transport(Socket socket);

}  // namespace arkive::kafka::wire
