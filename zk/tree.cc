#include "zk/tree.h"

#include <algorithm>
#include <cstring>

namespace arkive::zk {
namespace {

constexpr std::size_t kArenaBlock = 1 << 20;
constexpr std::size_t kOwnBlockFrom = kArenaBlock / 8;
// Below this many children a scan is as fast as a sorted index and needs no memory.
constexpr std::size_t kIndexFrom = 32;

}  // namespace

Stat Node::stat() const {
  Stat stat;
  stat.czxid = czxid;
  stat.mzxid = mzxid;
  stat.pzxid = pzxid;
  stat.ctime = ctime;
  stat.mtime = mtime;
  stat.version = version;
  stat.cversion = cversion;
  stat.aversion = aversion;
  stat.num_children = num_children;
  stat.data_length = std::max(data_size, 0);
  return stat;
}

void Node::set_stat(const Stat& stat) {
  czxid = stat.czxid;
  mzxid = stat.mzxid;
  pzxid = stat.pzxid;
  ctime = stat.ctime;
  mtime = stat.mtime;
  version = stat.version;
  cversion = stat.cversion;
  aversion = stat.aversion;
  num_children = stat.num_children;
  has_stat = true;
}

Tree::Tree() {
  acls_.push_back(open_acl());
  acl_ids_.emplace(format_acl(open_acl()), kOpenAcl);
  (*this)[allocate(kNoNode, {})].acl = kOpenAcl;
}

char* Tree::reserve(std::size_t size) {
  if (size >= kOwnBlockFrom) {
    arena_.push_back(std::make_unique_for_overwrite<char[]>(size));
    return arena_.back().get();
  }
  if (size > arena_left_) {
    arena_.push_back(std::make_unique_for_overwrite<char[]>(kArenaBlock));
    arena_at_ = arena_.back().get();
    arena_left_ = kArenaBlock;
  }
  char* at = arena_at_;
  arena_at_ += size;
  arena_left_ -= size;
  return at;
}

NodeIndex Tree::allocate(NodeIndex parent, std::string_view name) {
  if ((next_ & kChunkMask) == 0) {
    chunks_.push_back(std::make_unique<Chunk>());
    chunks_.back()->reserve(std::size_t{1} << kChunkBits);
  }
  chunks_.back()->emplace_back();
  Node& node = chunks_.back()->back();
  node.parent = parent;
  if (!name.empty()) {
    char* bytes = reserve(name.size());
    std::memcpy(bytes, name.data(), name.size());
    node.name_bytes = bytes;
    node.name_size = static_cast<std::uint32_t>(name.size());
  }
  ++present_;
  return next_++;
}

std::uint64_t Tree::data_bytes() const {
  std::uint64_t total = 0;
  for (NodeIndex i = 0; i < next_; ++i) {
    const Node& node = (*this)[i];
    if (!node.removed) total += node.data().size();
  }
  return total;
}

NodeIndex Tree::add_children(NodeIndex parent, const std::vector<std::string_view>& sorted_names) {
  NodeIndex first = kNoNode;
  NodeIndex previous = kNoNode;
  for (std::string_view name : sorted_names) {
    previous = add_child_after(parent, previous, name);
    if (first == kNoNode) first = previous;
  }
  return first;
}

NodeIndex Tree::add_child(NodeIndex parent, std::string_view name) {
  NodeIndex previous = kNoNode;
  for (NodeIndex i = (*this)[parent].first_child; i != kNoNode && (*this)[i].name() < name;
       i = (*this)[i].next_sibling) {
    previous = i;
  }
  return add_child_after(parent, previous, name);
}

NodeIndex Tree::add_child_after(NodeIndex parent, NodeIndex previous, std::string_view name) {
  if (!sorted_children_.empty()) sorted_children_.erase(parent);
  const NodeIndex index = allocate(parent, name);
  Node& node = (*this)[index];
  NodeIndex& link = previous == kNoNode ? (*this)[parent].first_child : (*this)[previous].next_sibling;
  node.next_sibling = link;
  link = index;
  return index;
}

NodeIndex Tree::make(std::string_view path) {
  NodeIndex at = kRoot;
  for (std::size_t begin = 1; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    const NodeIndex child = find_child(at, name);
    at = child != kNoNode ? child : add_child(at, name);
    begin = end + 1;
  }
  return at;
}

void Tree::remove(NodeIndex index) {
  Node& node = (*this)[index];
  if (node.removed || index == kRoot) return;
  sorted_children_.erase(node.parent);
  NodeIndex* link = &(*this)[node.parent].first_child;
  while (*link != index) link = &(*this)[*link].next_sibling;
  *link = node.next_sibling;
  set_removed(index, true);
}

void Tree::set_removed(NodeIndex top, bool removed) {
  // A stack instead of recursion: trees may be thousands deep.
  std::vector<NodeIndex> below{top};
  while (!below.empty()) {
    Node& at = (*this)[below.back()];
    below.pop_back();
    if (at.removed && !removed) ++present_;
    if (!at.removed && removed) --present_;
    at.removed = removed;
    for (NodeIndex i = at.first_child; i != kNoNode; i = (*this)[i].next_sibling) below.push_back(i);
  }
}

void Tree::remove_all(std::span<const NodeIndex> indexes) {
  std::vector<std::pair<NodeIndex, NodeIndex>> unlinked;  // parent, child
  for (const NodeIndex index : indexes) {
    if ((*this)[index].removed || index == kRoot) continue;
    unlinked.emplace_back((*this)[index].parent, index);
    set_removed(index, true);
  }
  std::sort(unlinked.begin(), unlinked.end());
  for (auto from = unlinked.begin(); from != unlinked.end();) {
    const NodeIndex parent = from->first;
    const auto to =
        std::find_if(from, unlinked.end(), [&](const auto& pair) { return pair.first != parent; });
    sorted_children_.erase(parent);
    NodeIndex* link = &(*this)[parent].first_child;
    while (*link != kNoNode) {
      Node& child = (*this)[*link];
      // Siblings may be removed and yet stay linked: those that went with their parent come back with it.
      if (std::binary_search(from, to, std::pair(parent, *link))) {
        *link = child.next_sibling;
      } else {
        link = &child.next_sibling;
      }
    }
    from = to;
  }
}

void Tree::put_back(std::span<const NodeIndex> indexes) {
  std::vector<NodeIndex> linked;
  for (const NodeIndex index : indexes) {
    if (!(*this)[index].removed || (*this)[(*this)[index].parent].removed) continue;
    set_removed(index, false);
    linked.push_back(index);
  }
  std::sort(linked.begin(), linked.end(), [this](NodeIndex a, NodeIndex b) {
    const Node& left = (*this)[a];
    const Node& right = (*this)[b];
    return left.parent != right.parent ? left.parent < right.parent : left.name() < right.name();
  });
  NodeIndex parent = kNoNode;
  NodeIndex* link = nullptr;
  for (const NodeIndex index : linked) {
    Node& node = (*this)[index];
    if (node.parent != parent) {
      parent = node.parent;
      sorted_children_.erase(parent);
      link = &(*this)[parent].first_child;
    }
    while (*link != kNoNode && (*this)[*link].name() < node.name()) link = &(*this)[*link].next_sibling;
    node.next_sibling = *link;
    *link = index;
    link = &node.next_sibling;
  }
}

void Tree::set_data(NodeIndex index, std::optional<Bytes> data) {
  Node& node = (*this)[index];
  if (!data) {
    node.data_bytes = nullptr;
    node.data_size = -1;
    return;
  }
  if (!data->empty()) {
    // Always a fresh place: somebody may still be reading the old bytes.
    char* bytes = reserve(data->size());
    std::memcpy(bytes, data->data(), data->size());
    node.data_bytes = bytes;
  }
  node.data_size = static_cast<std::int32_t>(data->size());
}

void Tree::set_kind(NodeIndex index, Kind kind, std::int64_t ttl) {
  (*this)[index].kind = kind;
  if (kind == Kind::kTtl) {
    ttls_[index] = ttl;
  } else {
    ttls_.erase(index);
  }
}

std::int64_t Tree::ttl(NodeIndex index) const {
  const auto found = ttls_.find(index);
  return found == ttls_.end() ? 0 : found->second;
}

AclId Tree::intern(const Acl& acl) {
  std::string key = format_acl(acl);
  const auto found = acl_ids_.find(key);
  if (found != acl_ids_.end()) return found->second;
  acls_.push_back(acl);
  const auto id = static_cast<AclId>(acls_.size() - 1);
  acl_ids_.emplace(std::move(key), id);
  return id;
}

NodeIndex Tree::find(std::string_view path) const {
  NodeIndex at = kRoot;
  for (std::size_t begin = 1; begin < path.size() && at != kNoNode;) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    at = find_child(at, path.substr(begin, end - begin));
    begin = end + 1;
  }
  return at;
}

