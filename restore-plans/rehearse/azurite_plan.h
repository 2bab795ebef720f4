/// How the settings of a throwaway Azurite are kept in <directory>/azurite.json. Internal to rehearse.
#pragma once

#include <cstdint>
#include <string>

#include "restore-plans/rehearse/azurite.h"

namespace arkive::rehearse {

struct AzuritePlan {
  AzuriteSettings settings;
  std::uint16_t port = 0;
};

/// Its name, and that of its plan.
inline constexpr const char* kAzuriteName = "azurite";

/// At `path`.
Status save_plan(const AzuritePlan& plan, const std::string& path);
/// kNotFound, kCorrupt.
Result<AzuritePlan> load_azurite_plan(const std::string& directory);

/// kUsage for settings that no account of Azure could have.
Status check(const AzuriteSettings& settings);

/// As Azure makes them: 64 random bytes in Base64.
std::string new_account_key();

}  // namespace arkive::rehearse
