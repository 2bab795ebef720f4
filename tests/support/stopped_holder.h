/// StoppedHolder: a process that holds a lock of a store, stands still, and writes once it is woken: what a
/// suspended machine, or one that swaps, does to whoever has taken over meanwhile.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "stores/core/handle.h"
#include "stores/store.h"

namespace arkive::test {

/// Not thread-safe. The process ends with the object.
class StoppedHolder {
 public:
  enum Wrote : int { kNothing = 128, kCommitted = 0, kConflict = 3, kAnotherError = 9 };

  /// In a process of its own: takes the lock `name` of what `open` gives; when woken, puts `key`. It asked
  /// whether the lease was good before it stood still, as a commit may.
  StoppedHolder(const std::function<std::unique_ptr<Store>()>& open, const std::string& name,
                const std::string& key) {
    int to_child[2] = {-1, -1};
    int from_child[2] = {-1, -1};
    if (::pipe(to_child) != 0 || ::pipe(from_child) != 0) throw std::runtime_error("pipe");
    child_ = ::fork();
    if (child_ < 0) throw std::runtime_error("fork");
    if (child_ == 0) {
      const auto store = open();
      const auto held = store->lock(name, Deadline::after(std::chrono::seconds(5)));
      char byte = held ? 'h' : 'n';
      (void)!::write(from_child[1], &byte, 1);
      (void)!::read(to_child[0], &byte, 1);
      const Status done =
          store->put(key, "late", PutMode::kCreateOnly, Deadline::after(std::chrono::seconds(5)));
      ::_exit(done ? kCommitted : done.error().outcome == Outcome::kConflict ? kConflict : kAnotherError);
    }
    UniqueFd(to_child[0]).reset();
    UniqueFd(from_child[1]).reset();
    wake_ = UniqueFd(to_child[1]);
    heard_ = UniqueFd(from_child[0]);
  }
  ~StoppedHolder() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  StoppedHolder(const StoppedHolder&) = delete;
  StoppedHolder& operator=(const StoppedHolder&) = delete;

  /// Waits until it has the lock; false: it was not given it.
  bool holds() const {
    char byte = 0;
    return ::read(heard_.get(), &byte, 1) == 1 && byte == 'h';
  }
  void stop() const { ::kill(child_, SIGSTOP); }
  Wrote wake_and_write() {
    (void)!::write(wake_.get(), "g", 1);
    ::kill(child_, SIGCONT);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? static_cast<Wrote>(WEXITSTATUS(status)) : kNothing;
  }
  /// Kills it in place of waking it.
  void kill() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = -1;
  }

 private:
  pid_t child_ = -1;
  UniqueFd wake_;
  UniqueFd heard_;
};

}  // namespace arkive::test
