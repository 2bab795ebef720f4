#include "restore-plans/rehearse/plan_file.h"

#include <nlohmann/json.hpp>

#include "stores/core/files.h"

namespace arkive::rehearse {

std::string plan_path(const std::string& directory, const std::string& name) {
  return directory + "/" + name + ".json";
}

Status write_plan(const std::string& path, const nlohmann::json& plan) {
  return write_file_durably(path, plan.dump(2) + "\n", IfExists::kReplace);
}

Status read_plan(const std::string& path, const std::function<void(const nlohmann::json&)>& take) {
  ARKIVE_ASSIGN(const auto text, read_file(path));
  try {
    take(nlohmann::json::parse(text));
  } catch (const nlohmann::json::exception& error) {
    return fail(Outcome::kCorrupt, "read '" + path + "': " + error.what());
  }
  return ok();
}

}  // namespace arkive::rehearse
