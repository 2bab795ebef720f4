#include "kafka/wire/wire_metadata_admin.h"

#include "kafka/wire/acl_queries.h"
#include "kafka/wire/cluster.h"
#include "kafka/wire/config_changes_queries.h"
#include "kafka/wire/topic_admin_queries.h"

namespace arkive::kafka {
namespace wire {
namespace {

class WireMetadataAdmin : public MetadataAdmin {
 public:
  explicit WireMetadataAdmin(std::shared_ptr<Cluster> cluster) : cluster_(std::move(cluster)) {}

  Result<std::vector<ItemAnswer>> create_topics(std::span<const NewTopic> topics, bool validate_only,
                                                Deadline deadline) override {
    return wire::create_topics(*cluster_, topics, validate_only, deadline);
  }
  Result<std::vector<ItemAnswer>> change_configs(std::span<const ConfigChange> changes, bool validate_only,
                                                 Deadline deadline) override {
    return change_topic_settings(*cluster_, changes, validate_only, deadline);
  }
  Result<std::vector<ItemAnswer>> delete_topics(std::span<const std::string> topics,
                                                Deadline deadline) override {
    return wire::delete_topics(*cluster_, topics, deadline);
  }
  Result<std::optional<std::set<Acl>>> acls(Deadline deadline) override {
    return ask_acls(*cluster_, deadline);
  }
  Result<std::vector<ItemAnswer>> create_acls(std::span<const Acl> acls, Deadline deadline) override {
    return wire::create_acls(*cluster_, acls, deadline);
  }
  Result<std::optional<std::map<QuotaEntity, QuotaValues>>> quotas(Deadline deadline) override {
    return ask_quotas(*cluster_, deadline);
  }
  Result<std::vector<ItemAnswer>> change_quotas(std::span<const QuotaChange> changes,
                                                Deadline deadline) override {
    return wire::change_quotas(*cluster_, changes, deadline);
  }
  Result<std::optional<std::set<ScramUser>>> scram_users(Deadline deadline) override {
    return ask_scram_users(*cluster_, deadline);
  }
  Result<Settings> broker_settings(const std::string& broker, Deadline deadline) override {
    return ask_broker_settings(*cluster_, broker, deadline);
  }
  Result<ItemAnswer> change_broker_settings(const std::string& broker,
                                            const std::map<std::string, std::optional<std::string>>& settings,
                                            Deadline deadline) override {
    return wire::change_broker_settings(*cluster_, broker, settings, deadline);
  }

 private:
  std::shared_ptr<Cluster> cluster_;
};

}  // namespace
}  // namespace wire

Result<std::unique_ptr<MetadataAdmin>> open_wire_metadata_admin(const std::string& bootstrap,
                                                                const ClientProperties& properties,
                                                                Deadline deadline) {
  ARKIVE_ASSIGN(auto cluster, wire::open_cluster(bootstrap, properties, deadline));
  return std::unique_ptr<MetadataAdmin>(std::make_unique<wire::WireMetadataAdmin>(std::move(cluster)));
}

}  // namespace arkive::kafka
