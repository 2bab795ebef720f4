#include <algorithm>

#include "kafka/znodes/cluster_state.h"
#include "kafka/znodes/topics_in_tree.h"
#include "restore-plans/observe/foreign_trees.h"
#include "restore-plans/observe/observe.h"
#include "stores/core/hash.h"
#include "zk/client/client_source.h"

namespace arkive::restore_plans {
namespace {

constexpr int kConnections = 4;
constexpr const char* kNull = "-";

/// An observation holds no ACLs: none is asked for, but those that change meanwhile.
class AclsNotAsked : public zk::KnownAcls {
 public:
  Status apply(zk::Tree& tree) override {
    for (zk::NodeIndex i = 0; i < tree.index_end(); ++i) tree[i].acl = zk::kOpenAcl;
    return ok();
  }
};

Result<zk::Reading> read_tree(const zk::ConnectOptions& target, zk::Selection selection, int connections) {
  AclsNotAsked no_acls;
  zk::ReadOptions options;
  options.selection = std::move(selection);
  options.connections = connections;
  options.deadline = target.deadline;
  options.known_acls = &no_acls;
  return zk::client_source(target)->read(options);
}

/// The ensemble's root and what is directly below it, whatever the chroot.
Result<zk::Reading> read_top(zk::ConnectOptions target) {
  target.connect.chroot.clear();
  zk::Selection selection;
  ARKIVE_ASSIGN(Glob below, Glob::parse("/*/*"));
  selection.exclude.push_back(std::move(below));
  return read_tree(target, std::move(selection), 1);
}

/// Of the znodes directly below `parent`, ephemerals too.
std::vector<std::string> children_of(const zk::Reading& reading, const std::string& parent) {
  std::vector<std::string> names;
  if (const zk::NodeIndex index = reading.tree.find(parent.empty() ? "/" : parent); index != zk::kNoNode) {
    for (zk::NodeIndex child = reading.tree[index].first_child; child != zk::kNoNode;
         child = reading.tree[child].next_sibling) {
      names.emplace_back(reading.tree[child].name());
    }
  }
  const auto add = [&](const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash != std::string::npos && slash + 1 < path.size() && path.substr(0, slash) == parent) {
      names.push_back(path.substr(slash + 1));
    }
  };
  for (const zk::EphemeralZnode& znode : reading.ephemerals) add(znode.path);
  for (const zk::UnreadableZnode& znode : reading.unreadable) add(znode.path);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

class ZooKeeperObserver {
 public:
  ZooKeeperObserver(const zk::ConnectOptions& target, ObservedZooKeeper& seen)
      : target_(target), chroot_(target.connect.chroot), seen_(seen) {
    place_.root = chroot_;
  }

  Status look() {
    std::optional<zk::Reading> top;
    if (!chroot_.empty()) {
      ARKIVE_ASSIGN(top, read_top(target_));
    }
    auto reading = read_tree(target_, {}, kConnections);
    if (!reading && !(top && reading.error().outcome == Outcome::kNotFound)) {
      return fail(std::move(reading).error());
    }
    seen_.reached = Reached::kAnswered;
    const zk::Reading& whole = reading ? *reading : *top;
    seen_.server = whole.server;
    seen_.zxid = whole.zxid_last;
    if (reading) {
      take_znodes(*reading);
      ARKIVE_TRY(take_kafka(*reading));
    }
    take_foreign(top ? &*top : nullptr, reading ? &*reading : nullptr);
    return ok();
  }

 private:
  void take_znodes(const zk::Reading& reading) {
    reading.tree.walk(zk::kRoot, [&](zk::NodeIndex index, const std::string& path) {
      if (path == "/zookeeper" && chroot_.empty()) return false;
      const zk::Node& node = reading.tree[index];
      // A root that may not be read has no Stat.
      if (node.has_stat) seen_.znodes.emplace(path, node.is_null() ? kNull : hex(sha256(node.data())));
      return true;
    });
    for (const zk::UnreadableZnode& znode : reading.unreadable) seen_.unreadable.push_back(znode.path);
  }

