#include "kafka/cluster_metadata.h"

#include <functional>
#include <tuple>

namespace arkive::kafka {

std::strong_ordering Acl::operator<=>(const Acl& other) const {
  const auto key = [](const Acl& acl) {
    return std::make_tuple(acl.denies() ? 0 : 1, std::cref(acl.type), std::cref(acl.pattern),
                           std::cref(acl.name), std::cref(acl.permission), std::cref(acl.principal),
                           std::cref(acl.operation), std::cref(acl.host));
  };
  const auto mine = key(*this);
  const auto theirs = key(other);
  return mine < theirs   ? std::strong_ordering::less
         : theirs < mine ? std::strong_ordering::greater
                         : std::strong_ordering::equal;
}

std::string Acl::resource() const {
  return type + "/" + pattern + "/" + name;
}

std::string Acl::rule() const {
  return permission + " " + principal + " " + operation + " from " + host;
}

std::string quota_name(const QuotaEntity& entity) {
  std::string name;
  // A user stands before its client.
  for (const char* type : {"user", "client-id", "ip"}) {
    const auto found = entity.find(type);
    if (found == entity.end()) continue;
    name += (name.empty() ? "" : "/") + std::string(type) + "/" + found->second.value_or("<default>");
  }
  for (const auto& [type, of] : entity) {
    if (type == "user" || type == "client-id" || type == "ip") continue;
    name += (name.empty() ? "" : "/") + type + "/" + of.value_or("<default>");
  }
  return name;
}

}  // namespace arkive::kafka
