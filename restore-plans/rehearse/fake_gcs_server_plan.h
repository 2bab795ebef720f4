/// How the settings of a throwaway fake-gcs-server are kept in <directory>/fake-gcs-server.json. Internal to
/// rehearse.
#pragma once

#include <cstdint>
#include <string>

#include "restore-plans/rehearse/fake_gcs_server.h"

namespace arkive::rehearse {

struct FakeGcsServerPlan {
  FakeGcsServerSettings settings;
  std::uint16_t port = 0;
};

/// Its name, and that of its plan.
inline constexpr const char* kFakeGcsServerName = "fake-gcs-server";

/// At `path`.
Status save_plan(const FakeGcsServerPlan& plan, const std::string& path);
/// kNotFound, kCorrupt.
Result<FakeGcsServerPlan> load_fake_gcs_server_plan(const std::string& directory);

/// kUsage for a name that no bucket can have.
Status check(const FakeGcsServerSettings& settings);

}  // namespace arkive::rehearse
