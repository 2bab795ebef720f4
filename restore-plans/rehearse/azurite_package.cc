#include "restore-plans/rehearse/azurite_package.h"

#include <cstdlib>

#include "restore-plans/rehearse/program_cache.h"
#include "restore-plans/rehearse/run_tool.h"
#include "stores/core/files.h"
#include "stores/core/log.h"

namespace arkive::rehearse {

namespace {

constexpr const char* kName = "azurite";
constexpr const char* kVersion = "3.33.0";

std::string place_of_node() {
  return cache_of(kName) + "/node";
}

Status fetch(const std::string& directory, Deadline deadline) {
  ARKIVE_ASSIGN(const Node node, require_node(place_of_node(), deadline));
  log_info(std::string("fetching Azurite ") + kVersion + " with npm");
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
  return run_tool(command,
                  {.what = "fetch Azurite",
                   .hint = "look whether this machine reaches the npm registry, or a mirror set in .npmrc"},
                  deadline);
}

}  // namespace

std::string azurite_version() {
  return kVersion;
}

Result<Azurite> find_azurite(Deadline deadline) {
  const std::string program = place_of(kName, kVersion) + "/node_modules/azurite/dist/src/blob/main.js";
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
  const auto is_there = [&] { return find_azurite(deadline).has_value(); };
  const auto fill = [&](const std::string& directory) { return fetch(directory, deadline); };
  ARKIVE_TRY(put_program(kName, kVersion, is_there, fill, deadline));
  return find_azurite(deadline);
}

}  // namespace arkive::rehearse
