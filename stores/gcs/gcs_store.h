/// GcsStore: a Store in a bucket of Google Cloud Storage (docs/stores.md).
#pragma once

#include <memory>

#include "stores/gcs/credentials.h"
#include "stores/gcs/settings.h"
#include "stores/remote/remote_store.h"

namespace arkive {

/// Any thread. Once a process that holds a lock stood still for longer than its lease lasts, it asks no more
/// (kConflict). Objects under a retention policy or a hold are not removed: kDenied.
class GcsStore final : public remote::RemoteStore {
 public:
  /// kUsage for settings that no bucket can have. Sends nothing yet.
  static Result<std::unique_ptr<GcsStore>> open(gcs::Settings settings,
                                                std::unique_ptr<gcs::CredentialProvider> credentials);

 private:
  using RemoteStore::RemoteStore;
};

}  // namespace arkive
