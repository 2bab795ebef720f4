#include "stores/core/interrupt.h"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <string_view>
#include <utility>

namespace arkive {

namespace {

std::atomic<bool> signalled{false};
std::atomic<bool> deadline_passed{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the handler may not wait for a lock");

extern "C" void arkive_on_signal(int number) {
  if (!signalled.exchange(true)) return;
  // Blocked while its handler runs, the raised signal ends the process on return, with the status of a signal
  // death.
  (void)::signal(number, SIG_DFL);
  (void)::raise(number);
}

extern "C" void arkive_on_deadline(int) {
  constexpr int kInterruptedExit = 6;
  if (deadline_passed.exchange(true)) {
    constexpr std::string_view kText = "error: the deadline has passed, and the work did not end by itself\n";
    (void)!::write(STDERR_FILENO, kText.data(), kText.size());
    ::_exit(kInterruptedExit);
  }
  signalled = true;
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;  // the C libraries we use do not all expect EINTR; poll() returns it anyway
  (void)::sigemptyset(&action.sa_mask);
  (void)::sigaction(number, &action, nullptr);
}

}  // namespace

void watch_for_interrupts() {
  handle(SIGINT, arkive_on_signal);
  handle(SIGTERM, arkive_on_signal);
  (void)::signal(SIGXFSZ, SIG_IGN);
}

void interrupt_after(std::chrono::milliseconds span) {
  handle(SIGALRM, arkive_on_deadline);
  const itimerval timer = {
      .it_interval = {.tv_sec = 1, .tv_usec = 0},
      .it_value = {.tv_sec = span.count() / 1000, .tv_usec = span.count() % 1000 * 1000}};
  (void)::setitimer(ITIMER_REAL, &timer, nullptr);
}

bool interrupted() {
  return signalled.load(std::memory_order_relaxed);
}

const char* interruption() {
  return deadline_passed ? "the deadline has passed" : "interrupted by a signal";
}

Error interruption_of(std::string operation) {
  return {Outcome::kInterrupted, std::move(operation) + ": " + interruption(), {}};
}

Status check_interrupt(const char* operation) {
  if (!interrupted()) return ok();
  return fail(interruption_of(operation));
}

}  // namespace arkive
