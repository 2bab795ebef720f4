#include "kafka/znodes/cluster_state.h"

#include <algorithm>
#include <charconv>

#include "kafka/znodes/roots.h"
#include "kafka/znodes/secrets.h"
#include "kafka/znodes/tree_access.h"
#include "kafka/znodes/znode_data.h"
#include "kafka/znodes/znode_names.h"

namespace arkive::kafka {
namespace {

constexpr std::string_view kIds = "/brokers/ids";

std::optional<std::int32_t> broker_id(std::string_view name) {
  std::int32_t id = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (error != std::errc() || end != name.data() + name.size() || id < 0) return std::nullopt;
  // No broker registers as "01", and two of one id there cannot be.
  return std::to_string(id) == name ? std::optional(id) : std::nullopt;
}

class StateReader {
 public:
  StateReader(const zk::Reading& reading, const std::string& root) : reading_(reading), root_(root) {}

  ClusterState read() {
    for (const zk::EphemeralZnode& znode : reading_.ephemerals) take_registration(znode.path, data_of(znode));
    // Registrations that do not end with a session: what a restore of everything leaves, and a controller of
    // KRaft.
    for_each_child(reading_.tree, root_, kIds, [&](zk::NodeIndex index) {
      take_registration(reading_.tree.path(index), reading_.tree[index].data());
    });
    with_znode("/controller",
               [&](const std::string& path, const zk::Node& node) { take_registration(path, node.data()); });
    with_znode("/controller_epoch", [&](const std::string& path, const zk::Node& node) {
      take(parse_controller_epoch(node.data()), state_.controller_epoch, path);
    });
    with_znode("/latest_producer_id_block", [&](const std::string& path, const zk::Node& node) {
      ProducerIdsInTree& ids = state_.producer_ids.emplace();
      ids.is_null = node.data().empty();
      if (ids.is_null) return;
      const auto block = parse_producer_id_block(node.data());
      take(block ? std::optional(block->end) : std::nullopt, ids.end, path);
    });
    std::sort(state_.brokers.begin(), state_.brokers.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    return std::move(state_);
  }

 private:
  static Bytes data_of(const zk::EphemeralZnode& znode) { return znode.data ? Bytes(*znode.data) : Bytes(); }

  template <class Take>
  void with_znode(const char* path, Take take_it) {
    const std::string absolute = root_ + path;
    const zk::NodeIndex index = reading_.tree.find(absolute);
    if (index != zk::kNoNode) take_it(absolute, reading_.tree[index]);
  }

  template <class Number>
  void take(std::optional<Number> parsed, Number& to, const std::string& path) {
    if (parsed) {
      to = *parsed;
    } else {
      state_.not_understood.push_back(path);
    }
  }

  void take_registration(const std::string& path, Bytes data) {
    const KafkaZnode znode = znode_at(path, root_);
    if (znode.role == ZnodeRole::kController) take(parse_controller(data), state_.controller, path);
    if (znode.role != ZnodeRole::kBrokerRegistration) return;
    const auto id = broker_id(std::string_view(path).substr(path.rfind('/') + 1));
    const auto address = parse_broker(data);
    if (!id || !address) state_.not_understood.push_back(path);
    if (!id) return;
    RegisteredBroker broker{*id, "", 0};
    if (address) broker = {*id, address->host, address->port};
    state_.brokers.push_back(std::move(broker));
  }

  const zk::Reading& reading_;
  const std::string& root_;
  ClusterState state_;
};

}  // namespace

ClusterState cluster_state(const zk::Reading& reading, const std::string& root) {
  return StateReader(reading, root).read();
}

std::vector<std::string> kafka_roots(const zk::Tree& tree) {
  return find_roots(tree);
}

bool is_kafkas(std::string_view path, std::string_view root) {
  return znode_at(path, root).role != ZnodeRole::kForeign;
}

Movement movement_of(std::string_view path, std::string_view root) {
  switch (znode_at(path, root).role) {
    case ZnodeRole::kPartitionState:
    case ZnodeRole::kControllerEpoch:
    case ZnodeRole::kProducerIds:
    case ZnodeRole::kLegacyConsumer:
      return Movement::kData;
    case ZnodeRole::kNotice:
      return Movement::kAll;
    default:
      return Movement::kNone;
  }
}

std::map<std::string, std::string> without_secrets(std::map<std::string, std::string> topic_config) {
  std::erase_if(topic_config,
                [](const auto& entry) { return is_secret_entry("topics", entry.first, entry.second); });
  return topic_config;
}

}  // namespace arkive::kafka
