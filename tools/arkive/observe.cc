#include "restore-plans/observe/observe.h"

#include <algorithm>

#include "kafka/inspect/logs_report.h"
#include "kafka/wire/broker_releases.h"
#include "kafka/wire/wire_metadata_admin.h"
#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/time.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/log_sources.h"
#include "tools/arkive/observing.h"
#include "tools/arkive/output.h"
#include "tools/arkive/output_file.h"

namespace arkive::tools {
namespace {

using restore_plans::Reached;

Result<restore_plans::ObservedKafka> look_at_kafka(const KafkaOptions& options) {
  ARKIVE_ASSIGN(const kafka::ClientProperties properties, properties_of(options));
  const std::string reader = reader_for("auto", properties);
  const auto source = open_log_source(reader, options, properties);
  restore_plans::BrokerQuestions ask;
  if (reader == "wire") {
    ask.has_authoriser = [&](Deadline deadline) -> Result<bool> {
      ARKIVE_ASSIGN(const auto admin,
                    kafka::open_wire_metadata_admin(options.bootstrap, properties, deadline));
      ARKIVE_ASSIGN(const auto acls, admin->acls(deadline));
      return acls.has_value();
    };
    ask.releases = [&](Deadline deadline) {
      return kafka::ask_broker_releases(options.bootstrap, properties, deadline);
    };
  }
  return restore_plans::observe_kafka(options.bootstrap,
                                      source ? Result<kafka::LogSource*>(source->get())
                                             : Result<kafka::LogSource*>(fail(Error(source.error()))),
                                      Deadline::after(options.timeout), ask);
}

std::string reached_text(Reached reached, const std::string& address, const std::string& error) {
  if (reached == Reached::kNotAsked) return "not asked";
  if (reached == Reached::kUnreachable) return printable(address) + " does not answer: " + printable(error);
  return printable(address);
}

void print_observation(const restore_plans::Observation& seen) {
  const restore_plans::ObservedZooKeeper& zookeeper = seen.zookeeper;
  print_line("ZooKeeper: " + reached_text(zookeeper.reached, zookeeper.address, zookeeper.error));
  if (zookeeper.reached == Reached::kAnswered) {
    if (!zookeeper.kafka_root) {
      print_line(zookeeper.is_empty() ? "  empty"
                                      : "  " + counted(zookeeper.znodes.size(), "znode") + ", none of Kafka");
    } else {
      print_line("  Kafka at '" + printable(*zookeeper.kafka_root + "/") + "', cluster " +
                 (zookeeper.cluster_id.empty() ? "without an id" : printable(zookeeper.cluster_id)) + ", " +
                 counted(zookeeper.topics.size(), "topic") + ", " +
                 counted(zookeeper.brokers.size(), "broker") + " registered");
    }
    for (const restore_plans::ForeignTree& foreign : zookeeper.foreign)
      print_line("  " + printable(foreign.path) +
                 (foreign.owner.empty() ? std::string() : " of " + foreign.owner) +
                 (foreign.danger.empty() ? std::string() : ": " + foreign.danger));
    for (const std::string& path : zookeeper.unreadable) print_line("  not readable: " + printable(path));
  }
  print_line("Kafka: " + reached_text(seen.kafka.reached, seen.kafka.address, seen.kafka.error));
  if (seen.kafka.reached == Reached::kAnswered) {
    print_line("  cluster " + printable(seen.kafka.cluster_id) + ", " +
               counted(seen.kafka.brokers.size(), "broker") + ", " +
               counted(seen.kafka.topics.size(), "topic") + ", " +
               counted(seen.kafka.groups.size(), "group") + ", authoriser " +
               std::string(restore_plans::authoriser_name(seen.kafka.authoriser)));
    for (const auto& [broker, release] : seen.kafka.releases)
      print_line("  broker " + printable(broker) + ": Kafka " +
                 (release.empty() ? std::string("of a release not known") : printable(release)));
  }
  for (const kafka::LogsReport& report : seen.logs) {
    std::size_t partitions = 0;
    for (const kafka::InspectedDirectory& directory : report.directories)
      partitions += directory.partitions.size();
    print_line("broker " + std::to_string(report.broker) + " on " + printable(report.host) + ": " +
               counted(report.directories.size(), "log directory") + ", " + counted(partitions, "partition") +
               (report.is_sound() ? "" : ", not all of it sound"));
  }
}

}  // namespace

Result<restore_plans::Observation> look(const ObserveOptions& options) {
  if (options.zk.connect.empty() && options.kafka.bootstrap.empty() && options.logs.empty()) {
    return fail(Outcome::kUsage, "look at a cluster: nothing is named to look at",
                "say --zk, --kafka, and --logs with what arkive inspect-logs wrote on each broker's host");
  }
  restore_plans::Observation seen;
  seen.observed = wall_clock_now();
  for (const std::string& path : options.logs) {
    ARKIVE_ASSIGN(const std::string text, read_file(path));
    auto report = kafka::LogsReport::from_json(text);
    if (!report) return fail(report.error().within("read '" + printable(path) + "'"));
    seen.logs.push_back(std::move(*report));
  }
  std::ranges::sort(seen.logs, {}, &kafka::LogsReport::broker);
  if (!options.zk.connect.empty()) {
    ZooKeeperOptions zookeeper = options.zk;
    zookeeper.timeout = options.kafka.timeout;
    ARKIVE_ASSIGN(const zk::ConnectOptions target, connect_options(zookeeper));
    ARKIVE_ASSIGN(seen.zookeeper, restore_plans::observe_zookeeper(target));
  }
  if (!options.kafka.bootstrap.empty()) {
    ARKIVE_ASSIGN(seen.kafka, look_at_kafka(options.kafka));
  }
  return seen;
}

Result<ExitStatus> run_observe(const ObserveOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const restore_plans::Observation seen, look(options));
  const std::string document = seen.to_json();
  if (!options.output.empty()) {
    ARKIVE_ASSIGN(OutputFile file, OutputFile::open(options.output));
    ARKIVE_TRY(file.write(document));
    ARKIVE_TRY(file.finish());
  }
  if (common.json) {
    print(document);
  } else if (!common.quiet) {
    print_observation(seen);
  }
  const bool all = seen.zookeeper.reached != Reached::kUnreachable && seen.zookeeper.unreadable.empty() &&
                   seen.kafka.reached != Reached::kUnreachable && seen.kafka.not_known.empty();
  return all ? kWhole : kNotWhole;
}

}  // namespace arkive::tools
