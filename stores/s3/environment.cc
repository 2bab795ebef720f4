#include "stores/s3/environment.h"

namespace arkive::s3 {
namespace {

/// Those of arkive's own.
const std::vector<std::string> kVariables = {
    "ARKIVE_S3_ADDRESSING", "ARKIVE_S3_STORAGE_CLASS", "ARKIVE_S3_ENCRYPTION", "ARKIVE_S3_KMS_KEY",
    "ARKIVE_S3_RETENTION",  "ARKIVE_S3_PLAIN_HTTP",    "ARKIVE_S3_LEASE",      "ARKIVE_S3_PART_SIZE"};

Result<Retention> parse_retention(const std::string& text) {
  const auto bad = [&] {
    return remote::bad_value("ARKIVE_S3_RETENTION", text,
                             "a mode and a time: \"compliance 30d\", \"governance 12h\"");
  };
  Retention retention;
  const std::size_t space = text.find(' ');
  if (space == std::string::npos) return bad();
  const std::string mode = text.substr(0, space);
  if (mode == "compliance") retention.mode = Retention::Mode::kCompliance;
  if (mode == "governance") retention.mode = Retention::Mode::kGovernance;
  const auto span = parse_duration(text.substr(space + 1));
  if (retention.mode == Retention::Mode::kNone || !span || *span < std::chrono::hours(1)) return bad();
  retention.span = std::chrono::ceil<std::chrono::seconds>(*span);
  return retention;
}

Status take_style(const Environment& environment, const Profile& profile, Settings& settings) {
  if (const auto style = environment("ARKIVE_S3_ADDRESSING")) {
    if (*style != "path" && *style != "host")
      return remote::bad_value("ARKIVE_S3_ADDRESSING", *style, "path or host");
    settings.path_style = *style == "path";
    return ok();
  }
  const auto style = in(profile, "s3.addressing_style");
  if (!style || *style == "auto") return ok();
  if (*style != "path" && *style != "virtual")
    return remote::bad_value("s3.addressing_style of the profile", *style, "auto, path or virtual");
  settings.path_style = *style == "path";
  return ok();
}

}  // namespace

Result<Settings> settings_from(const Environment& environment, Location location) {
  ARKIVE_TRY(remote::check_names(environment, "ARKIVE_S3", kVariables));
  ARKIVE_ASSIGN(const Profile profile, chosen_profile(environment));
  const auto first = [&](std::initializer_list<const char*> variables, std::string_view name) {
    for (const char* variable : variables) {
      if (auto value = environment(variable)) return value;
    }
    return in(profile, name);
  };
  Settings settings{.location = std::move(location)};
  settings.region = first({"AWS_REGION", "AWS_DEFAULT_REGION"}, "region").value_or(settings.region);
  auto endpoint = first({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}, "services.s3.endpoint_url");
  if (!endpoint) endpoint = in(profile, "endpoint_url");
  if (endpoint) {
    ARKIVE_ASSIGN(settings.endpoint, http::Url::parse(*endpoint));
    // Few servers but AWS have a name for each bucket.
    settings.path_style = !settings.endpoint.host.ends_with(".amazonaws.com");
  }
  ARKIVE_TRY(take_style(environment, profile, settings));
  settings.certificate_authorities = first({"AWS_CA_BUNDLE"}, "ca_bundle").value_or("");
  settings.storage_class = environment("ARKIVE_S3_STORAGE_CLASS").value_or("");
  settings.encryption = environment("ARKIVE_S3_ENCRYPTION").value_or("");
  settings.kms_key = environment("ARKIVE_S3_KMS_KEY").value_or("");
  if (const auto retention = environment("ARKIVE_S3_RETENTION")) {
    ARKIVE_ASSIGN(settings.retention, parse_retention(*retention));
  }
  ARKIVE_TRY(remote::take_switch(environment, "ARKIVE_S3_PLAIN_HTTP", settings.allow_plain_http));
  ARKIVE_TRY(remote::take_lease(environment, "ARKIVE_S3_LEASE", settings.lease));
  ARKIVE_TRY(remote::take_part_size(environment, "ARKIVE_S3_PART_SIZE", 5ULL << 20, 1, settings.part_bytes));
  return settings;
}

}  // namespace arkive::s3
