/// WireConnection: one TCP connection that carries ZooKeeper's frames (int32 length, then that many bytes).
/// Internal to zk/client.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "stores/core/bytes.h"
#include "stores/core/deadline.h"
#include "stores/core/handle.h"
#include "stores/core/result.h"
#include "zk/client/connect_string.h"

namespace arkive::zk {

/// Not thread-safe. Every error but kCorrupt is kRetry: the connection is of no more use, another may be.
/// Error texts name the cause alone ("Connection refused"); who calls knows the server.
class WireConnection {
 public:
  /// A longer frame is taken for garbage. Answers have no limit of their own: a directory of a million
  /// children is one answer.
  static constexpr std::int32_t kMostFrameSize = 1 << 30;

  /// Tries each address of `server` until one accepts. The socket never blocks afterwards.
  static Result<WireConnection> connect(const ServerAddress& server, Deadline deadline);

  int fd() const { return socket_.get(); }

  /// Puts bytes behind those waiting to be sent.
  void queue(Bytes bytes) { outgoing_.append(bytes); }
  bool has_queued() const { return sent_ < outgoing_.size(); }
  /// Sends what the socket takes now.
  Status send_queued();

  /// Receives what is there now; nothing there is no error. Frames handed out before are gone. Memory grows
  /// with what arrives, not with what a frame's length announces.
  Status receive();
  /// Bytes received by the last receive().
  std::size_t received() const { return received_; }
  /// The next whole frame, without its length; valid until receive(). kCorrupt for an impossible length.
  Result<std::optional<Bytes>> next_frame();

  /// Sends all that is queued, then waits for one frame.
  Result<Bytes> wait_for_frame(Deadline deadline);

 private:
  explicit WireConnection(UniqueFd socket) : socket_(std::move(socket)) {}
  void make_room();

  UniqueFd socket_;
  std::string outgoing_;
  std::size_t sent_ = 0;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  // [begin_, end_) of the buffer was received and not yet handed out
  std::size_t end_ = 0;
  std::size_t received_ = 0;
};

}  // namespace arkive::zk