NodeIndex Tree::find_child(NodeIndex parent, std::string_view name) const {
  const auto indexed = sorted_children_.find(parent);
  if (indexed != sorted_children_.end()) {
    const std::vector<NodeIndex>& children = indexed->second;
    const auto at =
        std::lower_bound(children.begin(), children.end(), name,
                         [this](NodeIndex i, std::string_view wanted) { return (*this)[i].name() < wanted; });
    return at != children.end() && (*this)[*at].name() == name ? *at : kNoNode;
  }
  std::size_t seen = 0;
  NodeIndex i = (*this)[parent].first_child;
  for (; i != kNoNode && seen < kIndexFrom; i = (*this)[i].next_sibling, ++seen) {
    if ((*this)[i].name() == name) return i;
  }
  if (i == kNoNode) return kNoNode;
  std::vector<NodeIndex> children;
  for (NodeIndex child = (*this)[parent].first_child; child != kNoNode; child = (*this)[child].next_sibling) {
    children.push_back(child);
  }
  sorted_children_.emplace(parent, std::move(children));
  return find_child(parent, name);
}

std::string Tree::path(NodeIndex index) const {
  if (index == kRoot) return "/";
  std::size_t size = 0;
  for (NodeIndex i = index; i != kRoot; i = (*this)[i].parent) size += 1 + (*this)[i].name_size;
  std::string path(size, '/');
  std::size_t end = size;
  for (NodeIndex i = index; i != kRoot; i = (*this)[i].parent) {
    const std::string_view name = (*this)[i].name();
    end -= name.size();
    std::copy(name.begin(), name.end(), path.begin() + static_cast<std::ptrdiff_t>(end));
    --end;
  }
  return path;
}

void Tree::walk(NodeIndex from, const std::function<bool(NodeIndex, const std::string&)>& visit) const {
  std::string path = this->path(from);
  NodeIndex at = from;
  while (true) {
    const bool descend = visit(at, path);
    if (descend && (*this)[at].first_child != kNoNode) {
      at = (*this)[at].first_child;
      if (path.size() > 1) path += '/';
      path += (*this)[at].name();
      continue;
    }
    while (true) {
      if (at == from) return;
      const Node& node = (*this)[at];
      path.resize(path.size() - node.name_size);
      if (node.next_sibling != kNoNode) {
        at = node.next_sibling;
        path += (*this)[at].name();
        break;
      }
      at = node.parent;
      if (path.size() > 1) path.pop_back();
    }
  }
}

Znode Tree::znode(NodeIndex index) const {
  const Node& node = (*this)[index];
  Znode znode;
  znode.path = path(index);
  if (!node.is_null()) znode.data = std::string(node.data());
  if (node.acl != kUnknownAcl) znode.acl = acl(node.acl);
  znode.kind = node.kind;
  znode.ttl = ttl(index);
  if (node.has_stat) znode.stat = node.stat();
  return znode;
}

}  // namespace arkive::zk
