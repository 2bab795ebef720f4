/// A file of Google's "application default credentials": of a service account, a signed-in user or a workload
/// identity (AIP-4112 and after; AIP-4117).
#pragma once

#include <memory>
#include <string>

#include "stores/gcs/credentials.h"

namespace arkive::gcs {

/// kUsage for a file of another kind, or one that lacks what its kind needs; nothing of its secrets is in the
/// error.
Result<std::unique_ptr<CredentialProvider>> credentials_in_file(const std::string& path,
                                                                const std::string& certificate_authorities);

}  // namespace arkive::gcs
