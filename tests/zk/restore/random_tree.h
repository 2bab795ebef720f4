/// Random backups: trees with every sort of ACL, data, kind and counter.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "zk/restore/rights.h"
#include "zk/tree.h"

namespace arkive::test {

inline const zk::Identity kOperator{"digest", "operator:secret"};

struct RandomTreeOptions {
  std::size_t znodes = 200;
  bool restrictive_acls = true;
  bool kinds = true;     ///< TTL and container znodes
  bool counters = true;  ///< some parents have created more children than they have
  std::uint32_t largest_counter = 40;
  std::size_t largest_data = 300;
};

inline const std::vector<zk::Acl>& some_acls() {
  using zk::Acl;
  static const std::vector<Acl> acls = {
      zk::open_acl(),
      {{zk::kAllPermissions, "digest", zk::digest_id("operator:secret")}},
      {{zk::kAllPermissions, "digest", zk::digest_id("kafka:other")}},
      {{zk::kAllPermissions, "digest", zk::digest_id("kafka:other")},
       {zk::kReadPermission, "world", "anyone"}},
      {{zk::kReadPermission, "world", "anyone"}},
      {{zk::kReadPermission | zk::kCreatePermission, "world", "anyone"}},
      {{zk::kAllPermissions, "digest", zk::digest_id("operator:secret")},
       {zk::kReadPermission | zk::kWritePermission, "digest", zk::digest_id("kafka:other")}},
      {{zk::kWritePermission, "ip", "10.1.2.3"}},
  };
  return acls;
}

/// Same seed, same tree.
class RandomTree {
 public:
  RandomTree(std::uint64_t seed, RandomTreeOptions options = {}) : random_(seed), options_(options) {}

  zk::Tree make() {
    zk::Tree tree;
    tree.set_data(zk::kRoot, Bytes());
    std::vector<zk::NodeIndex> parents;
    const zk::NodeIndex top = tree.make("/app");
    parents.push_back(top);
    dress(tree, top);
    while (tree.size() < options_.znodes) {
      const zk::NodeIndex parent = parents[pick(parents.size())];
      const std::string name = "n" + std::to_string(pick(100000));
      if (tree.find_child(parent, name) != zk::kNoNode) continue;
      const zk::NodeIndex child = tree.add_child(parent, name);
      dress(tree, child);
      if (pick(3) == 0) parents.push_back(child);
    }
    count(tree);
    return tree;
  }

 private:
  std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

  void dress(zk::Tree& tree, zk::NodeIndex index) {
    switch (pick(6)) {
      case 0:
        break;  // null
      case 1:
        tree.set_data(index, Bytes());
        break;
      default: {
        std::string data(1 + pick(options_.largest_data), '\0');
        for (char& byte : data) byte = static_cast<char>(random_());
        tree.set_data(index, Bytes(data));
      }
    }
    const auto& acls = some_acls();
    tree[index].acl = tree.intern(options_.restrictive_acls ? acls[pick(acls.size())] : zk::open_acl());
    if (options_.kinds && pick(12) == 0) tree.set_kind(index, zk::Kind::kContainer);
    if (options_.kinds && pick(12) == 0)
      tree.set_kind(index, zk::Kind::kTtl, 3'600'000 + static_cast<std::int64_t>(pick(9)));
  }

  void count(zk::Tree& tree) {
    tree.walk(zk::kRoot, [&](zk::NodeIndex index, const std::string&) {
      std::int32_t children = 0;
      for (auto i = tree[index].first_child; i != zk::kNoNode; i = tree[i].next_sibling) ++children;
      const bool more = options_.counters && index != zk::kRoot && pick(3) == 0;
      const auto gone = more ? static_cast<std::int32_t>(pick(options_.largest_counter)) : 0;
      zk::Stat stat;
      stat.num_children = children;
      stat.cversion = 2 * (children + gone) - children;
      tree[index].set_stat(stat);
      return true;
    });
  }

  std::mt19937_64 random_;
  RandomTreeOptions options_;
};

}  // namespace arkive::test
