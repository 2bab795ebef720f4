#include "restore-plans/rehearse/class_archive.h"

#include <cstdio>
#include <optional>

#include "restore-plans/rehearse/java.h"
#include "restore-plans/rehearse/kafka.h"
#include "restore-plans/rehearse/zookeeper.h"
#include "stores/core/files.h"
#include "stores/core/log.h"

namespace arkive::rehearse {

namespace {

constexpr std::string_view kZooKeeper = "zookeeper-";
constexpr std::string_view kKafka = "kafka-";

/// Writing the archive is part of the server's end.
constexpr std::chrono::minutes kWritingGrace{3};

/// Java writes the archive when the server ends in good order.
std::vector<std::string> writing_to(const std::string& path) {
  return {"-XX:ArchiveClassesAtExit=" + path};
}

Status run_zookeeper(const std::string& version, const std::string& directory, const std::string& archive,
                     Deadline deadline) {
  ZooKeeperSettings settings;
  settings.version = version;
  settings.java_options = writing_to(archive);
  ARKIVE_ASSIGN(auto zookeeper, ZooKeeper::start(directory, settings, deadline));
  return zookeeper.stop(kWritingGrace);
}

Status run_kafka(const std::string& version, const std::string& directory, const std::string& archive,
                 Deadline deadline) {
  KafkaSettings settings;
  settings.version = version;
  settings.java_options = writing_to(archive);
  std::optional<ZooKeeper> zookeeper;
  if (!without_zookeeper(settings)) {
    ZooKeeperSettings zookeeper_settings;
    zookeeper_settings.version = zookeeper_brought_by(version);
    ARKIVE_ASSIGN(auto started, ZooKeeper::start(directory, zookeeper_settings, deadline));
    zookeeper.emplace(std::move(started));
  }
  const std::string registry = zookeeper ? zookeeper->connect_string() + "/kafka" : "";
  ARKIVE_ASSIGN(auto kafka, KafkaCluster::start(directory, registry, settings, deadline));
  // Topics, records and groups load more of what brokers and tools share.
  ARKIVE_TRY(kafka.tool(KafkaTool::kConsoleProducer, {"--topic", "any"}, "record\n", deadline));
  ARKIVE_TRY(kafka.tool(
      KafkaTool::kConsoleConsumer,
      {"--topic", "any", "--from-beginning", "--max-messages", "1", "--timeout-ms", "30000"}, {}, deadline));
  return kafka.stop(kWritingGrace);
}

}  // namespace

Status prepare_classes(const std::string& name, Deadline deadline) {
  ARKIVE_ASSIGN(const auto jars, require_jars(name, deadline));
  const std::string archive = class_archive(jars);
  if (path_exists(archive)) return ok();
  ARKIVE_ASSIGN(const auto lock, FileLock::acquire(cache_directory() + "/jars/.classes.lock", deadline));
  if (path_exists(archive)) return ok();
  log_info("preparing " + name + " for quick starts");
  ARKIVE_ASSIGN(const auto scratch, TemporaryDirectory::create("classes"));
  const std::string fresh = archive + ".making";
  const Status run = name.starts_with(kKafka)
                         ? run_kafka(name.substr(kKafka.size()), scratch.path(), fresh, deadline)
                         : run_zookeeper(name.substr(kZooKeeper.size()), scratch.path(), fresh, deadline);
  if (!run) return fail(run.error().within("prepare '" + name + "' for quick starts"));
  if (std::rename(fresh.c_str(), archive.c_str()) != 0) return fail(system_error("rename", fresh, errno));
  return ok();
}

}  // namespace arkive::rehearse
