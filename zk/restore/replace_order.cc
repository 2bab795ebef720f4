#include "zk/restore/replace_order.h"

namespace arkive::zk {

ReplaceOrder replace_order(const Replacement& replacement, const Rights& rights) {
  const auto gives = [&](const Acl& acl, std::uint32_t wanted) {
    return (rights.granted(acl) & wanted) == wanted;
  };
  const Acl& before = *replacement.old_acl;
  const Acl& after = *replacement.new_acl;
  if (!replacement.acl_differs) return ReplaceOrder::kDataOnly;
  if (!replacement.data_differs) {
    if (gives(after, replacement.needs)) return ReplaceOrder::kAclOnly;
    return gives(before, replacement.needs) ? ReplaceOrder::kAclLast : ReplaceOrder::kLockDataThenAcl;
  }
  if (readers_within(after, before) && gives(after, replacement.needs | kWritePermission)) {
    return ReplaceOrder::kAclThenData;
  }
  if (readers_within(before, after) && gives(before, replacement.needs)) return ReplaceOrder::kAclLast;
  return ReplaceOrder::kLockDataThenAcl;
}

}  // namespace arkive::zk
