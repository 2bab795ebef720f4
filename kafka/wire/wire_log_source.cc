#include "kafka/wire/wire_log_source.h"

#include <algorithm>
#include <unordered_map>

#include "kafka/wire/cluster.h"
#include "kafka/wire/config_queries.h"
#include "kafka/wire/group_queries.h"
#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/offset_queries.h"
#include "kafka/wire/producer_queries.h"
#include "kafka/wire/space_queries.h"
#include "kafka/wire/wire_log_fetcher.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka {
namespace wire {
namespace {

constexpr RetryPolicy kTries{std::chrono::milliseconds(100), std::chrono::seconds(3), 0};

class WireLogSource : public LogSource {
 public:
  WireLogSource(std::shared_ptr<Cluster> cluster, std::chrono::milliseconds request_timeout)
      : cluster_(std::move(cluster)), request_timeout_(request_timeout) {}

  std::string_view name() const override { return "wire"; }
  Result<ClusterFacts> cluster(Deadline deadline) override;
  Result<std::vector<TopicFacts>> topics(Deadline deadline) override;
  Result<std::vector<PartitionOffsets>> offsets(std::span<const TopicPartition> partitions,
                                                Deadline deadline) override;
  Result<std::vector<std::int64_t>> offsets_at(std::span<const TopicPartition> partitions,
                                               UnixMilliseconds time, Deadline deadline) override;
  Result<std::optional<LeaderEpochStart>> end_of_epoch(const TopicPartition& partition, std::int32_t epoch,
                                                       Deadline deadline) override;
  Result<std::vector<TopicConfigs>> topic_configs(std::span<const std::string> topics,
                                                  Deadline deadline) override;
  Result<std::vector<std::vector<ActiveProducer>>> producers(std::span<const TopicPartition> partitions,
                                                             Deadline deadline) override;
  Result<std::vector<std::optional<bool>>> may_write(std::span<const std::string> topics,
                                                     Deadline deadline) override;
  Result<std::vector<BrokerSpace>> free_space(Deadline deadline) override;
  Result<std::vector<GroupFacts>> groups(Deadline deadline) override;
  Result<std::unique_ptr<LogFetcher>> open_fetcher(std::int32_t broker, Deadline deadline) override;

 private:
  Status ask_epoch(const TopicPartition& partition, std::int32_t epoch, std::optional<EpochEnd>& end,
                   Deadline deadline);

