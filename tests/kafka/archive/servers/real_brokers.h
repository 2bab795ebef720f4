/// Archives of a Kafka of a test's own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stores/core/process.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/kafka/wire/servers/servers.h"

namespace arkive::kafka::test {

class RealBrokers : public KafkaServersTest {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(scratch("store"));
    store_ = value_of(DirectoryStore::open(scratch("store")));
  }
  Finished try_record_producer(const std::vector<std::string>& words) {
    Command command;
    command.arguments = {RECORD_PRODUCER};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    command.arguments.insert(command.arguments.end(), {"--bootstrap", kafka().bootstrap()});
    return value_of(run_process(command, Deadline::after(90s)));
  }
  void record_producer(const std::vector<std::string>& words) {
    const Finished finished = try_record_producer(words);
    ASSERT_EQ(finished.status, 0) << testing::PrintToString(words) << ": " << finished.error_output;
  }
  Result<ArchiveReport> try_archive(LogSource& source) {
    ArchiveRequest request;
    request.topics = {value_of(Glob::parse("orders"))};
    return archive(source, *store_, request);
  }
  ArchiveReport archive_whole() {
    const auto live = source();
    ArchiveReport report = value_of(try_archive(*live));
    for (const Missing& missing : report.manifest.missing) {
      ADD_FAILURE() << missing.object << ": " << missing.cause;
    }
    logs_ = logs_of(*store_, report.manifest);
    return report;
  }
  /// All segments of the first partition, as they lie at a broker.
  std::string log_of_broker(int broker) {
    std::string all;
    const std::string directory = kafka().broker(broker).log_directories()[0] + "/orders-0";
    for (const std::string& name : value_of(list_directory(directory))) {
      if (name.ends_with(".log")) all += value_of(read_file(directory + "/" + name));
    }
    return all;
  }

  std::unique_ptr<DirectoryStore> store_;
  std::map<std::string, std::string> logs_;
};

}  // namespace arkive::kafka::test
