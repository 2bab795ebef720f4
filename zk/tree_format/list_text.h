/// The values of the lines in acls/ and kinds/, and whole lists of one znode. Internal to zk/tree_format.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "zk/tree.h"
#include "zk/tree_format/redactor.h"

namespace arkive::zk {

/// Null data without children: its file cannot tell it from empty data.
inline bool is_null_leaf(const Node& node) {
  return node.is_null() && !node.has_children();
}

/// ACL texts by AclId, made when first needed. Borrows both.
class AclTexts {
 public:
  AclTexts(const Tree& tree, const Redactor* redactor)
      : tree_(tree), redactor_(redactor), texts_(tree.acl_count()) {}
  const std::string& text(AclId id);

 private:
  const Tree& tree_;
  const Redactor* redactor_;
  std::vector<std::string> texts_;
};

/// True when a znode has a line in acls/, or in kinds/.
bool has_acl_line(const Tree& tree, NodeIndex node);
bool has_kind_line(const Tree& tree, NodeIndex node);
/// "null", "ttl=60000", "null container"
std::string kind_text(const Tree& tree, NodeIndex node);

/// The whole list about the children of `directory` (and about "/" itself, when it is that), by key.
std::map<std::string, std::string> acl_list(const Tree& tree, NodeIndex directory, const Redactor* redactor);
std::map<std::string, std::string> kind_list(const Tree& tree, NodeIndex directory);

}  // namespace arkive::zk
