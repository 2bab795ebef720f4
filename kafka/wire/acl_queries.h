/// ACLs, quotas and users of a cluster. Internal to kafka/wire.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "kafka/metadata_admin.h"
#include "kafka/wire/cluster.h"

namespace arkive::kafka::wire {

// As the functions of MetadataAdmin.
Result<std::optional<std::set<Acl>>> ask_acls(Cluster& cluster, Deadline deadline);
Result<std::vector<ItemAnswer>> create_acls(Cluster& cluster, std::span<const Acl> acls, Deadline deadline);
Result<std::optional<std::map<QuotaEntity, QuotaValues>>> ask_quotas(Cluster& cluster, Deadline deadline);
Result<std::vector<ItemAnswer>> change_quotas(Cluster& cluster, std::span<const QuotaChange> changes,
                                              Deadline deadline);
Result<std::optional<std::set<ScramUser>>> ask_scram_users(Cluster& cluster, Deadline deadline);

}  // namespace arkive::kafka::wire
