#include "restore-plans/rehearse/fake_gcs_server_plan.h"

#include <nlohmann/json.hpp>

#include "restore-plans/rehearse/bucket_names.h"
#include "restore-plans/rehearse/plan_file.h"

namespace arkive::rehearse {

Status save_plan(const FakeGcsServerPlan& plan, const std::string& path) {
  const auto& settings = plan.settings;
  return write_plan(path, {{"buckets", settings.buckets},
                           {"detached", settings.lifetime == Lifetime::kDetached},
                           {"in_memory", settings.in_memory},
                           {"port", plan.port},
                           {"tls", settings.tls}});
}

Result<FakeGcsServerPlan> load_fake_gcs_server_plan(const std::string& directory) {
  FakeGcsServerPlan plan;
  auto& settings = plan.settings;
  ARKIVE_TRY(read_plan(plan_path(directory, kFakeGcsServerName), [&](const nlohmann::json& json) {
    json.at("buckets").get_to(settings.buckets);
    settings.lifetime = json.at("detached").get<bool>() ? Lifetime::kDetached : Lifetime::kOurs;
    json.at("in_memory").get_to(settings.in_memory);
    json.at("port").get_to(plan.port);
    json.at("tls").get_to(settings.tls);
  }));
  return plan;
}

Status check(const FakeGcsServerSettings& settings) {
  return check_buckets(settings.buckets, "fake-gcs-server");
}

}  // namespace arkive::rehearse
