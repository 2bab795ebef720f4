#include "stores/s3/environment.h"

#include "stores/s3/credential_services.h"

namespace arkive::s3 {
namespace {

std::optional<std::string> in(const Profile& profile, std::string_view name) {
  const auto found = profile.find(name);
  if (found == profile.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

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
  retention.span = std::chrono::duration_cast<std::chrono::hours>(*span);
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
  if (style && *style != "auto") settings.path_style = *style == "path";
  return ok();
}

/// In plain http credentials come from this machine alone, or from the addresses that ECS and EKS have.
Status check_container_address(const std::string& address) {
  ARKIVE_ASSIGN(const http::Url url, http::Url::parse(address.substr(0, address.find('?'))));
  const bool near = url.is_loopback() || url.host == "169.254.170.2" || url.host == "169.254.170.23" ||
                    url.host == "[fd00:ec2::23]";
  if (url.scheme == "https" || near) return ok();
  return remote::bad_value("AWS_CONTAINER_CREDENTIALS_FULL_URI", address,
                           "an address that begins with https://");
}

}  // namespace

Result<Settings> settings_from(const Environment& environment, Location location) {
  ARKIVE_ASSIGN(const Profile profile, chosen_profile(environment));
  const auto first = [&](std::initializer_list<const char*> variables, std::string_view name) {
    for (const char* variable : variables) {
      if (auto value = environment(variable)) return value;
    }
    return in(profile, name);
  };
  Settings settings{.location = std::move(location)};
  settings.region = first({"AWS_REGION", "AWS_DEFAULT_REGION"}, "region").value_or(settings.region);
  if (const auto endpoint = first({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}, "endpoint_url")) {
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

Result<std::unique_ptr<CredentialProvider>> credentials_from(const Environment& environment,
                                                             const Settings& settings) {
  const auto access_key = environment("AWS_ACCESS_KEY_ID");
  const auto secret_key = environment("AWS_SECRET_ACCESS_KEY");
  if (access_key.has_value() != secret_key.has_value()) {
    return fail(Outcome::kUsage,
                "get credentials: only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set",
                "set both");
  }
  if (access_key) {
    return fixed_credentials({*access_key, *secret_key, environment("AWS_SESSION_TOKEN").value_or("")},
                             "the environment (AWS_ACCESS_KEY_ID)");
  }
  const auto token_file = environment("AWS_WEB_IDENTITY_TOKEN_FILE");
  const auto role = environment("AWS_ROLE_ARN");
  const auto identity = [&](const std::string& file, const std::string& arn, const std::string& session) {
    return web_identity({.token_file = file,
                         .role = arn,
                         .session = session.empty() ? "arkive" : session,
                         .endpoint = environment("AWS_ENDPOINT_URL_STS").value_or(""),
                         .region = settings.region,
                         .certificate_authorities = settings.certificate_authorities});
  };
  if (token_file && role)
    return identity(*token_file, *role, environment("AWS_ROLE_SESSION_NAME").value_or(""));

  ARKIVE_ASSIGN(const Profile profile, chosen_profile(environment));
  const std::string name = "the profile '" + printable(profile_name(environment)) + "'";
  const auto profile_key = in(profile, "aws_access_key_id");
  const auto profile_secret = in(profile, "aws_secret_access_key");
  if (profile_key && profile_secret) {
    return fixed_credentials({*profile_key, *profile_secret, in(profile, "aws_session_token").value_or("")},
                             name);
  }
  if (profile_key || profile_secret)
    return fail(Outcome::kUsage, "get credentials: " + name + " holds only one half of a key");
  const auto profile_token = in(profile, "web_identity_token_file");
  const auto profile_role = in(profile, "role_arn");
  if (profile_token && profile_role)
    return identity(*profile_token, *profile_role, in(profile, "role_session_name").value_or(""));
  if (const auto process = in(profile, "credential_process")) return credential_process(*process, name);
  if (profile_role || in(profile, "sso_session") || in(profile, "sso_start_url")) {
    return fail(
        Outcome::kUsage, "get credentials: " + name + " wants a kind of sign-in that arkive does not know",
        "let AWS' own tool do it: credential_process = aws configure export-credentials --profile NAME");
  }
  if (const auto full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
    ARKIVE_TRY(check_container_address(*full));
    return container_credentials(*full, environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").value_or(""),
                                 environment("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or(""));
  }
  if (const auto relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))
    return container_credentials("http://169.254.170.2" + *relative, "", "");
  if (environment("AWS_EC2_METADATA_DISABLED").value_or("") == "true") {
    return fail(Outcome::kUsage, "get credentials: there are none",
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (docs/stores.md)");
  }
  return instance_credentials(
      environment("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or("http://169.254.169.254"));
}

}  // namespace arkive::s3
