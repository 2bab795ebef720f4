#include "restore-plans/rehearse/minio_plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "restore-plans/rehearse/plan_file.h"
#include "stores/core/hash.h"

namespace arkive::rehearse {

namespace {

constexpr std::size_t kShortestAccessKey = 3;
constexpr std::size_t kShortestSecretKey = 8;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_bucket_name(const std::string& name) {
  return name.size() >= 3 && name.size() <= 63 && is_letter_or_digit(name.front()) &&
         is_letter_or_digit(name.back()) && name.find("..") == std::string::npos &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

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
  for (const auto& bucket : settings.buckets) {
    if (is_bucket_name(bucket)) continue;
    return fail(Outcome::kUsage, "start MinIO with the bucket '" + bucket + "': no bucket can be called so",
                "take 3 to 63 of a-z, 0-9, '-' and '.', with a letter or digit at both ends");
  }
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
