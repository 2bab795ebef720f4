#include "restore-plans/rehearse/kafka_tools.h"

#include <algorithm>
#include <array>

#include "restore-plans/rehearse/java.h"
#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"

namespace arkive::rehearse {

namespace {

/// Tools move from one package to another between versions; `since` is the first one with the later class.
struct ToolFacts {
  KafkaTool tool;
  std::string_view word;
  std::string_view early_class;
  std::string_view later_class;
  int since_major;
  int since_minor;
};

constexpr std::array<ToolFacts, 12> kTools = {{
    {KafkaTool::kTopics, "topics", "kafka.admin.TopicCommand", "org.apache.kafka.tools.TopicCommand", 3, 7},
    {KafkaTool::kConfigs, "configs", "kafka.admin.ConfigCommand", "", 9, 0},
    {KafkaTool::kAcls, "acls", "kafka.admin.AclCommand", "org.apache.kafka.tools.AclCommand", 4, 1},
    {KafkaTool::kConsoleProducer, "console-producer", "kafka.tools.ConsoleProducer",
     "org.apache.kafka.tools.ConsoleProducer", 4, 0},
    {KafkaTool::kConsoleConsumer, "console-consumer", "kafka.tools.ConsoleConsumer",
     "org.apache.kafka.tools.consumer.ConsoleConsumer", 3, 8},
    {KafkaTool::kConsumerGroups, "consumer-groups", "kafka.admin.ConsumerGroupCommand",
     "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", 3, 8},
    {KafkaTool::kDumpLog, "dump-log", "kafka.tools.DumpLogSegments", "", 9, 0},
    {KafkaTool::kReassignPartitions, "reassign-partitions", "kafka.admin.ReassignPartitionsCommand",
     "org.apache.kafka.tools.reassign.ReassignPartitionsCommand", 3, 7},
    {KafkaTool::kDeleteRecords, "delete-records", "kafka.admin.DeleteRecordsCommand",
     "org.apache.kafka.tools.DeleteRecordsCommand", 3, 6},
    {KafkaTool::kOffsets, "get-offsets", "kafka.tools.GetOffsetShell",
     "org.apache.kafka.tools.GetOffsetShell", 3, 6},
    {KafkaTool::kTransactions, "transactions", "org.apache.kafka.tools.TransactionsCommand", "", 9, 0},
    {KafkaTool::kProducerPerformance, "producer-perf-test", "org.apache.kafka.tools.ProducerPerformance", "",
     9, 0},
}};

const ToolFacts& facts_of(KafkaTool tool) {
  return *std::find_if(kTools.begin(), kTools.end(),
                       [&](const ToolFacts& facts) { return facts.tool == tool; });
}

bool has(const std::vector<std::string>& arguments, std::string_view wanted) {
  return std::find(arguments.begin(), arguments.end(), wanted) != arguments.end();
}

}  // namespace

std::vector<std::string> kafka_tool_words() {
  std::vector<std::string> words;
  for (const auto& facts : kTools) words.emplace_back(facts.word);
  return words;
}

Result<KafkaTool> kafka_tool(std::string_view word) {
  for (const auto& facts : kTools) {
    if (facts.word == word) return facts.tool;
  }
  return fail(Outcome::kUsage, "find tool '" + std::string(word) + "': no such tool",
              "known are: " + join(kafka_tool_words(), ", "));
}

KafkaTools::KafkaTools(Jars jars, std::string version, std::string bootstrap, std::string zookeeper,
                       std::string directory)
    : jars_(std::move(jars)),
      version_(std::move(version)),
      bootstrap_(std::move(bootstrap)),
      zookeeper_(std::move(zookeeper)),
      directory_(std::move(directory)) {}

std::string KafkaTools::main_class(KafkaTool tool) const {
  const auto& facts = facts_of(tool);
  return std::string(at_least(version_, facts.since_major, facts.since_minor) ? facts.later_class
                                                                              : facts.early_class);
}

std::vector<std::string> KafkaTools::connection(KafkaTool tool,
                                                const std::vector<std::string>& arguments) const {
  for (const char* said : {"--bootstrap-server", "--zookeeper", "--broker-list", "--authorizer-properties"}) {
    if (has(arguments, said)) return {};
  }
  const std::vector<std::string> by_broker = {"--bootstrap-server", bootstrap_};
  const std::vector<std::string> by_list = {"--broker-list", bootstrap_};
  const std::vector<std::string> by_zookeeper = {"--zookeeper", zookeeper_};
  switch (tool) {
    case KafkaTool::kTopics:
      return at_least(version_, 2, 2) ? by_broker : by_zookeeper;
    case KafkaTool::kConfigs:
      return at_least(version_, 2, 7) || has(arguments, "brokers") ? by_broker : by_zookeeper;
    case KafkaTool::kAcls:
      return at_least(version_, 2, 1)
                 ? by_broker
                 : std::vector<std::string>{"--authorizer-properties", "zookeeper.connect=" + zookeeper_};
    case KafkaTool::kConsoleProducer:
      return at_least(version_, 2, 5) ? by_broker : by_list;
    case KafkaTool::kReassignPartitions:
      return at_least(version_, 2, 6) ? by_broker : by_zookeeper;
    case KafkaTool::kOffsets:
      return at_least(version_, 3, 0) ? by_broker : by_list;
    case KafkaTool::kConsoleConsumer:
    case KafkaTool::kConsumerGroups:
    case KafkaTool::kDeleteRecords:
    case KafkaTool::kTransactions:
      return by_broker;
    case KafkaTool::kDumpLog:
    case KafkaTool::kProducerPerformance:
      return {};
  }
  return {};
}

Result<Finished> KafkaTools::run(KafkaTool tool, const std::vector<std::string>& arguments, Deadline deadline,
                                 const std::string& input) const {
  auto all = connection(tool, arguments);
  all.insert(all.end(), arguments.begin(), arguments.end());
  return run_class(main_class(tool), all, deadline, input);
}

Result<Finished> KafkaTools::run_class(const std::string& main_class,
                                       const std::vector<std::string>& arguments, Deadline deadline,
                                       const std::string& input) const {
  JavaProgram program;
  program.main_class = main_class;
  program.heap = "256m";
  program.arguments = arguments;
  program.directory = directory_;
  program.log_properties = directory_ + "/tools-log4j.properties";
  if (!path_exists(program.log_properties)) {
    ARKIVE_TRY(
        write_file_durably(program.log_properties, log_configuration("WARN", true), IfExists::kReplace));
  }
  auto command = java_command(jars_, program);
  command.input = input;
  return run_process(command, deadline);
}

}  // namespace arkive::rehearse
