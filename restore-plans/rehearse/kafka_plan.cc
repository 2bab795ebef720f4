#include "restore-plans/rehearse/kafka_plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"

namespace arkive::rehearse {

namespace {

std::string listeners(const KafkaPlan::Ports& ports) {
  std::string text = "PLAINTEXT://127.0.0.1:" + std::to_string(ports.plain);
  if (ports.scram != 0) text += ",SASL_PLAINTEXT://127.0.0.1:" + std::to_string(ports.scram);
  return text;
}

void add_scram(std::map<std::string, std::string>& lines) {
  lines["sasl.enabled.mechanisms"] = "SCRAM-SHA-256,SCRAM-SHA-512";
  for (const char* mechanism : {"scram-sha-256", "scram-sha-512"}) {
    lines["listener.name.sasl_plaintext." + std::string(mechanism) + ".sasl.jaas.config"] =
        "org.apache.kafka.common.security.scram.ScramLoginModule required;";
  }
}

}  // namespace

std::string KafkaPlan::configuration(int id, const std::vector<std::string>& log_directories) const {
  const auto& own_ports = ports.at(static_cast<std::size_t>(id - settings.first_broker_id));
  const std::string replicas = std::to_string(std::min(settings.brokers, 3));
  std::map<std::string, std::string> lines = {
      {"broker.id", std::to_string(id)},
      {"listeners", listeners(own_ports)},
      {"log.dirs", join(log_directories, ",")},
      {"zookeeper.connect", zookeeper},
      {"zookeeper.session.timeout.ms", "6000"},
      {"offsets.topic.num.partitions", "4"},
      {"offsets.topic.replication.factor", replicas},
      {"transaction.state.log.num.partitions", "4"},
      {"transaction.state.log.replication.factor", replicas},
      {"transaction.state.log.min.isr", "1"},
      {"group.initial.rebalance.delay.ms", "0"},
      {"controlled.shutdown.retry.backoff.ms", "200"},
      {"num.network.threads", "2"},
      {"num.io.threads", "4"},
      {"background.threads", "2"},
      {"log.retention.ms", "-1"},  // records of any age stay
      {"log.cleaner.dedupe.buffer.size", "8388608"},
  };
  if (settings.scram_listener) add_scram(lines);
  if (settings.authorizer) {
    lines["authorizer.class.name"] = at_least(settings.version, 2, 4)
                                         ? "kafka.security.authorizer.AclAuthorizer"
                                         : "kafka.security.auth.SimpleAclAuthorizer";
    lines["super.users"] = "User:ANONYMOUS";
  }
  for (const auto& [key, value] : settings.properties) lines[key] = value;
  return format_properties(lines);
}

std::string kafka_plan_path(const std::string& directory) {
  return directory + "/kafka.json";
}

Status save_plan(const KafkaPlan& plan, const std::string& directory) {
  const auto& settings = plan.settings;
  nlohmann::json ports = nlohmann::json::array();
  for (const auto& broker : plan.ports) ports.push_back({broker.plain, broker.scram});
  const nlohmann::json json = {{"brokers", settings.brokers},
                               {"first_broker_id", settings.first_broker_id},
                               {"version", settings.version},
                               {"heap", settings.heap},
                               {"quick", settings.quick},
                               {"log_directories", settings.log_directories},
                               {"authorizer", settings.authorizer},
                               {"scram_listener", settings.scram_listener},
                               {"log_level", settings.log_level},
                               {"properties", settings.properties},
                               {"java_options", settings.java_options},
                               {"detached", settings.lifetime == Lifetime::kDetached},
                               {"zookeeper", plan.zookeeper},
                               {"ports", ports}};
  return write_file_durably(kafka_plan_path(directory), json.dump(2) + "\n", IfExists::kReplace);
}

Result<KafkaPlan> load_kafka_plan(const std::string& directory) {
  const std::string path = kafka_plan_path(directory);
  ARKIVE_ASSIGN(const auto text, read_file(path));
  try {
    const auto json = nlohmann::json::parse(text);
    KafkaPlan plan;
    auto& settings = plan.settings;
    json.at("brokers").get_to(settings.brokers);
    json.at("first_broker_id").get_to(settings.first_broker_id);
    json.at("version").get_to(settings.version);
    json.at("heap").get_to(settings.heap);
    json.at("quick").get_to(settings.quick);
    json.at("log_directories").get_to(settings.log_directories);
    json.at("authorizer").get_to(settings.authorizer);
    json.at("scram_listener").get_to(settings.scram_listener);
    json.at("log_level").get_to(settings.log_level);
    json.at("properties").get_to(settings.properties);
    json.at("java_options").get_to(settings.java_options);
    settings.lifetime = json.at("detached").get<bool>() ? Lifetime::kDetached : Lifetime::kOurs;
    json.at("zookeeper").get_to(plan.zookeeper);
    for (const auto& broker : json.at("ports")) {
      plan.ports.push_back({broker.at(0).get<std::uint16_t>(), broker.at(1).get<std::uint16_t>()});
    }
    if (plan.ports.size() != static_cast<std::size_t>(settings.brokers)) {
      return fail(Outcome::kCorrupt, "read '" + path + "': ports and brokers differ in number");
    }
    return plan;
  } catch (const nlohmann::json::exception& error) {
    return fail(Outcome::kCorrupt, "read '" + path + "': " + error.what());
  }
}

}  // namespace arkive::rehearse
