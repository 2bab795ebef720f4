#include "kafka/wire/transport.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "stores/core/interrupt.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::chrono::milliseconds kInterruptCheck{200};

Error lost(int error_number) {
  return {Outcome::kRetry, std::strerror(error_number), {}};
}

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

Status wait_for(int fd, short events, Deadline deadline) {
  while (true) {
    ARKIVE_TRY(check_interrupt("wait for the broker"));
    pollfd entry{fd, events, 0};
    const auto left = std::min(deadline.remaining(), kInterruptCheck);
    const int ready = ::poll(&entry, 1, static_cast<int>(left.count()));
    if (ready > 0) return ok();
    if (ready < 0 && errno != EINTR) return fail(lost(errno));
    if (deadline.passed()) return fail(Outcome::kRetry, "no answer in time");
  }
}

using Addresses = Handle<addrinfo, freeaddrinfo>;

Result<Addresses> resolve(const BrokerAddress& address) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (error != 0) return fail(Outcome::kRetry, ::gai_strerror(error));
  return Addresses(found);
}

Result<UniqueFd> connect_to(const addrinfo& address, Deadline deadline) {
  UniqueFd fd(
      ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!fd) return fail(lost(errno));
  const int yes = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
  if (errno != EINPROGRESS && errno != EINTR) return fail(lost(errno));
  ARKIVE_TRY(wait_for(fd.get(), POLLOUT, deadline));
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail(lost(error));
  return fd;
}

class PlainTransport : public Transport {
 public:
  explicit PlainTransport(Socket socket) : socket_(std::move(socket)) {}

  Status write(Bytes bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else if (would_block()) {
        ARKIVE_TRY(socket_.wait(POLLOUT, deadline));
      } else if (errno != EINTR) {
        return fail(lost(errno));
      }
    }
    return ok();
  }

  Result<std::size_t> read(char* to, std::size_t size, Deadline deadline) override {
    while (true) {
      const ssize_t got = ::recv(socket_.fd(), to, size, 0);
      if (got > 0) return static_cast<std::size_t>(got);
      if (got == 0) return fail(Outcome::kRetry, std::string(kHungUp));
      if (would_block()) {
        ARKIVE_TRY(socket_.wait(POLLIN, deadline));
      } else if (errno != EINTR) {
        return fail(lost(errno));
      }
    }
  }

 private:
  Socket socket_;
};

}  // namespace

std::string BrokerAddress::text() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Socket> Socket::connect(const BrokerAddress& address, Deadline deadline) {
  ARKIVE_ASSIGN(const Addresses addresses, resolve(address));
  Error last{Outcome::kRetry, "no address", {}};
  for (const addrinfo* entry = addresses.get(); entry != nullptr; entry = entry->ai_next) {
    auto fd = connect_to(*entry, deadline);
    if (fd) return Socket(std::move(*fd));
    if (fd.error().outcome != Outcome::kRetry) return fail(fd.error());
    last = fd.error();
  }
  return fail(std::move(last));
}

Status Socket::wait(short events, Deadline deadline) const {
  return wait_for(fd_.get(), events, deadline);
}

std::unique_ptr<Transport> plain_transport(Socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

}  // namespace arkive::kafka::wire
