#include <algorithm>

#include "zk/restore/path_map.h"
#include "zk/restore/restore.h"

namespace arkive::zk {

std::string_view restore_action_name(RestoreAction action) {
  switch (action) {
    case RestoreAction::kCreate:
      return "create";
    case RestoreAction::kSame:
      return "same";
    case RestoreAction::kKeep:
      return "differs (kept)";
    case RestoreAction::kOverwrite:
      return "overwrite";
    case RestoreAction::kFinish:
      return "finish";
    case RestoreAction::kEphemeral:
      return "ephemeral (never)";
    case RestoreAction::kUnreadable:
      return "unreadable";
    case RestoreAction::kRedacted:
      return "redacted";
    case RestoreAction::kMaskedAcl:
      return "masked ACL";
    case RestoreAction::kDropped:
      return "dropped";
    case RestoreAction::kTooLarge:
      return "too large";
    case RestoreAction::kBlocked:
      return "blocked";
  }
  return "?";
}

std::uint64_t RestorePlan::count(RestoreAction action) const {
  return static_cast<std::uint64_t>(std::count_if(
      items.begin(), items.end(), [action](const RestoreItem& item) { return item.action == action; }));
}

std::string RestorePlan::path(const RestoreItem& item) const {
  if (item.source != kNoNode) return PathMap(from, onto, chroot).below_chroot(tree->path(item.source));
  const std::string& whole = paths[item.place];
  const bool below = !chroot.empty() && whole.size() > chroot.size() && is_at_or_below(whole, chroot);
  return below ? whole.substr(chroot.size()) : whole;
}

bool RestorePlan::complete() const {
  const bool all_there = std::all_of(items.begin(), items.end(), [](const RestoreItem& item) {
    switch (item.action) {
      case RestoreAction::kCreate:
      case RestoreAction::kSame:
      case RestoreAction::kOverwrite:
      case RestoreAction::kFinish:
      case RestoreAction::kEphemeral:
      case RestoreAction::kDropped:
        return true;
      default:
        return false;
    }
  });
  return all_there && dropped_by_name == 0;
}

}  // namespace arkive::zk
