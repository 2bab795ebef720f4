/// AzureStore: a Store in a container of Azure Blob Storage (docs/stores.md).
#pragma once

#include <memory>

#include "stores/azure/credentials.h"
#include "stores/azure/settings.h"
#include "stores/remote/remote_store.h"

namespace arkive {

/// Any thread. Once a process that holds a lock stood still for longer than its lease lasts, nothing more is
/// taken from it (kConflict); with an account's key it is the server that refuses, else this process asks no
/// more. Objects under an immutability policy are not removed: kDenied.
class AzureStore final : public remote::RemoteStore {
 public:
  /// kUsage for settings that no container can have. Sends nothing yet.
  static Result<std::unique_ptr<AzureStore>> open(azure::Settings settings,
                                                  std::unique_ptr<azure::CredentialProvider> credentials);

 private:
  using RemoteStore::RemoteStore;
};

}  // namespace arkive
