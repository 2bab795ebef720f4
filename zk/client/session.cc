#include "zk/client/session.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <csignal>

#include <algorithm>

#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/core/retry.h"
#include "zk/client/session_internal.h"
#include "zk/client/wire_connection.h"

namespace arkive::zk {
namespace {

constexpr std::chrono::milliseconds kInterruptCheck{200};
constexpr std::chrono::milliseconds kAskWhy{1'000};

void log_library(const char* message) noexcept {
  log_debug(message);
}

// The library takes the port after the last colon, and an address without brackets before it.
std::string hosts_for_library(const ConnectString& connect) {
  std::string hosts;
  for (const ServerAddress& server : connect.servers) {
    if (!hosts.empty()) hosts += ',';
    hosts += server.host + ":" + std::to_string(server.port);
  }
  return hosts + connect.chroot;
}

// The library's threads must not take the signals meant for ours.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  NoSignals(const NoSignals&) = delete;
  NoSignals& operator=(const NoSignals&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

struct Session::Impl::AuthWait {
  Impl* session;
  std::optional<int> code;
};

Session::Impl::~Impl() {
  // Answers what still waits, on the library's thread, and ends that thread.
  handle_.reset();
  std::unordered_set<AnyWaiting*> forgotten;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    forgotten.swap(asked_);
  }
  changed_.notify_all();
  if (refuser_.joinable()) refuser_.join();
  for (AnyWaiting* const one : forgotten) {
    const std::unique_ptr<AnyWaiting> waiting(one);
    waiting->fail_with(Answer::kConnectionLoss);
  }
}

void Session::Impl::on_event(zhandle_t* /*handle*/, int type, int state, const char* /*path*/,
                             void* context) noexcept {
  if (type != ZOO_SESSION_EVENT) return;
  auto* session = static_cast<Impl*>(context);
  const std::lock_guard lock(session->mutex_);
  session->state_ = state;
  session->changed_.notify_all();
}

void Session::Impl::refuse(std::function<void()> answer) {
  const std::lock_guard lock(mutex_);
  refused_.push_back(std::move(answer));
  changed_.notify_all();
}

void Session::Impl::answer_refused() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !refused_.empty(); });
    if (refused_.empty()) return;
    const std::function<void()> answer = std::move(refused_.front());
    refused_.pop_front();
    lock.unlock();
    {
      const std::lock_guard one_at_a_time(callback_mutex_);
      answer();
    }
    lock.lock();
  }
}

Status Session::Impl::open() {
  patience = options.deadline.remaining();
  const NoSignals no_signals;
  refuser_ = std::thread([this] { answer_refused(); });
  ARKIVE_TRY(start(options.deadline));
  ARKIVE_TRY(authenticate(options.deadline));
  return check_chroot(options.deadline);
}

Status Session::Impl::start(Deadline deadline) {
  zoo_set_debug_level(ZOO_LOG_LEVEL_WARN);
  const std::string hosts = hosts_for_library(options.connect);
  Backoff backoff;
  while (true) {
    handle_.reset(zookeeper_init2(hosts.c_str(), &Impl::on_event,
                                  static_cast<int>(options.session_timeout.count()), nullptr, this,
                                  ZOO_NO_LOG_CLIENTENV, &log_library));
    if (handle_) break;
    // No host name could be resolved.
    if (deadline.passed()) return fail(unreachable());
    if (!pause_for(backoff.next(), deadline)) ARKIVE_TRY(check_interrupt("connect"));
  }
  library = handle_.get();
  const Status connected = wait_connected(deadline);
  if (!connected && connected.error().outcome == Outcome::kRetry) return fail(unreachable());
  return connected;
}

Error Session::Impl::unreachable() const {
  std::string what = "connect to ZooKeeper:";
  for (const ServerAddress& server : options.connect.servers) {
    const auto tried = WireConnection::connect(server, Deadline::after(kAskWhy));
    what += " '" + server.text() + "': " + (tried ? "it gives no session" : tried.error().what) + ";";
  }
  what.pop_back();
  return {Outcome::kRetry, std::move(what),
          "check that a server runs there and that the port is ZooKeeper's client port, without TLS"};
}

