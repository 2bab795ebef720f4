/// ScriptedBroker: speaks as much of Kafka's protocol as a test tells it to.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "kafka/wire/messages/api.h"
#include "stores/core/handle.h"

namespace arkive::kafka::test {

/// Any number of connections, each on a thread of its own.
class ScriptedBroker {
 public:
  struct Asked {
    wire::Api api{};
    std::int16_t version = 0;
    std::int32_t correlation = 0;
    int count = 0;  ///< how often this was asked before
  };
  /// The bytes to send, with their length; empty: nothing, and keep the connection; absent: hang up.
  using Answer = std::function<std::optional<std::string>(const Asked& asked)>;

  explicit ScriptedBroker(Answer answer)
      : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
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
  ~ScriptedBroker() {
    ending_ = true;
    thread_.join();
  }
  std::uint16_t port() const { return port_; }
  std::string bootstrap() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }
  int asked(wire::Api api) {
    const std::lock_guard lock(mutex_);
    return counts_[api];
  }

  /// A whole answer with the head of its version.
  static std::string answer(const Asked& asked, const std::function<void(wire::Writer&)>& write) {
    const bool flexible = wire::is_flexible(asked.api, asked.version);
    std::string body;
    append_big_endian(body, asked.correlation);
    if (asked.api != wire::Api::kApiVersions) wire::Writer(body, flexible).end();
    wire::Writer to(body, flexible);
    write(to);
    std::string whole;
    append_big_endian(whole, static_cast<std::int32_t>(body.size()));
    return whole + body;
  }
  /// What a broker of these versions says of itself.
  static std::string versions(const Asked& asked, const std::map<wire::Api, wire::VersionRange>& known) {
    return answer(asked, [&](wire::Writer& to) {
      to.int16(0);
      to.array(known.size());
      for (const auto& [api, range] : known) {
        to.int16(static_cast<std::int16_t>(api));
        to.int16(range.least);
        to.int16(range.most);
        to.end();
      }
      if (asked.version >= 1) to.int32(0);
      to.end();
    });
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
  void serve(UniqueFd connection) {
    while (const auto frame = frame_from(connection.get())) {
      if (frame->size() < 8) return;
      Asked asked;
      asked.api = static_cast<wire::Api>(load_big_endian<std::int16_t>(frame->data()));
      asked.version = load_big_endian<std::int16_t>(frame->data() + 2);
      asked.correlation = load_big_endian<std::int32_t>(frame->data() + 4);
      std::optional<std::string> answer;
      {
        const std::lock_guard lock(mutex_);
        asked.count = counts_[asked.api]++;
        answer = answer_(asked);
      }
      if (!answer) return;
      ::send(connection.get(), answer->data(), answer->size(), MSG_NOSIGNAL);
    }
  }
  void accept_all() {
    std::vector<std::jthread> threads;
    while (wait(listener_.get())) {
      UniqueFd connection(::accept(listener_.get(), nullptr, nullptr));
      ++connections_;
      if (connection) threads.emplace_back([this, fd = connection.release()] { serve(UniqueFd(fd)); });
    }
  }

  Answer answer_;
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::map<wire::Api, int> counts_;
  std::jthread thread_;
};

}  // namespace arkive::kafka::test
