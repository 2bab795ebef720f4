/// WireSession: a ZooKeeper session for reading, over connections of our own. Requests are pipelined;
/// answers come in the order of the requests. When the connection is lost, the session goes on at the next
/// server that can be reached and what was unanswered is sent again, at first one request alone (the server
/// may still be busy with all of them for the lost connection); when the session itself has expired, a new
/// one takes its place. Both are safe since only reads are sent. Internal to zk/client.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "zk/client/connect_string.h"
#include "zk/client/wire_connection.h"

namespace arkive::zk {

struct WireAnswer {
  std::int64_t zxid = 0;   ///< the last transaction the server had applied
  std::int32_t error = 0;  ///< of the whole request
  Bytes body;              ///< valid during the callback
};

/// Not thread-safe. Sessions that are used together take turns on one thread.
class WireSession {
 public:
  /// May ask() again. Its error ends the turn.
  using OnAnswer = std::function<Status(const WireAnswer& answer)>;

  /// Connects and authenticates, beginning with the server numbered `first_server` (modulo their count) of
  /// options.connect. The time left until options.deadline is also how long the session may later be without
  /// any server at a stretch. Errors: kRetry (nobody reachable until the deadline, naming each server and
  /// why), kDenied (an identity was refused), kInterrupted.
  static Result<std::unique_ptr<WireSession>> open(const ConnectOptions& options, std::size_t first_server);
  /// Ends the session at the server, as far as that can be done without waiting.
  ~WireSession();
  WireSession(const WireSession&) = delete;
  WireSession& operator=(const WireSession&) = delete;

  /// Queues a request begun with jute::begin_request; the next turn sends it.
  void ask(std::string request, OnAnswer on_answer);
  /// Requests without an answer yet.
  std::size_t unanswered() const { return asked_.size(); }

  /// Waits until something happens on any of `sessions` (at most 200 ms), sends and receives, and calls back
  /// for every answer that has come. Errors: those of callbacks; kRetry (no server for too long, or
  /// `deadline` passed), kDenied, kCorrupt (answers that are no ZooKeeper's), kInterrupted.
  static Status turn(std::span<const std::unique_ptr<WireSession>> sessions, Deadline deadline);

  const ServerAddress& server() const { return options_.connect.servers[at_server_]; }
  std::uint64_t connections_lost() const { return connections_lost_; }
  std::uint64_t sessions_expired() const { return sessions_expired_; }

 private:
  struct Asked {
    std::string frame;
    std::int32_t xid;
    OnAnswer on_answer;
  };

  WireSession(const ConnectOptions& options, std::size_t first_server);
  Status connect(Deadline deadline);
  Status connect_to_current(Deadline deadline);
  Status shake_hands(Deadline deadline);
  Status authenticate(Deadline deadline);
  Status lose(const Error& why, Deadline deadline);
  void keep_alive();
  Status receive_and_answer(Deadline deadline);
  Status take_frame(Bytes frame);

  ConnectOptions options_;
  std::chrono::milliseconds patience_;
  std::size_t at_server_;
  std::optional<WireConnection> connection_;
  std::deque<Asked> asked_;
  bool one_alone_ = false;  // after a loss: of asked_ only the first was sent
  std::int32_t next_xid_ = 1;
  std::int64_t session_ = 0;
  std::array<char, 16> password_{};
  std::chrono::milliseconds timeout_{0};  // as negotiated
  std::int64_t last_zxid_ = 0;
  SteadyClock::time_point last_sent_;
  SteadyClock::time_point last_heard_;
  SteadyClock::time_point last_turn_;
  int losses_in_a_row_ = 0;  // without an answer in between
  std::uint64_t connections_lost_ = 0;
  std::uint64_t sessions_expired_ = 0;
};

}  // namespace arkive::zk
