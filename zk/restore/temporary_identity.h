/// The identity a restore gives itself, so that a znode whose final ACL would lock the restore out can wait
/// behind an ACL that lets nobody else in.
///
/// It is derived from the backup's own content (HMAC-SHA-256 over names, data and ACLs), so a restore that
/// was killed and is run again from the same backup and path has the same identity, wherever it runs, without
/// a file kept anywhere. Whoever could derive it holds the backup, and so could read all that is restored.
/// Its user name marks what the restore has not finished yet: an ACL that holds it was set by no one else.
///
/// ZooKeeper expands the scheme `auth` to the ids of a session; so the temporary ACL is `auth::cdrwa`, and
/// a server that hashes digests in another way than SHA-1 is served as well.
#pragma once

#include <string>

#include "zk/client/connect_string.h"
#include "zk/tree.h"

namespace arkive::zk {

class TemporaryIdentity {
 public:
  /// Costs about 0.1 s for 200,000 znodes.
  static TemporaryIdentity of(const Tree& backup);
  const Identity& identity() const { return identity_; }
  /// True for an ACL set by a restore of this backup.
  bool marks(const Acl& acl) const;

 private:
  Identity identity_;
  std::string user_;  ///< with the colon
};

/// auth::cdrwa: the server puts the session's own ids in its place.
const Acl& own_acl();
/// True for an ACL set by a restore of any backup.
bool marked_by_some_restore(const Acl& acl);

}  // namespace arkive::zk
