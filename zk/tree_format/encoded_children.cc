#include "zk/tree_format/encoded_children.h"

#include <algorithm>
#include <unordered_map>

#include "zk/tree_format/names.h"

namespace arkive::zk {
namespace {

bool may_be_a_twin(std::string_view name) {
  return std::any_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace

void EncodedChildren::assign(const Tree& tree, NodeIndex parent) {
  children_.clear();
  escaped_.clear();
  bool look_for_twins = false;
  bool sorted = true;
  for (NodeIndex i = tree[parent].first_child; i != kNoNode; i = tree[i].next_sibling) {
    const std::string_view name = tree[i].name();
    look_for_twins = look_for_twins || may_be_a_twin(name);
    if (is_surely_plain(name)) {
      children_.push_back({name, i});
      continue;
    }
    escaped_.push_back(encode_name(name));
    if (escaped_.back() == name) {
      escaped_.pop_back();
      children_.push_back({name, i});
    } else {
      children_.push_back({escaped_.back(), i});
      sorted = false;  // an escaped byte sorts elsewhere than the byte
    }
  }
  if (look_for_twins && children_.size() > 1) {
    const std::size_t before = escaped_.size();
    escape_twins(tree);
    sorted = sorted && before == escaped_.size();
  }
  if (!sorted) {
    std::sort(children_.begin(), children_.end(),
              [](const EncodedChild& a, const EncodedChild& b) { return a.name < b.name; });
  }
}

void EncodedChildren::escape_twins(const Tree& tree) {
  // Hashes first: keys of all siblings at once would double the memory of a large directory.
  std::vector<std::pair<std::size_t, std::uint32_t>> by_hash;
  by_hash.reserve(children_.size());
  for (std::uint32_t i = 0; i < children_.size(); ++i) {
    by_hash.emplace_back(std::hash<std::string>()(fold_key(children_[i].name)), i);
  }
  std::sort(by_hash.begin(), by_hash.end());
  for (std::size_t begin = 0; begin < by_hash.size();) {
    std::size_t end = begin + 1;
    while (end < by_hash.size() && by_hash[end].first == by_hash[begin].first) ++end;
    if (end - begin > 1) {
      std::unordered_map<std::string, int> members;
      for (std::size_t i = begin; i < end; ++i) ++members[fold_key(children_[by_hash[i].second].name)];
      for (std::size_t i = begin; i < end; ++i) {
        EncodedChild& child = children_[by_hash[i].second];
        if (members[fold_key(child.name)] < 2) continue;
        escaped_.push_back(encode_name(tree[child.node].name(), NameForm::kTwin));
        child.name = escaped_.back();
      }
    }
    begin = end;
  }
}

}  // namespace arkive::zk
