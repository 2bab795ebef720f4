/// Having all that runs need kept for longer, whenever it was written (docs/stores.md, "What retention
/// protects").
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kafka/prune/needs.h"
#include "stores/core/deadline.h"
#include "stores/core/time.h"
#include "stores/manifest/manifest.h"
#include "stores/repository.h"
#include "stores/store.h"

namespace arkive::kafka {

struct ExtensionRequest {
  Store* store = nullptr;
  std::string cluster;
  std::vector<const Manifest*> runs = {};
  const Needs* needs = nullptr;  ///< lists and segments of `runs`, and of no others
  UnixMilliseconds until = 0;
  bool dry_run = false;
  Deadline deadline = Deadline::never();
};

/// What was extended, or would be.
struct Extension {
  UnixMilliseconds until = 0;
  std::uint64_t extended = 0;  ///< objects
  std::uint64_t extended_bytes = 0;
  std::uint64_t long_enough = 0;  ///< objects that are kept so long already
  std::uint64_t long_enough_bytes = 0;
  std::vector<Refusal> failed;  ///< not extended, or not there, and why
};

/// The manifests of the runs, their trees and records, lists, segments with their index files, and what every
/// reader of the store needs beside them: arkive.json, the keys of an encrypted store, the history that
/// proves. Goes on where one object fails. Errors: kUsage (the store keeps nothing), kConflict (the lock was
/// lost), kInterrupted, and those of listing.
Result<Extension> extend_retention(const ExtensionRequest& request);

}  // namespace arkive::kafka
