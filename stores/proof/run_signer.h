/// A manifest on its way into a store: numbered and signed at the end of its chain.
#pragma once

#include <memory>
#include <string>

#include "stores/core/deadline.h"
#include "stores/manifest/manifest.h"
#include "stores/proof/keys.h"
#include "stores/store.h"

namespace arkive::proof {

/// To be put before it is destroyed: of a signed run it holds the lock of the chain.
struct ReadyManifest {
  std::string json;
  std::unique_ptr<StoreLock> lock;
};

/// `manifest` with all its fields filled in, which gets `proof`: that of `key`; null: none. A copy of a
/// signed run keeps the proof it has; kUsage when it would not say the same here. Errors: those of the store;
/// kConflict when another writer holds the chain until `deadline`.
Result<ReadyManifest> ready_manifest(Store& store, Manifest& manifest, const SigningKey* key,
                                     Deadline deadline);

}  // namespace arkive::proof
