#include "zk/client/wire_connection.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "stores/core/interrupt.h"

namespace arkive::zk {
namespace {

constexpr std::size_t kLengthSize = 4;
constexpr std::size_t kFirstCapacity = 256 << 10;
// Above this the buffer is given back once it is empty, so that one huge directory does not stay in memory.
constexpr std::size_t kKeptCapacity = 20 << 20;
constexpr std::chrono::milliseconds kInterruptCheck{200};

Error lost(int error_number) {
  return {Outcome::kRetry, std::strerror(error_number), {}};
}

using Addresses = Handle<addrinfo, freeaddrinfo>;

Result<Addresses> resolve(const ServerAddress& server) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &found);
  if (error != 0) return fail(Outcome::kRetry, ::gai_strerror(error));
  return Addresses(found);
}

// Waits until the socket is ready, an interrupt comes or the deadline passes.
Status wait_for(int fd, short events, Deadline deadline) {
  while (true) {
    ARKIVE_TRY(check_interrupt("connect"));
    pollfd entry{fd, events, 0};
    const auto left = std::min(deadline.remaining(), kInterruptCheck);
    const int ready = ::poll(&entry, 1, static_cast<int>(left.count()));
    if (ready > 0) return ok();
    if (ready < 0 && errno != EINTR) return fail(lost(errno));
    if (deadline.passed()) return fail(Outcome::kRetry, "no answer in time");
  }
}

Result<UniqueFd> connect_to(const addrinfo& address, Deadline deadline) {
  UniqueFd socket(
      ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!socket) return fail(lost(errno));
  const int yes = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  if (errno != EINPROGRESS && errno != EINTR) return fail(lost(errno));
  ARKIVE_TRY(wait_for(socket.get(), POLLOUT, deadline));
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail(lost(error));
  return socket;
}

}  // namespace

Result<WireConnection> WireConnection::connect(const ServerAddress& server, Deadline deadline) {
  ARKIVE_ASSIGN(const Addresses addresses, resolve(server));
  Error last{Outcome::kRetry, "no address", {}};
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    auto socket = connect_to(*address, deadline);
    if (socket) return WireConnection(std::move(*socket));
    if (socket.error().outcome != Outcome::kRetry) return fail(socket.error());
    last = socket.error();
  }
  return fail(std::move(last));
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
    ARKIVE_TRY(wait_for(fd(), events, deadline));
    ARKIVE_TRY(receive());
  }
}

}  // namespace arkive::zk
