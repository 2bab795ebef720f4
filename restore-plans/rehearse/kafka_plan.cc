#include "restore-plans/rehearse/kafka_plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "restore-plans/rehearse/certificates.h"
#include "restore-plans/rehearse/kafka_client_files.h"
#include "restore-plans/rehearse/kafka_kraft.h"
#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"

namespace arkive::rehearse {

namespace {

using Lines = std::map<std::string, std::string>;

void add_listeners(const KafkaPorts& ports, Lines& lines) {
  std::vector<std::string> listeners;
  std::vector<std::string> protocols;
  for (const auto& [listener, port] : ports) {
    const auto& facts = facts_of(listener);
    listeners.push_back(std::string(facts.name) + "://127.0.0.1:" + std::to_string(port));
    protocols.push_back(std::string(facts.name) + ":" + std::string(facts.protocol));
  }
  lines["listeners"] = join(listeners, ",");
  lines["listener.security.protocol.map"] = join(protocols, ",");
}

/// Every login module takes the users it checks in its own way; SCRAM's are kept by the cluster.
void add_sasl(const KafkaSettings& settings, const std::string& listener, Lines& lines) {
  const std::string before = "listener.name." + listener + ".";
  const std::string modules = "org.apache.kafka.common.security.";
  std::string mechanisms = "SCRAM-SHA-256,SCRAM-SHA-512,PLAIN";
  for (const char* mechanism : {"scram-sha-256", "scram-sha-512"}) {
    lines[before + mechanism + ".sasl.jaas.config"] = modules + "scram.ScramLoginModule required;";
  }
  std::string plain = modules + "plain.PlainLoginModule required";
  for (const auto& [user, password] : settings.scram_users) {
    plain += " user_" + user + "=" + jaas_word(password);
  }
  lines[before + "plain.sasl.jaas.config"] = plain + ";";
  if (at_least(settings.version, 2, 0)) {
    mechanisms += ",OAUTHBEARER";
    lines[before + "oauthbearer.sasl.jaas.config"] =
        modules + "oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";";
  }
  lines["sasl.enabled.mechanisms"] = mechanisms;
}

void add_kerberos(const KafkaSettings& settings, Lines& lines) {
  lines["listener.name.kerberos.sasl.enabled.mechanisms"] = "GSSAPI";
  lines["listener.name.kerberos.sasl.kerberos.service.name"] = "kafka";
  lines["listener.name.kerberos.gssapi.sasl.jaas.config"] =
      "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true keyTab=" +
      jaas_word(settings.kerberos_keytab) + " principal=\"kafka/127.0.0.1\";";
}

void add_key_store(const std::string& path, const std::string& before, Lines& lines) {
  lines[before + "ssl.keystore.location"] = path;
  lines[before + "ssl.keystore.type"] = "PKCS12";
  lines[before + "ssl.keystore.password"] = kKeyStorePassword;
  lines[before + "ssl.key.password"] = kKeyStorePassword;
}

void add_tls(const KafkaSettings& settings, const std::string& certificates, Lines& lines) {
  add_key_store(certificates + "/broker.p12", "", lines);
  lines["ssl.truststore.location"] = certificates + "/trust.p12";
  lines["ssl.truststore.type"] = "PKCS12";
  lines["ssl.truststore.password"] = kKeyStorePassword;
  lines["ssl.client.auth"] = "requested";
  if (!settings.bad_tls_listeners) return;
  add_key_store(certificates + "/broker-expired.p12", "listener.name.expired.", lines);
  add_key_store(certificates + "/broker-wrong-host.p12", "listener.name.wrong_host.", lines);
}

nlohmann::json json_of(const KafkaPorts& ports) {
  nlohmann::json json;
  for (const auto& [listener, port] : ports) json[std::string(facts_of(listener).word)] = port;
  return json;
}

Result<KafkaPorts> ports_of(const nlohmann::json& json) {
  KafkaPorts ports;
  for (const auto& [word, port] : json.items()) {
    ARKIVE_ASSIGN(const auto listener, listener_called(word));
    ports[listener] = port.get<std::uint16_t>();
  }
  return ports;
}

}  // namespace

std::size_t place_of(const KafkaSettings& settings, int id) {
  const std::vector<int> ids = broker_ids_of(settings);
  return static_cast<std::size_t>(std::ranges::find(ids, id) - ids.begin());
}

std::vector<KafkaListener> all_listeners(const KafkaSettings& settings) {
  std::vector<KafkaListener> all = {KafkaListener::kPlain};
  if (settings.scram_listener) all.push_back(KafkaListener::kScram);
  if (settings.tls_listener) all.push_back(KafkaListener::kTls);
  if (settings.tls_listener && settings.scram_listener) all.push_back(KafkaListener::kTlsScram);
  if (!settings.kerberos_keytab.empty()) all.push_back(KafkaListener::kKerberos);
  if (settings.tls_listener && settings.bad_tls_listeners) {
    all.insert(all.end(), {KafkaListener::kTlsExpired, KafkaListener::kTlsWrongHost});
  }
  if (without_zookeeper(settings)) all.push_back(KafkaListener::kController);
  return all;
}

std::vector<KafkaListener> client_listeners(const KafkaSettings& settings) {
  auto all = all_listeners(settings);
  std::erase(all, KafkaListener::kController);
  return all;
}

std::string jaas_word(const std::string& text) {
  std::string word = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') word += '\\';
    word += c;
  }
  return word + "\"";
}

