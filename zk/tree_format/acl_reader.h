/// AclReader: ACL texts of lists -> AclIds, without parsing the same text again and again. Internal to
/// zk/tree_format.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "stores/core/result.h"
#include "zk/tree.h"

namespace arkive::zk {

/// Borrows the Tree. Not thread-safe.
class AclReader {
 public:
  explicit AclReader(Tree& tree) : tree_(tree) {}
  /// kCorrupt as parse_acl.
  Result<AclId> id(std::string_view text) {
    if (text == last_text_) return last_id_;
    last_text_ = text;
    const auto known = ids_.find(last_text_);
    if (known != ids_.end()) return last_id_ = known->second;
    const Result<Acl> acl = parse_acl(text);
    if (!acl) {
      last_text_.clear();
      return fail(acl.error());
    }
    last_id_ = tree_.intern(*acl);
    // Bounded: a tree may hold an ACL of its own for every znode.
    if (ids_.size() < kMostRemembered) ids_.emplace(last_text_, last_id_);
    return last_id_;
  }

 private:
  static constexpr std::size_t kMostRemembered = 4096;
  Tree& tree_;
  std::string last_text_;
  AclId last_id_ = kUnknownAcl;
  std::unordered_map<std::string, AclId> ids_;
};

}  // namespace arkive::zk
