/// Observation: what is left of a cluster, as a restore plan needs to know it: ZooKeeper, brokers, log
/// directories. Plain values and their JSON (docs/format-observation.md), so that a plan can be made away
/// from the cluster.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/inspect/logs_report.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::restore_plans {

enum class Reached : std::uint8_t {
  kNotAsked,     ///< no address was given
  kUnreachable,  ///< nobody answered in time: see `error`
  kAnswered
};

/// A broker that is registered in ZooKeeper or answers for its cluster.
struct ObservedBroker {
  std::int32_t id = -1;
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const ObservedBroker&) const = default;
};

struct ObservedTopic {
  std::string id;                               ///< as Kafka writes it; empty: none is told
  std::vector<std::int32_t> partitions;         ///< ascending
  std::map<std::string, std::string> config{};  ///< set on the topic itself, sensitive values left out
  bool operator==(const ObservedTopic&) const = default;
};

/// The block of producer ids handed out last.
struct ObservedProducerIds {
  bool is_null = false;   ///< the znode is there without data: ids start at 0 again
  std::int64_t end = -1;  ///< -1 when null or not understood
  bool operator==(const ObservedProducerIds&) const = default;
};

/// Somebody else's znodes: "/strimzi", and what whoever owns them does with a restored cluster.
struct ForeignTree {
  std::string path;    ///< in the whole ensemble: many stand beside the chroot
  std::string owner;   ///< "Strimzi's topic operator"; empty: not known
  std::string danger;  ///< what it does to restored topics; empty: nothing is known
  bool operator==(const ForeignTree&) const = default;
};

struct ObservedZooKeeper {
  Reached reached = Reached::kNotAsked;
  std::string address;  ///< as given: "zk1:2181,zk2:2181/kafka"
  std::string error;
  std::string server;                     ///< "127.0.0.1:2181 (3.8.4)"
  std::int64_t zxid = 0;                  ///< the last one seen
  std::optional<std::string> kafka_root;  ///< "" or "/kafka"; nothing: no znodes of Kafka
  std::string cluster_id;                 ///< of /cluster/id; empty: none
  std::int32_t controller = -1;           ///< broker id; -1: none
  std::int64_t controller_epoch = -1;     ///< -1: none
  std::vector<ObservedBroker> brokers;    ///< registered, ascending by id
  std::optional<ObservedProducerIds> producer_ids;
  std::map<std::string, ObservedTopic> topics;
  std::vector<ForeignTree> foreign;
  /// Every persistent znode but those of /zookeeper: SHA-256 of its data in hex, "-" for null.
  std::map<std::string, std::string> znodes;
  std::vector<std::string> unreadable;      ///< paths this session may not read, with all below them
  std::vector<std::string> not_understood;  ///< Kafka's own whose data is not what Kafka writes; ascending
  /// It answered, and there is nothing: nor anything that could not be read.
  bool is_empty() const {
    return reached == Reached::kAnswered && unreadable.empty() &&
           (znodes.empty() || (znodes.size() == 1 && znodes.contains("/")));
  }
  bool operator==(const ObservedZooKeeper&) const = default;
};

struct ObservedPartition {
  std::int32_t partition = 0;
  std::int32_t leader = -1;  ///< -1: none
  std::int32_t leader_epoch = -1;
  std::vector<std::int32_t> replicas;
  std::vector<std::int32_t> in_sync;
  std::int64_t log_start = -1;  ///< -1: could not be asked
  std::int64_t log_end = -1;    ///< the high watermark
  bool operator==(const ObservedPartition&) const = default;
};

struct ObservedLiveTopic {
  std::string id;
  std::vector<ObservedPartition> partitions;
  std::map<std::string, std::string> config{};
  std::string error;
  bool operator==(const ObservedLiveTopic&) const = default;
};

struct ObservedGroup {
  std::string state;
  std::int32_t members = 0;
  std::uint64_t offsets = 0;  ///< committed ones
  bool operator==(const ObservedGroup&) const = default;
};

/// Whether the brokers ask an authoriser (authorizer.class.name) before they answer.
enum class Authoriser : std::uint8_t { kNotKnown, kAbsent, kPresent };
/// "not known", "absent", "present".
std::string_view authoriser_name(Authoriser authoriser);

struct ObservedKafka {
  Reached reached = Reached::kNotAsked;
  std::string address;
  std::string error;
  std::string cluster_id;
  std::int32_t controller = -1;
  Authoriser authoriser = Authoriser::kNotKnown;
  std::map<std::string, std::string> releases;  ///< of Kafka, by broker id: "2.7 to 3.0"
  std::vector<ObservedBroker> brokers;          ///< ascending by id
  std::map<std::string, ObservedLiveTopic> topics;
  std::map<std::string, ObservedGroup> groups;
  std::vector<std::string> not_known;  ///< what could not be asked: "groups: not authorised to describe them"
  bool operator==(const ObservedKafka&) const = default;
};

struct Observation {
  static constexpr int kFormat = 1;
  UnixMilliseconds observed = 0;
  ObservedZooKeeper zookeeper;
  ObservedKafka kafka;
  std::vector<kafka::LogsReport> logs;  ///< of each broker whose disks were looked at, ascending by broker
  bool operator==(const Observation&) const = default;

  std::string to_json() const;  ///< sealed (stores/manifest/seal.h)
  /// kCorrupt naming the field, or that the seal does not fit; kUsage for a newer format.
  static Result<Observation> from_json(std::string_view text);
};

/// What is otherwise now than it was, a line each, as far as a plan stands on it: whether somebody answers,
/// cluster ids, brokers, topics with their ids and partitions, producer ids, znodes and their data, log
/// directories. Times, zxids, controllers, leaders and offsets may differ, and of a log directory that a
/// broker has in use on both sides also how far its logs are. At most 20 lines a subject, then "and N more".
/// Empty: nothing.
std::vector<std::string> differences(const Observation& then, const Observation& now);

/// The same of the znodes at and below `top` alone, whoever is registered.
std::vector<std::string> znode_differences(const ObservedZooKeeper& then, const ObservedZooKeeper& now,
                                           std::string_view top);

}  // namespace arkive::restore_plans
