/// A bucket's settings and credentials as Google's own tools find them, and what arkive adds
/// (docs/stores.md).
#pragma once

#include <memory>

#include "stores/gcs/credentials.h"
#include "stores/gcs/settings.h"
#include "stores/remote/environment.h"

namespace arkive::gcs {

using remote::Environment;

/// From STORAGE_EMULATOR_HOST (with or without http://), ARKIVE_GCS_ENDPOINT, ARKIVE_GCS_CA_BUNDLE,
/// ARKIVE_GCS_STORAGE_CLASS, ARKIVE_GCS_PLAIN_HTTP (yes), ARKIVE_GCS_LEASE, ARKIVE_GCS_PART_SIZE. kUsage for
/// a value that makes no sense.
Result<Settings> settings_from(const Environment& environment, Location location);

/// The first that there is of: GOOGLE_APPLICATION_CREDENTIALS, a file; nobody's, for an emulator
/// (STORAGE_EMULATOR_HOST); application_default_credentials.json in CLOUDSDK_CONFIG or ~/.config/gcloud; the
/// machine's own service account (GCE_METADATA_HOST; not when NO_GCE_CHECK is true). kUsage when there is
/// none.
Result<std::unique_ptr<CredentialProvider>> credentials_from(const Environment& environment,
                                                             const Settings& settings);

}  // namespace arkive::gcs
