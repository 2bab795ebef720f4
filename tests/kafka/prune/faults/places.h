/// The stores that the fault sweeps prune: trees as plain files, trees as objects, everything sealed.
#pragma once

#include <memory>
#include <string>

#include "kafka/prune/prune.h"
#include "tests/contract/repository_kinds.h"

namespace arkive::kafka::test {

struct PrunedPlace {
  std::unique_ptr<Repository> repository;
  std::unique_ptr<Store> store;
};

/// `kind`: "directory", "objects", "sealed" (names hidden too). Makes a store where there is none.
inline Result<PrunedPlace> open_place(const std::string& kind, const std::string& path) {
  PrunedPlace place;
  if (kind == "directory") {
    ARKIVE_ASSIGN(place.repository, open_directory_repository(path, true));
  } else if (kind == "objects") {
    ARKIVE_ASSIGN(place.repository, arkive::test::open_objects(path, true));
  } else {
    ARKIVE_ASSIGN(place.repository, arkive::test::open_sealed(path, true, true));
  }
  ARKIVE_ASSIGN(place.store, arkive::test::open_plain_store(path, true));
  if (kind != "sealed") return place;
  ARKIVE_ASSIGN(const objects::StoreRoot root, objects::open_root(*place.store, false, Deadline::never()));
  place.store = std::make_unique<EncryptedStore>(
      std::move(place.store),
      encrypted::StoreKey(root.id, encrypted::Secret(std::string(32, 'k')), encrypted::kDefaultChunk, true));
  return place;
}

/// The newest two of both.
inline PruneRequest prune_request(const PrunedPlace& place) {
  PruneRequest request;
  request.repository = place.repository.get();
  request.store = place.store.get();
  request.cluster = "main";
  request.rules.last = 2;
  request.now = wall_clock_now();
  request.patience = std::chrono::seconds(2);
  return request;
}

}  // namespace arkive::kafka::test
