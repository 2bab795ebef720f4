#include "zk/client/wire_session.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/core/retry.h"
#include "zk/jute/records.h"

namespace arkive::zk {
namespace {

constexpr std::chrono::milliseconds kLongestWait{200};
constexpr std::chrono::milliseconds kShortestTry{1'000};
constexpr std::chrono::milliseconds kLongestTry{5'000};
// A request that makes every server hang up must not be sent for ever.
constexpr int kMostLossesInARow = 8;
const RetryPolicy kPauses{std::chrono::milliseconds{100}, std::chrono::milliseconds{2'000}, 0};

}  // namespace

WireSession::WireSession(const ConnectOptions& options, std::size_t first_server)
    : options_(options),
      patience_(options.deadline.remaining()),
      at_server_(first_server % options.connect.servers.size()),
      last_turn_(SteadyClock::now()) {}

WireSession::~WireSession() {
  if (!connection_) return;
  std::string request = jute::begin_request(jute::Operation::kCloseSession);
  jute::finish_request(request, next_xid_);
  connection_->queue(request);
  (void)connection_->send_queued();  // when it cannot be sent, the session ends by its timeout
}

Result<std::unique_ptr<WireSession>> WireSession::open(const ConnectOptions& options,
                                                       std::size_t first_server) {
  std::unique_ptr<WireSession> session(new WireSession(options, first_server));
  ARKIVE_TRY(session->connect(options.deadline));
  return session;
}

Status WireSession::connect(Deadline deadline) {
  const std::size_t servers = options_.connect.servers.size();
  const auto share = options_.session_timeout / static_cast<int>(servers);
  const auto one_try =
      std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(share), kShortestTry, kLongestTry);
  const Deadline give_up = deadline.sooner(patience_);
  std::map<std::string, std::string> causes;
  Backoff backoff(kPauses);
  for (std::size_t tries = 1;; ++tries) {
    const Status connected = connect_to_current(give_up.sooner(one_try));
    if (connected) return ok();
    if (connected.error().outcome != Outcome::kRetry && connected.error().outcome != Outcome::kCorrupt) {
      return fail(connected.error());
    }
    causes[server().text()] = connected.error().what;
    log_debug("connect '" + server().text() + "': " + connected.error().what);
    if (give_up.passed()) break;
    at_server_ = (at_server_ + 1) % servers;
    if (tries % servers == 0 && !pause_for(backoff.next(), give_up)) {
      ARKIVE_TRY(check_interrupt("connect"));
    }
  }
  std::string what = "connect to ZooKeeper:";
  for (const auto& [name, cause] : causes) what += " '" + name + "': " + cause + ";";
  what.pop_back();
  return fail(Outcome::kRetry, std::move(what),
              "check that a server runs there and that the port is ZooKeeper's client port, without TLS");
}

Status WireSession::connect_to_current(Deadline deadline) {
  ARKIVE_ASSIGN(connection_, WireConnection::connect(server(), deadline));
  Status greeted = shake_hands(deadline);
  if (greeted && session_ == 0) {
    // The old session has expired; the server hung up after saying so.
    ++sessions_expired_;
    log_debug("session expired, beginning a new one at '" + server().text() + "'");
    ARKIVE_ASSIGN(connection_, WireConnection::connect(server(), deadline));
    greeted = shake_hands(deadline);
    if (greeted && session_ == 0) greeted = fail(Outcome::kRetry, "the server gives no session");
  }
  if (greeted) greeted = authenticate(deadline);
  if (!greeted) {
    connection_.reset();
    return greeted;
  }
  one_alone_ = !asked_.empty();
  if (one_alone_) connection_->queue(asked_.front().frame);
  last_sent_ = last_heard_ = SteadyClock::now();
  return ok();
}

Status WireSession::shake_hands(Deadline deadline) {
  jute::ConnectRequest request;
  request.last_zxid_seen = last_zxid_;
  request.timeout = static_cast<std::int32_t>(options_.session_timeout.count());
  request.session = session_;
  request.password = password_;
  connection_->queue(jute::encode(request));
  ARKIVE_ASSIGN(const Bytes frame, connection_->wait_for_frame(deadline));
  ARKIVE_ASSIGN(const jute::ConnectAnswer answer, jute::decode_connect_answer(frame));
  const bool expired = answer.timeout <= 0;
  session_ = expired ? 0 : answer.session;
  password_ = expired ? std::array<char, 16>{} : answer.password;
  timeout_ = std::chrono::milliseconds(answer.timeout);
  return ok();
}

Status WireSession::authenticate(Deadline deadline) {
  for (const Identity& identity : options_.identities) {
    std::string request = jute::begin_request(jute::Operation::kAuth);
    jute::Writer to(request);
    to.int32(0);
    to.string(identity.scheme);
    to.buffer(identity.id);
    jute::finish_request(request, jute::kAuthXid);
    connection_->queue(request);
    jute::ReplyHeader header;
    do {
      ARKIVE_ASSIGN(const Bytes frame, connection_->wait_for_frame(deadline));
      jute::Reader from(frame);
      header = jute::read_reply_header(from);
      if (!from.ok()) return fail(Outcome::kCorrupt, "an answer of less than a header");
    } while (header.xid != jute::kAuthXid);
    if (header.error != jute::kOk) {
      return fail(Outcome::kDenied,
                  "authenticate at '" + server().text() + "': the server refuses an identity of scheme '" +
                      identity.scheme + "'",
                  "check the lines of the auth file");
    }
  }
  return ok();
}

Status WireSession::lose(const Error& why, Deadline deadline) {
  if (why.outcome != Outcome::kRetry) return fail(why.within("read from '" + server().text() + "'"));
  log_debug("connection to '" + server().text() + "' lost: " + why.what);
  connection_.reset();
  ++connections_lost_;
  if (++losses_in_a_row_ > kMostLossesInARow) {
    return fail(Outcome::kRetry, "read from '" + server().text() + "': connection lost " +
                                     std::to_string(losses_in_a_row_) +
                                     " times in a row without an answer: " + why.what);
  }
  at_server_ = (at_server_ + 1) % options_.connect.servers.size();
  if (losses_in_a_row_ > 1) {
    // Not at once: a server that hangs up on everybody is left in peace for a moment.
    const auto pause = kPauses.first * (1 << std::min(losses_in_a_row_, 3));
    if (!pause_for(pause, deadline)) ARKIVE_TRY(check_interrupt("connect"));
  }
  return connect(deadline);
}

void WireSession::ask(std::string request, OnAnswer on_answer) {
  const std::int32_t xid = next_xid_;
  next_xid_ = next_xid_ == INT32_MAX ? 1 : next_xid_ + 1;
  jute::finish_request(request, xid);
  if (connection_ && !one_alone_) {
    connection_->queue(request);
    last_sent_ = SteadyClock::now();
  }
  asked_.push_back({std::move(request), xid, std::move(on_answer)});
}

void WireSession::keep_alive() {
  const auto now = SteadyClock::now();
  // Time spent outside of turns is not the server's silence.
  if (now - last_turn_ > kLongestWait * 2) last_heard_ = now;
  last_turn_ = now;
  if (now - last_sent_ >= timeout_ / 3) {
    std::string ping = jute::begin_request(jute::Operation::kPing);
    jute::finish_request(ping, jute::kPingXid);
    connection_->queue(ping);
    last_sent_ = now;
  }
}

Status WireSession::turn(std::span<const std::unique_ptr<WireSession>> sessions, Deadline deadline) {
  ARKIVE_TRY(check_interrupt("read from ZooKeeper"));
  if (deadline.passed()) {
    return fail(Outcome::kRetry, "read from '" + sessions.front()->server().text() + "': out of time");
  }
  std::vector<pollfd> entries;
  entries.reserve(sessions.size());
  for (const auto& session : sessions) {
    session->keep_alive();
    if (const Status sent = session->connection_->send_queued(); !sent) {
      ARKIVE_TRY(session->lose(sent.error(), deadline));
    }
    const WireConnection& connection = *session->connection_;
    entries.push_back(
        {connection.fd(), static_cast<short>(POLLIN | (connection.has_queued() ? POLLOUT : 0)), 0});
  }
  const auto wait = std::min(deadline.remaining(), kLongestWait);
  if (::poll(entries.data(), entries.size(), static_cast<int>(wait.count())) < 0 && errno != EINTR) {
    return fail(system_error("wait for", sessions.front()->server().text(), errno));
  }
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    WireSession& session = *sessions[i];
    if ((entries[i].revents & ~POLLOUT) != 0) {
      ARKIVE_TRY(session.receive_and_answer(deadline));
    } else if (SteadyClock::now() - session.last_heard_ > session.timeout_ * 2 / 3) {
      ARKIVE_TRY(session.lose({Outcome::kRetry, "the server is silent", {}}, deadline));
    }
  }
  return ok();
}

Status WireSession::receive_and_answer(Deadline deadline) {
  if (const Status received = connection_->receive(); !received) return lose(received.error(), deadline);
  if (connection_->received() > 0) last_heard_ = SteadyClock::now();
  while (true) {
    const auto frame = connection_->next_frame();
    if (!frame) return lose(frame.error(), deadline);
    if (!*frame) return ok();
    ARKIVE_TRY(take_frame(**frame));
  }
}

Status WireSession::take_frame(Bytes frame) {
  jute::Reader from(frame);
  const jute::ReplyHeader header = jute::read_reply_header(from);
  if (from.ok() && (header.xid == jute::kPingXid || header.xid == jute::kWatchXid)) return ok();
  if (!from.ok() || asked_.empty() || header.xid != asked_.front().xid) {
    return fail(Outcome::kCorrupt, "read from '" + server().text() + "': an answer nobody asked for (xid " +
                                       std::to_string(header.xid) + ")");
  }
  losses_in_a_row_ = 0;
  last_zxid_ = std::max(last_zxid_, header.zxid);
  // Out of the queue first: the callback may ask again.
  const OnAnswer on_answer = std::move(asked_.front().on_answer);
  asked_.pop_front();
  if (std::exchange(one_alone_, false)) {
    for (const Asked& asked : asked_) connection_->queue(asked.frame);
    last_sent_ = SteadyClock::now();
  }
  return on_answer({header.zxid, header.error, from.left()});
}

}  // namespace arkive::zk
