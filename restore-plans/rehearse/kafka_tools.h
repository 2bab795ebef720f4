/// Kafka's own command line tools, run from the broker's jars.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "restore-plans/rehearse/jars.h"
#include "stores/core/deadline.h"
#include "stores/core/process.h"
#include "stores/core/result.h"

namespace arkive::rehearse {

enum class KafkaTool : std::uint8_t {
  kTopics,              ///< kafka-topics
  kConfigs,             ///< kafka-configs
  kAcls,                ///< kafka-acls
  kConsoleProducer,     ///< records from standard input
  kConsoleConsumer,     ///< records on standard output
  kConsumerGroups,      ///< kafka-consumer-groups
  kDumpLog,             ///< kafka-dump-log; reads files, asks no broker
  kReassignPartitions,  ///< kafka-reassign-partitions
  kDeleteRecords,       ///< kafka-delete-records
  kOffsets,             ///< kafka-get-offsets
  kTransactions,        ///< kafka-transactions, from 3.0 on
  kProducerPerformance  ///< kafka-producer-perf-test; wants --producer-props bootstrap.servers=...
};

/// "topics", "configs", "acls", ...: the words of `tools/services tool`.
std::vector<std::string> kafka_tool_words();
/// kUsage for an unknown word.
Result<KafkaTool> kafka_tool(std::string_view word);

/// The tools of one version, pointed at one cluster. A value; any thread.
class KafkaTools {
 public:
  /// `directory` gets the tools' log4j.properties.
  KafkaTools(Jars jars, std::string version, std::string bootstrap, std::string zookeeper,
             std::string directory);

  /// Runs a tool to its end. How to reach the cluster (--bootstrap-server, or --zookeeper and others in old
  /// versions) is put before `arguments`, unless they say it themselves. A non-zero exit is no error here:
  /// look at `status`.
  Result<Finished> run(KafkaTool tool, const std::vector<std::string>& arguments, Deadline deadline,
                       const std::string& input = {}) const;
  /// Any other class of the jars, with `arguments` as they are.
  Result<Finished> run_class(const std::string& main_class, const std::vector<std::string>& arguments,
                             Deadline deadline, const std::string& input = {}) const;

 private:
  std::string main_class(KafkaTool tool) const;
  std::vector<std::string> connection(KafkaTool tool, const std::vector<std::string>& arguments) const;

  Jars jars_;
  std::string version_;
  std::string bootstrap_;
  std::string zookeeper_;
  std::string directory_;
};

}  // namespace arkive::rehearse
