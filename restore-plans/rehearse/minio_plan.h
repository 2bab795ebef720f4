/// How the settings of a throwaway MinIO are kept in <directory>/minio.json. Internal to rehearse.
#pragma once

#include <cstdint>
#include <string>

#include "restore-plans/rehearse/minio.h"

namespace arkive::rehearse {

struct MinioPlan {
  MinioSettings settings;
  std::uint16_t port = 0;
};

std::string minio_plan_path(const std::string& directory);
Status save_plan(const MinioPlan& plan, const std::string& directory);
/// kNotFound, kCorrupt.
Result<MinioPlan> load_minio_plan(const std::string& directory);

/// kUsage for settings that MinIO would not start with, or would start with somewhere else: bucket names are
/// those of directories too.
Status check(const MinioSettings& settings);

/// `count` random characters of A-Z and 2-7.
std::string new_key(std::size_t count);

}  // namespace arkive::rehearse
