/// Source: where a whole znode tree is read from (a live ensemble through its client port; later as an
/// observer, or from files). All sources fill the same Reading; everything after that knows only the Reading.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "stores/core/deadline.h"
#include "stores/core/glob.h"
#include "stores/core/result.h"
#include "zk/tree.h"

namespace arkive::zk {

/// What is read. Globs are over absolute paths as the tree names them (below the chroot).
struct Selection {
  std::string path =
      "/";  ///< read only this znode and what is below (its parents come along as empty shells)
  std::vector<Glob> include;  ///< when given: only znodes covered by one of them (and their parents)
  std::vector<Glob> exclude;  ///< never these
  bool takes(std::string_view path) const;
  /// Might anything at or below `path` be wanted? False lets a walker skip the subtree.
  bool may_take_below(std::string_view path) const;
};

/// kQuiet: the tree is exactly as it was at one moment (every znode was seen unchanged by two passes around
/// it, or nothing moved at all). kFuzzy: each znode is as it was at some moment between zxid_first and
/// zxid_last. kExact: as of zxid_last, proven by the server's own log.
enum class Consistency : std::uint8_t { kQuiet, kFuzzy, kExact };
std::string_view consistency_name(Consistency consistency);

struct EphemeralZnode {
  std::string path;
  Stat stat;
  std::optional<std::string> data;
};

/// A znode that exists but could not be read, with all below it.
struct UnreadableZnode {
  std::string path;
  std::string cause;  ///< "not authorised to read", ...
};

struct Reading {
  Tree tree;                                ///< no ephemerals; /zookeeper only for quota limits
  std::vector<EphemeralZnode> ephemerals;   ///< ascending by path
  std::vector<UnreadableZnode> unreadable;  ///< ascending by path
  /// Znodes whose ACL is not known: the server hid its digest hashes (see is_masked), or the source has none,
  /// and then it is empty, which no server takes.
  std::vector<std::string> masked_acls;
  std::vector<std::string> null_or_empty;   ///< read from what does not tell one from the other; null here
  std::vector<std::string>
      still_moving;  ///< kFuzzy: znodes that differed between the last two passes, at most 1,000 named
  Consistency consistency = Consistency::kFuzzy;
  std::int64_t zxid_first = 0;
  std::int64_t zxid_last = 0;
  int passes = 0;
  std::uint64_t vanished = 0;   ///< listed by a parent, gone when read: no failure
  std::uint64_t acls_read = 0;  ///< asked of the server; the others were known
  std::string server;           ///< "127.0.0.1:2181 (3.8.4)": where it was read
  bool whole() const { return unreadable.empty() && masked_acls.empty(); }
};

/// ACLs known from an earlier run.
class KnownAcls {
 public:
  virtual ~KnownAcls() = default;
  /// Sets `acl` of every znode of `tree` whose path, czxid, ctime and aversion are those of the earlier run.
  /// Others stay kUnknownAcl.
  virtual Status apply(Tree& tree) = 0;
};

struct ReadOptions {
  Selection selection;
  int connections = 1;  ///< spread over the hosts given
  int most_passes = 5;  ///< at least 1
  Deadline deadline = Deadline::never();
  KnownAcls* known_acls = nullptr;  ///< may be null
  /// Called once, when all data of the first pass is in the tree and `acls_to_read` ACLs are about to be
  /// asked for. What it starts on another thread may read names, data and links of the tree until read() ends
  /// the wait by calling `before_changes`, after which the tree may change.
  std::function<void(const Tree& tree, std::size_t acls_to_read)> on_data_read;
  std::function<void()> before_changes;
  /// Called now and then with what was read since the last call: a znode counts when its data was read, and
  /// once more when its ACL was asked for.
  std::function<void(std::uint64_t znodes)> on_progress;
};

/// Not thread-safe.
class Source {
 public:
  virtual ~Source() = default;
  /// "client", "observer", "files": as manifests name it.
  virtual std::string_view name() const = 0;
  /// Errors: kRetry (nobody reachable until the deadline), kDenied (authentication), kNotFound (no such path
  /// or chroot).
  virtual Result<Reading> read(const ReadOptions& options) = 0;
};

}  // namespace arkive::zk
