#include "restore-plans/rehearse/go_program.h"

#include <unistd.h>

#include "restore-plans/rehearse/go.h"
#include "restore-plans/rehearse/program_cache.h"
#include "restore-plans/rehearse/run_tool.h"
#include "stores/core/log.h"

namespace arkive::rehearse {

namespace {

Status build(const GoProgram& program, const std::string& directory, Deadline deadline) {
  const std::string what = "build " + program.title;
  ARKIVE_ASSIGN(const Go go, require_go(program.go_minor, cache_of(program.name), deadline));
  log_info("building " + program.title + " " + program.version + " with Go: this takes some minutes");
  Command command;
  command.arguments = {go.program, "install", program.module + "@" + program.version};
  command.directory = directory;
  command.environment = {{"GOBIN", directory}, {"GOTOOLCHAIN", "local"}, {"GOFLAGS", ""}};
  ARKIVE_TRY(
      run_tool(command,
               {.what = what,
                .hint = "look whether this machine reaches the Go module proxy, or a mirror set in GOPROXY"},
               deadline));
  Command question;
  question.arguments = {directory + "/" + program.name, program.probe};
  question.directory = directory;
  return run_tool(question,
                  {.what = what + ": what was built does not answer",
                   .outcome = Outcome::kFail,
                   .hint = "look whether Go builds for the machine it runs on"},
                  deadline);
}

}  // namespace

Result<std::string> find_program(const GoProgram& program) {
  const std::string path = place_of(program.name, program.version) + "/" + program.name;
  if (::access(path.c_str(), X_OK) == 0) return path;
  return fail(Outcome::kNotFound, "find " + program.title + ": it is not at '" + path + "'",
              "build it once with tools/fetch-servers " + program.name + " (some minutes)");
}

Result<std::string> require_program(const GoProgram& program, Deadline deadline) {
  const auto is_there = [&] { return find_program(program).has_value(); };
  const auto fill = [&](const std::string& directory) { return build(program, directory, deadline); };
  ARKIVE_TRY(put_program(program.name, program.version, is_there, fill, deadline));
  return find_program(program);
}

}  // namespace arkive::rehearse
