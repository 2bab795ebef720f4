/// The JSON that Kafka writes into its znodes, parsed. Every function answers nothing for what is not of the
/// form named, and never throws. Formats: kafka/zk/ZkData.scala, versions of Kafka 1.1 to 3.9.
/// kafka/znodes.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stores/core/bytes.h"

namespace arkive::kafka {

/// Replicas by partition: broker ids, the preferred leader first.
using Assignment = std::map<std::int32_t, std::vector<std::int32_t>>;

/// /brokers/topics/T, versions 1 (up to 2.3), 2 (with a reassignment, from 2.4) and 3 (with the id,
/// from 2.8).
struct TopicData {
  std::string id;  ///< empty before version 3
  Assignment replicas;
  Assignment adding;    ///< of a reassignment under way; partitions without one are left out
  Assignment removing;  ///< as `adding`
};
std::optional<TopicData> parse_topic(Bytes data);

/// .../partitions/P/state
struct PartitionState {
  std::int64_t leader = -1;  ///< -1: none
  std::int64_t leader_epoch = 0;
  std::vector<std::int32_t> in_sync;
};
std::optional<PartitionState> parse_partition_state(Bytes data);

/// /config/TYPE/ENTITY; null and empty data is a config without entries.
using Config = std::map<std::string, std::string>;
std::optional<Config> parse_config(Bytes data);

/// One entry of an ACL znode; empty data is no entry.
struct AclRule {
  std::string permission;  ///< "Allow", "Deny"
  std::string principal;   ///< "User:alice"
  std::string operation;   ///< "Read"
  std::string host;        ///< "*"
  auto operator<=>(const AclRule&) const = default;
};
/// Sorted, each once.
std::optional<std::vector<AclRule>> parse_acl_rules(Bytes data);

/// A value of a SCRAM-... entry in /config/users; only what is no secret.
struct ScramCredential {
  std::string iterations;
};
std::optional<ScramCredential> parse_scram(const std::string& value);

/// /delegation_token/tokens/ID. Principals are decoded; times in ms since 1970.
struct DelegationToken {
  std::string owner;
  std::string requester;  ///< the owner where none is named (before 3.3)
  std::vector<std::string> renewers;
  std::int64_t expires = 0;
  std::int64_t ends_for_good = 0;  ///< maxTimestamp
};
std::optional<DelegationToken> parse_delegation_token(Bytes data);

/// /brokers/ids/N, versions 1 to 5: where its clients connect to. Without a listener in plain text `host` is
/// null and `port` -1 there; then it is the first of its endpoints.
struct BrokerAddress {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<BrokerAddress> parse_broker(Bytes data);

/// The broker of /controller; -1 is what a controller of KRaft writes there.
std::optional<std::int32_t> parse_controller(Bytes data);

/// /controller_epoch: a number and nothing else.
std::optional<std::int64_t> parse_controller_epoch(Bytes data);

/// "id" of /cluster/id.
std::optional<std::string> parse_cluster_id(Bytes data);

/// /latest_producer_id_block
struct ProducerIdBlock {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};
std::optional<ProducerIdBlock> parse_producer_id_block(Bytes data);

/// /feature: its status (0 disabled, 1 enabled) and levels "1" or "1-2" by name.
struct Features {
  std::int64_t status = 0;
  std::map<std::string, std::string> levels;
};
std::optional<Features> parse_features(Bytes data);

/// "orders-0" and new replicas of /admin/reassign_partitions and /admin/preferred_replica_election (there
/// without replicas).
struct PartitionOrder {
  std::string partition;
  std::vector<std::int32_t> replicas;
};
std::optional<std::vector<PartitionOrder>> parse_partition_orders(Bytes data);

}  // namespace arkive::kafka
