#include "restore-plans/rehearse/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <functional>

namespace arkive::rehearse {

namespace {

constexpr std::size_t kMostAnswer = 16U << 20;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::string name_of(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

Result<std::uint16_t> bound_port(const UniqueFd& fd) {
  sockaddr_in address = {};
  socklen_t length = sizeof address;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return fail(system_error("look at", "a socket", errno));
  }
  return ntohs(address.sin_port);
}

Result<UniqueFd> bind_to(std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return fail(system_error("open", "a socket", errno));
  const int on = 1;
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto address = loopback(port);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const Error error = system_error("reserve", name_of(port), errno);
    return fail(errno == EADDRINUSE ? Outcome::kConflict : error.outcome, error.what);
  }
  return fd;
}

/// The cause of a connection's failure is always that the server is not there (yet): worth another try.
tl::unexpected<Error> not_there(std::uint16_t port, int error_number) {
  return fail(Outcome::kRetry, system_error("ask", name_of(port), error_number).what);
}

Status wait_for(const UniqueFd& fd, short events, std::uint16_t port, Deadline deadline) {
  for (;;) {
    pollfd wanted = {fd.get(), events, 0};
    const int ready =
        ::poll(&wanted, 1, static_cast<int>(std::min<std::int64_t>(deadline.remaining().count(), 60'000)));
    if (ready > 0) return ok();
    if (ready < 0 && errno != EINTR) return not_there(port, errno);
    if (deadline.passed()) return not_there(port, ETIMEDOUT);
  }
}

Result<UniqueFd> connect_to(std::uint16_t port, Deadline deadline) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fail(system_error("open", "a socket", errno));
  const auto address = loopback(port);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EINPROGRESS) return not_there(port, errno);
    ARKIVE_TRY(wait_for(fd, POLLOUT, port, deadline));
    int error_number = 0;
    socklen_t length = sizeof error_number;
    (void)::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error_number, &length);
    if (error_number != 0) return not_there(port, error_number);
  }
  // With nobody listening, the kernel may choose the very port we call as our own and connect us to
  // ourselves.
  ARKIVE_ASSIGN(const auto own, bound_port(fd));
  if (own == port) return not_there(port, ECONNREFUSED);
  return fd;
}

Status send_all(const UniqueFd& fd, Bytes request, std::uint16_t port, Deadline deadline) {
  while (!request.empty()) {
    const ssize_t sent = ::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      request.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      ARKIVE_TRY(wait_for(fd, POLLOUT, port, deadline));
    } else if (errno != EINTR) {
      return not_there(port, errno);
    }
  }
  return ok();
}

/// Reads until `done` says so of what came, or the other side closes.
Result<std::string> receive(const UniqueFd& fd, std::uint16_t port, Deadline deadline,
                            const std::function<bool(const std::string&)>& done) {
  std::string answer;
  char buffer[16 * 1024];
  while (!done(answer)) {
    const ssize_t got = ::recv(fd.get(), buffer, sizeof buffer, 0);
    if (got > 0) {
      answer.append(buffer, static_cast<std::size_t>(got));
      if (answer.size() > kMostAnswer)
        return fail(Outcome::kCorrupt, "ask '" + name_of(port) + "': endless answer");
    } else if (got == 0) {
      break;
    } else if (errno == EAGAIN) {
      ARKIVE_TRY(wait_for(fd, POLLIN, port, deadline));
    } else if (errno != EINTR) {
      return not_there(port, errno);
    }
  }
  return answer;
}

}  // namespace

Result<PortReservation> PortReservation::any() {
  return exactly(0);
}

Result<PortReservation> PortReservation::exactly(std::uint16_t port) {
  ARKIVE_ASSIGN(UniqueFd fd, bind_to(port));
  ARKIVE_ASSIGN(const auto number, bound_port(fd));
  return PortReservation(std::move(fd), number);
}

Result<std::string> ask(std::uint16_t port, Bytes request, std::size_t enough, Deadline deadline) {
  ARKIVE_ASSIGN(const UniqueFd fd, connect_to(port, deadline));
  ARKIVE_TRY(send_all(fd, request, port, deadline));
  return receive(fd, port, deadline,
                 [&](const std::string& got) { return enough > 0 && got.size() >= enough; });
}

Result<std::string> ask_framed(std::uint16_t port, Bytes request, Deadline deadline) {
  constexpr std::size_t kPrefix = 4;
  ARKIVE_ASSIGN(const UniqueFd fd, connect_to(port, deadline));
  ARKIVE_TRY(send_all(fd, request, port, deadline));
  const auto whole = [](const std::string& got) {
    return got.size() >= kPrefix && got.size() - kPrefix >= load_big_endian<std::uint32_t>(got.data());
  };
  ARKIVE_ASSIGN(auto answer, receive(fd, port, deadline, whole));
  if (!whole(answer)) return not_there(port, ECONNRESET);
  return answer.substr(kPrefix, load_big_endian<std::uint32_t>(answer.data()));
}

}  // namespace arkive::rehearse
