// Delegation tokens, named by their owner; the id tells several of one owner apart.
#include "kafka/znodes/telling.h"
#include "kafka/znodes/words.h"
#include "kafka/znodes/znode_data.h"
#include "stores/core/time.h"

namespace arkive::kafka {
namespace {

std::string names(const std::vector<std::string>& principals) {
  std::string text;
  for (const std::string& principal : principals) text += (text.empty() ? "" : ", ") + shown(principal);
  return text.empty() ? "nobody else" : text;
}

std::string whose(const Change& change, const DelegationToken& token) {
  return "token " + shown(change.at.name) + " of " + shown(token.owner);
}

void tell_change(Telling& telling, Change& change, const DelegationToken& before,
                 const DelegationToken& after) {
  if (before.expires != after.expires) {
    // A renewal may bring the end nearer, too.
    telling.say(change, "token-renewed",
                "delegation " + whose(change, after) + " renewed: expires " + format_time(before.expires) +
                    " -> " + format_time(after.expires));
  }
  if (before.owner != after.owner || before.requester != after.requester ||
      before.renewers != after.renewers || before.ends_for_good != after.ends_for_good) {
    telling.say(change, "token-changed",
                "delegation " + whose(change, after) + " changed: renewers " + names(after.renewers) +
                    ", ends " + format_time(after.ends_for_good) + " at the latest");
  }
  if (!change.told)
    telling.say_minor(change, "token-rewritten", "delegation " + whose(change, after) + " rewritten");
}

}  // namespace

void tell_tokens(Telling& telling) {
  for (Change& change : telling.changes()) {
    if (change.told || change.at.role != ZnodeRole::kDelegationToken || !change.data_changed()) continue;
    const std::optional<DelegationToken> before = parse_delegation_token(change.data_before());
    const std::optional<DelegationToken> after = parse_delegation_token(change.data_after());
    if (change.removed()) {
      telling.say(change, "token-removed",
                  before ? "delegation " + whose(change, *before) + " removed"
                         : "delegation token " + shown(change.at.name) + " removed");
    } else if (change.created() && after) {
      telling.say(change, "token-created",
                  "delegation " + whose(change, *after) + " created: expires " + format_time(after->expires) +
                      ", renewable by " + names(after->renewers));
    } else if (before && after) {
      tell_change(telling, change, *before, *after);
    }
  }
}

}  // namespace arkive::kafka
