#include "restore-plans/rehearse/azurite_package.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "restore-plans/rehearse/jars.h"
#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"
#include "stores/core/log.h"
#include "stores/core/process.h"
#include "stores/core/retry.h"

namespace arkive::rehearse {

namespace {

constexpr const char* kVersion = "3.33.0";
constexpr int kTailLines = 12;

std::string cache_of_programs() {
  return cache_directory() + "/azurite";
}

std::string program_directory() {
  return cache_of_programs() + "/" + kVersion;
}

std::string place_of_node() {
  return cache_of_programs() + "/node";
}

/// Into `directory`, which does not exist yet.
Status run_npm(const Node& node, const std::string& directory, Deadline deadline) {
  ARKIVE_TRY(make_directories(directory));
  const char* path = std::getenv("PATH");
  Command command;
  // No package's own scripts: none of those that Azurite needs for its blobs has to build anything.
  command.arguments = {node.directory + "/npm",
                       "install",
                       "--prefix",
                       directory,
                       "--no-audit",
                       "--no-fund",
                       "--ignore-scripts",
                       "--omit=dev",
                       "--loglevel=error",
                       std::string("azurite@") + kVersion};
  command.directory = directory;
  command.environment = {{"PATH", node.directory + ":" + (path == nullptr ? "/usr/bin:/bin" : path)},
                         {"npm_config_update_notifier", "false"}};
  auto finished = run_process(command, deadline);
  if (!finished) return fail(std::move(finished).error().within("fetch Azurite"));
  if (finished->succeeded()) return ok();
  return fail(Outcome::kRetry,
              "fetch Azurite: npm ended with status " + std::to_string(finished->status) + ":\n" +
                  last_lines(finished->output + finished->error_output, kTailLines),
              "look whether this machine reaches the npm registry, or a mirror set in .npmrc");
}

Status fetch(const Node& node, Deadline deadline) {
  const std::string target = program_directory();
  const std::string fresh = target + ".partial";
  ARKIVE_TRY(remove_tree(fresh));
  ARKIVE_TRY(run_npm(node, fresh, deadline));
  ARKIVE_TRY(remove_tree(target));
  if (std::rename(fresh.c_str(), target.c_str()) != 0) return fail(system_error("rename", fresh, errno));
  return ok();
}

}  // namespace

std::string azurite_version() {
  return kVersion;
}

Result<Azurite> find_azurite(Deadline deadline) {
  const std::string program = program_directory() + "/node_modules/azurite/dist/src/blob/main.js";
  const std::string hint = "fetch it once with tools/fetch-servers azurite";
  if (!path_exists(program))
    return fail(Outcome::kNotFound, "find Azurite: it is not at '" + program + "'", hint);
  auto node = find_node(place_of_node(), deadline);
  if (!node) {
    node.error().hint = hint;
    return fail(std::move(node.error()));
  }
  return Azurite{std::move(*node), program};
}

Result<Azurite> require_azurite(Deadline deadline) {
  auto found = find_azurite(deadline);
  if (found) return found;
  ARKIVE_TRY(make_directories(cache_of_programs()));
  ARKIVE_ASSIGN(const auto lock, FileLock::acquire(cache_of_programs() + "/.lock", deadline));
  found = find_azurite(deadline);  // somebody else may have fetched it while we waited for the lock
  if (found) return found;
  const RetryPolicy policy{.first = std::chrono::milliseconds(500), .most_tries = 3};
  ARKIVE_TRY(retry(policy, deadline, [&]() -> Status {
    ARKIVE_ASSIGN(const Node node, require_node(place_of_node(), deadline));
    log_info(std::string("fetching Azurite ") + kVersion + " with npm");
    return fetch(node, deadline);
  }));
  return find_azurite(deadline);
}

}  // namespace arkive::rehearse
