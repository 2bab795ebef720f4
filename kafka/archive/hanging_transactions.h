/// Transactions that stayed open beyond all patience: what the brokers know of them, and how to end them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kafka/log/aborted.h"
#include "kafka/log_source.h"
#include "stores/core/deadline.h"
#include "stores/core/result.h"
#include "stores/core/time.h"

namespace arkive::kafka {

struct HangingTransaction {
  TopicPartition partition;
  OpenTransaction open;                    ///< as the batches tell it
  std::optional<ActiveProducer> producer;  ///< as the broker tells it, where it can
};

/// Fills in `producer`. What brokers cannot or do not tell stays empty; kInterrupted only.
Status ask_about(LogSource& source, std::vector<HangingTransaction>& transactions, Deadline deadline);

/// "a transaction of producer 4711 (epoch 3, coordinator epoch 6) is open since offset 42, its last record is
/// 3h old; to abort it: kafka-transactions.sh ..." For topics that a shell takes as they are, which Kafka's
/// are.
std::string describe(const HangingTransaction& one, const ClusterFacts& cluster, UnixMilliseconds now);

}  // namespace arkive::kafka
