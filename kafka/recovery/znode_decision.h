/// What a restore does with single znodes of a backup, where it does not simply put them back as they are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "stores/core/result.h"
#include "zk/tree.h"

namespace arkive::kafka {

enum class ZnodeAction : std::uint8_t {
  kDrop,   ///< of the backup; not restored, with all below it
  kRaise,  ///< of the backup; restored with other data
  kMake,   ///< not of the backup: made
  kKeep,   ///< of the backup; restored as it is (said only with `replaces`)
  kLeave   ///< of the backup; the target has another value, which stays
};
/// "drop", "raise", "make", "keep", "leave".
std::string_view znode_action_name(ZnodeAction action);
std::optional<ZnodeAction> parse_znode_action(std::string_view name);

struct ZnodeDecision {
  std::string path;  ///< absolute, as the backup names it
  ZnodeAction action = ZnodeAction::kKeep;
  /// The target holds something else there, which is replaced: this cannot be undone by a second restore.
  bool replaces = false;
  std::optional<std::string> data{};  ///< of kRaise and kMake; none: null
  /// Of kMake: its ACL is that of this znode of the backup; empty: open to the world.
  std::string acl_like{};
  std::string reason;
  bool operator==(const ZnodeDecision&) const = default;
};

/// Changes `tree`, the backup's, into what is to be restored: raises, makes and drops. kUsage naming the
/// decision that does not fit the tree (a plan edited by hand): a path that is none or is not there, one that
/// is there already, a parent that is dropped.
Status apply_decisions(std::span<const ZnodeDecision> decisions, zk::Tree& tree);

}  // namespace arkive::kafka
