// ZooKeeper's own ACLs on Kafka's znodes, and their kinds. A change there is told whatever else changed.
#include <algorithm>

#include "kafka/znodes/telling.h"
#include "kafka/znodes/words.h"

namespace arkive::kafka {
namespace {

// A digest id is user:hash, and the hash is good enough to guess passwords by.
zk::Acl without_hashes(zk::Acl acl) {
  for (zk::AclEntry& entry : acl) {
    if (entry.scheme != "digest") continue;
    entry.id = entry.id.substr(0, entry.id.find(':')) + ":...";
  }
  return acl;
}

bool is_world_readable(const zk::Acl& acl) {
  return std::any_of(acl.begin(), acl.end(), [](const zk::AclEntry& entry) {
    return entry.scheme == "world" && entry.id == "anyone" && (entry.permissions & zk::kReadPermission) != 0;
  });
}

std::string words(const zk::Acl& before, const zk::Acl& after) {
  const std::string was = printable(zk::format_acl(without_hashes(before)));
  const std::string is = printable(zk::format_acl(without_hashes(after)));
  if (was == is) {
    const bool masked = zk::is_masked(before) || zk::is_masked(after);
    return was + (masked ? ", hash hidden from one of the dumps" : ", another password");
  }
  const bool opened = !is_world_readable(before) && is_world_readable(after);
  return was + " -> " + is + (opened ? " (readable by everybody now)" : "");
}

std::string kind_words(const zk::Znode& znode) {
  switch (znode.kind) {
    case zk::Kind::kTtl:
      return "TTL of " + std::to_string(znode.ttl) + " ms";
    case zk::Kind::kContainer:
      return "container";
    case zk::Kind::kPersistent:
      break;
  }
  return "persistent";
}

}  // namespace

void tell_zookeeper_acls(Telling& telling) {
  for (Change& change : telling.changes()) {
    if (change.at.role == ZnodeRole::kForeign || change.created() || change.removed()) continue;
    const zk::Znode& before = *change.znodes->before;
    const zk::Znode& after = *change.znodes->after;
    const bool told = change.told || !change.data_changed();
    const std::string znode = "znode " + shown(change.znodes->path) + ": ";
    if (before.acl != after.acl) {
      telling.say(change, "zookeeper-acl-changed", znode + "ZooKeeper ACL " + words(before.acl, after.acl));
    }
    if (kind_words(before) != kind_words(after)) {
      telling.say(change, "kind-changed", znode + "kind " + kind_words(before) + " -> " + kind_words(after));
    }
    // The data may still have to be told.
    change.told = told;
  }
}

}  // namespace arkive::kafka
