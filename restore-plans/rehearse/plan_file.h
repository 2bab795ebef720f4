/// Plan files: what a throwaway server was started with, as JSON. Internal to rehearse.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "stores/core/result.h"

namespace arkive::rehearse {

/// Of the server `name` in `directory`: "<directory>/minio.json".
std::string plan_path(const std::string& directory, const std::string& name);

Status write_plan(const std::string& path, const nlohmann::json& plan);

/// Gives what the file holds to `take`. kNotFound without it, kCorrupt when it is no JSON or when `take`
/// throws an exception of nlohmann's because it lacks something.
Status read_plan(const std::string& path, const std::function<void(const nlohmann::json&)>& take);

}  // namespace arkive::rehearse
