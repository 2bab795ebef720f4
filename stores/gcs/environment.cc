#include "stores/gcs/environment.h"

#include "stores/core/files.h"
#include "stores/gcs/credentials_file.h"
#include "stores/gcs/token_sources.h"

namespace arkive::gcs {
namespace {

/// Those of arkive's own.
const std::vector<std::string> kVariables = {"ARKIVE_GCS_ENDPOINT",      "ARKIVE_GCS_CA_BUNDLE",
                                             "ARKIVE_GCS_STORAGE_CLASS", "ARKIVE_GCS_PLAIN_HTTP",
                                             "ARKIVE_GCS_LEASE",         "ARKIVE_GCS_PART_SIZE"};

constexpr std::uint64_t kUnit = 256ULL << 10;

/// Where `gcloud auth application-default login` puts them. Empty: nowhere.
std::string well_known_file(const Environment& environment) {
  constexpr const char* kName = "/application_default_credentials.json";
  if (const auto folder = environment("CLOUDSDK_CONFIG")) return *folder + kName;
  if (const auto home = environment("HOME")) return *home + "/.config/gcloud" + kName;
  return {};
}

}  // namespace

Result<Settings> settings_from(const Environment& environment, Location location) {
  for (const char* prefix : {"ARKIVE_GC", "ARKIVE_GS"})
    ARKIVE_TRY(remote::check_names(environment, prefix, kVariables));
  Settings settings{.location = std::move(location)};
  if (auto endpoint = environment("ARKIVE_GCS_ENDPOINT")) {
    ARKIVE_ASSIGN(settings.endpoint, http::Url::parse(*endpoint));
  } else if (auto emulator = environment("STORAGE_EMULATOR_HOST")) {
    if (emulator->find("://") == std::string::npos) emulator->insert(0, "http://");
    ARKIVE_ASSIGN(settings.endpoint, http::Url::parse(*emulator));
  }
  settings.certificate_authorities = environment("ARKIVE_GCS_CA_BUNDLE").value_or("");
  settings.storage_class = environment("ARKIVE_GCS_STORAGE_CLASS").value_or("");
  ARKIVE_TRY(remote::take_switch(environment, "ARKIVE_GCS_PLAIN_HTTP", settings.allow_plain_http));
  ARKIVE_TRY(remote::take_lease(environment, "ARKIVE_GCS_LEASE", settings.lease));
  ARKIVE_TRY(remote::take_part_size(environment, "ARKIVE_GCS_PART_SIZE", kUnit, kUnit, settings.part_bytes));
  return settings;
}

Result<std::unique_ptr<CredentialProvider>> credentials_from(const Environment& environment,
                                                             const Settings& settings) {
  if (const auto file = environment("GOOGLE_APPLICATION_CREDENTIALS"))
    return credentials_in_file(*file, settings.certificate_authorities);
  if (environment("STORAGE_EMULATOR_HOST")) return fixed_credentials({}, "the emulator, which wants none");
  const std::string file = well_known_file(environment);
  if (!file.empty() && path_exists(file)) return credentials_in_file(file, settings.certificate_authorities);
  if (environment("NO_GCE_CHECK").value_or("") == "true") {
    return fail(Outcome::kUsage,
                "get credentials: there are none for 'gs://" + settings.location.bucket + "'",
                "set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account (docs/stores.md)");
  }
  return machine_account("http://" + environment("GCE_METADATA_HOST").value_or("metadata.google.internal"));
}

}  // namespace arkive::gcs
