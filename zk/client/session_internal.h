/// The inside of Session: libzookeeper's handle, and how its C callbacks become ours. Internal to zk/client;
/// the only header that includes libzookeeper's.
#pragma once

#include <zookeeper/zookeeper.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/handle.h"
#include "zk/client/session.h"

namespace arkive::zk {

using ZooKeeperHandle = Handle<zhandle_t, zookeeper_close>;

/// An Acl as the library takes it. Points into the Acl it was made from.
class BorrowedAcl {
 public:
  explicit BorrowedAcl(const Acl& acl);
  ::ACL_vector* get() { return &vector_; }

 private:
  std::vector<::ACL> entries_;
  ::ACL_vector vector_{};
};

/// The library's code (ZOK, ZNONODE, ...) as an Answer.
Answer answer_of(int code);
Stat stat_of(const ::Stat& stat);

struct Session::Impl {
  struct AnyWaiting {
    virtual ~AnyWaiting() = default;
    virtual void fail_with(Answer answer) = 0;
    Impl* session = nullptr;
  };

  /// What waits for an answer of the library: who to tell, and how to tell that none came.
  template <class Done>
  struct Waiting final : AnyWaiting {
    void fail_with(Answer answer) override { fail(*this, answer); }
    Done done;
    void (*fail)(Waiting& waiting, Answer answer) = nullptr;
  };

  ~Impl();
  Status open();
  Status wait_connected(Deadline deadline);

  /// Hands `waiting` to the library as the context of the request that `ask_library(const void*)` makes.
  /// When the library refuses at once, another thread answers: no callback runs inside the call that asked.
  template <class Request, class AskLibrary>
  void ask(std::unique_ptr<Request> waiting, AskLibrary ask_library);
  /// For the library's callbacks: takes `context` back and calls `tell(waiting)`, one at a time.
  template <class Request, class Tell>
  static void tell(const void* context, Tell tell) noexcept;

  ConnectOptions options;
  std::chrono::milliseconds patience{0};  // for being without a server at a stretch
  zhandle_t* library = nullptr;  // handle.get(), constant once open; callbacks may still use it while
                                 // the handle is being closed

 private:
  struct AuthWait;

  Status start(Deadline deadline);
  Status authenticate(Deadline deadline);
  Status check_chroot(Deadline deadline);
  Error unreachable() const;
  void refuse(std::function<void()> answer);
  void answer_refused();
  static void on_event(zhandle_t* handle, int type, int state, const char* path, void* context) noexcept;

  std::mutex mutex_;  // guards what is below, up to the next mutex
  std::condition_variable changed_;
  int state_ = 0;  // the library's ZOO_*_STATE
  // With the library. It may forget some when it is closed (its completion thread can end before the last
  // were queued: zookeeper_close() in zookeeper.c, 3.8.0).
  std::unordered_set<AnyWaiting*> asked_;
  bool ending_ = false;
  std::deque<std::function<void()>> refused_;
  std::vector<std::unique_ptr<AuthWait>> auth_waits_;

  std::mutex callback_mutex_;  // held by whichever thread runs a callback
  std::thread refuser_;
  ZooKeeperHandle handle_;
};

template <class Request, class AskLibrary>
void Session::Impl::ask(std::unique_ptr<Request> waiting, AskLibrary ask_library) {
  waiting->session = this;
  {
    const std::lock_guard lock(mutex_);
    asked_.insert(waiting.get());
  }
  // The library's until it calls back, which it may do before it returns.
  Request* const lent = waiting.release();
  const int refused_with = ask_library(static_cast<const void*>(lent));
  if (refused_with == ZOK) return;
  waiting.reset(lent);
  {
    const std::lock_guard lock(mutex_);
    asked_.erase(lent);
  }
  const Answer answer = answer_of(refused_with);
  refuse([shared = std::shared_ptr<Request>(std::move(waiting)), answer] { shared->fail(*shared, answer); });
}

template <class Request, class Tell>
void Session::Impl::tell(const void* context, Tell tell) noexcept {
  const std::unique_ptr<Request> waiting(const_cast<Request*>(static_cast<const Request*>(context)));
  {
    const std::lock_guard lock(waiting->session->mutex_);
    waiting->session->asked_.erase(waiting.get());
  }
  const std::lock_guard lock(waiting->session->callback_mutex_);
  tell(*waiting);
}

}  // namespace arkive::zk
