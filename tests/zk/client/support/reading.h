/// What tests expect of a Reading, and how they compare.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "tests/support/results.h"
#include "tests/zk/client/support/raw_client.h"
#include "zk/client/client_source.h"

namespace arkive::zk::test {

struct Seen {
  std::optional<std::string> data;
  Acl acl;
  bool operator==(const Seen&) const = default;
};
using SeenTree = std::map<std::string, Seen>;

inline void PrintTo(const Seen& seen, std::ostream* to) {
  *to << (seen.data ? "'" + printable(seen.data->substr(0, 60)) + "'" : "null") << " "
      << format_acl(seen.acl);
}

/// Fails naming the first few differences only.
inline void expect_same(const SeenTree& seen, const SeenTree& wanted) {
  int named = 0;
  const auto differ = [&](const std::string& path, const Seen* is, const Seen* should) {
    if (++named > 5) return;
    ADD_FAILURE() << printable(path) << ": is " << (is ? testing::PrintToString(*is) : "missing")
                  << ", should be " << (should ? testing::PrintToString(*should) : "missing");
  };
  for (const auto& [path, znode] : wanted) {
    const auto found = seen.find(path);
    if (found == seen.end() || found->second != znode) {
      differ(path, found == seen.end() ? nullptr : &found->second, &znode);
    }
  }
  for (const auto& [path, znode] : seen) {
    if (!wanted.contains(path)) differ(path, &znode, nullptr);
  }
}

inline SeenTree seen_in(const Tree& tree) {
  SeenTree seen;
  tree.walk(kRoot, [&](NodeIndex index, const std::string& path) {
    const Znode znode = tree.znode(index);
    seen[path] = {znode.data, znode.acl};
    EXPECT_NE(tree[index].acl, kUnknownAcl) << path;
    return true;
  });
  return seen;
}

/// Every Stat of the tree is what the server tells now.
inline void expect_stats_of_now(const Tree& tree, RawClient& client) {
  tree.walk(kRoot, [&](NodeIndex index, const std::string& path) {
    Stat now = client.exists(path);
    if (tree[index].is_null()) now.data_length = 0;
    EXPECT_EQ(tree[index].stat(), now) << path;
    return true;
  });
}

/// The tree as the server has it now, read one znode at a time, in the plainest way.
inline SeenTree read_plainly(RawClient& client, const std::string& chroot = "") {
  SeenTree seen;
  const std::function<void(const std::string&)> visit = [&](const std::string& path) {
    const std::string real = path == "/" ? (chroot.empty() ? "/" : chroot) : chroot + path;
    std::string record;
    jute::Writer to(record);
    jute::write_path_and_watch(to, real);
    const auto data = client.call(4, record);
    if (!data.ok()) throw std::runtime_error("getData " + path + ": " + std::to_string(data.error));
    jute::Reader from_data(data.body);
    const jute::Data got = jute::read_data(from_data);
    if (got.stat.ephemeral_owner != 0) return;
    std::string acl_record;
    jute::Writer(acl_record).string(real);
    const auto acl = client.call(6, acl_record);
    jute::Reader from_acl(acl.body);
    seen[path] = {got.data ? std::optional(std::string(*got.data)) : std::nullopt, jute::read_acl(from_acl)};
    const auto children = client.call(8, record);
    jute::Reader from_children(children.body);
    std::vector<Bytes> names;
    jute::read_names(from_children, names);
    for (const Bytes name : names) {
      if (real == "/" && name == "zookeeper") continue;
      visit(join_path(path, name));
    }
  };
  visit("/");
  return seen;
}

inline Reading read_all(const ConnectOptions& options, const ReadOptions& read = {}, ReadLimits limits = {}) {
  return arkive::test::value_of(client_source(options, limits)->read(read));
}

inline Reading read_all(const std::string& connect, const ReadOptions& read = {}) {
  return read_all(options_for(connect), read);
}

}  // namespace arkive::zk::test
