/// WaitingLists: lists that no run names and that stay for now, as a prune writes them down for the next one
/// (docs/format-archive.md, "What a prune leaves to the next").
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/core/time.h"
#include "stores/store.h"

namespace arkive::kafka {

struct WaitingLists {
  /// How long one that never a run named may be that of a run at work, which is in no lock's hand.
  static constexpr UnixMilliseconds kGrace = 24 * 3'600'000;
  /// In place of a time: a run named it that was pruned, so it waits for nothing.
  static constexpr UnixMilliseconds kWasNamed = 0;

  /// SHA-256 to the moment a prune first saw that no run names it, or kWasNamed.
  std::map<std::string, UnixMilliseconds> since;

  /// May go at `now`. A moment that lies in the future says nothing: a clock was wrong.
  bool is_due(const std::string& sha256, UnixMilliseconds now) const;

  std::string to_json() const;
  /// kCorrupt when it is none.
  static Result<WaitingLists> from_json(std::string_view text);

  /// Empty when there is none; also, with a warning, when it cannot be read: then all begin to wait anew.
  static Result<WaitingLists> read(const Store& store, std::string_view cluster, Deadline deadline);
  /// In place of the last one; an empty one is none.
  Status write(Store& store, std::string_view cluster, Deadline deadline) const;
};

}  // namespace arkive::kafka
