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

/// Its name, and that of its plan.
inline constexpr const char* kMinioName = "minio";

/// At `path`.
Status save_plan(const MinioPlan& plan, const std::string& path);
/// kNotFound, kCorrupt.
Result<MinioPlan> load_minio_plan(const std::string& directory);

/// kUsage for settings that MinIO would not start with, or would start with somewhere else: bucket names are
/// those of directories too.
Status check(const MinioSettings& settings);

/// `count` random characters of A-Z and 2-7.
std::string new_key(std::size_t count);

}  // namespace arkive::rehearse
