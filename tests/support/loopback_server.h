/// LoopbackServer: the sockets of a scripted server. What is said on a connection is the test's.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/handle.h"

namespace arkive::test {

/// Listens on a port of its own, at once. Ends with the object: make it the last member of its owner.
class LoopbackServer {
 public:
  enum class Connections { kOneAtATime, kTogether };  ///< kTogether: each on a thread of its own
  using Serve = std::function<void(const LoopbackServer& server, int connection)>;

  LoopbackServer(Connections connections, Serve serve)
      : kind_(connections), serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_.get(), 8);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { accept_all(); });
  }
  ~LoopbackServer() {
    ending_ = true;
    thread_.join();
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }

  /// What comes next, at most `most` bytes; nothing: the other side is gone, or we end.
  std::optional<std::string> bytes_from(int connection, std::size_t most = 64 << 10) const {
    if (!wait(connection)) return std::nullopt;
    std::string bytes(most, '\0');
    const ssize_t got = ::recv(connection, bytes.data(), bytes.size(), 0);
    if (got <= 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }
  /// The body of the next frame (its length in four bytes before it); nothing: the other side is gone, or we
  /// end.
  std::optional<std::string> frame_from(int connection) const {
    std::string in;
    std::size_t wanted = 4;
    while (in.size() < wanted) {
      const auto piece = bytes_from(connection, wanted - in.size());
      if (!piece) return std::nullopt;
      in += *piece;
      if (in.size() == 4) wanted = 4 + static_cast<std::size_t>(load_big_endian<std::int32_t>(in.data()));
    }
    return in.substr(4);
  }
  static void send(int connection, const std::string& bytes) {
    ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

 private:
  bool wait(int fd) const {
    while (!ending_) {
      pollfd entry{fd, POLLIN, 0};
      if (::poll(&entry, 1, 20) > 0) return true;
    }
    return false;
  }
  void accept_all() {
    std::vector<std::jthread> threads;
    while (wait(listener_.get())) {
      UniqueFd connection(::accept(listener_.get(), nullptr, nullptr));
      ++connections_;
      if (!connection) continue;
      if (kind_ == Connections::kOneAtATime) {
        serve_(*this, connection.get());
      } else {
        threads.emplace_back([this, fd = connection.release()] {
          const UniqueFd mine(fd);
          serve_(*this, mine.get());
        });
      }
    }
  }

  const Connections kind_;
  const Serve serve_;
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<int> connections_{0};
  std::jthread thread_;
};

}  // namespace arkive::test
