#include "stores/core/tcp.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "stores/core/interrupt.h"

namespace arkive {
namespace {

constexpr std::chrono::milliseconds kInterruptCheck{200};

using Addresses = Handle<addrinfo, freeaddrinfo>;

Error unreachable(int error_number) {
  return {Outcome::kRetry, std::strerror(error_number), {}};
}

Result<Addresses> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) return fail(Outcome::kRetry, ::gai_strerror(error));
  return Addresses(found);
}

Result<UniqueFd> connect_to(const addrinfo& address, Deadline deadline) {
  UniqueFd fd(
      ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!fd) return fail(unreachable(errno));
  const int yes = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
  if (errno != EINPROGRESS && errno != EINTR) return fail(unreachable(errno));
  ARKIVE_TRY(wait_for_socket(fd.get(), POLLOUT, deadline, "connect"));
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail(unreachable(error));
  return fd;
}

}  // namespace

Result<UniqueFd> connect_tcp(const std::string& host, std::uint16_t port, Deadline deadline) {
  ARKIVE_ASSIGN(const Addresses addresses, resolve(host, port));
  Error last{Outcome::kRetry, "no address", {}};
  for (const addrinfo* entry = addresses.get(); entry != nullptr; entry = entry->ai_next) {
    auto fd = connect_to(*entry, deadline);
    if (fd || fd.error().outcome != Outcome::kRetry) return fd;
    last = std::move(fd).error();
  }
  return fail(std::move(last));
}

Status wait_for_socket(int fd, short events, Deadline deadline, const char* operation) {
  while (true) {
    ARKIVE_TRY(check_interrupt(operation));
    pollfd entry{fd, events, 0};
    const auto left = std::min(deadline.remaining(), kInterruptCheck);
    const int ready = ::poll(&entry, 1, static_cast<int>(left.count()));
    if (ready > 0) return ok();
    if (ready < 0 && errno != EINTR) return fail(unreachable(errno));
    if (deadline.passed()) return fail(Outcome::kRetry, "no answer in time");
  }
}

}  // namespace arkive
