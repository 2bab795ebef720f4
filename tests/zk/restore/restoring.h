/// Plan and run in one go, on a FakeZooKeeper.
#pragma once

#include <string>
#include <vector>

#include "tests/support/results.h"
#include "tests/zk/restore/fake_zookeeper.h"
#include "tests/zk/restore/random_tree.h"

namespace arkive::test {

struct Restored {
  zk::RestorePlan plan;
  zk::RestoreReport report;
};

inline Result<Restored> restore(const zk::RestoreSource& source, FakeZooKeeper& server,
                                const zk::RestoreOptions& options,
                                std::vector<zk::Identity> identities = {kOperator}, std::string chroot = {}) {
  const zk::RestoreTarget target = server.target(std::move(identities), std::move(chroot));
  Restored restored;
  ARKIVE_ASSIGN(restored.plan, zk::plan_restore_on(source, target, options));
  ARKIVE_ASSIGN(restored.report, zk::run_restore_on(source, restored.plan, target, options));
  return restored;
}

inline zk::RestoreSource source_of(const zk::Tree& tree) {
  zk::RestoreSource source;
  source.tree = &tree;
  return source;
}

inline Result<Restored> restore(const zk::Tree& tree, FakeZooKeeper& server,
                                const zk::RestoreOptions& options,
                                std::vector<zk::Identity> identities = {kOperator}) {
  return restore(source_of(tree), server, options, std::move(identities));
}

inline constexpr std::uint32_t kSmallPackets = 6000;  // many small batches

inline zk::RestoreOptions below(std::string path) {
  zk::RestoreOptions options;
  options.path = std::move(path);
  options.packet_limit = kSmallPackets;
  return options;
}

/// What went otherwise than planned, a line each.
inline std::string complaints(const zk::RestoreReport& report) {
  std::string text;
  for (const auto& failure : report.failed) text += failure.path + ": " + failure.reason + "\n";
  for (const auto& failure : report.differing) text += failure.path + " differs: " + failure.reason + "\n";
  return text;
}

/// "create /app\nsame /app/a (reason)\n..."
inline std::string text_of(const zk::RestorePlan& plan) {
  std::string text;
  for (const zk::RestoreItem& item : plan.items) {
    text += std::string(restore_action_name(item.action)) + " " + plan.path(item);
    if (!plan.reason(item).empty()) text += " (" + std::string(plan.reason(item)) + ")";
    text += "\n";
  }
  return text;
}

}  // namespace arkive::test
