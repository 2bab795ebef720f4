#include "zk/restore/request_size.h"

namespace arkive::zk {

std::size_t acl_size(const Acl& acl) {
  std::size_t size = 4;
  for (const AclEntry& entry : acl) size += 4 + 4 + entry.scheme.size() + 4 + entry.id.size();
  return size;
}

const Acl& counter_acl() {
  static const Acl acl{{kReadPermission, "world", "anyone"}};
  return acl;
}

}  // namespace arkive::zk
