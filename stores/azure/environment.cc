#include "stores/azure/environment.h"

#include <algorithm>
#include <map>

#include "stores/azure/workload_identity.h"

namespace arkive::azure {
namespace {

/// Those of arkive's own.
const std::vector<std::string> kVariables = {"ARKIVE_AZURE_CA_BUNDLE", "ARKIVE_AZURE_ACCESS_TIER",
                                             "ARKIVE_AZURE_PLAIN_HTTP", "ARKIVE_AZURE_LEASE",
                                             "ARKIVE_AZURE_PART_SIZE"};

constexpr const char* kConnectionString = "AZURE_STORAGE_CONNECTION_STRING";

/// "AccountName=a;AccountKey=k=;...", by name. Values are in no error.
using Parts = std::map<std::string, std::string, std::less<>>;

Result<Parts> connection_string(const Environment& environment) {
  const std::string text = environment(kConnectionString).value_or("");
  Parts parts;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (one.empty()) continue;
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return fail(Outcome::kUsage, std::string("read ") + kConnectionString + ": a part of it has no name",
                  "it looks like AccountName=...;AccountKey=...;EndpointSuffix=...");
    }
    parts[std::string(one.substr(0, equals))] = one.substr(equals + 1);
  }
  return parts;
}

std::string in(const Parts& parts, std::string_view name) {
  const auto found = parts.find(name);
  return found == parts.end() ? std::string() : found->second;
}

Status take_endpoint(const Environment& environment, Settings& settings) {
  ARKIVE_ASSIGN(const Parts parts, connection_string(environment));
  std::string endpoint = environment("AZURE_STORAGE_SERVICE_ENDPOINT").value_or(in(parts, "BlobEndpoint"));
  if (endpoint.empty() && !in(parts, "EndpointSuffix").empty()) {
    const std::string scheme = in(parts, "DefaultEndpointsProtocol");
    endpoint = (scheme.empty() ? "https" : scheme) + "://" + settings.location.account + ".blob." +
               in(parts, "EndpointSuffix");
  }
  if (endpoint.empty()) return ok();
  ARKIVE_ASSIGN(settings.endpoint, http::Url::parse(endpoint));
  return ok();
}

/// Credentials that are for one account do not serve another.
Status check_account(const char* variable, const std::string& named, const Settings& settings) {
  if (named.empty() || named == settings.location.account) return ok();
  return fail(Outcome::kUsage,
              "get credentials: " + std::string(variable) + " is of the account '" + printable(named) +
                  "', and the store is in '" + settings.location.account + "'",
              "set those of the latter");
}

Result<std::unique_ptr<CredentialProvider>> fixed(Result<Credentials> credentials,
                                                  const std::string& variable) {
  if (!credentials) return fail(std::move(credentials.error()).within("read " + variable));
  return fixed_credentials(std::move(*credentials), "the environment (" + variable + ")");
}

Result<std::unique_ptr<CredentialProvider>> identity(const Environment& environment, const Settings& settings,
                                                     const std::string& token_file) {
  WorkloadIdentity found{
      .token_file = token_file,
      .client = environment("AZURE_CLIENT_ID").value_or(""),
      .tenant = environment("AZURE_TENANT_ID").value_or(""),
      .authority = environment("AZURE_AUTHORITY_HOST").value_or("https://login.microsoftonline.com"),
      .certificate_authorities = settings.certificate_authorities};
  if (found.client.empty() || found.tenant.empty()) {
    return fail(Outcome::kUsage,
                "get credentials: AZURE_FEDERATED_TOKEN_FILE is set, and not both of AZURE_CLIENT_ID and "
                "AZURE_TENANT_ID",
                "set all three, as the webhook of workload identities does");
  }
  if (found.authority.find("://") == std::string::npos) found.authority = "https://" + found.authority;
  return workload_identity(std::move(found));
}

}  // namespace

Result<Settings> settings_from(const Environment& environment, Location location) {
  ARKIVE_TRY(remote::check_names(environment, "ARKIVE_AZ", kVariables));
  Settings settings{.location = std::move(location)};
  ARKIVE_TRY(take_endpoint(environment, settings));
  settings.certificate_authorities = environment("ARKIVE_AZURE_CA_BUNDLE").value_or("");
  settings.access_tier = environment("ARKIVE_AZURE_ACCESS_TIER").value_or("");
  ARKIVE_TRY(remote::take_switch(environment, "ARKIVE_AZURE_PLAIN_HTTP", settings.allow_plain_http));
  ARKIVE_TRY(remote::take_lease(environment, "ARKIVE_AZURE_LEASE", settings.lease));
  ARKIVE_TRY(
      remote::take_part_size(environment, "ARKIVE_AZURE_PART_SIZE", 1ULL << 20, 1, settings.part_bytes));
  return settings;
}

Result<std::unique_ptr<CredentialProvider>> credentials_from(const Environment& environment,
                                                             const Settings& settings) {
  ARKIVE_ASSIGN(const Parts parts, connection_string(environment));
  if (!parts.empty()) {
    ARKIVE_TRY(check_account(kConnectionString, in(parts, "AccountName"), settings));
    if (const std::string key = in(parts, "AccountKey"); !key.empty())
      return fixed(account_key(key), kConnectionString);
    if (const std::string signature = in(parts, "SharedAccessSignature"); !signature.empty())
      return fixed(shared_access_signature(signature), kConnectionString);
    return fail(Outcome::kUsage,
                std::string("get credentials: ") + kConnectionString +
                    " holds neither AccountKey nor SharedAccessSignature",
                "copy it whole");
  }
  const std::string account = environment("AZURE_STORAGE_ACCOUNT").value_or("");
  if (const auto key = environment("AZURE_STORAGE_KEY")) {
    ARKIVE_TRY(check_account("AZURE_STORAGE_ACCOUNT", account, settings));
    return fixed(account_key(*key), "AZURE_STORAGE_KEY");
  }
  if (const auto token = environment("AZURE_STORAGE_SAS_TOKEN")) {
    ARKIVE_TRY(check_account("AZURE_STORAGE_ACCOUNT", account, settings));
    return fixed(shared_access_signature(*token), "AZURE_STORAGE_SAS_TOKEN");
  }
  if (const auto file = environment("AZURE_FEDERATED_TOKEN_FILE"))
    return identity(environment, settings, *file);
  return fail(
      Outcome::kUsage, "get credentials: there are none for the account '" + settings.location.account + "'",
      "set AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN, or use a workload identity (docs/stores.md)");
}

}  // namespace arkive::azure
