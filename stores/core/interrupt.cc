#include "stores/core/interrupt.h"

#include <signal.h>

#include <atomic>

namespace arkive {

namespace {

std::atomic<bool> signalled{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the handler may not wait for a lock");

extern "C" void arkive_on_signal(int number) {
  if (!signalled.exchange(true)) return;
  // Blocked while its handler runs, the raised signal ends the process on return, with the status of a signal
  // death.
  (void)::signal(number, SIG_DFL);
  (void)::raise(number);
}

}  // namespace

void watch_for_interrupts() {
  struct sigaction action = {};
  action.sa_handler = arkive_on_signal;
  action.sa_flags = SA_RESTART;  // the C libraries we use do not all expect EINTR; poll() returns it anyway
  (void)::sigemptyset(&action.sa_mask);
  (void)::sigaction(SIGINT, &action, nullptr);
  (void)::sigaction(SIGTERM, &action, nullptr);
  (void)::signal(SIGXFSZ, SIG_IGN);
}

bool interrupted() {
  return signalled.load(std::memory_order_relaxed);
}

Status check_interrupt(const char* operation) {
  if (!interrupted()) return ok();
  return fail(Outcome::kInterrupted, std::string(operation) + ": interrupted by a signal");
}

}  // namespace arkive
