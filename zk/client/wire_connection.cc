#include "zk/client/wire_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "stores/core/tcp.h"

namespace arkive::zk {
namespace {

constexpr std::size_t kLengthSize = 4;
constexpr std::size_t kFirstCapacity = 256 << 10;
// Above this the buffer is given back once it is empty, so that one huge directory does not stay in memory.
constexpr std::size_t kKeptCapacity = 20 << 20;

Error lost(int error_number) {
  return {Outcome::kRetry, std::strerror(error_number), {}};
}

}  // namespace

Result<WireConnection> WireConnection::connect(const ServerAddress& server, Deadline deadline) {
  auto socket = connect_tcp(server.host, server.port, deadline);
  if (!socket) return fail(std::move(socket).error());
  return WireConnection(std::move(*socket));
}

Status WireConnection::send_queued() {
  while (has_queued()) {
    const ssize_t sent =
        ::send(socket_.get(), outgoing_.data() + sent_, outgoing_.size() - sent_, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      return fail(lost(errno));
    }
    sent_ += static_cast<std::size_t>(sent);
  }
  if (!has_queued()) {
    outgoing_.clear();
    sent_ = 0;
  }
  return ok();
}

void WireConnection::make_room() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (capacity_ > kKeptCapacity) {
      buffer_.reset();
      capacity_ = 0;
    }
  }
  if (capacity_ - end_ >= kFirstCapacity / 2) return;
  if (begin_ >= capacity_ / 2 && begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  } else {
    const std::size_t wanted = std::max(kFirstCapacity, 2 * capacity_);
    auto larger = std::make_unique_for_overwrite<char[]>(wanted);
    if (end_ > begin_) std::memcpy(larger.get(), buffer_.get() + begin_, end_ - begin_);
    buffer_ = std::move(larger);
    capacity_ = wanted;
  }
  end_ -= begin_;
  begin_ = 0;
}

Status WireConnection::receive() {
  received_ = 0;
  make_room();
  while (true) {
    const ssize_t got = ::recv(socket_.get(), buffer_.get() + end_, capacity_ - end_, 0);
    if (got > 0) {
      end_ += static_cast<std::size_t>(got);
      received_ = static_cast<std::size_t>(got);
      return ok();
    }
    if (got == 0) return fail(Outcome::kRetry, "the server closed the connection");
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return ok();
    return fail(lost(errno));
  }
}

Result<std::optional<Bytes>> WireConnection::next_frame() {
  if (end_ - begin_ < kLengthSize) return std::optional<Bytes>();
  const auto size = load_big_endian<std::int32_t>(buffer_.get() + begin_);
  if (size < 0 || size > kMostFrameSize) {
    return fail(Outcome::kCorrupt, "a frame of " + std::to_string(size) + " bytes was announced",
                "check that the port is ZooKeeper's client port, without TLS");
  }
  const std::size_t whole = kLengthSize + static_cast<std::size_t>(size);
  if (end_ - begin_ < whole) return std::optional<Bytes>();
  const Bytes frame(buffer_.get() + begin_ + kLengthSize, static_cast<std::size_t>(size));
  begin_ += whole;
  return std::optional<Bytes>(frame);
}

Result<Bytes> WireConnection::wait_for_frame(Deadline deadline) {
  while (true) {
    ARKIVE_TRY(send_queued());
    ARKIVE_ASSIGN(const auto frame, next_frame());
    if (frame) return *frame;
    const auto events = static_cast<short>(POLLIN | (has_queued() ? POLLOUT : 0));
    ARKIVE_TRY(wait_for_socket(fd(), events, deadline, "connect"));
    ARKIVE_TRY(receive());
  }
}

}  // namespace arkive::zk
