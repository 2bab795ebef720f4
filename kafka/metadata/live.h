/// LiveMetadata: a running cluster's side of the comparison.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "kafka/cluster_metadata.h"
#include "kafka/log_source.h"
#include "kafka/metadata_admin.h"
#include "stores/core/result.h"

namespace arkive::kafka {

/// What of a cluster's metadata one wants to bring over.
struct MetadataParts {
  bool topics = true;   ///< with their settings
  bool configs = true;  ///< brokers' dynamic settings
  bool acls = true;     ///< and who logs in: SCRAM users, delegation tokens
  bool quotas = true;
};

struct LiveTopic {
  std::int32_t partitions = 0;
  Settings settings;            ///< its own
  std::set<std::string> known;  ///< all names of settings the cluster has for topics
  std::string error;            ///< why it cannot be described; empty: it can
};

struct LiveMetadata {
  std::set<std::int32_t> brokers;
  std::map<std::string, LiveTopic> topics;
  std::map<std::string, Settings> broker_settings;  ///< as ClusterMetadata; only of those asked for
  bool has_authorizer = true;
  std::set<Acl> acls;
  std::optional<std::map<QuotaEntity, QuotaValues>> quotas;  ///< nothing: brokers before 2.6
  std::optional<std::set<ScramUser>> scram_users;            ///< nothing: it cannot be told
};

/// Reads what a comparison with `wanted` needs, each question within `patience`. Errors as those of
/// LogSource; a question that is refused is kDenied with what it needs.
Result<LiveMetadata> read_live_metadata(const ClusterMetadata& wanted, const MetadataParts& parts,
                                        LogSource& source, MetadataAdmin& admin,
                                        std::chrono::milliseconds patience);

}  // namespace arkive::kafka