Status Session::Impl::wait_connected(Deadline deadline) {
  std::unique_lock lock(mutex_);
  while (state_ != ZOO_CONNECTED_STATE) {
    if (state_ == ZOO_EXPIRED_SESSION_STATE) {
      return fail(Outcome::kConflict, "wait for ZooKeeper: the session has expired", "open a new session");
    }
    if (state_ == ZOO_AUTH_FAILED_STATE) {
      return fail(Outcome::kDenied, "authenticate at ZooKeeper: the server refuses an identity",
                  "check the lines of the auth file");
    }
    if (deadline.passed()) return fail(Outcome::kRetry, "wait for ZooKeeper: no server could be reached");
    changed_.wait_for(lock, std::min(deadline.remaining(), kInterruptCheck));
    ARKIVE_TRY(check_interrupt("wait for ZooKeeper"));
  }
  return ok();
}

Status Session::Impl::authenticate(Deadline deadline) {
  for (const Identity& identity : options.identities) {
    AuthWait* wait = nullptr;
    {
      const std::lock_guard lock(mutex_);
      // Kept until the handle is closed: the library may call back late.
      auth_waits_.push_back(std::make_unique<AuthWait>(AuthWait{this, std::nullopt}));
      wait = auth_waits_.back().get();
    }
    const auto on_auth = [](int code, const void* context) noexcept {
      auto* told = const_cast<AuthWait*>(static_cast<const AuthWait*>(context));
      const std::lock_guard lock(told->session->mutex_);
      told->code = code;
      told->session->changed_.notify_all();
    };
    const int asked = zoo_add_auth(library, identity.scheme.c_str(), identity.id.data(),
                                   static_cast<int>(identity.id.size()), on_auth, wait);
    std::unique_lock lock(mutex_);
    if (asked != ZOK) wait->code = asked;
    while (!wait->code && state_ != ZOO_AUTH_FAILED_STATE && !deadline.passed()) {
      changed_.wait_for(lock, std::min(deadline.remaining(), kInterruptCheck));
      ARKIVE_TRY(check_interrupt("authenticate"));
    }
    if (wait->code == ZOK) continue;
    if (wait->code == ZAUTHFAILED || state_ == ZOO_AUTH_FAILED_STATE) {
      return fail(
          Outcome::kDenied,
          "authenticate at ZooKeeper: the server refuses an identity of scheme '" + identity.scheme + "'",
          "check the lines of the auth file");
    }
    return fail(Outcome::kRetry, "authenticate at ZooKeeper: no answer in time");
  }
  return ok();
}

Status Session::Impl::check_chroot(Deadline deadline) {
  if (options.connect.chroot.empty()) return ok();
  using ChrootWaiting = Waiting<std::function<void(int)>>;
  const auto code = std::make_shared<std::optional<int>>();
  while (true) {
    auto waiting = std::make_unique<ChrootWaiting>();
    waiting->done = [this, code](int answered) {
      const std::lock_guard lock(mutex_);
      *code = answered;
      changed_.notify_all();
    };
    waiting->fail = [](ChrootWaiting& w, Answer) { w.done(ZCONNECTIONLOSS); };
    ask(std::move(waiting), [this](const void* context) {
      return zoo_aexists(
          library, "/", 0,
          [](int answered, const ::Stat*, const void* given) noexcept {
            tell<ChrootWaiting>(given, [&](ChrootWaiting& w) { w.done(answered); });
          },
          context);
    });
    std::unique_lock lock(mutex_);
    while (!*code && !deadline.passed()) {
      changed_.wait_for(lock, std::min(deadline.remaining(), kInterruptCheck));
      ARKIVE_TRY(check_interrupt("look for the chroot"));
    }
    if (*code == ZNONODE) {
      return fail(Outcome::kNotFound, "connect to '" + options.connect.text() + "': no such chroot",
                  "create the chroot, or leave it out of the connection string");
    }
    if (*code && *code != ZCONNECTIONLOSS) return ok();  // there, or not for us to see
    if (deadline.passed()) return fail(Outcome::kRetry, "look for the chroot: no answer in time");
    code->reset();
    lock.unlock();
    ARKIVE_TRY(wait_connected(deadline));
  }
}

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::open(const ConnectOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  ARKIVE_TRY(impl->open());
  return std::unique_ptr<Session>(new Session(std::move(impl)));
}

Status Session::wait_connected(Deadline deadline) {
  return impl_->wait_connected(deadline);
}

std::string Session::server() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (zookeeper_get_connected_host(impl_->library, reinterpret_cast<sockaddr*>(&address), &size) == nullptr) {
    return {};
  }
  char host[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
    inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
    return ServerAddress{host, ntohs(v6->sin6_port)}.text();
  }
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
  inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
  return ServerAddress{host, ntohs(v4->sin_port)}.text();
}

}  // namespace arkive::zk