  Status take_kafka(const zk::Reading& reading) {
    std::vector<std::string> roots = kafka::kafka_roots(reading.tree);
    if (roots.empty()) return ok();
    // At the root of what was named, Kafka itself is meant; deeper ones may be meant all alike.
    if (roots.size() > 1 && !roots.front().empty()) {
      std::string where;
      for (const std::string& root : roots) where += (where.empty() ? "'" : ", '") + printable(root) + "'";
      return fail(Outcome::kUsage, "observe ZooKeeper: several clusters of Kafka stand there, at " + where,
                  "name one: --zk HOST:PORT/its/root");
    }
    const std::string& root = seen_.kafka_root.emplace(roots.front());
    place_.root = chroot_ + root;
    for (std::size_t i = 1; i < roots.size(); ++i) place_.others.push_back(chroot_ + roots[i]);
    take_state(kafka::cluster_state(reading, root));
    take_topics(kafka::cluster_in_tree(reading.tree, root));
    std::sort(seen_.not_understood.begin(), seen_.not_understood.end());
    return ok();
  }

  void take_state(kafka::ClusterState state) {
    seen_.controller = state.controller;
    seen_.controller_epoch = state.controller_epoch;
    for (kafka::RegisteredBroker& broker : state.brokers) {
      seen_.brokers.push_back({broker.id, std::move(broker.host), broker.port});
    }
    if (state.producer_ids) seen_.producer_ids = {state.producer_ids->is_null, state.producer_ids->end};
    seen_.not_understood = std::move(state.not_understood);
  }

  void take_topics(kafka::ClusterInTree cluster) {
    seen_.cluster_id = std::move(cluster.cluster_id);
    if (seen_.cluster_id.empty() && seen_.znodes.contains(cluster.root + "/cluster/id")) {
      seen_.not_understood.push_back(cluster.root + "/cluster/id");
    }
    for (auto& [name, topic] : cluster.topics) {
      if (!topic.understood) seen_.not_understood.push_back(cluster.root + "/brokers/topics/" + name);
      if (!topic.config_understood) seen_.not_understood.push_back(cluster.root + "/config/topics/" + name);
      seen_.topics[name] = {std::move(topic.id), std::move(topic.partitions),
                            kafka::without_secrets(std::move(topic.config))};
    }
  }

  void take_foreign(const zk::Reading* top, const zk::Reading* reading) {
    if (top != nullptr) {
      add_foreign("", children_of(*top, ""));
      const bool hidden = std::any_of(top->unreadable.begin(), top->unreadable.end(),
                                      [](const zk::UnreadableZnode& znode) { return znode.path == "/"; });
      if (hidden) seen_.foreign.push_back({"/", "", "may not be listed: who else is there is not known"});
    }
    if (reading == nullptr) return;
    add_foreign(chroot_, children_of(*reading, ""));
    if (seen_.kafka_root && !seen_.kafka_root->empty()) {
      add_foreign(place_.root, children_of(*reading, *seen_.kafka_root));
    }
  }

  void add_foreign(const std::string& parent, const std::vector<std::string>& names) {
    for (ForeignTree& tree : foreign_below(parent, names, place_)) seen_.foreign.push_back(std::move(tree));
  }

  const zk::ConnectOptions& target_;
  const std::string& chroot_;
  ObservedZooKeeper& seen_;
  KafkaPlace place_;
};

}  // namespace

Result<ObservedZooKeeper> observe_zookeeper(const zk::ConnectOptions& target) {
  ObservedZooKeeper seen;
  seen.address = target.connect.text();
  Status status = ZooKeeperObserver(target, seen).look();
  if (status) return seen;
  const Outcome outcome = status.error().outcome;
  if (outcome == Outcome::kInterrupted || outcome == Outcome::kDenied || outcome == Outcome::kUsage) {
    return fail(std::move(status).error());
  }
  // Half of a reading is none.
  ObservedZooKeeper nothing;
  nothing.address = seen.address;
  nothing.reached = Reached::kUnreachable;
  nothing.error = status.error().what;
  return nothing;
}

}  // namespace arkive::restore_plans
