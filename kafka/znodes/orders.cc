// Orders that wait in /admin for the controller. They are carried out within seconds; one that a dump catches
// is waiting for a broker, or was forgotten.
#include <algorithm>
#include <set>

#include "kafka/znodes/telling.h"
#include "kafka/znodes/words.h"
#include "kafka/znodes/znode_data.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kMostNamed = 5;

std::string words(const std::vector<PartitionOrder>& orders) {
  std::string text = counted(orders.size(), "partition");
  for (std::size_t i = 0; i < std::min(orders.size(), kMostNamed); ++i) {
    text += (i == 0 ? ": " : ", ") + shown(orders[i].partition);
    if (!orders[i].replicas.empty()) text += " to " + joined(orders[i].replicas);
  }
  return orders.size() > kMostNamed ? text + ", ..." : text;
}

void tell_partitions(Telling& telling, Change& change, const std::string& kind, const std::string& subject) {
  if (change.removed()) return telling.say(change, kind + "-done", subject + " no longer waits");
  const std::optional<std::vector<PartitionOrder>> orders = parse_partition_orders(change.data_after());
  if (!orders) return;
  const std::string what =
      change.created() ? " ordered and waiting for the controller, " : " order changed, ";
  telling.say(change, kind + "-ordered", subject + what + words(*orders));
}

void tell_deletion(Telling& telling, Change& change, const std::set<std::string>& gone) {
  const std::string topic = "topic " + shown(change.at.name);
  const bool deleted = gone.contains(change.at.name);
  if (change.removed() && deleted) {
    change.told = true;
  } else if (change.removed()) {
    telling.say(change, "deletion-done", topic + ": its deletion no longer waits");
  } else if (change.created()) {
    telling.say(change, "deletion-ordered",
                topic + ": deletion ordered and " +
                    (deleted ? "not finished" : "waiting for the controller or a broker"));
  } else {
    telling.say_minor(change, "deletion-rewritten", topic + ": its order of deletion was rewritten");
  }
}

}  // namespace

void tell_orders(Telling& telling) {
  std::set<std::string> gone;
  for (const Change& change : telling.changes()) {
    if (change.at.role == ZnodeRole::kTopic && change.removed()) gone.insert(change.at.name);
  }
  for (Change& change : telling.changes()) {
    if (change.told || !change.data_changed()) continue;
    if (change.at.role == ZnodeRole::kTopicDeletion) tell_deletion(telling, change, gone);
    if (change.at.role == ZnodeRole::kReassignment) {
      tell_partitions(telling, change, "reassignment-order", "reassignment of replicas");
    }
    if (change.at.role == ZnodeRole::kElection) {
      tell_partitions(telling, change, "election", "election of preferred leaders");
    }
  }
}

}  // namespace arkive::kafka
