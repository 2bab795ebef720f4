/// What the program of the sweep does in a store behind a network.
#pragma once

#include <memory>
#include <string>

#include "tests/stores/remote/scripted_kinds.h"

namespace arkive::test {

inline const std::string kSegment = "topics/prod/orders/0.log";
inline const std::string kList = "lists/orders.json";
inline const std::string kRun = "runs/prod/1.json";
inline const std::string kOld = "topics/prod/orders/old.log";

/// Of kSegment: three parts.
inline std::string segment_bytes(const ScriptedKind& kind) {
  return made_of(2 * kind.part_bytes + kind.part_bytes / 5);
}

/// With the lock held: a segment, its list, the run that names both; then an old object goes.
inline Result<int> tell_story(const ScriptedKind& kind, const std::string& url) {
  const Deadline deadline = Deadline::after(std::chrono::seconds(30));
  ARKIVE_ASSIGN(const auto store, kind.open(url, {}));
  ARKIVE_ASSIGN(const auto lock, store->lock("topics/prod", deadline));
  {
    ARKIVE_ASSIGN(const auto writer, store->begin(kSegment, deadline));
    ARKIVE_TRY(writer->write(segment_bytes(kind)));
    ARKIVE_TRY(writer->finish());
  }
  ARKIVE_TRY(store->put(kList, "the list", PutMode::kCreateOnly, deadline));
  ARKIVE_TRY(store->settle(deadline));
  ARKIVE_TRY(store->put(kRun, "the run", PutMode::kCreateOnly, deadline));
  ARKIVE_TRY(store->remove(kOld, deadline));
  return 0;
}

}  // namespace arkive::test
