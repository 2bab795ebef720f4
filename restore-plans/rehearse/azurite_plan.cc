#include "restore-plans/rehearse/azurite_plan.h"

#include <nlohmann/json.hpp>

#include "restore-plans/rehearse/plan_file.h"
#include "stores/azure/credentials.h"
#include "stores/azure/settings.h"
#include "stores/core/hash.h"

namespace arkive::rehearse {

Status save_plan(const AzuritePlan& plan, const std::string& path) {
  const auto& settings = plan.settings;
  return write_plan(path, {{"account", settings.account},
                           {"containers", settings.containers},
                           {"detached", settings.lifetime == Lifetime::kDetached},
                           {"in_memory", settings.in_memory},
                           {"key", settings.key},
                           {"port", plan.port},
                           {"tls", settings.tls}});
}

Result<AzuritePlan> load_azurite_plan(const std::string& directory) {
  AzuritePlan plan;
  auto& settings = plan.settings;
  ARKIVE_TRY(read_plan(plan_path(directory, kAzuriteName), [&](const nlohmann::json& json) {
    json.at("account").get_to(settings.account);
    json.at("containers").get_to(settings.containers);
    settings.lifetime = json.at("detached").get<bool>() ? Lifetime::kDetached : Lifetime::kOurs;
    json.at("in_memory").get_to(settings.in_memory);
    json.at("key").get_to(settings.key);
    json.at("port").get_to(plan.port);
    json.at("tls").get_to(settings.tls);
  }));
  return plan;
}

Status check(const AzuriteSettings& settings) {
  for (const auto& container : settings.containers) {
    const auto location = azure::Location::parse(settings.account + "/" + container);
    if (location && location->prefix.empty()) continue;
    return fail(Outcome::kUsage,
                "start Azurite with the container '" + container + "' of '" + settings.account +
                    "': neither Azure nor it would call them so",
                "a container has 3 to 63 of a-z, 0-9 and single '-', an account 3 to 24 of a-z and 0-9");
  }
  if (!settings.key.empty()) ARKIVE_TRY(azure::account_key(settings.key));
  return ok();
}

std::string new_account_key() {
  return base64(random_bytes(64));
}

}  // namespace arkive::rehearse
