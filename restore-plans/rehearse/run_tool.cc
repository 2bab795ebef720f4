#include "restore-plans/rehearse/run_tool.h"

#include "restore-plans/rehearse/text.h"

namespace arkive::rehearse {

namespace {

constexpr int kTailLines = 12;

}  // namespace

Status run_tool(const Command& command, const ToolFailure& failure, Deadline deadline) {
  const std::string& program = command.arguments.front();
  auto finished = run_process(command, deadline);
  if (!finished && finished.error().outcome == Outcome::kNotFound) {
    return fail(Outcome::kNotFound, failure.what + ": the program " + program + " is missing", failure.hint);
  }
  if (!finished) return fail(std::move(finished).error().within(failure.what));
  if (finished->succeeded()) return ok();
  return fail(failure.outcome,
              failure.what + ": " + program + " ended with status " + std::to_string(finished->status) +
                  ":\n" + last_lines(finished->output + finished->error_output, kTailLines),
              failure.hint);
}

Status bring_with_pip(const std::string& package, const std::string& place, const std::string& what,
                      const std::string& hint, Deadline deadline) {
  Command command;
  command.arguments = {"python3", "-m", "venv", place};
  ARKIVE_TRY(run_tool(command, {.what = what, .outcome = Outcome::kNotFound, .hint = hint}, deadline));
  command.arguments = {place + "/bin/python",         "-m",   "pip", "install", "--quiet", "--no-input",
                       "--disable-pip-version-check", package};
  return run_tool(
      command,
      {.what = what,
       .hint = "look whether this machine reaches the Python Package Index, or a mirror set in pip.conf"},
      deadline);
}

}  // namespace arkive::rehearse
