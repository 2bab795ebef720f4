/// Tree: a whole tree of znodes in memory, about 110 bytes a znode besides its name and data.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stores/core/bytes.h"
#include "zk/znode.h"

namespace arkive::zk {

/// Names a znode within its Tree; stays valid while the Tree lives.
using NodeIndex = std::uint32_t;
constexpr NodeIndex kNoNode = 0xffffffff;
constexpr NodeIndex kRoot = 0;

/// Names an ACL within its Tree. kOpenAcl is world:anyone:cdrwa; kUnknownAcl: not read (yet).
using AclId = std::uint32_t;
constexpr AclId kOpenAcl = 0;
constexpr AclId kUnknownAcl = 0xffffffff;

/// One znode. Read its fields freely; change data, children and removal through Tree.
struct Node {
  const char* name_bytes = nullptr;
  const char* data_bytes = nullptr;  ///< null when the data is null or empty
  std::uint32_t name_size = 0;
  std::int32_t data_size = -1;  ///< -1: null
  std::int64_t czxid = 0, mzxid = 0, pzxid = 0, ctime = 0, mtime = 0;
  std::int32_t version = 0, cversion = 0, aversion = 0, num_children = 0;
  AclId acl = kUnknownAcl;
  NodeIndex parent = kNoNode, first_child = kNoNode, next_sibling = kNoNode;
  Kind kind = Kind::kPersistent;
  bool has_stat = false;
  bool removed = false;   ///< unlinked; skip it
  std::uint8_t mark = 0;  ///< for the algorithm at work; no meaning to others

  std::string_view name() const { return {name_bytes, name_size}; }
  bool is_null() const { return data_size < 0; }
  Bytes data() const {
    return data_size > 0 ? Bytes(data_bytes, static_cast<std::size_t>(data_size)) : Bytes();
  }
  Stat stat() const;
  void set_stat(const Stat& stat);
  bool has_children() const { return first_child != kNoNode; }
};

/// Siblings are kept in bytewise order of their names. Not thread-safe, except that different threads may
/// touch different fields of existing nodes, since nodes never move.
class Tree {
 public:
  Tree();  ///< holds the root "/", null data, kOpenAcl
  Tree(Tree&&) noexcept = default;
  Tree& operator=(Tree&&) noexcept = default;

  Node& operator[](NodeIndex index) { return (*chunks_[index >> kChunkBits])[index & kChunkMask]; }
  const Node& operator[](NodeIndex index) const {
    return (*chunks_[index >> kChunkBits])[index & kChunkMask];
  }
  /// All indexes ever given, removed ones included: for (NodeIndex i = 0; i < tree.index_end(); ++i).
  NodeIndex index_end() const { return next_; }
  /// Znodes present, the root included.
  std::size_t size() const { return present_; }
  /// Bytes of data held by present znodes.
  std::uint64_t data_bytes() const;

  /// Adds the children `names` (bytewise sorted, each once, none present yet) below `parent`, which has no
  /// children yet. Returns the index of the first; the others follow it consecutively.
  NodeIndex add_children(NodeIndex parent, const std::vector<std::string_view>& sorted_names);
  /// Adds one child at its place in the order; O(siblings). The child must not exist.
  NodeIndex add_child(NodeIndex parent, std::string_view name);
  /// As add_child, for a caller that adds in ascending order; `previous` is the sibling before (kNoNode:
  /// none). O(1).
  NodeIndex add_child_after(NodeIndex parent, NodeIndex previous, std::string_view name);
  /// Finds or makes the znode at `path` with all its parents.
  NodeIndex make(std::string_view path);
  /// Unlinks a znode and all below it.
  void remove(NodeIndex index);
  /// The same for many, in time linear in them and their siblings.
  void remove_all(std::span<const NodeIndex> indexes);
  /// Links removed znodes (ascending) again where they were, with what was still below them when they were
  /// removed. One whose parent is removed stays so. Their names must be free.
  void put_back(std::span<const NodeIndex> indexes);

  /// Copies the data; an absent optional is null.
  void set_data(NodeIndex index, std::optional<Bytes> data);
  /// TTL in ms of a kTtl znode.
  void set_kind(NodeIndex index, Kind kind, std::int64_t ttl = 0);
  std::int64_t ttl(NodeIndex index) const;

  AclId intern(const Acl& acl);
  const Acl& acl(AclId id) const { return acls_[id]; }
  std::size_t acl_count() const { return acls_.size(); }

  /// kNoNode when absent. "/" is kRoot.
  NodeIndex find(std::string_view path) const;
  NodeIndex find_child(NodeIndex parent, std::string_view name) const;
  std::string path(NodeIndex index) const;
  /// Depth first, parents before children, siblings in order; `visit` returns false to leave out what is
  /// below.
  void walk(NodeIndex from, const std::function<bool(NodeIndex index, const std::string& path)>& visit) const;
  /// The znode as a value of its own.
  Znode znode(NodeIndex index) const;

 private:
  static constexpr std::uint32_t kChunkBits = 12;
  static constexpr std::uint32_t kChunkMask = (1U << kChunkBits) - 1;
  using Chunk = std::vector<Node>;

  NodeIndex allocate(NodeIndex parent, std::string_view name);
  void set_removed(NodeIndex top, bool removed);
  char* reserve(std::size_t size);

  std::vector<std::unique_ptr<Chunk>> chunks_;
  NodeIndex next_ = 0;
  std::size_t present_ = 0;
  std::vector<std::unique_ptr<char[]>> arena_;
  std::size_t arena_left_ = 0;
  char* arena_at_ = nullptr;
  std::deque<Acl> acls_;
  std::unordered_map<std::string, AclId> acl_ids_;
  std::unordered_map<NodeIndex, std::int64_t> ttls_;
  mutable std::unordered_map<NodeIndex, std::vector<NodeIndex>>
      sorted_children_;  // of large directories, for find_child
};

}  // namespace arkive::zk
