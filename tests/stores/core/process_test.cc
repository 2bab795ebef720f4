#include "stores/core/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

#include "stores/core/files.h"
#include "tests/support/results.h"

namespace arkive {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::failed_with;
using test::succeeded;
using test::value_of;

Command shell(const std::string& script) {
  Command command;
  command.arguments = {"sh", "-c", script};
  return command;
}

Deadline soon() {
  return Deadline::after(seconds(20));
}

bool alive(pid_t id) {
  return ::kill(id, 0) == 0;
}

/// True once `condition` holds; asks until it does or 10 s are over.
template <class Condition>
bool eventually(Condition condition) {
  const Deadline deadline = Deadline::after(seconds(10));
  while (!condition()) {
    if (deadline.passed()) return false;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return true;
}

/// Gone, or a zombie that waits for init.
bool dead(pid_t id) {
  const auto state = read_file("/proc/" + std::to_string(id) + "/stat");
  return !state || state->find(") Z ") != std::string::npos;
}

std::size_t open_descriptors() {
  return value_of(list_directory("/proc/self/fd")).size();
}

bool has_children() {
  return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD;
}

class Processes : public test::ScratchTest {
 protected:
  void SetUp() override { descriptors_ = open_descriptors(); }
  void TearDown() override {
    EXPECT_EQ(open_descriptors(), descriptors_) << "descriptors leaked";
    EXPECT_FALSE(has_children()) << "a child was left behind";
  }
  pid_t id_in(const std::string& path) {
    EXPECT_TRUE(eventually([&] {
      const auto text = read_file(path);
      return text && text->ends_with('\n');
    }));
    return std::stoi(value_of(read_file(path)));
  }

 private:
  std::size_t descriptors_ = 0;
};

TEST_F(Processes, GiveBackStatusAndBothOutputs) {
  const auto finished = value_of(run_process(shell("echo out; echo err >&2; exit 3"), soon()));
  EXPECT_EQ(finished.status, 3);
  EXPECT_FALSE(finished.succeeded());
  EXPECT_EQ(finished.output, "out\n");
  EXPECT_EQ(finished.error_output, "err\n");
}

TEST_F(Processes, EndedByASignalSay128AndItsNumber) {
  EXPECT_EQ(value_of(run_process(shell("kill -TERM $$"), soon())).status, 128 + SIGTERM);
}

TEST_F(Processes, GetTheirInputAndSeeItsEnd) {
  Command command;
  command.arguments = {"cat"};
  command.input = std::string(3'000'000, 'x') + "\nend";
  EXPECT_EQ(value_of(run_process(command, soon())).output, command.input);
  command.input.clear();
  EXPECT_EQ(value_of(run_process(command, soon())).output, "");
}

TEST_F(Processes, ThatDoNotReadTheirInputAreNoSigpipeForUs) {
  Command command;
  command.arguments = {"true"};
  command.input = std::string(1'000'000, 'x');
  EXPECT_TRUE(value_of(run_process(command, soon())).succeeded());
}

TEST_F(Processes, MayFillBothOutputsAtOnce) {
  const auto finished = value_of(run_process(
      shell("head -c 2000000 /dev/zero >&2; head -c 2000000 /dev/zero; head -c 1000 /dev/zero >&2"), soon()));
  EXPECT_EQ(finished.output.size(), 2'000'000U);
  EXPECT_EQ(finished.error_output.size(), 2'001'000U);
}

TEST_F(Processes, GetTheirArgumentsUntouchedByAnyShell) {
  Command command;
  command.arguments = {"printf", "%s|", "a b", "$HOME", "`id`", "", "'\"", "*"};
  EXPECT_EQ(value_of(run_process(command, soon())).output, "a b|$HOME|`id`||'\"|*|");
}

TEST_F(Processes, GetNothingOfOurEnvironmentWhenAskedTo) {
  ::setenv("ARKIVE_TEST_OLD", "old", 1);
  Command command = shell("env");
  command.environment = {{"PATH", "/usr/bin:/bin"}};
  command.only_this_environment = true;
  const std::string output = value_of(run_process(command, Deadline::never())).output;
  EXPECT_EQ(output.find("ARKIVE_TEST_OLD"), std::string::npos);
  EXPECT_NE(output.find("PATH=/usr/bin:/bin"), std::string::npos);
}

TEST_F(Processes, GetOurEnvironmentWithTheChanges) {
  ASSERT_EQ(::setenv("ARKIVE_TEST_OLD", "old", 1), 0);
  ASSERT_EQ(::setenv("ARKIVE_TEST_KEPT", "kept", 1), 0);
  Command command = shell("echo $ARKIVE_TEST_OLD $ARKIVE_TEST_KEPT $ARKIVE_TEST_NEW");
  command.environment = {{"ARKIVE_TEST_OLD", "changed"}, {"ARKIVE_TEST_NEW", "new"}};
  EXPECT_EQ(value_of(run_process(command, soon())).output, "changed kept new\n");
  ::unsetenv("ARKIVE_TEST_OLD");
  ::unsetenv("ARKIVE_TEST_KEPT");
}

TEST_F(Processes, RunInTheGivenDirectory) {
  Command command = shell("pwd -P");
  command.directory = "/";
  EXPECT_EQ(value_of(run_process(command, soon())).output, "/\n");
  command.directory = scratch("none");
  const auto result = run_process(command, soon());
  EXPECT_TRUE(failed_with(Outcome::kNotFound, result));
  EXPECT_NE(result.error().what.find(command.directory), std::string::npos);
}

TEST_F(Processes, WhoseProgramIsMissingAreNotFound) {
  Command command;
  command.arguments = {"arkive-no-such-program"};
  EXPECT_TRUE(failed_with(Outcome::kNotFound, run_process(command, soon())));
  command.arguments = {scratch("none")};
  EXPECT_TRUE(failed_with(Outcome::kNotFound, run_process(command, soon())));
  command.arguments = {};
  EXPECT_TRUE(failed_with(Outcome::kUsage, run_process(command, soon())));
}

TEST_F(Processes, ThatAreNoProgramsAreDenied) {
  ASSERT_TRUE(succeeded(write_file_durably(scratch("text"), "hello", IfExists::kReplace)));
  Command command;
  command.arguments = {scratch("text")};
  EXPECT_TRUE(failed_with(Outcome::kDenied, run_process(command, soon())));
}

TEST_F(Processes, AreNeverTakenFromTheWorkingDirectoryByAnEmptyPartOfPath) {
  ASSERT_TRUE(
      succeeded(write_file_durably(scratch("trap"), "#!/bin/sh\necho trapped\n", IfExists::kReplace)));
  ASSERT_EQ(::chmod(scratch("trap").c_str(), 0700), 0);
  Command command;
  command.arguments = {"trap"};
  command.directory = scratch();
  command.environment = {{"PATH", ":/usr/bin:/bin:"}};
  EXPECT_TRUE(failed_with(Outcome::kNotFound, run_process(command, soon())));
}

TEST_F(Processes, BeyondTheDeadlineAreKilledWithTheirGrandchildren) {
  const auto began = SteadyClock::now();
  const auto result = run_process(shell("sleep 600 & echo $! > " + scratch("id") + "; wait"),
                                  Deadline::after(milliseconds(500)));
  EXPECT_TRUE(failed_with(Outcome::kRetry, result));
  EXPECT_LT(SteadyClock::now() - began, seconds(10));
  const pid_t grandchild = id_in(scratch("id"));
  EXPECT_TRUE(eventually([&] { return dead(grandchild); }));
}

TEST_F(Processes, ThatCloseTheirOutputsAreStillHeldToTheDeadline) {
  EXPECT_TRUE(failed_with(Outcome::kRetry, run_process(shell("exec >&- 2>&-; exec sleep 600"),
                                                       Deadline::after(milliseconds(200)))));
}

TEST_F(Processes, ThatLeaveSomethingInTheBackgroundAreNotWaitedForLonger) {
  const auto began = SteadyClock::now();
  const auto finished = value_of(run_process(shell("sleep 600 & echo $!"), soon()));
  EXPECT_LT(SteadyClock::now() - began, seconds(10));
  const pid_t background = std::stoi(finished.output);
  EXPECT_TRUE(alive(background));
  ::kill(background, SIGKILL);
}

TEST_F(Processes, StartWithDefaultSignalsAndOnlyTheirOwnDescriptors) {
  const auto before = ::signal(SIGUSR1, SIG_IGN);
  const int leaked = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as a library might
  const auto finished = value_of(run_process(shell("kill -USR1 $$; echo survived"), soon()));
  EXPECT_EQ(finished.status, 128 + SIGUSR1);
  const auto listed = value_of(run_process(shell("exec ls /proc/self/fd"), soon()));
  EXPECT_EQ(listed.output, "0\n1\n2\n3\n") << "3 is the directory that ls reads";
  ::close(leaked);
  ::signal(SIGUSR1, before);
}

TEST_F(Processes, CanBeRunFromManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  std::atomic<int> right{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&right, t] {
      for (int i = 0; i < 10; ++i) {
        Command command;
        command.arguments = {"echo", std::to_string(t * 100 + i)};
        const auto finished = run_process(command, soon());
        if (finished && finished->output == command.arguments[1] + "\n") ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 40);
}

TEST_F(Processes, WorkWhenOurStandardStreamsAreClosed) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(0);
    ::close(1);
    ::close(2);
    const auto finished = run_process(shell("cat; echo err >&2"), soon());
    ::_exit(finished && finished->output.empty() && finished->error_output == "err\n" ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(Processes, ThatKeepRunningAppendToTheirLogAndEndWithTheObject) {
  ASSERT_TRUE(succeeded(write_file_durably(scratch("log"), "before\n", IfExists::kReplace)));
  pid_t child = 0;
  pid_t grandchild = 0;
  {
    auto process = value_of(ChildProcess::start(
        shell("echo out; echo err >&2; sleep 600 & echo $! > " + scratch("id") + "; wait"), scratch("log")));
    child = process.id();
    grandchild = id_in(scratch("id"));
    EXPECT_FALSE(process.poll());
    EXPECT_EQ(value_of(read_file(scratch("log"))), "before\nout\nerr\n");
  }
  EXPECT_FALSE(alive(child)) << "reaped";
  EXPECT_TRUE(eventually([&] { return dead(grandchild); }));
}

TEST_F(Processes, TellTheirStatusOnceTheyEnded) {
  auto process = value_of(ChildProcess::start(shell("exit 7"), scratch("log")));
  ASSERT_TRUE(eventually([&] { return process.poll().has_value(); }));
  EXPECT_EQ(process.poll(), 7);
  EXPECT_EQ(value_of(process.stop(seconds(1))), 7);
  EXPECT_TRUE(failed_with(Outcome::kNotFound, process.signal(SIGTERM)));
}

TEST_F(Processes, LeaveNoGrandchildWhenTheLeaderEndsFirst) {
  auto process =
      value_of(ChildProcess::start(shell("sleep 600 & echo $! > " + scratch("id")), scratch("log")));
  const pid_t grandchild = id_in(scratch("id"));
  ASSERT_TRUE(eventually([&] { return process.poll().has_value(); }));
  EXPECT_TRUE(eventually([&] { return dead(grandchild); }));
}

TEST_F(Processes, AreAskedToStopBeforeTheyAreKilled) {
  auto polite = value_of(ChildProcess::start(
      shell("trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done"), scratch("log")));
  ASSERT_TRUE(eventually([&] { return read_file(scratch("log")).value_or("") == "ready\n"; }));
  EXPECT_EQ(value_of(polite.stop(seconds(10))), 9);

  auto deaf = value_of(
      ChildProcess::start(shell("trap '' TERM; echo ready; while :; do sleep 0.05; done"), scratch("log2")));
  ASSERT_TRUE(eventually([&] { return read_file(scratch("log2")).value_or("") == "ready\n"; }));
  EXPECT_EQ(value_of(deaf.stop(milliseconds(100))), 128 + SIGKILL);
}

TEST_F(Processes, DieWithUs) {
  const pid_t middle = ::fork();
  if (middle == 0) {
    auto process =
        ChildProcess::start(shell("echo $$ > " + scratch("id") + "; exec sleep 600"), scratch("log"));
    for (;;) (void)::pause();
  }
  const pid_t child = id_in(scratch("id"));
  EXPECT_FALSE(dead(child));
  ::kill(middle, SIGKILL);
  ::waitpid(middle, nullptr, 0);
  EXPECT_TRUE(eventually([&] { return dead(child); }));
}

TEST_F(Processes, StartedDetachedSurviveTheObject) {
  pid_t child = 0;
  {
    const auto process = value_of(ChildProcess::start_detached(shell("exec sleep 600"), scratch("log")));
    child = process.id();
  }
  EXPECT_FALSE(dead(child));
  EXPECT_EQ(::getpgid(child), child);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST_F(Processes, CanChangeTheirOwner) {
  auto first = value_of(ChildProcess::start(shell("exec sleep 600"), scratch("log")));
  const pid_t id = first.id();
  ChildProcess second = std::move(first);
  EXPECT_EQ(second.id(), id);
  EXPECT_FALSE(dead(id));
  second = value_of(ChildProcess::start(shell("exec sleep 600"), scratch("log")));
  EXPECT_FALSE(alive(id)) << "the one it owned before is gone";
  second.kill_now();
  EXPECT_EQ(second.poll(), 128 + SIGKILL);
}

TEST(Process, GivesChildrenNoneOfWhatIsHiddenFromThem) {
  ::setenv("ARKIVE_TEST_HIDDEN", "canary", 1);
  ::setenv("ARKIVE_TEST_SHOWN", "shown", 1);
  hide_from_children({"ARKIVE_TEST_HIDDEN", "ARKIVE_TEST_ABSENT"});
  Command command = shell("echo \"$ARKIVE_TEST_HIDDEN,$ARKIVE_TEST_SHOWN\"");
  EXPECT_EQ(value_of(run_process(command, soon())).output, ",shown\n");
  command.environment = {{"ARKIVE_TEST_HIDDEN", "given"}};
  EXPECT_EQ(value_of(run_process(command, soon())).output, "given,shown\n");
  command.environment.clear();
  command.with_hidden = true;
  EXPECT_EQ(value_of(run_process(command, soon())).output, "canary,shown\n");
  hide_from_children({});
}

}  // namespace
}  // namespace arkive
