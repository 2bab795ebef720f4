/// A Store in a bucket of Google Cloud Storage for who has an access key (HMAC) and no token: by Google's XML
/// interface, whose requests are signed. It is the protocol of S3 in Google's words (stores/s3/dialect.h).
#pragma once

#include <memory>
#include <optional>

#include "stores/gcs/settings.h"
#include "stores/remote/environment.h"
#include "stores/s3/credentials.h"
#include "stores/store.h"

namespace arkive::gcs {

/// From GS_ACCESS_KEY_ID and GS_SECRET_ACCESS_KEY. Nothing when there is none; kUsage when there is one half.
Result<std::optional<s3::Credentials>> access_key_from(const remote::Environment& environment);

/// kUsage for settings that no bucket can have. Sends nothing yet. Objects of more than a part (5 MiB at
/// least) go in parts side by side; under a lock every request is signed for no longer than the lock lasts,
/// so that the server refuses it afterwards.
Result<std::unique_ptr<Store>> open_with_access_key(const Settings& settings, s3::Credentials key);

}  // namespace arkive::gcs
