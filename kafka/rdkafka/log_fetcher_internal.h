/// Fetching by librdkafka's consumer.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "kafka/log_source.h"
#include "kafka/rdkafka/client_internal.h"

namespace arkive::kafka::rdkafka {

/// For questions. Any thread.
struct Clients {
  std::unique_ptr<Client> committed;    ///< "latest" is the last stable offset
  std::unique_ptr<Client> uncommitted;  ///< "latest" is the high watermark

  Result<std::vector<PartitionOffsets>> offsets(std::span<const TopicPartition> partitions,
                                                Deadline deadline) const;
};

/// With a consumer of its own. It goes on where its last fetch() ended as long as it is asked to, and begins
/// anew at any other offset.
Result<std::unique_ptr<LogFetcher>> open_log_fetcher(const Settings& settings,
                                                     std::shared_ptr<const Clients> clients);

}  // namespace arkive::kafka::rdkafka
