/// The two helpers of decide.cc: the drawer that decisions are put into, and the topics' part of them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/recovery/decide.h"
#include "kafka/znodes/znode_data.h"

namespace arkive::kafka {

/// Collects decisions, one a path, and compares each with what the target holds. Borrows both.
class DecisionDrawer {
 public:
  DecisionDrawer(const zk::Tree& backup, const TargetZnodes& target) : backup_(backup), target_(target) {}

  const TargetZnodes& target() const { return target_; }
  /// The znode gets `text`: raised where the backup has it, else made with the ACL of `acl_like` or, where
  /// the backup has no such znode either, of what is nearest above. What else stands on the target is
  /// replaced.
  void write(const std::string& path, const std::optional<std::string>& text, bool in_backup,
             const std::string& reason, const std::string& acl_like);
  /// The znode stays as the backup has it, and replaces what else stands on the target.
  void replace_if_other(const std::string& path, const std::string& reason);
  void drop(const std::string& path, const std::string& reason);
  bool target_holds(const std::string& path) const { return target_.hashes.contains(path); }
  /// Holds it with other data than `text`.
  bool target_has_other(const std::string& path, const std::optional<std::string>& text) const;
  /// It was decided that what the target holds there is replaced.
  bool replaces(const std::string& path) const;
  /// Znodes nothing was decided about: those with another value on the target leave that, or, if `replaces`
  /// says so, do not.
  void settle_the_rest(const std::function<bool(std::string_view)>& replaces);
  /// Ascending by path.
  std::vector<ZnodeDecision> decisions() &&;

 private:
  const zk::Tree& backup_;
  const TargetZnodes& target_;
  std::map<std::string, ZnodeDecision> by_path_;
};

/// Topics, their partitions and configs. Borrows all.
class TopicDecisions {
 public:
  TopicDecisions(const zk::Tree& backup, const ClusterOnDisks& disks, const DecideOptions& options,
                 std::int64_t controller_epoch, DecisionDrawer& drawer, ZnodeDecisions& decided);
  Status run();

 private:
  struct Topic;
  Status of_backup(const std::string& name);
  void not_of_backup(const std::string& name);
  Status partitions(const std::string& name, const Topic& topic);
  void config_of_one_made_anew(const std::string& name, const Topic& topic);
  void state(const std::string& name, const RecoveredPartition& partition, const std::string& like);
  void note(RecoveryNote::Kind kind, const std::string& topic, const std::string& what,
            const std::string& advice = {});
  void tell(const RecoveredPartition& partition, const std::vector<std::int32_t>& before);
  std::string at(std::string_view path) const { return options_.root + std::string(path); }

  const zk::Tree& backup_;
  const ClusterOnDisks& disks_;
  const DecideOptions& options_;
  const std::int64_t controller_epoch_;
  DecisionDrawer& drawer_;
  ZnodeDecisions& decided_;
  std::map<std::string, std::vector<std::int32_t>> on_disk_;  // partitions by topic
};

}  // namespace arkive::kafka
