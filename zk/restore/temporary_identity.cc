#include "zk/restore/temporary_identity.h"

#include <algorithm>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/hash.h"

namespace arkive::zk {
namespace {

constexpr std::string_view kUserPrefix = "arkive-restore-";

bool holds_user(const Acl& acl, std::string_view beginning) {
  return std::any_of(acl.begin(), acl.end(), [&](const AclEntry& entry) {
    return entry.scheme == "digest" && entry.id.starts_with(beginning);
  });
}

void append_sized(std::string& to, Bytes bytes) {
  append_big_endian(to, static_cast<std::uint32_t>(bytes.size()));
  to += bytes;
}

Bytes as_bytes(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Sha256Digest content_digest(const Tree& tree) {
  Sha256Stream digest;
  std::string buffer;
  // By content: the numbers of ACLs depend on the order in which they were read.
  std::vector<Sha256Digest> acls;
  for (std::size_t i = 0; i < tree.acl_count(); ++i) {
    acls.push_back(sha256(format_acl(tree.acl(static_cast<AclId>(i)))));
  }
  // Depth first with the number of parents closed in between: the shape is part of it.
  std::uint32_t closed = 0;
  for (NodeIndex at = kRoot; at != kNoNode;) {
    const Node& node = tree[at];
    append_big_endian(buffer, closed);
    append_sized(buffer, node.name());
    append_big_endian(buffer, node.data_size);
    buffer += node.data();
    if (node.acl != kUnknownAcl) buffer += as_bytes(acls[node.acl]);
    if (buffer.size() > 64 << 10) {
      digest.update(buffer);
      buffer.clear();
    }
    closed = 0;
    NodeIndex next = node.first_child;
    for (NodeIndex up = at; next == kNoNode && up != kRoot; up = tree[up].parent, ++closed) {
      next = tree[up].next_sibling;
    }
    at = next;
  }
  digest.update(buffer);
  return digest.finish();
}

std::string derived(const Sha256Digest& content, std::string_view purpose, std::size_t digits) {
  return hex(hmac_sha256(as_bytes(content), purpose)).substr(0, digits);
}

}  // namespace

TemporaryIdentity TemporaryIdentity::of(const Tree& backup) {
  const Sha256Digest content = content_digest(backup);
  TemporaryIdentity made;
  made.user_ = std::string(kUserPrefix) + derived(content, "arkive restore user", 16) + ':';
  made.identity_ = {"digest", made.user_ + derived(content, "arkive restore password", 64)};
  return made;
}

bool TemporaryIdentity::marks(const Acl& acl) const {
  return holds_user(acl, user_);
}

const Acl& own_acl() {
  static const Acl acl{{kAllPermissions, "auth", ""}};
  return acl;
}

bool marked_by_some_restore(const Acl& acl) {
  return holds_user(acl, kUserPrefix);
}

}  // namespace arkive::zk
