/// Cluster: which brokers there are, who leads what, and connections to them that are at rest. Internal to
/// kafka/wire.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/wire/connection.h"
#include "kafka/wire/messages/metadata.h"

namespace arkive::kafka::wire {

/// "h1:9092,h2:9092,[::1]:9092". kUsage when it is not like that.
Result<std::vector<BrokerAddress>> parse_bootstrap(std::string_view text);

/// What a partition's leader is, as last told.
struct Leader {
  static constexpr std::int32_t kNone = -1;
  std::int32_t broker = kNone;
  std::int16_t error = 0;  ///< of the topic
};

/// Any thread.
class Cluster {
 public:
  Cluster(std::vector<BrokerAddress> bootstrap, std::shared_ptr<const Security> security)
      : bootstrap_(std::move(bootstrap)), security_(std::move(security)) {}

  /// What one request and its answer over a connection need; may be called again on another connection.
  using Use = std::function<Status(Connection& connection, Deadline deadline)>;

  /// Tries all brokers, again and again with pauses, until `use` succeeds or `deadline` passes. Errors that
  /// another broker might not make are returned after all were tried.
  Status with_any_broker(const Use& use, Deadline deadline);
  /// Tries that broker once; a connection that went stale while at rest does not count.
  Status with_broker(std::int32_t id, const Use& use, Deadline deadline);
  /// A new connection. kRetry also when the cluster does not know the broker.
  Result<std::unique_ptr<Connection>> connect(std::int32_t id, Deadline deadline);

  /// Asked for anew: all topics, or these.
  Result<Metadata> metadata(Deadline deadline);
  /// `operations`: with what this user may do with them.
  Result<Metadata> metadata(std::span<const std::string> topics, Deadline deadline, bool operations = false);

  /// The leaders of `partitions`, in their order; asked for when not known yet.
  Result<std::vector<Leader>> leaders(std::span<const TopicPartition> partitions, Deadline deadline);
  /// The next leaders() asks again for these topics.
  void forget_leaders(std::span<const std::string> topics);

 private:
  std::unique_ptr<Connection> take_idle(const BrokerAddress& address);
  void give_back(std::unique_ptr<Connection> connection);
  Status try_address(const BrokerAddress& address, const Use& use, Deadline deadline);
  Result<BrokerAddress> address_of(std::int32_t id, Deadline deadline);
  std::vector<BrokerAddress> candidates();
  Result<Metadata> ask_metadata(const std::function<Request(std::int16_t)>& request, Deadline deadline);
  void learn(const Metadata& metadata);

  struct TopicLeaders {
    std::int16_t error = 0;
    std::vector<std::int32_t> brokers;  // by partition
  };

  const std::vector<BrokerAddress> bootstrap_;
  const std::shared_ptr<const Security> security_;
  std::mutex mutex_;  // guards all below
  std::map<std::int32_t, BrokerAddress> brokers_;
  std::map<BrokerAddress, std::vector<std::unique_ptr<Connection>>> idle_;
  std::unordered_map<std::string, TopicLeaders> leaders_;
  BrokerAddress last_good_;
};

/// Reaches one broker of `bootstrap` (empty: what the properties name), authenticates, and learns the
/// cluster. Errors as open_wire_log_source().
Result<std::shared_ptr<Cluster>> open_cluster(const std::string& bootstrap,
                                              const ClientProperties& properties, Deadline deadline);

}  // namespace arkive::kafka::wire
