// The cluster itself: its id, features, migration to KRaft, controller epoch, producer ids.
#include "kafka/znodes/telling.h"
#include "kafka/znodes/words.h"
#include "kafka/znodes/znode_data.h"

namespace arkive::kafka {
namespace {

void tell_cluster_id(Telling& telling, Change& change) {
  const std::optional<std::string> before = parse_cluster_id(change.data_before());
  const std::optional<std::string> after = parse_cluster_id(change.data_after());
  if (change.removed()) {
    telling.say(change, "cluster-id-changed",
                "cluster id removed" + (before ? " (was " + shown(*before) + ")" : ""));
  } else if (change.created() && after) {
    telling.say(change, "cluster-id-changed", "cluster id set to " + shown(*after));
  } else if (before && after && *before != *after) {
    telling.say(change, "cluster-id-changed",
                "cluster id " + shown(*before) + " -> " + shown(*after) +
                    " (brokers of 2.4 and later start only under the id their disks hold)");
  } else if (before && after) {
    telling.say_minor(change, "cluster-id-rewritten", "cluster id rewritten, the same " + shown(*after));
  }
}

std::string words(const Features& features) {
  std::string text = features.status == 1 ? "enabled" : "status " + std::to_string(features.status);
  for (const auto& [name, level] : features.levels) text += ", " + shown(name) + " " + shown(level);
  return text;
}

void tell_features(Telling& telling, Change& change) {
  const std::optional<Features> before = parse_features(change.data_before());
  const std::optional<Features> after = parse_features(change.data_after());
  if (change.removed()) {
    telling.say(change, "features-changed", "features removed");
  } else if (change.created() && after) {
    telling.say(change, "features-changed", "features: " + words(*after));
  } else if (before && after && words(*before) != words(*after)) {
    telling.say(change, "features-changed", "features: " + words(*before) + " -> " + words(*after));
  } else if (before && after) {
    telling.say_minor(change, "features-rewritten", "features rewritten, the same");
  }
}

void tell_migration(Telling& telling, Change& change) {
  const std::string what = change.created() ? "begun" : change.removed() ? "no longer recorded" : "went on";
  const std::string text = "migration to KRaft " + what;
  // While it runs the controller notes its progress in this znode.
  if (change.created() || change.removed()) {
    telling.say(change, "migration-changed", text);
  } else {
    telling.say_minor(change, "migration-progress", text);
  }
}

void tell_epoch(Telling& telling, Change& change) {
  const std::string before(change.data_before());
  const std::string after(change.data_after());
  if (change.removed()) return telling.say(change, "controller-epoch-removed", "controller epoch removed");
  telling.say_minor(change, "controller-epoch",
                    "controller epoch " + (change.created() ? "set to " + shown(after)
                                                            : shown(before) + " -> " + shown(after)));
}

std::string words(Bytes data, const std::optional<ProducerIdBlock>& block) {
  if (data.empty()) return "none";
  return std::to_string(block->begin) + "-" + std::to_string(block->end);
}

void tell_producer_ids(Telling& telling, Change& change) {
  const std::optional<ProducerIdBlock> before = parse_producer_id_block(change.data_before());
  const std::optional<ProducerIdBlock> after = parse_producer_id_block(change.data_after());
  const bool null_after = change.removed() || !change.znodes->after->data;
  if (!null_after && change.data_after().empty()) {
    return telling.say(
        change, "producer-ids-broken",
        "producer ids: empty data where null is meant (brokers refuse all idempotent producers)");
  }
  if ((!before && !change.data_before().empty()) || (!after && !null_after)) return;
  if (change.created() && change.data_after().empty()) {
    return telling.say_minor(change, "producer-ids", "producer ids: none handed out yet");
  }
  const std::string text = "producer ids: last block " + words(change.data_before(), before) + " -> " +
                           words(change.data_after(), after);
  const bool backwards = before && (!after || after->end < before->end);
  if (!backwards) return telling.say_minor(change, "producer-ids", text);
  telling.say(change, "producer-ids-backwards",
              text + ": set back (ids are handed out twice, and acknowledged records can be lost)");
}

}  // namespace

void tell_cluster(Telling& telling) {
  for (Change& change : telling.changes()) {
    if (change.told || !change.data_changed()) continue;
    if (change.at.role == ZnodeRole::kClusterId) tell_cluster_id(telling, change);
    if (change.at.role == ZnodeRole::kFeature) tell_features(telling, change);
    if (change.at.role == ZnodeRole::kMigration) tell_migration(telling, change);
    if (change.at.role == ZnodeRole::kControllerEpoch) tell_epoch(telling, change);
    if (change.at.role == ZnodeRole::kProducerIds) tell_producer_ids(telling, change);
  }
}

}  // namespace arkive::kafka
