#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stores/core/files.h"
#include "tests/support/results.h"

namespace arkive {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::failed_with;
using test::succeeded;
using test::value_of;

/// Another process that holds a lock until it is ended.
class Holder {
 public:
  explicit Holder(const std::string& path) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    id_ = ::fork();
    if (id_ == 0) {
      const auto lock = FileLock::acquire(path, Deadline::after(seconds(5)));
      const char word = lock ? '+' : '-';
      (void)!::write(ends[1], &word, 1);
      for (;;) (void)::pause();
    }
    ::close(ends[1]);
    char word = 0;
    holds_ = ::read(ends[0], &word, 1) == 1 && word == '+';
    ::close(ends[0]);
  }
  ~Holder() { end(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  void end() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
  }
  bool holds() const { return holds_; }
  pid_t id() const { return id_; }

 private:
  pid_t id_ = -1;
  bool holds_ = false;
};

class FileLocks : public test::ScratchTest {};

TEST_F(FileLocks, HeldByAnotherProcessAreAConflictThatNamesIt) {
  const Holder holder(scratch("lock"));
  ASSERT_TRUE(holder.holds());
  const auto result = FileLock::acquire(scratch("lock"), Deadline::after(milliseconds(50)));
  ASSERT_TRUE(failed_with(Outcome::kConflict, result));
  EXPECT_NE(result.error().what.find("held by process " + std::to_string(holder.id()) + " on "),
            std::string::npos)
      << result.error().what;
}

TEST_F(FileLocks, AreFreeOnceTheirHolderWasKilled) {
  Holder holder(scratch("lock"));
  ASSERT_TRUE(holder.holds());
  holder.end();
  EXPECT_TRUE(succeeded(FileLock::acquire(scratch("lock"), Deadline::after(milliseconds(0)))));
}

TEST_F(FileLocks, AreWaitedForUntilTheDeadline) {
  auto held = std::make_unique<FileLock>(value_of(FileLock::acquire(scratch("lock"), Deadline::never())));
  const auto began = SteadyClock::now();
  EXPECT_TRUE(failed_with(Outcome::kConflict,
                          FileLock::acquire(scratch("lock"), Deadline::after(milliseconds(100)))));
  EXPECT_GE(SteadyClock::now() - began, milliseconds(100));
  held.reset();
  EXPECT_TRUE(succeeded(FileLock::acquire(scratch("lock"), Deadline::after(seconds(5)))));
}

TEST_F(FileLocks, OnAFileThatWasRemovedDoNotCount) {
  const Holder holder(scratch("lock"));
  ASSERT_TRUE(holder.holds());
  ASSERT_EQ(::unlink(scratch("lock").c_str()), 0);
  const auto fresh = FileLock::acquire(scratch("lock"), Deadline::after(milliseconds(0)));
  EXPECT_TRUE(succeeded(fresh)) << "the old holder's file has no name any more";
  EXPECT_TRUE(
      failed_with(Outcome::kConflict, FileLock::acquire(scratch("lock"), Deadline::after(milliseconds(0)))));
}

TEST_F(FileLocks, AreNotTakenThroughALink) {
  ASSERT_EQ(::symlink(scratch("elsewhere").c_str(), scratch("lock").c_str()), 0);
  EXPECT_FALSE(FileLock::acquire(scratch("lock"), Deadline::after(milliseconds(0))));
  EXPECT_FALSE(path_exists(scratch("elsewhere")));
}

}  // namespace
}  // namespace arkive
