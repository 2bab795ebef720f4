#include "stores/core/interrupt.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "stores/core/process.h"
#include "stores/core/retry.h"
#include "tests/support/results.h"

namespace arkive {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::failed_with;

/// The wait status of a child that runs `body` with the handlers in place. Signals are for good in a process,
/// so each test takes one of its own.
template <class Body>
int status_of(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    watch_for_interrupts();
    body();
    ::_exit(0);
  }
  int status = 0;
  (void)::waitpid(child, &status, 0);
  return status;
}

/// Ends the child with a status that says which expectation failed.
void require(bool condition, int status) {
  if (!condition) ::_exit(status);
}

TEST(Interrupt, IsSeenAfterTheFirstSignalAndTheProcessGoesOn) {
  for (const int number : {SIGINT, SIGTERM}) {
    EXPECT_EQ(status_of([&] {
                require(!interrupted(), 1);
                require(check_interrupt("dump").has_value(), 2);
                (void)::raise(number);
                require(interrupted(), 3);
                const Status status = check_interrupt("dump");
                require(!status && status.error().outcome == Outcome::kInterrupted, 4);
                require(status.error().what == "dump: interrupted by a signal", 5);
              }),
              0);
  }
}

TEST(Interrupt, ASecondSignalEndsTheProcess) {
  const int status = status_of([] {
    (void)::raise(SIGINT);
    (void)::raise(SIGTERM);
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
}

TEST(Interrupt, CutsAPauseButNotThoseOfTheCleaningUp) {
  EXPECT_EQ(status_of([] {
              std::thread sender([id = ::getpid()] {
                std::this_thread::sleep_for(milliseconds(100));
                (void)::kill(id, SIGTERM);
              });
              const auto began = SteadyClock::now();
              require(!pause_for(seconds(60), Deadline::never()), 1);
              require(SteadyClock::now() - began < seconds(10), 2);
              require(pause_for(milliseconds(10), Deadline::never()), 3);
              sender.join();
            }),
            0);
}

TEST(Interrupt, ComesAtTheDeadlineWithAWordOfItsOwn) {
  EXPECT_EQ(status_of([] {
              interrupt_after(milliseconds(50));
              require(!pause_for(seconds(60), Deadline::never()), 1);
              require(check_interrupt("dump").error().what == "dump: the deadline has passed", 2);
            }),
            0);
}

TEST(Interrupt, ASecondAfterTheDeadlineTheProcessEndsWhateverItDoes) {
  const int status = status_of([] {
    interrupt_after(milliseconds(1));
    for (;;) (void)::pause();
  });
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 6);
}

TEST(Interrupt, EndsAProcessThatWeWaitForButNotThoseOfTheCleaningUp) {
  EXPECT_EQ(status_of([] {
              std::thread sender([id = ::getpid()] {
                std::this_thread::sleep_for(milliseconds(100));
                (void)::kill(id, SIGINT);
              });
              Command command;
              command.arguments = {"sleep", "600"};
              const auto result = run_process(command, Deadline::after(seconds(60)));
              require(!result && result.error().outcome == Outcome::kInterrupted, 1);
              command.arguments = {"true"};
              require(run_process(command, Deadline::after(seconds(60))).has_value(), 2);
              sender.join();
            }),
            0);
}

}  // namespace
}  // namespace arkive
