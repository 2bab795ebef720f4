/// ClusterMetadata: what a cluster knows besides its records: topics, configs, ACLs, quotas, users. A plain
/// value; read from a dump of Kafka's znodes (kafka/znodes/metadata_reader.h) and compared with a live
/// cluster (kafka/metadata).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace arkive::kafka {

/// Values by the names of settings. Harmless ones only, unless a comment says otherwise.
using Settings = std::map<std::string, std::string>;

struct TopicDescription {
  std::string id;  ///< as Kafka writes it; empty: not known (before 2.8)
  /// Broker ids by partition, the preferred leader first.
  std::map<std::int32_t, std::vector<std::int32_t>> replicas;
  Settings settings;              ///< the topic's own
  bool deletion_ordered = false;  ///< somebody has ordered its deletion, which has not been done
};

/// One rule, in Kafka's own words: type "Topic", "Group", "Cluster", "TransactionalId", "DelegationToken",
/// "User"; pattern "literal", "prefixed"; permission "Deny", "Allow"; operation "Read", "DescribeConfigs".
/// In their order those that deny come first.
struct Acl {
  std::string permission;
  std::string type;
  std::string pattern;
  std::string name;
  std::string principal;  ///< "User:alice"
  std::string operation;
  std::string host;  ///< "*"
  bool operator==(const Acl&) const = default;
  std::strong_ordering operator<=>(const Acl& other) const;
  bool denies() const { return permission == "Deny"; }
  std::string resource() const;  ///< "Topic/literal/orders"
  std::string rule() const;      ///< "Deny User:alice Read from *"
};

/// Whom a quota is for: by "user", "client-id", "ip" a name, or nothing for the default one.
using QuotaEntity = std::map<std::string, std::optional<std::string>>;
using QuotaValues = std::map<std::string, double>;
/// "user/alice/client-id/<default>"
std::string quota_name(const QuotaEntity& entity);

/// That a user has a credential; never what it is.
struct ScramUser {
  std::string name;
  std::string mechanism;   ///< "SCRAM-SHA-256"
  std::string iterations;  ///< empty: not known
  auto operator<=>(const ScramUser&) const = default;
};

struct TokenDescription {
  std::string id;
  std::string owner;
  std::int64_t expires = 0;  ///< ms since 1970
};

struct ClusterMetadata {
  std::map<std::string, TopicDescription> topics;
  std::map<std::string, Settings> broker_settings;  ///< dynamic ones by broker id; "": of all brokers
  std::set<Acl> acls;
  std::map<QuotaEntity, QuotaValues> quotas;
  std::set<ScramUser> scram_users;
  std::vector<TokenDescription> tokens;
  /// What was found and is not told above, by name ("broker/1/ssl.keystore.password"), and why.
  std::map<std::string, std::string> not_understood;
};

}  // namespace arkive::kafka
