#include "kafka/recovery/notices.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "kafka/znodes/znode_names.h"

namespace arkive::kafka {

std::optional<Notice> notice_of(std::string_view path, std::string_view root) {
  const KafkaZnode znode = znode_at(path, root);
  const std::string base(root);
  if (znode.role == ZnodeRole::kConfig) {
    const std::string entity(path.substr(root.size() + std::string_view("/config/").size()));
    const nlohmann::ordered_json data = {{"version", 2}, {"entity_path", entity}};
    return Notice{base + "/config/changes/config_change_", data.dump()};
  }
  if (znode.role != ZnodeRole::kAcl) return std::nullopt;
  if (znode.pattern == "literal")
    return Notice{base + "/kafka-acl-changes/acl_changes_", znode.type + ":" + znode.name};
  std::string pattern = znode.pattern;
  std::ranges::transform(pattern, pattern.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  const nlohmann::ordered_json data = {
      {"version", 1}, {"resourceType", znode.type}, {"name", znode.name}, {"patternType", pattern}};
  return Notice{base + "/kafka-acl-extended-changes/acl_changes_",
                data.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
}

}  // namespace arkive::kafka
