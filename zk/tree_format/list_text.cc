#include "zk/tree_format/list_text.h"

#include "zk/tree_format/encoded_children.h"
#include "zk/tree_format/layout.h"
#include "zk/tree_format/lists.h"

namespace arkive::zk {

const std::string& AclTexts::text(AclId id) {
  std::string& text = texts_[id];
  if (text.empty())
    text = format_acl(redactor_ == nullptr ? tree_.acl(id) : redactor_->redact(tree_.acl(id)));
  return text;
}

bool has_acl_line(const Tree& tree, NodeIndex node) {
  return tree[node].acl != kOpenAcl;
}

bool has_kind_line(const Tree& tree, NodeIndex node) {
  return node != kRoot && (tree[node].kind != Kind::kPersistent || is_null_leaf(tree[node]));
}

std::string kind_text(const Tree& tree, NodeIndex node) {
  std::string text;
  const Kind kind = tree[node].kind;
  if (is_null_leaf(tree[node])) text += layout::kNullWord;
  if (!text.empty() && kind != Kind::kPersistent) text += ' ';
  if (kind == Kind::kContainer) text += layout::kContainerWord;
  if (kind == Kind::kTtl) {
    text += layout::kTtlWord;
    text += std::to_string(tree.ttl(node));
  }
  return text;
}

std::map<std::string, std::string> acl_list(const Tree& tree, NodeIndex directory, const Redactor* redactor) {
  std::map<std::string, std::string> lines;
  AclTexts texts(tree, redactor);
  EncodedChildren children;
  children.assign(tree, directory);
  if (directory == kRoot && has_acl_line(tree, kRoot)) lines.emplace(kRootKey, texts.text(tree[kRoot].acl));
  for (const EncodedChild& child : children.all()) {
    if (has_acl_line(tree, child.node)) lines.emplace(child.name, texts.text(tree[child.node].acl));
  }
  return lines;
}

std::map<std::string, std::string> kind_list(const Tree& tree, NodeIndex directory) {
  std::map<std::string, std::string> lines;
  EncodedChildren children;
  children.assign(tree, directory);
  for (const EncodedChild& child : children.all()) {
    if (has_kind_line(tree, child.node)) lines.emplace(child.name, kind_text(tree, child.node));
  }
  return lines;
}

}  // namespace arkive::zk
