#include "zk/restore/rights.h"

#include <algorithm>

#include "stores/core/hash.h"

namespace arkive::zk {

std::string digest_id(std::string_view user_and_password) {
  const std::size_t colon = user_and_password.find(':');
  if (colon == std::string_view::npos) return {};
  const Sha1Digest digest = sha1(user_and_password);
  return std::string(user_and_password.substr(0, colon + 1)) +
         base64(Bytes(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

Rights::Rights(const std::vector<Identity>& identities) {
  for (const Identity& identity : identities) {
    if (identity.scheme == "digest") digest_ids_.insert(digest_id(identity.id));
  }
}

std::uint32_t Rights::granted(const Acl& acl) const {
  std::uint32_t permissions = 0;
  for (const AclEntry& entry : acl) {
    const bool ours = (entry.scheme == "world" && entry.id == "anyone") ||
                      (entry.scheme == "digest" && digest_ids_.contains(entry.id));
    if (ours) permissions |= entry.permissions;
  }
  return permissions;
}

bool readers_within(const Acl& inner, const Acl& outer) {
  return std::all_of(inner.begin(), inner.end(), [&](const AclEntry& wanted) {
    if (!(wanted.permissions & kReadPermission)) return true;
    return std::any_of(outer.begin(), outer.end(), [&](const AclEntry& entry) {
      const bool same = entry.scheme == wanted.scheme && entry.id == wanted.id;
      const bool everybody = entry.scheme == "world" && entry.id == "anyone";
      return (entry.permissions & kReadPermission) && (same || everybody);
    });
  });
}

}  // namespace arkive::zk
