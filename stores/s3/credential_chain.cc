#include "stores/s3/credential_services.h"
#include "stores/s3/environment.h"

namespace arkive::s3 {
namespace {

/// In plain http credentials come from this machine alone, or from the addresses that ECS and EKS have.
Status check_container_address(const std::string& address) {
  ARKIVE_ASSIGN(const http::Url url, http::Url::parse(address.substr(0, address.find('?'))));
  const bool near = url.is_loopback() || url.host == "169.254.170.2" || url.host == "169.254.170.23" ||
                    url.host == "[fd00:ec2::23]";
  if (url.scheme == "https" || near) return ok();
  return remote::bad_value("AWS_CONTAINER_CREDENTIALS_FULL_URI", address,
                           "an address that begins with https://");
}

/// Nothing was found: nullptr.
using Found = Result<std::unique_ptr<CredentialProvider>>;

/// Where credentials may be, in the order in which they are looked for.
struct Sources {
  const Environment& environment;
  const Settings& settings;
  const Profile profile;
  const std::string name;  ///< of the profile, for errors

  std::unique_ptr<CredentialProvider> identity(const std::string& file, const std::string& arn,
                                               const std::optional<std::string>& session) const {
    auto endpoint = environment("AWS_ENDPOINT_URL_STS");
    if (!endpoint) endpoint = in(profile, "services.sts.endpoint_url");
    return web_identity({.token_file = file,
                         .role = arn,
                         .session = session.value_or("arkive"),
                         .endpoint = endpoint.value_or(""),
                         .region = settings.region,
                         .certificate_authorities = settings.certificate_authorities});
  }
  /// The variable, or what the profile says: one may have the token, and the other the role.
  std::optional<std::string> either(const char* variable, std::string_view setting) const {
    auto value = environment(variable);
    return value ? value : in(profile, setting);
  }
  tl::unexpected<Error> token_without_role(const std::string& which) const {
    return fail(Outcome::kUsage, "get credentials: " + which + " names a token, and nothing its role",
                "set AWS_ROLE_ARN, or role_arn in the profile, too");
  }

  Found in_environment() const;
  Found in_profile() const;
  Found of_container() const;
  Found of_machine() const;
};

Found Sources::in_environment() const {
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
  const auto token = environment("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (!token) return nullptr;
  const auto role = either("AWS_ROLE_ARN", "role_arn");
  if (!role) return token_without_role("AWS_WEB_IDENTITY_TOKEN_FILE");
  return identity(*token, *role, either("AWS_ROLE_SESSION_NAME", "role_session_name"));
}

/// A role goes before keys, as with AWS' own tools: the keys are those that take it on.
Found Sources::in_profile() const {
  const auto unknown = [&](const std::string& what) {
    return fail(Outcome::kUsage,
                "get credentials: " + name + " " + what + ", which arkive does not do itself",
                "let AWS' own tool do it, from another profile: credential_process = aws configure "
                "export-credentials --profile NAME");
  };
  if (const auto token = in(profile, "web_identity_token_file")) {
    const auto role = either("AWS_ROLE_ARN", "role_arn");
    if (!role) return token_without_role(name);
    return identity(*token, *role, either("AWS_ROLE_SESSION_NAME", "role_session_name"));
  }
  if (in(profile, "role_arn")) return unknown("takes on a role (role_arn)");
  const auto key = in(profile, "aws_access_key_id");
  const auto secret = in(profile, "aws_secret_access_key");
  if (key && secret)
    return fixed_credentials({*key, *secret, in(profile, "aws_session_token").value_or("")}, name);
  if (key || secret)
    return fail(Outcome::kUsage, "get credentials: " + name + " holds only one half of a key");
  if (const auto process = in(profile, "credential_process")) return credential_process(*process, name);
  if (in(profile, "sso_session") || in(profile, "sso_start_url"))
    return unknown("signs in once for all (sso_session)");
  return nullptr;
}

Found Sources::of_container() const {
  if (const auto full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
    ARKIVE_TRY(check_container_address(*full));
    return container_credentials(*full, environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").value_or(""),
                                 environment("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or(""));
  }
  if (const auto relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))
    return container_credentials("http://169.254.170.2" + *relative, "", "");
  return nullptr;
}

/// The last resort. A role whose token did not come must not end as the machine's own.
Found Sources::of_machine() const {
  if (environment("AWS_ROLE_ARN")) {
    return fail(Outcome::kUsage,
                "get credentials: AWS_ROLE_ARN is set, and nothing that proves who takes on the role",
                "set AWS_WEB_IDENTITY_TOKEN_FILE, too; or unset it, to be who the machine is");
  }
  if (environment("AWS_EC2_METADATA_DISABLED").value_or("") == "true") {
    return fail(Outcome::kUsage, "get credentials: there are none",
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE (docs/stores.md)");
  }
  return instance_credentials(
      environment("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or("http://169.254.169.254"));
}

}  // namespace

Result<std::unique_ptr<CredentialProvider>> credentials_from(const Environment& environment,
                                                             const Settings& settings) {
  ARKIVE_ASSIGN(Profile profile, chosen_profile(environment));
  const Sources sources{environment, settings, std::move(profile),
                        "the profile '" + printable(profile_name(environment)) + "'"};
  for (const auto source : {&Sources::in_environment, &Sources::in_profile, &Sources::of_container}) {
    ARKIVE_ASSIGN(auto found, (sources.*source)());
    if (found) return found;
  }
  return sources.of_machine();
}

}  // namespace arkive::s3
