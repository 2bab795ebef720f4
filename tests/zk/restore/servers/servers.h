/// Restores on real servers, and what is there afterwards as somebody who may see everything sees it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "restore-plans/rehearse/zookeeper.h"
#include "tests/support/results.h"
#include "tests/zk/client/support/raw_client.h"
#include "tests/zk/restore/random_tree.h"
#include "zk/client/client_source.h"
#include "zk/restore/restore.h"

namespace arkive::test {

using zk::test::NewZnode;
using zk::test::options_for;
using zk::test::RawClient;

inline const zk::Identity kSuper{"digest", "super:all"};

struct Restored {
  zk::RestorePlan plan;
  zk::RestoreReport report;
};

/// As restoring.h says it.
inline std::string complaints(const zk::RestoreReport& report) {
  std::string text;
  for (const auto& failure : report.failed) text += failure.path + ": " + failure.reason + "\n";
  for (const auto& failure : report.differing) text += failure.path + " differs: " + failure.reason + "\n";
  return text;
}

inline zk::RestoreOptions below(std::string path) {
  zk::RestoreOptions options;
  options.path = std::move(path);
  return options;
}

/// A ZooKeeper with a super user, and restores into it.
class RestoreServersTest : public ScratchTest {
 protected:
  rehearse::ZooKeeper& start(rehearse::ZooKeeperSettings settings = {}) {
    settings.super_password = "all";
    zookeeper_.emplace(value_of(rehearse::ZooKeeper::start(scratch("servers"), settings,
                                                           Deadline::after(std::chrono::seconds(120)))));
    return *zookeeper_;
  }
  rehearse::ZooKeeper& zookeeper() { return *zookeeper_; }
  std::string connect() const { return zookeeper_->connect_string(); }

  Result<Restored> restore(const zk::Tree& tree, const zk::RestoreOptions& options,
                           std::vector<zk::Identity> identities = {kOperator},
                           const std::string& chroot = "") {
    zk::RestoreSource source;
    source.tree = &tree;
    const zk::ConnectOptions target = options_for(connect() + chroot, std::move(identities));
    Restored restored;
    ARKIVE_ASSIGN(restored.plan, zk::plan_restore(source, target, options));
    ARKIVE_ASSIGN(restored.report, zk::run_restore(source, restored.plan, target, options));
    return restored;
  }

  /// The tree as the super user reads it.
  zk::Reading read(const std::string& path) {
    zk::ReadOptions options;
    options.selection.path = path;
    return value_of(zk::client_source(options_for(connect(), {kSuper}))->read(options));
  }

  /// What differs between `tree` below `path` and the server: data, ACL, counter. Kinds cannot be seen.
  std::vector<std::string> differences(const zk::Tree& tree, const std::string& path, std::string onto = {}) {
    std::vector<std::string> found;
    if (onto.empty()) onto = path;
    const zk::Reading there = read(onto);
    std::size_t count = 0;
    tree.walk(tree.find(path), [&](zk::NodeIndex index, const std::string& source) {
      ++count;
      const std::string at = onto + source.substr(path.size());
      const zk::NodeIndex twin = there.tree.find(at);
      if (twin == zk::kNoNode) {
        found.push_back(at + " is not there");
        return true;
      }
      const zk::Znode wanted = tree.znode(index);
      const zk::Znode seen = there.tree.znode(twin);
      if (wanted.data != seen.data) found.push_back(at + ": data");
      if (wanted.acl != seen.acl) {
        found.push_back(at + ": ACL " + format_acl(seen.acl) + " instead of " + format_acl(wanted.acl));
      }
      const bool idle_container = wanted.kind == zk::Kind::kContainer && !tree[index].has_children();
      if (wanted.stat && !idle_container && wanted.stat->next_sequence() != seen.stat->next_sequence()) {
        found.push_back(at + ": counter " + std::to_string(seen.stat->next_sequence()) + " instead of " +
                        std::to_string(wanted.stat->next_sequence()));
      }
      return true;
    });
    std::size_t seen = 0;
    there.tree.walk(there.tree.find(onto), [&](zk::NodeIndex, const std::string&) { return ++seen, true; });
    if (seen != count) found.push_back(std::to_string(seen) + " znodes instead of " + std::to_string(count));
    return found;
  }

 private:
  std::optional<rehearse::ZooKeeper> zookeeper_;
};

inline const std::vector<std::string> kNothing;

}  // namespace arkive::test
