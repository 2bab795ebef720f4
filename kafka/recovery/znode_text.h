/// The data of Kafka's znodes, written: new, or an old one with some fields changed and all others kept.
/// Formats: kafka/zk/ZkData.scala, versions of Kafka 1.1 to 3.9. Internal to kafka/recovery.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/recovery/replicas.h"
#include "stores/core/bytes.h"

namespace arkive::kafka {

/// /brokers/topics/T. `old` empty: made anew, version 3 with an id, version 1 without. Reassignments under
/// way are taken out. Nothing when `old` is not as Kafka writes it.
std::optional<std::string> topic_text(Bytes old, std::string_view id,
                                      const std::map<std::int32_t, std::vector<std::int32_t>>& replicas);

/// .../partitions/P/state; `old` as above.
std::optional<std::string> state_text(Bytes old, const RecoveredPartition& partition,
                                      std::int64_t controller_epoch);

/// /latest_producer_id_block: the ids [start, start + 999] as handed out to `broker`.
std::string producer_ids_text(std::int32_t broker, std::int64_t start);

}  // namespace arkive::kafka
