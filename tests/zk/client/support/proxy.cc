#include "tests/zk/client/support/proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "stores/core/bytes.h"
#include "tests/support/results.h"
#include "zk/client/wire_connection.h"
#include "zk/jute/records.h"

namespace arkive::zk::test {
namespace {

constexpr std::size_t kPiece = 1 << 20;
constexpr std::size_t kGreetingSize = 4 + 36;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void make_non_blocking(int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

// False when the other side is gone.
bool receive(int fd, std::string& into) {
  static thread_local std::vector<char> piece(kPiece);
  while (true) {
    const ssize_t got = ::recv(fd, piece.data(), piece.size(), 0);
    if (got > 0) {
      into.append(piece.data(), static_cast<std::size_t>(got));
      continue;
    }
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  }
}

}  // namespace

Proxy::Proxy(std::uint16_t server_port)
    : server_port_(server_port), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_.get(), 64) != 0 ||
      ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("proxy: cannot listen");
  }
  port_ = ntohs(address.sin_port);
  make_non_blocking(listener_.get());
  thread_ = std::thread([this] { run(); });
}

Proxy::~Proxy() {
  ending_ = true;
  thread_.join();
}

std::vector<Proxy::SessionSeen> Proxy::sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_;
}

void Proxy::accept_one() {
  UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!client || refused_) return;
  UniqueFd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(server_port_);
  if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
  make_non_blocking(client.get());
  make_non_blocking(server.get());
  links_.push_back(
      Link{std::move(client), std::move(server), {}, {}, 0, {}, 0, UnderWay::Line(under_way_), false});
}

void Proxy::look_for_session(Link& link) {
  if (link.greeting.size() < kGreetingSize) return;
  const auto answer = jute::decode_connect_answer(Bytes(link.greeting).substr(4, kGreetingSize - 4));
  if (!answer || answer->session == 0) return;
  const std::lock_guard lock(mutex_);
  sessions_.push_back({answer->session, std::string(answer->password.data(), answer->password.size())});
}

void Proxy::relay(Link& link, short client_events, short server_events) {
  const std::size_t queued = link.to_server.size();
  if (client_events != 0 && !receive(link.client.get(), link.to_server)) link.dead = true;
  {
    const std::lock_guard lock(mutex_);
    link.line.from_client(Bytes(link.to_server).substr(queued));
  }
  if (server_events != 0) {
    const std::size_t before = link.to_client.size();
    if (!receive(link.server.get(), link.to_client)) link.dead = link.to_client.size() == link.client_sent;
    if (link.greeting.size() < kGreetingSize) {
      link.greeting.append(link.to_client, before, kGreetingSize - link.greeting.size());
      look_for_session(link);
    }
  }
  while (!link.to_server.empty()) {
    const ssize_t sent =
        ::send(link.server.get(), link.to_server.data(), link.to_server.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    link.to_server.erase(0, static_cast<std::size_t>(sent));
  }
  while (link.client_sent < link.to_client.size()) {
    const std::size_t most = link.to_client.size() - link.client_sent;
    const ssize_t sent =
        ::send(link.client.get(), link.to_client.data() + link.client_sent, most, MSG_NOSIGNAL);
    if (sent <= 0) break;
    {
      const std::lock_guard lock(mutex_);
      link.line.from_server(Bytes(link.to_client).substr(link.client_sent, static_cast<std::size_t>(sent)));
    }
    link.client_sent += static_cast<std::size_t>(sent);
    link.passed += static_cast<std::uint64_t>(sent);
    const std::uint64_t limit = cut_every_;
    if (limit != 0 && link.passed >= limit) {
      link.dead = true;
      ++cuts_;
      return;
    }
  }
  if (link.client_sent == link.to_client.size()) {
    link.to_client.clear();
    link.client_sent = 0;
  } else if (link.client_sent > (8U << 20)) {
    link.to_client.erase(0, link.client_sent);
    link.client_sent = 0;
  }
}

void Proxy::run() {
  while (!ending_) {
    std::vector<pollfd> entries{{listener_.get(), POLLIN, 0}};
    for (const Link& link : links_) {
      const auto interest = [](bool sends) { return static_cast<short>(sends ? POLLIN | POLLOUT : POLLIN); };
      entries.push_back({link.client.get(), interest(link.client_sent < link.to_client.size()), 0});
      entries.push_back({link.server.get(), interest(!link.to_server.empty()), 0});
    }
    ::poll(entries.data(), entries.size(), 20);
    std::size_t i = 1;
    for (Link& link : links_) {
      relay(link, entries[i].revents & ~POLLOUT, entries[i + 1].revents & ~POLLOUT);
      i += 2;
    }
    if (cut_all_.exchange(false)) {
      cuts_ += links_.size();
      links_.clear();
    }
    std::erase_if(links_, [](const Link& link) { return link.dead; });
    if (entries[0].revents != 0) accept_one();
  }
}

std::uint64_t Proxy::most_under_way() const {
  const std::lock_guard lock(mutex_);
  return under_way_.most();
}

void end_session(std::uint16_t server_port, const Proxy::SessionSeen& session) {
  using arkive::test::value_of;
  const Deadline deadline = Deadline::after(std::chrono::seconds(20));
  auto connection = value_of(WireConnection::connect({"127.0.0.1", server_port}, deadline));
  jute::ConnectRequest request;
  request.timeout = 10'000;
  request.session = session.id;
  std::copy(session.password.begin(), session.password.end(), request.password.begin());
  connection.queue(jute::encode(request));
  value_of(connection.wait_for_frame(deadline));
  std::string close = jute::begin_request(jute::Operation::kCloseSession);
  jute::finish_request(close, 1);
  connection.queue(close);
  value_of(connection.wait_for_frame(deadline));
}

}  // namespace arkive::zk::test
