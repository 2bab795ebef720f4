#include <algorithm>
#include <utility>

#include "kafka/recovery/topic_decisions_internal.h"
#include "stores/core/hash.h"

namespace arkive::kafka {

bool DecisionDrawer::target_has_other(const std::string& path, const std::optional<std::string>& text) const {
  const auto there = target_.hashes.find(path);
  if (there == target_.hashes.end()) return false;
  return there->second != (text ? hex(sha256(*text)) : std::string("-"));
}

void DecisionDrawer::write(const std::string& path, const std::optional<std::string>& text, bool in_backup,
                           const std::string& reason, const std::string& acl_like) {
  ZnodeDecision decision;
  decision.path = path;
  decision.action = in_backup ? ZnodeAction::kRaise : ZnodeAction::kMake;
  decision.replaces = target_has_other(path, text);
  decision.data = text;
  decision.reason = reason;
  if (!in_backup) {
    std::string like = acl_like.empty() ? path : acl_like;
    while (like != "/" && backup_.find(like) == zk::kNoNode) like = std::string(zk::parent_path(like));
    decision.acl_like = like;
  }
  by_path_[path] = std::move(decision);
}

void DecisionDrawer::replace_if_other(const std::string& path, const std::string& reason) {
  const zk::Node& node = backup_[backup_.find(path)];
  const auto text = node.is_null() ? std::nullopt : std::optional<std::string>(node.data());
  if (!target_has_other(path, text)) return;
  by_path_[path] = {path, ZnodeAction::kKeep, true, std::nullopt, {}, reason};
}

void DecisionDrawer::drop(const std::string& path, const std::string& reason) {
  by_path_[path] = {path, ZnodeAction::kDrop, false, std::nullopt, {}, reason};
}

bool DecisionDrawer::replaces(const std::string& path) const {
  const auto found = by_path_.find(path);
  return found != by_path_.end() && found->second.replaces;
}

void DecisionDrawer::settle_the_rest(const std::function<bool(std::string_view)>& replaces) {
  backup_.walk(zk::kRoot, [&](zk::NodeIndex index, const std::string& path) {
    const auto decided = by_path_.find(path);
    if (decided != by_path_.end()) return decided->second.action != ZnodeAction::kDrop;
    const zk::Node& node = backup_[index];
    const auto text = node.is_null() ? std::nullopt : std::optional<std::string>(node.data());
    if (!target_has_other(path, text)) return true;
    if (replaces && replaces(path)) {
      by_path_[path] = {path, ZnodeAction::kKeep, true, std::nullopt, {}, "named to be replaced"};
    } else {
      by_path_[path] = {
          path,  ZnodeAction::kLeave,
          false, std::nullopt,
          {},    "the target holds another value, which stays (--overwrite names what is replaced)"};
    }
    return true;
  });
}

std::vector<ZnodeDecision> DecisionDrawer::decisions() && {
  std::vector<ZnodeDecision> all;
  all.reserve(by_path_.size());
  for (auto& [path, decision] : by_path_) all.push_back(std::move(decision));
  return all;
}

}  // namespace arkive::kafka
