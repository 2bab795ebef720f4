/// The names inside a run's own commit (docs/format-git.md).
#pragma once

#include <string_view>

namespace arkive::git {

inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kRecordDirectory = "record";

}  // namespace arkive::git
