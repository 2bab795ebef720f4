/// Znodes of real Kafka clusters (data/kafka-VERSION.json), and changes made up by hand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "zk/application.h"

namespace arkive::kafka::test {

/// What one action of an operator changed.
struct Step {
  std::string what;
  std::vector<zk::ZnodeChange> changes;
  zk::Tree before;
  zk::Tree after;
};

/// The versions there are recordings of.
std::vector<std::string> recorded_versions();
/// All steps of one; the tree stands below `root`.
std::vector<Step> recorded_steps(const std::string& version, const std::string& root = "");
/// The step named `what` of `version`. Throws when there is none.
Step recorded_step(const std::string& version, const std::string& what);

/// A znode with the open ACL.
zk::Znode znode(const std::string& path, std::optional<std::string> data);
/// Absent optionals: the znode is not there. To say null data, use znode().
zk::ZnodeChange change(const std::string& path, std::optional<std::string> before,
                       std::optional<std::string> after);
/// A tree of these znodes.
zk::Tree tree_of(const std::vector<std::pair<std::string, std::string>>& znodes);

/// What Kafka's application says of the changes: texts, and how many changes it left unknown.
struct Told {
  std::vector<std::string> major;
  std::vector<std::string> minor;
  std::vector<std::size_t> unknown;
  std::vector<zk::Sentence> sentences;
};
Told tell(const std::vector<zk::ZnodeChange>& changes, const std::string& root = "");

}  // namespace arkive::kafka::test
