#include "kafka/wire/transport.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
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

  Status write(std::span<const Bytes> pieces, Deadline deadline) override {
    constexpr std::size_t kMostPieces = 64;
    std::size_t sent_of_first = 0;
    while (!pieces.empty()) {
      std::array<iovec, kMostPieces> vectors;
      const std::size_t count = std::min(pieces.size(), kMostPieces);
      for (std::size_t i = 0; i < count; ++i) {
        const Bytes left = pieces[i].substr(i == 0 ? sent_of_first : 0);
        // The kernel only reads; the type is that of readv() too.
        vectors[i] = {const_cast<char*>(left.data()),
                      left.size()};  // NOLINT(cppcoreguidelines-pro-type-const-cast)
      }
      msghdr message{};
      message.msg_iov = vectors.data();
      message.msg_iovlen = count;
      const ssize_t sent = ::sendmsg(socket_.fd(), &message, MSG_NOSIGNAL);
      if (sent >= 0) {
        sent_of_first += static_cast<std::size_t>(sent);
        while (!pieces.empty() && sent_of_first >= pieces.front().size()) {
          sent_of_first -= pieces.front().size();
          pieces = pieces.subspan(1);
        }
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
