/// ScriptedServer: speaks as much of ZooKeeper's protocol as a test tells it to.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "stores/core/handle.h"
#include "zk/jute/records.h"

namespace arkive::zk::test {

/// One connection at a time, on a thread of its own.
class ScriptedServer {
 public:
  struct Request {
    std::int32_t xid = 0;
    std::int32_t operation = 0;
    std::string record;
  };
  /// The bytes to send, with their length; absent: hang up.
  using Answer = std::function<std::optional<std::string>(const Request& request)>;

  explicit ScriptedServer(Answer answer, std::string greeting = good_greeting())
      : answer_(std::move(answer)),
        greeting_(std::move(greeting)),
        listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_.get(), 8);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~ScriptedServer() {
    ending_ = true;
    thread_.join();
  }
  std::string connect_string() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }

  static std::string framed(const std::string& body) {
    std::string frame;
    append_big_endian(frame, static_cast<std::int32_t>(body.size()));
    return frame + body;
  }
  static std::string good_greeting() {
    std::string body;
    jute::Writer to(body);
    to.int32(0);
    to.int32(6000);
    to.int64(0x1234);
    to.buffer(Bytes("0123456789abcdef"));
    to.boolean(false);
    return framed(body);
  }
  static std::string reply(std::int32_t xid, std::int32_t error, const std::string& body = {}) {
    std::string head;
    jute::Writer to(head);
    to.int32(xid);
    to.int64(100);
    to.int32(error);
    return framed(head + body);
  }

 private:
  bool wait(int fd) const {
    while (!ending_) {
      pollfd entry{fd, POLLIN, 0};
      if (::poll(&entry, 1, 20) > 0) return true;
    }
    return false;
  }
  std::optional<std::string> frame_from(int fd) const {
    std::string in;
    std::size_t wanted = 4;
    while (in.size() < wanted) {
      if (!wait(fd)) return std::nullopt;
      char piece[4096];
      const ssize_t got = ::recv(fd, piece, std::min(sizeof piece, wanted - in.size()), 0);
      if (got <= 0) return std::nullopt;
      in.append(piece, static_cast<std::size_t>(got));
      if (in.size() == 4) wanted = 4 + static_cast<std::size_t>(load_big_endian<std::int32_t>(in.data()));
    }
    return in.substr(4);
  }
  void serve(int fd) {
    if (!frame_from(fd)) return;
    ::send(fd, greeting_.data(), greeting_.size(), MSG_NOSIGNAL);
    while (const auto frame = frame_from(fd)) {
      if (frame->size() < 8) return;
      const auto answer = answer_({load_big_endian<std::int32_t>(frame->data()),
                                   load_big_endian<std::int32_t>(frame->data() + 4), frame->substr(8)});
      if (!answer) return;
      ::send(fd, answer->data(), answer->size(), MSG_NOSIGNAL);
    }
  }
  void run() {
    while (wait(listener_.get())) {
      const UniqueFd connection(::accept(listener_.get(), nullptr, nullptr));
      ++connections_;
      if (connection) serve(connection.get());
    }
  }

  Answer answer_;
  std::string greeting_;
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<int> connections_{0};
  std::thread thread_;
};

}  // namespace arkive::zk::test
