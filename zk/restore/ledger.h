/// Ledger: how far a run has come, item by item, and what is due next because of it.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "zk/restore/path_map.h"
#include "zk/restore/restore.h"
#include "zk/restore/rights.h"

namespace arkive::zk {

/// Items are named by their index in the plan. Ten bytes per item. Not thread-safe.
class Ledger {
 public:
  /// Counter steps go with the create of their znode in one transaction when both take no more than
  /// `atomic_bytes`. Borrows all.
  Ledger(const RestorePlan& plan, const std::vector<Identity>& identities, const RestoreOptions& options,
         std::size_t atomic_bytes, RestoreReport& report);

  const RestorePlan& plan() const { return plan_; }
  const RestoreItem& item(std::uint32_t item) const { return plan_.items[item]; }
  const Node& node(std::uint32_t item) const { return tree_[plan_.items[item].source]; }
  std::string path(std::uint32_t item) const;          ///< on the target, whole
  std::string counter_path(std::uint32_t item) const;  ///< of the child that is created and deleted
  void rename_counter() { ++counter_renamed_; }        ///< a child of that name exists
  const Acl& first_acl(std::uint32_t item) const;      ///< it is created with
  const Acl& final_acl(std::uint32_t item) const;
  /// -1: whatever it is now.
  std::int32_t final_aversion(std::uint32_t item) const;
  const ExistingZnode* existing(std::uint32_t item) const;  ///< of kOverwrite and kFinish
  const CounterRaise* counter(std::uint32_t item) const;
  std::uint32_t counter_steps_done(std::uint32_t item) const;
  std::uint32_t parent(std::uint32_t item) const { return parents_[item]; }  ///< kNoNode: none

  /// It is created behind this session's own identity and gets its final ACL when all below it is done.
  bool temporary(std::uint32_t item) const { return has(item, kTemporary); }
  /// Some znode is, or was left so by an interrupted restore.
  bool uses_temporary_acls() const { return uses_temporary_acls_; }
  bool has_failed(std::uint32_t item) const { return has(item, kFailed); }
  bool was_kept(std::uint32_t item) const { return has(item, kKept); }       ///< see kept()
  bool touched(std::uint32_t item) const { return has(item, kTouched); }     ///< written by this run
  bool set_apart(std::uint32_t item) const { return has(item, kFinalSet); }  ///< its ACL was
  /// Why nothing can be created at `item`: its parent failed or refuses. Null when it can.
  const std::string* obstacle(std::uint32_t item) const;

  // What happened; each part of an item once.
  void created(std::uint32_t item);
  void found_same(std::uint32_t item);       ///< somebody else created it meanwhile, with its final ACL
  void found_temporary(std::uint32_t item);  ///< there, behind this backup's own identity
  void replaced(std::uint32_t item);         ///< what comes before its children is done
  void counter_raised(std::uint32_t item, std::uint32_t steps);
  void counter_failed(std::uint32_t item, std::string reason);
  void final_acl_set(std::uint32_t item);
  void final_acl_failed(std::uint32_t item, std::string reason);
  void failed(std::uint32_t item, std::string reason);   ///< not there: nothing can be created below it
  void kept(std::uint32_t item, std::string reason);     ///< there, not as planned; its children go on
  void refuses(std::uint32_t item, std::string reason);  ///< takes no new children
  /// The ACL of an existing znode that will be locked: put back if its data cannot be replaced.
  void remember_acl(std::uint32_t item, Acl acl);
  void prepared(std::uint32_t item);  ///< what goes before its data is in force: its ACL, or the lock

  /// An item all below which is done, and whose final ACL is to be set now.
  std::optional<std::uint32_t> next_final();
  /// Items dealt with since the last call.
  std::uint64_t progress();

 private:
  enum Flag : std::uint16_t {
    kCounted = 1,  // its parent waits for it
    kTemporary = 2,
    kNeedsFinal = 4,
    kFailed = 8,
    kTouched = 16,
    kFinalSet = 32,
    kRefuses = 64,
    kCounterOpen = 128,
    kKept = 256,
    kLocked = 512
  };
  bool has(std::uint32_t item, Flag flag) const { return (flags_[item] & flag) != 0; }
  void put(std::uint32_t item, Flag flag) { flags_[item] = static_cast<std::uint16_t>(flags_[item] | flag); }
  void clear(std::uint32_t item, Flag flag) {
    flags_[item] = static_cast<std::uint16_t>(flags_[item] & ~flag);
  }
  void link_parents();
  void count_work();
  bool begins_temporary(std::uint32_t item, bool new_children, const CounterRaise* raise) const;
  bool has_part_before_children(std::uint32_t item) const;
  void close_counter(std::uint32_t item);
  void part_done(std::uint32_t item);
  void settle(std::uint32_t item);
  void report_failure(std::uint32_t item, std::string reason);

  const RestorePlan& plan_;
  const Tree& tree_;
  const RestoreOptions& options_;
  const PathMap map_;
  const Rights rights_;
  const std::size_t atomic_bytes_;
  RestoreReport& report_;
  bool uses_temporary_acls_ = false;
  int counter_renamed_ = 0;
  std::uint64_t progress_ = 0;
  std::vector<std::uint32_t> parents_;
  std::vector<std::uint32_t> pending_;  // its own parts and its children that are not done
  std::vector<std::uint16_t> flags_;
  std::unordered_map<std::uint32_t, std::uint32_t> counters_done_;
  std::unordered_map<std::uint32_t, Acl> old_acls_;
  std::unordered_map<std::uint32_t, std::string> refusals_;
  std::deque<std::uint32_t> finals_;
};

}  // namespace arkive::zk
