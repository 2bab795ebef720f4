/// plan_metadata: what is to be done so that a live cluster has what a dump tells of, item by item.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kafka/metadata/live.h"
#include "kafka/metadata_admin.h"
#include "stores/core/glob.h"
#include "stores/core/time.h"

namespace arkive::kafka {

enum class MetadataAction : std::uint8_t {
  kCreate,
  kSame,       ///< the cluster has it
  kKeep,       ///< the cluster has another one, which stays
  kOverwrite,  ///< the same, but it was named
  kCannot,     ///< it cannot come over
  kLeftOut     ///< nothing is lost without it
};
inline constexpr std::array kAllMetadataActions = {MetadataAction::kCreate, MetadataAction::kSame,
                                                   MetadataAction::kKeep,   MetadataAction::kOverwrite,
                                                   MetadataAction::kCannot, MetadataAction::kLeftOut};
/// "create", "same", "differs (kept)", "overwrite", "cannot come over", "left out"
std::string_view metadata_action_name(MetadataAction action);

struct BrokerSettingChange {
  std::string broker;  ///< "": all brokers
  std::string key;
  std::string value;
};

struct MetadataItem {
  MetadataAction action = MetadataAction::kSame;
  /// "topic/orders", "acl/Topic/literal/orders", "quota/user/alice/client-id/<default>",
  /// "broker/<default>/log.cleaner.threads", "user/alice/SCRAM-SHA-256", "token/ID"
  std::string name;
  std::string what;    ///< "4 partitions, retention.ms=-1", "Deny User:alice Read from *"; may be empty
  std::string reason;  ///< why it is kept, left out, or cannot come over
  /// What kCreate and kOverwrite do.
  std::variant<std::monostate, Acl, QuotaChange, BrokerSettingChange, NewTopic, ConfigChange> change;
  bool is_done_by_restore() const {
    return action == MetadataAction::kCreate || action == MetadataAction::kOverwrite;
  }
};

struct MetadataOptions {
  MetadataParts parts;
  std::vector<Glob> topics;                        ///< none: all
  std::vector<Glob> exclude_topics;                ///< taken from those
  std::vector<Glob> overwrite;                     ///< over the names of items
  std::optional<std::int16_t> replication_factor;  ///< of all topics; nothing: that of the dump
  bool internal_topics = false;
  UnixMilliseconds now = 0;  ///< which tokens have expired
};

struct MetadataPlan {
  std::vector<MetadataItem> items;  ///< in the order in which they are made
  /// There are ACLs, and the cluster would not heed them: a restore with them is refused.
  bool no_authorizer = false;
  std::uint64_t count(MetadataAction action) const;
  /// All of it is there or will be.
  bool complete() const;
};

/// Pure. Where every broker of a topic's assignment is live, and no replication factor is given, the
/// assignment is kept; elsewhere the cluster chooses, with the dump's replication factor.
MetadataPlan plan_metadata(const ClusterMetadata& wanted, const LiveMetadata& live,
                           const MetadataOptions& options);

/// True for the topics that brokers make themselves.
bool is_internal_topic(std::string_view name);

}  // namespace arkive::kafka
