/// Runs the program `services`, with servers below a scratch directory whose name a shell has to quote.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "stores/core/files.h"
#include "stores/core/process.h"

namespace arkive {

class ServicesProgram : public testing::Test {
 public:
  ServicesProgram() : scratch_(TemporaryDirectory::create("services").value()) {}
  ~ServicesProgram() override { (void)services({"kill", "--directory", directory()}); }

  static Finished services(const std::vector<std::string>& words, const std::string& from = {}) {
    Command command;
    command.directory = from;
    command.arguments = {SERVICES_PROGRAM};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    const auto finished = run_process(command, Deadline::after(std::chrono::seconds(150)));
    EXPECT_TRUE(finished) << finished.error().what;
    return finished.value_or(Finished{});
  }

  /// Runs `script` with what `services` printed sourced before it.
  static std::string shell(const std::string& lines, const std::string& script) {
    Command command;
    command.arguments = {"sh", "-euc", lines + script};
    const auto finished = run_process(command, Deadline::after(std::chrono::seconds(10)));
    return finished && finished->succeeded() ? finished->output : "failed";
  }

  /// The value that `lines`, as `services` printed them, give to `name`.
  static std::string value(const std::string& lines, const std::string& name) {
    return shell(lines, "printf %s \"$" + name + "\"");
  }

  std::string directory() const { return scratch_.path() + "/it's here"; }
  TemporaryDirectory scratch_;
};

}  // namespace arkive
