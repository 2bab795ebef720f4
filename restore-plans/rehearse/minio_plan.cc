#include "restore-plans/rehearse/minio_plan.h"

#include <nlohmann/json.hpp>

#include "restore-plans/rehearse/bucket_names.h"
#include "restore-plans/rehearse/plan_file.h"
#include "stores/core/hash.h"

namespace arkive::rehearse {

namespace {

constexpr std::size_t kShortestAccessKey = 3;
constexpr std::size_t kShortestSecretKey = 8;

}  // namespace

Status save_plan(const MinioPlan& plan, const std::string& path) {
  const auto& settings = plan.settings;
  return write_plan(path, {{"buckets", settings.buckets},
                           {"tls", settings.tls},
                           {"access_key", settings.access_key},
                           {"secret_key", settings.secret_key},
                           {"environment", settings.environment},
                           {"detached", settings.lifetime == Lifetime::kDetached},
                           {"port", plan.port}});
}

Result<MinioPlan> load_minio_plan(const std::string& directory) {
  MinioPlan plan;
  auto& settings = plan.settings;
  ARKIVE_TRY(read_plan(plan_path(directory, kMinioName), [&](const nlohmann::json& json) {
    json.at("buckets").get_to(settings.buckets);
    json.at("tls").get_to(settings.tls);
    json.at("access_key").get_to(settings.access_key);
    json.at("secret_key").get_to(settings.secret_key);
    json.at("environment").get_to(settings.environment);
    settings.lifetime = json.at("detached").get<bool>() ? Lifetime::kDetached : Lifetime::kOurs;
    json.at("port").get_to(plan.port);
  }));
  return plan;
}

Status check(const MinioSettings& settings) {
  ARKIVE_TRY(check_buckets(settings.buckets, "MinIO"));
  if ((!settings.access_key.empty() && settings.access_key.size() < kShortestAccessKey) ||
      (!settings.secret_key.empty() && settings.secret_key.size() < kShortestSecretKey)) {
    return fail(Outcome::kUsage, "start MinIO: its keys are too short",
                "an access key has 3 characters at least, a secret key 8; left empty, they are made");
  }
  return ok();
}

std::string new_key(std::size_t count) {
  // 32 of them, so that every one is as likely as the others.
  constexpr std::string_view kCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string key = random_bytes(count);
  for (char& c : key) c = kCharacters[static_cast<unsigned char>(c) % kCharacters.size()];
  return key;
}

}  // namespace arkive::rehearse
