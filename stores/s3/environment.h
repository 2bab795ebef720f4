/// A bucket's settings and credentials as AWS' tools find them, and what arkive adds (docs/stores.md).
#pragma once

#include <memory>

#include "stores/s3/credentials.h"
#include "stores/s3/profiles.h"
#include "stores/s3/settings.h"

namespace arkive::s3 {

/// From AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_CA_BUNDLE, the profile's
/// region, endpoint_url (services.s3.endpoint_url before it), ca_bundle and s3.addressing_style, and
/// ARKIVE_S3_ADDRESSING (path, host),
/// ARKIVE_S3_STORAGE_CLASS, ARKIVE_S3_ENCRYPTION, ARKIVE_S3_KMS_KEY, ARKIVE_S3_RETENTION ("compliance 30d"),
/// ARKIVE_S3_PLAIN_HTTP (yes), ARKIVE_S3_LEASE, ARKIVE_S3_PART_SIZE. kUsage for a value that makes no sense,
/// and for a variable of arkive's that there is none of.
Result<Settings> settings_from(const Environment& environment, Location location);

/// The first that there is of: AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY; AWS_WEB_IDENTITY_TOKEN_FILE with
/// AWS_ROLE_ARN; the profile's web identity, keys or credential_process; a container's
/// (AWS_CONTAINER_CREDENTIALS_FULL_URI, ..._RELATIVE_URI); the machine's (instance metadata, version 2,
/// unless AWS_EC2_METADATA_DISABLED is true). kUsage when only half of one is there, or one that arkive does
/// not know (SSO; role_arn with source_profile, which goes before keys). AWS_ROLE_ARN alone, which other
/// programs may want, is half of one only where nothing but the machine's is left.
Result<std::unique_ptr<CredentialProvider>> credentials_from(const Environment& environment,
                                                             const Settings& settings);

}  // namespace arkive::s3