std::string KafkaPlan::addresses(KafkaListener listener) const {
  std::vector<std::string> addresses;
  for (const auto& own : ports) {
    if (const auto at = own.find(listener); at != own.end()) {
      addresses.push_back("127.0.0.1:" + std::to_string(at->second));
    }
  }
  return join(addresses, ",");
}

std::string KafkaPlan::configuration(int id, const std::vector<std::string>& log_directories) const {
  const auto& own_ports = ports.at(place_of(settings, id));
  const std::string replicas = std::to_string(std::min(settings.brokers, 3));
  Lines lines = {
      {"broker.id", std::to_string(id)},
      {"log.dirs", join(log_directories, ",")},
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
  add_listeners(own_ports, lines);
  if (settings.scram_listener) add_sasl(settings, "sasl_plaintext", lines);
  if (settings.scram_listener && settings.tls_listener) add_sasl(settings, "sasl_ssl", lines);
  if (!settings.kerberos_keytab.empty()) add_kerberos(settings, lines);
  if (settings.tls_listener) add_tls(settings, certificates_directory(directory), lines);
  if (!without_zookeeper(settings)) {
    lines["zookeeper.connect"] = zookeeper;
    lines["zookeeper.session.timeout.ms"] = "6000";
  }
  if (settings.authorizer) {
    lines["authorizer.class.name"] = at_least(settings.version, 2, 4)
                                         ? "kafka.security.authorizer.AclAuthorizer"
                                         : "kafka.security.auth.SimpleAclAuthorizer";
    lines["super.users"] = "User:ANONYMOUS";
  }
  if (without_zookeeper(settings)) add_kraft(*this, id, lines);
  for (const auto& [key, value] : settings.properties) lines[key] = value;
  return format_properties(lines);
}

std::string kafka_plan_path(const std::string& directory) {
  return directory + "/kafka.json";
}

Status save_plan(const KafkaPlan& plan, const std::string& directory) {
  const auto& settings = plan.settings;
  nlohmann::json ports = nlohmann::json::array();
  for (const auto& broker : plan.ports) ports.push_back(json_of(broker));
  const nlohmann::json json = {{"brokers", settings.brokers},
                               {"first_broker_id", settings.first_broker_id},
                               {"broker_ids", settings.broker_ids},
                               {"distribution", settings.distribution},
                               {"version", settings.version},
                               {"heap", settings.heap},
                               {"quick", settings.quick},
                               {"log_directories", settings.log_directories},
                               {"authorizer", settings.authorizer},
                               {"scram_listener", settings.scram_listener},
                               {"kraft", settings.kraft},
                               {"cluster_id", settings.cluster_id},
                               {"scram_users", settings.scram_users},
                               {"tls_listener", settings.tls_listener},
                               {"bad_tls_listeners", settings.bad_tls_listeners},
                               {"kerberos_keytab", settings.kerberos_keytab},
                               {"kerberos_config", settings.kerberos_config},
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
    plan.directory = directory;
    auto& settings = plan.settings;
    json.at("brokers").get_to(settings.brokers);
    json.at("first_broker_id").get_to(settings.first_broker_id);
    json.at("broker_ids").get_to(settings.broker_ids);
    json.at("distribution").get_to(settings.distribution);
    json.at("version").get_to(settings.version);
    json.at("heap").get_to(settings.heap);
    json.at("quick").get_to(settings.quick);
    json.at("log_directories").get_to(settings.log_directories);
    json.at("authorizer").get_to(settings.authorizer);
    json.at("scram_listener").get_to(settings.scram_listener);
    json.at("kraft").get_to(settings.kraft);
    json.at("cluster_id").get_to(settings.cluster_id);
    json.at("scram_users").get_to(settings.scram_users);
    json.at("tls_listener").get_to(settings.tls_listener);
    json.at("bad_tls_listeners").get_to(settings.bad_tls_listeners);
    json.at("kerberos_keytab").get_to(settings.kerberos_keytab);
    json.at("kerberos_config").get_to(settings.kerberos_config);
    json.at("log_level").get_to(settings.log_level);
    json.at("properties").get_to(settings.properties);
    json.at("java_options").get_to(settings.java_options);
    settings.lifetime = json.at("detached").get<bool>() ? Lifetime::kDetached : Lifetime::kOurs;
    json.at("zookeeper").get_to(plan.zookeeper);
    for (const auto& broker : json.at("ports")) {
      ARKIVE_ASSIGN(auto ports, ports_of(broker));
      plan.ports.push_back(std::move(ports));
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
