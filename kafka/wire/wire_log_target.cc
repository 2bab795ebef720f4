#include "kafka/wire/wire_log_target.h"

#include "kafka/wire/cluster.h"
#include "kafka/wire/commit_queries.h"
#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/produce.h"
#include "kafka/wire/wire_log_appender.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka {
namespace wire {
namespace {

class WireLogTarget : public LogTarget {
 public:
  WireLogTarget(std::shared_ptr<Cluster> cluster, std::chrono::milliseconds request_timeout)
      : cluster_(std::move(cluster)), request_timeout_(request_timeout) {}

  std::string_view name() const override { return "wire"; }
  Result<ProducerIdentity> new_producer(Deadline deadline) override;
  Result<std::unique_ptr<LogAppender>> open_appender(std::int32_t broker, Deadline deadline) override;
  Result<std::vector<ItemAnswer>> commit(const std::string& group, std::span<const CommittedOffset> offsets,
                                         Deadline deadline) override {
    return commit_offsets(*cluster_, group, offsets, deadline);
  }

 private:
  std::shared_ptr<Cluster> cluster_;
  std::chrono::milliseconds request_timeout_;
};

Result<ProducerIdentity> WireLogTarget::new_producer(Deadline deadline) {
  ProducerIdentity producer;
  // Any broker hands out ids, without a coordinator where there is no transactional id.
  ARKIVE_TRY(cluster_->with_any_broker(
      [&](Connection& connection, Deadline answer_by) -> Status {
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kInitProducerId));
        ARKIVE_ASSIGN(const Bytes body, connection.call(init_producer_id_request(version), answer_by));
        ARKIVE_ASSIGN(const InitProducerId answer, read_init_producer_id(body, version));
        connection.rest(answer.throttle);
        if (answer.error != kNoError) return fail(broker_error("get a producer id", answer.error));
        if (answer.producer.id < 0) return fail(bad_answer(Api::kInitProducerId, version, "without an id"));
        producer = answer.producer;
        return ok();
      },
      deadline));
  return producer;
}

Result<bool> is_there(Cluster& cluster, const TopicPartition& partition, Deadline patience,
                      Deadline deadline) {
  Backoff backoff({std::chrono::milliseconds(100), std::chrono::seconds(1), 0});
  while (true) {
    ARKIVE_ASSIGN(const Metadata metadata, cluster.metadata({&partition.topic, 1}, deadline));
    for (const TopicMetadata& topic : metadata.topics) {
      for (const PartitionFacts& one : topic.facts.partitions) {
        if (one.partition == partition.partition) return true;
      }
    }
    if (patience.passed()) return false;
    if (!pause_for(backoff.next(), patience)) ARKIVE_TRY(check_interrupt("look for a topic"));
  }
}

Result<std::unique_ptr<LogAppender>> WireLogTarget::open_appender(std::int32_t broker, Deadline deadline) {
  ARKIVE_ASSIGN(auto connection, cluster_->connect(broker, deadline));
  auto look = [cluster = cluster_](const TopicPartition& partition, Deadline patience, Deadline until) {
    return is_there(*cluster, partition, patience, until);
  };
  return std::unique_ptr<LogAppender>(
      std::make_unique<WireLogAppender>(std::move(connection), std::move(look), request_timeout_));
}

}  // namespace
}  // namespace wire

Result<std::unique_ptr<LogTarget>> open_wire_log_target(const std::string& bootstrap,
                                                        const ClientProperties& properties,
                                                        Deadline deadline) {
  ARKIVE_ASSIGN(auto cluster, wire::open_cluster(bootstrap, properties, deadline));
  return std::unique_ptr<LogTarget>(
      std::make_unique<wire::WireLogTarget>(std::move(cluster), properties.request_timeout));
}

}  // namespace arkive::kafka
