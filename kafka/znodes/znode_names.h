/// What a znode of Kafka is, told from its path alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace arkive::kafka {

enum class ZnodeRole : std::uint8_t {
  kRoot,                ///< the root of Kafka's tree itself
  kContainer,           ///< a directory that Kafka makes at its start: /brokers, /config/topics, ...
  kTopic,               ///< /brokers/topics/T: assignment and topic id
  kTopicDirectory,      ///< /brokers/topics/T/partitions and .../partitions/P
  kPartitionState,      ///< /brokers/topics/T/partitions/P/state
  kConfig,              ///< /config/TYPE/ENTITY and /config/users/USER/clients/CLIENT
  kConfigDirectory,     ///< /config/users/USER/clients
  kAcl,                 ///< /kafka-acl/TYPE/NAME, /kafka-acl-extended/PATTERN/TYPE/NAME
  kDelegationToken,     ///< /delegation_token/tokens/ID
  kClusterId,           ///< /cluster/id
  kControllerEpoch,     ///< /controller_epoch
  kController,          ///< /controller
  kBrokerRegistration,  ///< /brokers/ids/N
  kProducerIds,         ///< /latest_producer_id_block
  kFeature,             ///< /feature
  kMigration,           ///< /migration
  kTopicDeletion,       ///< /admin/delete_topics/T
  kReassignment,        ///< /admin/reassign_partitions
  kElection,            ///< /admin/preferred_replica_election
  kNotice,              ///< change notifications: config, ACL, ISR, log directory, token
  kLegacyConsumer,      ///< below /consumers: groups of the consumers before 0.9
  kForeign              ///< not Kafka's
};

struct KafkaZnode {
  ZnodeRole role = ZnodeRole::kForeign;
  std::string name;             ///< topic, config entity (decoded), ACL resource, token id, notice
  std::string type;             ///< config: "topics", "users", ...; ACL: "Topic", "Group", ...
  std::string client;           ///< config of a user's client: the client (decoded)
  std::string pattern;          ///< ACL: "literal" or "prefixed"
  bool of_client = false;       ///< /config/users/USER/clients/CLIENT
  bool default_name = false;    ///< the entity is `<default>`
  bool default_client = false;  ///< the client is `<default>`
  std::int32_t partition = -1;
};

/// `path` is absolute; what is not below `root` is kForeign.
KafkaZnode znode_at(std::string_view path, std::string_view root);

/// True below /config/users, /config/brokers and /delegation_token/tokens: data there is shown only as far as
/// it is understood. Kafka itself does not let the world read these.
bool may_hold_secrets(std::string_view path, std::string_view root);

/// Undoes the URL encoding of user and client names (org.apache.kafka.common.utils.Sanitizer); a name that is
/// not encoded well stays as it is.
std::string decode_entity(std::string_view sanitised);

}  // namespace arkive::kafka
