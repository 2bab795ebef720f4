// Kafka's ACLs. A znode holds the rules of one resource; each rule that came or went is a sentence.
#include <algorithm>
#include <iterator>

#include "kafka/znodes/telling.h"
#include "kafka/znodes/words.h"
#include "kafka/znodes/znode_data.h"

namespace arkive::kafka {
namespace {

std::string words(const AclRule& rule, const KafkaZnode& at) {
  const std::string may = rule.permission == "Allow"  ? "may"
                          : rule.permission == "Deny" ? "may not"
                                                      : "(" + shown(rule.permission) + ")";
  return shown(rule.principal) + " " + may + " " + shown(rule.operation) + " " + acl_resource(at) + " from " +
         shown(rule.host);
}

}  // namespace

void tell_acls(Telling& telling) {
  for (Change& change : telling.changes()) {
    if (change.told || change.at.role != ZnodeRole::kAcl || !change.data_changed()) continue;
    const auto before = parse_acl_rules(change.data_before());
    const auto after = parse_acl_rules(change.data_after());
    if (!before || !after) continue;
    std::vector<AclRule> removed;
    std::vector<AclRule> added;
    std::set_difference(before->begin(), before->end(), after->begin(), after->end(),
                        std::back_inserter(removed));
    std::set_difference(after->begin(), after->end(), before->begin(), before->end(),
                        std::back_inserter(added));
    for (const AclRule& rule : removed) {
      telling.say(change, "acl-removed", "ACL removed: " + words(rule, change.at));
    }
    for (const AclRule& rule : added)
      telling.say(change, "acl-added", "ACL added: " + words(rule, change.at));
    if (!change.told) {
      telling.say_minor(change, "acl-rewritten",
                        "ACLs of " + acl_resource(change.at) + " rewritten, the same rules");
    }
  }
}

}  // namespace arkive::kafka
