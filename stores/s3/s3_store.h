/// S3Store: a Store in a bucket, of AWS or any server that speaks its protocol (docs/stores.md).
#pragma once

#include <memory>

#include "stores/remote/remote_store.h"
#include "stores/s3/credentials.h"
#include "stores/s3/settings.h"

namespace arkive {

/// Any thread. Once a process that holds a lock stood still for longer than its lease lasts, the server takes
/// nothing more from it (kConflict). Objects under retention are not removed: kDenied, saying until when.
class S3Store final : public remote::RemoteStore {
 public:
  /// kUsage for settings that no bucket can have. Sends nothing yet.
  static Result<std::unique_ptr<S3Store>> open(s3::Settings settings,
                                               std::unique_ptr<s3::CredentialProvider> credentials);

 private:
  using RemoteStore::RemoteStore;
};

}  // namespace arkive