  std::shared_ptr<Cluster> cluster_;  // shared with fetchers
  std::chrono::milliseconds request_timeout_;
};

Result<ClusterFacts> WireLogSource::cluster(Deadline deadline) {
  ARKIVE_ASSIGN(Metadata metadata, cluster_->metadata(std::span<const std::string>(), deadline));
  return std::move(metadata.cluster);
}

Result<std::vector<TopicFacts>> WireLogSource::topics(Deadline deadline) {
  const Deadline patience = deadline.sooner(kPartitionPatience);
  Backoff backoff(kTries);
  while (true) {
    ARKIVE_ASSIGN(Metadata metadata, cluster_->metadata(deadline));
    // A topic that is being made has no partitions yet.
    const bool settled =
        std::none_of(metadata.topics.begin(), metadata.topics.end(), [](const TopicMetadata& topic) {
          return topic.error == kLeaderNotAvailable && topic.facts.partitions.empty();
        });
    if (settled || patience.passed()) {
      std::vector<TopicFacts> topics;
      topics.reserve(metadata.topics.size());
      for (TopicMetadata& topic : metadata.topics) {
        if (topic.error != kNoError && topic.facts.partitions.empty()) {
          topic.facts.error = error_text(topic.error);
        }
        topics.push_back(std::move(topic.facts));
      }
      return topics;
    }
    if (!pause_for(backoff.next(), patience)) {
      return fail(interruption_of("list the topics"));
    }
  }
}

Result<std::vector<PartitionOffsets>> WireLogSource::offsets(std::span<const TopicPartition> partitions,
                                                             Deadline deadline) {
  // In this order log_start <= last_stable_offset <= high_watermark holds for every answer.
  constexpr OffsetQuestion kQuestions[] = {{kStartOfLog, false}, {kEndOfLog, true}, {kEndOfLog, false}};
  ARKIVE_ASSIGN(auto answers, ask_offsets(*cluster_, partitions, kQuestions, deadline));
  std::vector<PartitionOffsets> offsets;
  offsets.reserve(answers.size());
  for (OffsetsOfPartition& answer : answers) {
    PartitionOffsets& of_partition = offsets.emplace_back();
    of_partition.error = std::move(answer.error_text);
    if (!of_partition.error.empty()) continue;
    of_partition.log_start = answer.offsets[0];
    of_partition.last_stable_offset = answer.offsets[1];
    of_partition.high_watermark = answer.offsets[2];
  }
  return offsets;
}

Result<std::vector<std::int64_t>> WireLogSource::offsets_at(std::span<const TopicPartition> partitions,
                                                            UnixMilliseconds time, Deadline deadline) {
  // Negative times mean something else to a broker; no record is older than 1970 but by mistake.
  const OffsetQuestion question{std::max<UnixMilliseconds>(time, 0), false};
  ARKIVE_ASSIGN(const auto answers, ask_offsets(*cluster_, partitions, {&question, 1}, deadline));
  std::vector<std::int64_t> offsets;
  offsets.reserve(answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const OffsetsOfPartition& answer = answers[i];
    if (!answer.error_text.empty() && answer.error != kUnsupportedForMessageFormat) {
      const Outcome outcome =
          answer.error == kNoError ? Outcome::kRetry : broker_error({}, answer.error).outcome;
      return fail(outcome, "look up a time in '" + partitions[i].text() + "': " + answer.error_text);
    }
    offsets.push_back(answer.error_text.empty() ? answer.offsets[0] : -1);
  }
  return offsets;
}

Status WireLogSource::ask_epoch(const TopicPartition& partition, std::int32_t epoch,
                                std::optional<EpochEnd>& end, Deadline deadline) {
  const std::string operation =
      "ask for the end of epoch " + std::to_string(epoch) + " of '" + partition.text() + "'";
  ARKIVE_ASSIGN(const auto leaders, cluster_->leaders({&partition, 1}, deadline));
  if (leaders[0].error != kNoError) return fail(broker_error(operation, leaders[0].error));
  ARKIVE_TRY(cluster_->with_broker(
      leaders[0].broker,
      [&](Connection& connection, Deadline answer_by) -> Status {
        const auto version = connection.versions().pick(Api::kOffsetForLeaderEpoch);
        if (!version) return ok();
        ARKIVE_ASSIGN(const Bytes body,
                      connection.call(epoch_end_request(*version, partition, epoch), answer_by));
        ARKIVE_ASSIGN(end, read_epoch_end(body, *version));
        connection.rest(end->throttle);
        return ok();
      },
      deadline));
  if (end && end->error != kNoError) return fail(broker_error(operation, end->error));
  return ok();
}

Result<std::optional<LeaderEpochStart>> WireLogSource::end_of_epoch(const TopicPartition& partition,
                                                                    std::int32_t epoch, Deadline deadline) {
  const Deadline patience = deadline.sooner(kPartitionPatience);
  Backoff backoff(kTries);
  while (true) {
    std::optional<EpochEnd> end;
    const auto asked = ask_epoch(partition, epoch, end, deadline);
    if (asked) {
      if (!end || end->end.start_offset < 0) return std::optional<LeaderEpochStart>();
      return std::optional<LeaderEpochStart>(end->end);
    }
    if (asked.error().outcome != Outcome::kRetry || patience.passed()) return fail(asked.error());
    cluster_->forget_leaders({&partition.topic, 1});
    if (!pause_for(backoff.next(), patience)) {
      return fail(interruption_of("ask for the end of an epoch"));
    }
  }
}

Result<std::vector<TopicConfigs>> WireLogSource::topic_configs(std::span<const std::string> topics,
                                                               Deadline deadline) {
  return ask_topic_configs(*cluster_, topics, deadline);
}

Result<std::vector<std::vector<ActiveProducer>>> WireLogSource::producers(
    std::span<const TopicPartition> partitions, Deadline deadline) {
  return ask_producers(*cluster_, partitions, deadline);
}

Result<std::vector<std::optional<bool>>> WireLogSource::may_write(std::span<const std::string> topics,
                                                                  Deadline deadline) {
  std::vector<std::optional<bool>> answers(topics.size());
  if (topics.empty()) return answers;
  ARKIVE_ASSIGN(const Metadata metadata, cluster_->metadata(topics, deadline, true));
  std::unordered_map<std::string_view, std::optional<std::uint32_t>> operations;
  for (const TopicMetadata& topic : metadata.topics) operations[topic.facts.name] = topic.operations;
  for (std::size_t i = 0; i < topics.size(); ++i) {
    if (const auto& told = operations[topics[i]]) answers[i] = (*told & kMayWrite) != 0;
  }
  return answers;
}

Result<std::vector<BrokerSpace>> WireLogSource::free_space(Deadline deadline) {
  return ask_free_space(*cluster_, deadline);
}

Result<std::vector<GroupFacts>> WireLogSource::groups(Deadline deadline) {
  return ask_groups(*cluster_, deadline);
}

Result<std::unique_ptr<LogFetcher>> WireLogSource::open_fetcher(std::int32_t broker, Deadline deadline) {
  ARKIVE_ASSIGN(auto connection, cluster_->connect(broker, deadline));
  auto still_there = [cluster = cluster_](const FetchWant& want, Deadline until) -> Result<bool> {
    ARKIVE_ASSIGN(const Metadata metadata, cluster->metadata({&want.partition.topic, 1}, until));
    if (metadata.topics.size() != 1) return false;
    const TopicMetadata& topic = metadata.topics.front();
    if (topic.error == kUnknownTopicOrPartition) return false;
    return want.topic_id.is_zero() || topic.facts.id.is_zero() || topic.facts.id == want.topic_id;
  };
  return std::unique_ptr<LogFetcher>(
      std::make_unique<WireLogFetcher>(std::move(connection), std::move(still_there), request_timeout_));
}

}  // namespace
}  // namespace wire

Result<std::unique_ptr<LogSource>> open_wire_log_source(const std::string& bootstrap,
                                                        const ClientProperties& properties,
                                                        Deadline deadline) {
  ARKIVE_ASSIGN(auto cluster, wire::open_cluster(bootstrap, properties, deadline));
  return std::unique_ptr<LogSource>(
      std::make_unique<wire::WireLogSource>(std::move(cluster), properties.request_timeout));
}

}  // namespace arkive::kafka
