/// Proxy: stands between a client and a ZooKeeper server, and misbehaves as told.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "stores/core/handle.h"
#include "tests/zk/client/support/under_way.h"

namespace arkive::zk::test {

/// Listens on a port of 127.0.0.1 and relays to another, on a thread of its own. All functions: any thread.
class Proxy {
 public:
  explicit Proxy(std::uint16_t server_port);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::uint16_t port() const { return port_; }
  std::string connect_string() const { return "127.0.0.1:" + std::to_string(port_); }

  /// The most bytes of answers that all clients together had asked for and not yet got, at any one time;
  /// from what the answers turned out to be.
  std::uint64_t most_under_way() const;
  /// Hangs up on a client each time it got another this many bytes. 0: never.
  void cut_every(std::uint64_t bytes) { cut_every_ = bytes; }
  std::uint64_t cuts() const { return cuts_; }
  /// Hangs up on everybody now.
  void cut_all() { cut_all_ = true; }
  /// Refuses everybody from now on (by hanging up at once) or no more.
  void refuse(bool refused) { refused_ = refused; }

  struct SessionSeen {
    std::int64_t id = 0;
    std::string password;
  };
  /// Sessions that servers have given through this proxy.
  std::vector<SessionSeen> sessions() const;

 private:
  struct Link {
    UniqueFd client, server;
    std::string to_server, to_client;
    std::size_t client_sent = 0;  // of to_client
    std::string greeting;         // the first bytes from the server
    std::uint64_t passed = 0;
    UnderWay::Line line;
    bool dead = false;
  };

  void run();
  void accept_one();
  void relay(Link& link, short client_events, short server_events);
  void look_for_session(Link& link);

  std::uint16_t server_port_;
  std::uint16_t port_ = 0;
  UniqueFd listener_;
  std::list<Link> links_;
  std::atomic<std::uint64_t> cut_every_{0}, cuts_{0};
  std::atomic<bool> cut_all_{false}, refused_{false}, ending_{false};
  mutable std::mutex mutex_;
  std::vector<SessionSeen> sessions_;
  UnderWay under_way_;  // guarded by mutex_
  std::thread thread_;
};

/// Ends a session from outside, as its expiry would.
void end_session(std::uint16_t server_port, const Proxy::SessionSeen& session);

}  // namespace arkive::zk::test
