/// In which order an existing znode gets its new data and ACL.
#pragma once

#include "zk/restore/restore.h"
#include "zk/restore/rights.h"

namespace arkive::zk {

struct Replacement {
  bool data_differs = false;
  bool acl_differs = false;
  const Acl* old_acl = nullptr;
  const Acl* new_acl = nullptr;
  std::uint32_t needs = 0;  ///< permissions that creating its children takes
};

/// Neither the old data nor the new is ever readable by somebody whom its own ACL, or the final one, keeps
/// out; and the session never takes from itself what it still needs.
ReplaceOrder replace_order(const Replacement& replacement, const Rights& rights);

}  // namespace arkive::zk
