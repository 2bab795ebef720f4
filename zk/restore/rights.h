/// Rights: what an ACL allows a session, as far as that can be told without asking the server.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "zk/client/connect_string.h"
#include "zk/znode.h"

namespace arkive::zk {

/// "user:" + base64(sha1("user:password")): how a server writes the identity "user:password" of the scheme
/// digest into an ACL (DigestAuthenticationProvider.generateDigest; SHA-1 unless the server was told
/// otherwise). Empty when there is no colon.
std::string digest_id(std::string_view user_and_password);

/// Immutable; any thread.
class Rights {
 public:
  explicit Rights(const std::vector<Identity>& identities);
  /// The permissions `acl` surely gives: those of world:anyone and of our digest identities. Another scheme
  /// (ip, sasl) may give more.
  std::uint32_t granted(const Acl& acl) const;

 private:
  std::set<std::string> digest_ids_;
};

/// True when everybody who may read by `inner` may read by `outer` too, judged entry by entry.
bool readers_within(const Acl& inner, const Acl& outer);

}  // namespace arkive::zk
