#include <signal.h>

#include <sstream>

#include "stores/core/fault.h"
#include "stores/core/process.h"
#include "tests/support/results.h"

namespace arkive {
namespace {

using test::succeeded;
using test::value_of;

const std::string kOld(50'000, 'o');
const std::string kNew(100'000, 'n');

struct Counts {
  int points = 0;
  int errno_points = 0;
};

/// Runs the fault program on a fresh directory each time.
class Faults : public test::ScratchTest {
 protected:
  Finished run(const std::map<std::string, std::string>& environment) {
    EXPECT_TRUE(succeeded(remove_tree(top())));
    EXPECT_TRUE(succeeded(make_directories(top() + "/tree/below")));
    EXPECT_TRUE(succeeded(write_file_durably(top() + "/replaced", kOld, IfExists::kReplace)));
    EXPECT_TRUE(succeeded(write_file_durably(top() + "/tree/below/f", "x", IfExists::kReplace)));
    return again(environment);
  }

  Finished again(const std::map<std::string, std::string>& environment) {
    Command command;
    command.arguments = {CORE_FAULT_PROGRAM, top()};
    command.environment = environment;
    return value_of(run_process(command, Deadline::after(std::chrono::seconds(30))));
  }

  Counts count() {
    EXPECT_TRUE(run({{"ARKIVE_FAULT_COUNT", scratch("count")}}).succeeded());
    std::istringstream text(value_of(read_file(scratch("count"))));
    Counts counts;
    std::string word;
    text >> word >> counts.points >> word >> counts.errno_points;
    EXPECT_GT(counts.errno_points, 15);
    EXPECT_GE(counts.points, counts.errno_points);
    return counts;
  }

  std::string top() const { return scratch("top"); }

  /// Each file is as it was or as it shall be, and what else there is, is a temporary file.
  void expect_whole() {
    const auto replaced = value_of(read_file(top() + "/replaced"));
    EXPECT_TRUE(replaced == kOld || replaced == kNew) << replaced.size();
    if (path_exists(top() + "/a/b/created")) {
      EXPECT_EQ(value_of(read_file(top() + "/a/b/created")), kNew);
    }
    for (const auto& folder : {top(), top() + "/a/b"}) {
      const auto names = list_directory(folder);
      if (!names) continue;
      for (const auto& name : *names) {
        const bool known = name == "a" || name == "b" || name == "lock" || name == "tree" ||
                           name == "replaced" || name == "created";
        EXPECT_TRUE(known || name.starts_with(kTemporaryFilePrefix)) << name;
      }
    }
  }
};

TEST_F(Faults, KilledAtEveryPointLeaveEachFileOldOrNew) {
  const int points = count().points;
  for (int n = 1; n <= points; ++n) {
    SCOPED_TRACE("kill@" + std::to_string(n));
    ASSERT_EQ(run({{"ARKIVE_FAULT", "kill@" + std::to_string(n)}}).status, 128 + SIGKILL);
    expect_whole();
  }
  EXPECT_EQ(run({{"ARKIVE_FAULT", "kill@" + std::to_string(points + 1)}}).status, 0);
}

TEST_F(Faults, FailedAtEveryPointEndWithAnErrorAndLeaveEachFileOldOrNew) {
  const int points = count().errno_points;
  for (const char* name : {"ENOSPC", "EIO", "EACCES", "EMFILE"}) {
    int ended = 0;
    for (int n = 1; n <= points; ++n) {
      SCOPED_TRACE(std::string(name) + "@" + std::to_string(n));
      const auto finished = run({{"ARKIVE_FAULT", std::string(name) + "@" + std::to_string(n)}});
      expect_whole();
      if (finished.succeeded()) continue;  // the holder of a lock need not be written
      ++ended;
      EXPECT_EQ(finished.status, 1);
      EXPECT_NE(finished.error_output.find(top()), std::string::npos)
          << "names the object: " << finished.error_output;
      for (const auto& folder : {top(), top() + "/a/b"}) {
        for (const auto& entry : list_directory(folder).value_or(std::vector<std::string>{})) {
          EXPECT_FALSE(entry.starts_with(kTemporaryFilePrefix)) << "a temporary file stayed";
        }
      }
    }
    EXPECT_GE(ended, points - 1);
  }
}

TEST_F(Faults, FailedOnceOrForGoodAsAsked) {
  const int points = count().errno_points;
  EXPECT_EQ(run({{"ARKIVE_FAULT", "ENOSPC@1+"}}).error_output.substr(0, 5), "full:");
  EXPECT_EQ(run({{"ARKIVE_FAULT", "ENOSPC@" + std::to_string(points + 1) + "+"}}).status, 0);
}

TEST_F(Faults, ThatPassByThemselvesAreWaitedOutWhileWriting) {
  const int points = count().errno_points;
  int passed = 0;
  for (int n = 1; n <= points; ++n)
    passed += run({{"ARKIVE_FAULT", "EINTR@" + std::to_string(n)}}).succeeded() ? 1 : 0;
  EXPECT_GE(passed, 2) << "the two writes of a file";
  EXPECT_LT(passed, points) << "an interrupted fsync counts as failed";
}

TEST_F(Faults, CanHoldTheProgramAtAPointUntilItIsContinued) {
  Command command;
  command.arguments = {CORE_FAULT_PROGRAM, top()};
  command.environment = {{"ARKIVE_FAULT", "stop@5"}};
  auto process = value_of(ChildProcess::start(command, scratch("log")));
  const std::string facts = "/proc/" + std::to_string(process.id()) + "/stat";
  const Deadline deadline = Deadline::after(std::chrono::seconds(10));
  while (value_of(read_file(facts)).find(") T ") == std::string::npos) ASSERT_FALSE(deadline.passed());
  EXPECT_FALSE(path_exists(top() + "/replaced"));
  ASSERT_TRUE(succeeded(process.signal(SIGCONT)));
  while (!process.poll()) ASSERT_FALSE(deadline.passed());
  EXPECT_EQ(process.poll(), 0);
  EXPECT_TRUE(path_exists(top() + "/replaced"));
}

TEST_F(Faults, ThatCannotBeReadStopTheProgramInsteadOfProvingNothing) {
  for (const char* text : {"kill", "kill@", "kill@0", "kill@x", "ENOSUCH@1", "ENOSPC@1x", "kill@1+"}) {
    const auto finished = run({{"ARKIVE_FAULT", text}});
    EXPECT_EQ(finished.status, 128 + SIGABRT) << text;
    EXPECT_NE(finished.error_output.find(text), std::string::npos);
  }
}

TEST_F(Faults, TheClockIsReadFromTheScript) {
  EXPECT_EQ(run({{"ARKIVE_NOW", "2026-11-20T23:30:00Z"}}).output, "2026-11-20T23:30:00Z\n");
  EXPECT_EQ(run({{"ARKIVE_NOW", "tomorrow"}}).status, 128 + SIGABRT);
}

}  // namespace
}  // namespace arkive
