/// Restoring znodes: first a plan, item by item, then its run. Nothing existing is overwritten unless it was
/// named.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
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
  kSame,        ///< there already, with the same data, ACL and kind
  kKeep,        ///< there, different, and not named for overwriting: kept as it is
  kOverwrite,   ///< there, different, and named: data and ACL replaced
  kEphemeral,   ///< was ephemeral in the dump: never restored
  kUnreadable,  ///< could not be read by the dump: not in it
  kRedacted,    ///< its secrets or ACL were replaced by fingerprints: refused
  kMaskedAcl,   ///< its ACL's hashes were hidden from the dump: refused
  kDropped,     ///< left out by the profile, see `reason`
  kTooLarge,    ///< over the packet limit of the target
  kBlocked      ///< its parent is not restored, or the target refuses reading or creating there, see `reason`
};
std::string_view restore_action_name(RestoreAction action);  ///< "create", "same", "differs (kept)", ...

struct RestoreItem {
  std::string path;  ///< on the target
  RestoreAction action = RestoreAction::kCreate;
  std::string reason;          ///< one line; empty for create and same
  NodeIndex source = kNoNode;  ///< in the backup's tree; kNoNode for those that are not in it
};

struct RestoreOptions {
  std::string path = "/";  ///< restore this znode of the backup and what is below
  std::string onto;        ///< relocate: `path` becomes this path on the target; empty: the same path
  std::vector<Glob> overwrite;
  std::vector<ApplicationAt> profile;    ///< restore rules of the applications; empty: generic
  std::uint32_t packet_limit = 0xfffff;  ///< jute.maxbuffer of the target
  std::uint32_t most_requests_in_flight = 8;
  bool sequence_counters = true;
  std::function<void(std::uint64_t znodes)> on_progress;
};

struct RestorePlan {
  std::vector<RestoreItem> items;    ///< parents before children, ascending by path
  std::uint64_t sequence_steps = 0;  ///< create+delete pairs needed to bring counters to their value
  std::uint64_t count(RestoreAction action) const;
  std::string path(const RestoreItem& item) const;
  /// True when all that was wanted is, or will be, there: nothing kept, dropped, refused, too large or
  /// blocked.
  bool complete() const;
};

struct RestoreReport {
  std::uint64_t created = 0, overwritten = 0, acls_set = 0, counters_set = 0;
  std::vector<RestoreItem> failed;     ///< with the server's reason
  std::vector<std::string> differing;  ///< found different when all was verified at the end
};

/// What of the backup the restore starts from.
struct RestoreSource {
  const Tree* tree = nullptr;  ///< with stats when known
  std::vector<EphemeralZnode> ephemerals;
  std::vector<UnreadableZnode> unreadable;
  std::vector<std::string> masked_acls;
};

/// Looks at the target and decides. Changes nothing. Errors as Session::open.
Result<RestorePlan> plan_restore(const RestoreSource& source, const ConnectOptions& target,
                                 const RestoreOptions& options);

/// Does what the plan says; may be called again after a kill, when it goes on. A znode is never readable by
/// more than its final ACL allows.
Result<RestoreReport> run_restore(const RestoreSource& source, const RestorePlan& plan,
                                  const ConnectOptions& target, const RestoreOptions& options);

}  // namespace arkive::zk
