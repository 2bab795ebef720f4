/// A znode as arkive keeps it: Stat, ACL, kind, data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"

namespace arkive::zk {

/// Stat as a client sees it (zookeeper.jute, class Stat). Times in ms since 1970, zxids as they are.
/// `cversion` is the client's: persisted * 2 - num_children (DataNode.copyStat), so the next sequence number
/// below this znode is (cversion + num_children) / 2.
struct Stat {
  std::int64_t czxid = 0;
  std::int64_t mzxid = 0;
  std::int64_t ctime = 0;
  std::int64_t mtime = 0;
  std::int32_t version = 0;
  std::int32_t cversion = 0;
  std::int32_t aversion = 0;
  std::int64_t ephemeral_owner = 0;  ///< session id; 0 for all that is not ephemeral
  std::int32_t data_length = 0;
  std::int32_t num_children = 0;  ///< ephemeral children included
  std::int64_t pzxid = 0;
  bool operator==(const Stat&) const = default;

  std::int32_t next_sequence() const {
    return static_cast<std::int32_t>((static_cast<std::int64_t>(cversion) + num_children) / 2);
  }
};

/// Permission bits, ZooDefs.Perms: read 1, write 2, create 4, delete 8, admin 16.
constexpr std::uint32_t kReadPermission = 1, kWritePermission = 2, kCreatePermission = 4,
                        kDeletePermission = 8, kAdminPermission = 16, kAllPermissions = 31;

struct AclEntry {
  std::uint32_t permissions = 0;
  std::string scheme;
  std::string id;
  bool operator==(const AclEntry&) const = default;
};
/// Order matters and is kept.
using Acl = std::vector<AclEntry>;

/// world:anyone:cdrwa
const Acl& open_acl();
/// "digest:u:h=:cdrwa world:anyone:r": entries separated by one space; permissions as letters in the order
/// cdrwa; in scheme and id, space, tab, newline and `%` (in a scheme `:` too) are escaped as %XX. parse_acl
/// reverses it; kCorrupt for anything else. The empty ACL is "-".
std::string format_acl(const Acl& acl);
Result<Acl> parse_acl(std::string_view text);
/// True when a digest id came masked as `user:x`, which servers hand to a session without ADMIN
/// (FinalRequestProcessor.java, 3.4.14 to 3.9): the real hash is not known.
bool is_masked(const AclEntry& entry);
bool is_masked(const Acl& acl);

enum class Kind : std::uint8_t { kPersistent, kTtl, kContainer };

/// One znode by itself, for showing, comparing and restoring. Bulk work uses Tree.
struct Znode {
  std::string path;                 ///< absolute, "/" for the root
  std::optional<std::string> data;  ///< null is not empty
  Acl acl;
  Kind kind = Kind::kPersistent;
  std::int64_t ttl = 0;      ///< ms, for kTtl
  std::optional<Stat> stat;  ///< from the run's record, when known
};

/// Checks a path as PathUtils.java does (facts: no empty, "." or ".." part, no NUL, no trailing slash).
/// kUsage otherwise.
Status check_path(std::string_view path);
/// "/a" + "b" = "/a/b"; "/" + "b" = "/b".
std::string join_path(std::string_view parent, std::string_view name);
/// "/a/b" -> "/a"; "/a" -> "/"; "/" -> "/".
std::string_view parent_path(std::string_view path);
/// "/a/b" -> "b"; "/" -> "".
std::string_view last_name(std::string_view path);
/// True when `path` is `ancestor` or below it.
bool is_at_or_below(std::string_view path, std::string_view ancestor);

}  // namespace arkive::zk
