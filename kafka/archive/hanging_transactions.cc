#include "kafka/archive/hanging_transactions.h"

#include <algorithm>
#include <chrono>

#include "stores/core/log.h"

namespace arkive::kafka {

Status ask_about(LogSource& source, std::vector<HangingTransaction>& transactions, Deadline deadline) {
  if (transactions.empty()) return ok();
  std::vector<TopicPartition> partitions;
  for (const HangingTransaction& one : transactions) partitions.push_back(one.partition);
  const auto told = source.producers(partitions, deadline);
  if (!told && told.error().outcome == Outcome::kInterrupted) return fail(told.error());
  if (!told) {
    log_debug(told.error().what);
    return ok();
  }
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    for (const ActiveProducer& producer : (*told)[i]) {
      if (producer.id == transactions[i].open.producer_id) transactions[i].producer = producer;
    }
  }
  return ok();
}

std::string describe(const HangingTransaction& one, const ClusterFacts& cluster, UnixMilliseconds now) {
  const OpenTransaction& open = one.open;
  const std::string who = "a transaction of producer " + std::to_string(open.producer_id) + " (epoch " +
                          std::to_string(open.producer_epoch);
  const std::string since = "open since offset " + std::to_string(open.first_offset);
  if (!one.producer) return who + ") is " + since;
  const ActiveProducer& producer = *one.producer;
  std::string text =
      who + ", coordinator epoch " +
      (producer.coordinator_epoch < 0 ? "none yet" : std::to_string(producer.coordinator_epoch));
  // It ended after the archive had given up on it, or the producer is in its next one already.
  if (producer.transaction_start != open.first_offset) return text + ") was " + since + " and has ended now";
  text += ") is " + since;
  if (producer.last_timestamp >= 0) {
    text += "; its last record is of " + format_time(producer.last_timestamp);
    if (now > producer.last_timestamp) {
      text += ", " + human_duration(std::chrono::milliseconds(now - producer.last_timestamp)) + " ago";
    }
  }
  std::string bootstrap = "HOST:PORT";
  if (!cluster.brokers.empty()) {
    bootstrap = cluster.brokers.front().host + ":" + std::to_string(cluster.brokers.front().port);
  }
  return text +
         "; when its application is gone for good, this aborts it: kafka-transactions.sh "
         "--bootstrap-server " +
         bootstrap + " abort --topic " + one.partition.topic + " --partition " +
         std::to_string(one.partition.partition) + " --start-offset " + std::to_string(open.first_offset);
}

}  // namespace arkive::kafka
