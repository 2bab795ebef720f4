/// A container's settings and credentials as Azure's own tools find them, and what arkive adds
/// (docs/stores.md).
#pragma once

#include <memory>

#include "stores/azure/credentials.h"
#include "stores/azure/settings.h"
#include "stores/remote/environment.h"

namespace arkive::azure {

using remote::Environment;

/// From AZURE_STORAGE_SERVICE_ENDPOINT, AZURE_STORAGE_CONNECTION_STRING (BlobEndpoint, or EndpointSuffix),
/// and ARKIVE_AZURE_CA_BUNDLE, ARKIVE_AZURE_ACCESS_TIER, ARKIVE_AZURE_PLAIN_HTTP (yes), ARKIVE_AZURE_LEASE,
/// ARKIVE_AZURE_PART_SIZE. kUsage for a value that makes no sense.
Result<Settings> settings_from(const Environment& environment, Location location);

/// The first that there is of: AZURE_STORAGE_CONNECTION_STRING, with a key or a shared access signature;
/// AZURE_STORAGE_KEY; AZURE_STORAGE_SAS_TOKEN; a workload identity (AZURE_FEDERATED_TOKEN_FILE with
/// AZURE_CLIENT_ID, AZURE_TENANT_ID and, where it is not the public cloud's, AZURE_AUTHORITY_HOST). kUsage
/// when there is none, or they are for another account (AZURE_STORAGE_ACCOUNT) than that of `settings`.
Result<std::unique_ptr<CredentialProvider>> credentials_from(const Environment& environment,
                                                             const Settings& settings);

}  // namespace arkive::azure
