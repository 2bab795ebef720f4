/// Restoring znodes: first a plan, item by item, then its run. Nothing existing is overwritten unless it was
/// named.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/glob.h"
#include "zk/application.h"
#include "zk/client/connect_string.h"
#include "zk/source.h"
#include "zk/tree_format/tree_writer.h"

namespace arkive::zk {

/// What is done with one znode.
enum class RestoreAction : std::uint8_t {
  kCreate,
  kSame,        ///< there already, with the same data and ACL (a client cannot see the kind)
  kKeep,        ///< there, different, and not named for overwriting: kept as it is
  kOverwrite,   ///< there, different, and named: data and ACL replaced
  kFinish,      ///< left by an interrupted restore of this backup: its final ACL (and data) is put in place
  kEphemeral,   ///< was ephemeral in the dump: never restored
  kUnreadable,  ///< could not be read by the dump: not in it
  kRedacted,    ///< its secrets or ACL were replaced by fingerprints: refused
  kMaskedAcl,   ///< its ACL's hashes were hidden from the dump: refused
  kDropped,     ///< left out by the profile, or kept by the server itself; see the reason
  kTooLarge,    ///< over the packet limit of the target
  kBlocked      ///< its parent is not restored, or the target refuses reading it; see the reason
};
constexpr int kRestoreActions = 12;
std::string_view restore_action_name(RestoreAction action);  ///< "create", "same", "differs (kept)", ...

/// 16 bytes; what it says in words is asked of its plan.
struct RestoreItem {
  NodeIndex source = kNoNode;  ///< in the backup's tree; kNoNode for those that are not in it
  std::uint32_t place = 0;     ///< in RestorePlan::paths or, for kOverwrite and kFinish, ::existing
  std::uint32_t reason = 0;    ///< in RestorePlan::reasons
  RestoreAction action = RestoreAction::kCreate;
};

struct RestoreOptions {
  std::string path = "/";       ///< restore this znode of the backup and what is below
  std::string onto;             ///< relocate: `path` becomes this path on the target; empty: the same path
  std::vector<Glob> overwrite;  ///< over paths on the target; what they match, not what is below
  std::vector<ApplicationAt> profile;    ///< restore rules of the applications; empty: generic
  std::uint32_t packet_limit = 0xfffff;  ///< jute.maxbuffer of the target
  std::uint32_t most_requests_in_flight = 8;
  bool sequence_counters = true;
  /// At the end every ACL is read back. Otherwise those that were set apart from their znode, at least one
  /// znode of each ACL, and a sample; of the others it is known that the server acknowledged the create and
  /// counted no ACL change since (Stat.aversion).
  bool verify_every_acl = false;
  std::function<void(std::uint64_t znodes)> on_progress;  ///< on the caller's thread; the number since then
};

/// How an existing znode gets its new data and ACL so that neither is ever shown to more than may read both.
enum class ReplaceOrder : std::uint8_t {
  kDataOnly,
  kAclOnly,         ///< before its children are created
  kAclLast,         ///< data, if it differs; ACL after its children
  kAclThenData,     ///< the new ACL lets fewer read
  kLockDataThenAcl  ///< this session's identity alone, data, ACL after its children
};

/// What an item that replaces something found on the target.
struct ExistingZnode {
  std::int32_t version = 0;
  std::int32_t aversion = 0;
  ReplaceOrder order = ReplaceOrder::kDataOnly;
  bool data_differs = false;
};

/// A parent whose sequence counter has to be raised before its children are created.
struct CounterRaise {
  std::uint32_t item = 0;   ///< in RestorePlan::items, ascending
  std::int32_t from = 0;    ///< next sequence number now
  std::uint32_t steps = 0;  ///< create+delete pairs
};

struct RestorePlan {
  std::vector<RestoreItem> items;    ///< parents before children
  std::uint64_t sequence_steps = 0;  ///< create+delete pairs needed to bring counters to their value
  std::uint64_t count(RestoreAction action) const;
  /// Where the item is on the target, as seen below the chroot.
  std::string path(const RestoreItem& item) const;
  /// One line; empty where there is nothing to say.
  std::string_view reason(const RestoreItem& item) const { return reasons[item.reason]; }
  /// True when all that was wanted is, or will be, there: nothing kept, refused, unreadable, too large or
  /// blocked, and nothing dropped that was named itself (by `path` or by an overwrite glob).
  bool complete() const;

  // What the run needs besides.
  const Tree* tree = nullptr;  ///< borrowed from the RestoreSource
  std::string from;            ///< RestoreOptions::path
  std::string onto;            ///< where `from` goes, below the chroot
  std::string chroot;          ///< "" or "/kafka"
  std::vector<std::string> paths;
  std::vector<std::string> reasons = {""};
  std::vector<ExistingZnode> existing;
  std::vector<CounterRaise> counters;
  std::uint64_t dropped_by_name = 0;
};

/// An item that came out otherwise than planned.
struct RestoreFailure {
  std::string path;
  std::string reason;  ///< one line: the server's answer in words
};

struct RestoreReport {
  std::uint64_t created = 0, overwritten = 0, finished = 0, acls_set = 0, counters_set = 0;
  std::uint64_t same = 0;  ///< planned to be created, but somebody else did so meanwhile, identically
  std::vector<RestoreFailure> failed;
  std::vector<RestoreFailure> differing;  ///< found different when all was verified at the end
  std::uint64_t acls_verified = 0;        ///< read back; the others see RestoreOptions::verify_every_acl
  std::uint64_t not_verifiable = 0;       ///< this session may not read them
};

/// What of the backup the restore starts from.
struct RestoreSource {
  const Tree* tree = nullptr;  ///< with stats when known
  std::vector<EphemeralZnode> ephemerals;
  std::vector<UnreadableZnode> unreadable;
  std::vector<std::string> masked_acls;
};

/// Looks at the target and decides. Changes nothing. A missing chroot and missing parents of the target path
/// are items of their own, to be created. Errors as Session::open; kNotFound when the backup holds no
/// RestoreOptions::path.
Result<RestorePlan> plan_restore(const RestoreSource& source, const ConnectOptions& target,
                                 const RestoreOptions& options);

/// Does what the plan says. After a kill: plan again and run again; znodes it left behind its own identity
/// are recognised (see temporary_identity.h) and finished. A znode is never readable by more than its final
/// ACL allows. Lost connections and expired sessions are survived; being without a server for longer than the
/// target's deadline allows is kRetry.
Result<RestoreReport> run_restore(const RestoreSource& source, const RestorePlan& plan,
                                  const ConnectOptions& target, const RestoreOptions& options);

}  // namespace arkive::zk
