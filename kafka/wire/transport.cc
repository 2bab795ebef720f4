#include "kafka/wire/transport.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "stores/core/tcp.h"

namespace arkive::kafka::wire {
namespace {

Error lost(int error_number) {
  return {Outcome::kRetry, std::strerror(error_number), {}};
}

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
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
  auto fd = connect_tcp(address.host, address.port, deadline);
  if (!fd) return fail(std::move(fd).error());
  return Socket(std::move(*fd));
}

Status Socket::wait(short events, Deadline deadline) const {
  return wait_for_socket(fd_.get(), events, deadline, "wait for the broker");
}

std::unique_ptr<Transport> plain_transport(Socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

}  // namespace arkive::kafka::wire
