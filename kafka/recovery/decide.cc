#include "kafka/recovery/decide.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "kafka/recovery/topic_decisions_internal.h"
#include "kafka/recovery/znode_text.h"
#include "kafka/znodes/restore_rules.h"
#include "kafka/znodes/tree_access.h"
#include "kafka/znodes/znode_data.h"
#include "kafka/znodes/znode_names.h"
#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

class Deciding {
 public:
  Deciding(const zk::Tree& backup, const ClusterOnDisks& disks, const TargetZnodes& target,
           const DecideOptions& options)
      : backup_(backup), disks_(disks), options_(options), drawer_(backup, target) {}

  Result<ZnodeDecisions> run() {
    if (backup_.find(options_.root + "/brokers") == zk::kNoNode) {
      return fail(Outcome::kNotFound,
                  "look for Kafka at '" + printable(options_.root + "/") + "' of the backup: there is none");
    }
    add_troubles();
    ARKIVE_TRY(cluster_id());
    ARKIVE_TRY(controller_epoch());
    drop_what_acts();
    TopicDecisions topics(backup_, disks_, options_, decided_.controller_epoch, drawer_, decided_);
    ARKIVE_TRY(topics.run());
    ARKIVE_TRY(producer_ids());
    drawer_.settle_the_rest(options_.replaces);
    decided_.decisions = std::move(drawer_).decisions();
    return std::move(decided_);
  }

 private:
  std::string at(std::string_view path) const { return options_.root + std::string(path); }

  void add_troubles() {
    for (const DiskTrouble& trouble : disks_.troubles) {
      decided_.notes.push_back({trouble.stops ? RecoveryNote::Kind::kStops : RecoveryNote::Kind::kAsks,
                                trouble.object, trouble.what, trouble.advice});
    }
  }

  tl::unexpected<Error> not_kafkas(const std::string& path) const {
    return fail(Outcome::kCorrupt,
                "read '" + printable(path) + "' of the backup: it is not as Kafka writes it",
                "plan with an older run: --from STORE@ID");
  }

  Status cluster_id() {
    const std::string path = at("/cluster/id");
    const Bytes data = data_at(backup_, options_.root, "/cluster/id");
    if (!data.empty()) {
      const auto id = parse_cluster_id(data);
      if (!id) return not_kafkas(path);
      decided_.cluster_id = *id;
    }
    if (!disks_.cluster_id.empty() && !decided_.cluster_id.empty() &&
        disks_.cluster_id != decided_.cluster_id) {
      return fail(Outcome::kConflict,
                  "plan a restore: the log directories are those of cluster " + printable(disks_.cluster_id) +
                      ", the backup is of " + printable(decided_.cluster_id),
                  "name the backup of this cluster by --from and --cluster");
    }
    const bool has_znode = backup_.find(path) != zk::kNoNode;
    if (decided_.cluster_id.empty() && !disks_.cluster_id.empty()) {
      decided_.cluster_id = disks_.cluster_id;
      const std::string text = "{\"version\":\"1\",\"id\":\"" + disks_.cluster_id + "\"}";
      drawer_.write(path, text, has_znode, "the id that is in meta.properties of the log directories",
                    at("/cluster"));
    } else if (has_znode) {
      drawer_.replace_if_other(path, "brokers do not start with another id than that of meta.properties");
    }
    return ok();
  }

  Status controller_epoch() {
    const std::string path = at("/controller_epoch");
    const Bytes data = data_at(backup_, options_.root, "/controller_epoch");
    std::int64_t epoch = 0;
    if (!data.empty()) {
      const auto [end, error] = std::from_chars(data.data(), data.data() + data.size(), epoch);
      if (error != std::errc() || end != data.data() + data.size()) return not_kafkas(path);
    }
    decided_.controller_epoch = std::max(epoch, drawer_.target().controller_epoch) + 1;
    if (backup_.find(path) == zk::kNoNode) return ok();
    drawer_.write(path, std::to_string(decided_.controller_epoch), true,
                  "above every epoch a controller had before", {});
    return ok();
  }

  void drop_what_acts() {
    const zk::NodeIndex top = options_.root.empty() ? zk::kRoot : backup_.find(options_.root);
    backup_.walk(top, [&](zk::NodeIndex, const std::string& path) {
      const zk::RestoreRule rule = restore_rule(path, options_.root);
      if (rule.keep) return true;
      drawer_.drop(path, rule.reason);
      const KafkaZnode znode = znode_at(path, options_.root);
      if (znode.role == ZnodeRole::kTopicDeletion) {
        decided_.notes.push_back({RecoveryNote::Kind::kAsks, "topic " + printable(znode.name),
                                  "was about to be deleted when the backup was taken: it comes back, and the "
                                  "order to delete it does not",
                                  "delete it again afterwards if that was meant"});
      }
      if (znode.role == ZnodeRole::kReassignment) {
        decided_.notes.push_back({RecoveryNote::Kind::kAsks, "reassignment of partitions",
                                  "was under way when the backup was taken: replicas stay where their "
                                  "directories are",
                                  "begin it anew afterwards (kafka-reassign-partitions.sh)"});
      }
      return false;
    });
  }

  Status producer_ids() {
    const std::string path = at("/latest_producer_id_block");
    const zk::NodeIndex index = backup_.find(path);
    std::int64_t highest = std::max(disks_.highest_producer_id, drawer_.target().producer_ids_end);
    std::int32_t broker = disks_.brokers.empty() ? 0 : *disks_.brokers.begin();
    if (index != zk::kNoNode && !backup_[index].data().empty()) {
      const auto block = parse_producer_id_block(backup_[index].data());
      if (!block) return not_kafkas(path);
      highest = std::max(highest, block->end);
    }
    if (highest < 0) return ok();
    // Every broker may have taken a block after the backup of which no batch is left; then the next one.
    constexpr std::int64_t kBlock = 1000;
    const auto brokers = static_cast<std::int64_t>(std::max<std::size_t>(disks_.brokers.size(), 1));
    const std::int64_t start = (highest / kBlock + 1 + brokers) * kBlock;
    drawer_.write(path, producer_ids_text(broker, start), index != zk::kNoNode,
                  "above every producer id in the logs (" + std::to_string(disks_.highest_producer_id) +
                      ") and one block for each broker: ids that are given out twice lose records silently",
                  at("/controller_epoch"));
    decided_.producer_ids_end = start + kBlock - 1;
    return ok();
  }

  const zk::Tree& backup_;
  const ClusterOnDisks& disks_;
  const DecideOptions& options_;
  DecisionDrawer drawer_;
  ZnodeDecisions decided_;
};

}  // namespace

Result<ZnodeDecisions> decide_znodes(const zk::Tree& backup, const ClusterOnDisks& disks,
                                     const TargetZnodes& target, const DecideOptions& options) {
  return Deciding(backup, disks, target, options).run();
}

}  // namespace arkive::kafka
