#include "kafka/wire/producer_queries.h"

#include <algorithm>
#include <map>

#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/producers.h"
#include "stores/core/log.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::size_t kMostAtOnce = 200;

using Found = std::map<TopicPartition, std::vector<ActiveProducer>>;

Status ask_leader(Connection& connection, std::span<const TopicPartition> asked, Found& found,
                  Deadline answer_by) {
  const auto version = connection.versions().pick(Api::kDescribeProducers);
  if (!version) return ok();  // before 2.8
  ARKIVE_ASSIGN(const Bytes body, connection.call(describe_producers_request(*version, asked), answer_by));
  ARKIVE_ASSIGN(DescribeProducers answer, read_describe_producers(body, *version));
  connection.rest(answer.throttle);
  for (ProducersOfPartition& one : answer.partitions) {
    if (one.error != kNoError) {
      log_debug("ask for the producers of '" + one.partition.text() + "': " + error_text(one.error));
      continue;
    }
    found[std::move(one.partition)] = std::move(one.producers);
  }
  return ok();
}

}  // namespace

Result<std::vector<std::vector<ActiveProducer>>> ask_producers(Cluster& cluster,
                                                               std::span<const TopicPartition> partitions,
                                                               Deadline deadline) {
  ARKIVE_ASSIGN(const auto leaders, cluster.leaders(partitions, deadline));
  std::map<std::int32_t, std::vector<TopicPartition>> shares;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    if (leaders[i].error == kNoError) shares[leaders[i].broker].push_back(partitions[i]);
  }
  Found found;
  for (auto& [leader, share] : shares) {
    std::sort(share.begin(), share.end());
    share.erase(std::unique(share.begin(), share.end()), share.end());
    const std::span<const TopicPartition> all(share);
    const auto ask_in_pieces = [&](Connection& connection, Deadline answer_by) -> Status {
      for (std::size_t at = 0; at < all.size(); at += kMostAtOnce) {
        ARKIVE_TRY(ask_leader(connection, all.subspan(at, std::min(kMostAtOnce, all.size() - at)), found,
                              answer_by));
      }
      return ok();
    };
    ARKIVE_TRY(cluster.with_broker(leader, ask_in_pieces, deadline));
  }
  std::vector<std::vector<ActiveProducer>> producers;
  for (const TopicPartition& partition : partitions) producers.push_back(found[partition]);
  return producers;
}

}  // namespace arkive::kafka::wire
