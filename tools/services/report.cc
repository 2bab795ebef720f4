#include "tools/services/report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "restore-plans/rehearse/azurite_package.h"
#include "restore-plans/rehearse/fake_gcs_server_binary.h"
#include "restore-plans/rehearse/minio_binary.h"

namespace arkive::tools::services {

namespace {

/// Keeps the order in which things are said.
using Json = nlohmann::ordered_json;

std::string state_of(rehearse::Server& server, const std::string& serving) {
  if (!server.running()) return "stopped";
  return server.ready() ? serving : "silent";
}

Json facts_of(rehearse::Server& server, const std::string& state) {
  Json facts = {{"address", server.address()},
                {"state", state},
                {"directory", server.directory()},
                {"log", server.log_path()}};
  if (const auto id = server.process_id()) facts["pid"] = *id;
  return facts;
}

/// "one,two"
std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ",") + name;
  return list;
}

Json zookeeper_facts(rehearse::ZooKeeper& zookeeper) {
  Json facts = {{"connect", zookeeper.connect_string()}, {"version", zookeeper.settings().version}};
  for (int id = 1; id <= zookeeper.size(); ++id) {
    auto& server = zookeeper.server(id);
    auto member = facts_of(server, state_of(server, server.mode()));
    member["data"] = server.data_directory();
    facts["servers"][std::to_string(id)] = std::move(member);
  }
  return facts;
}

/// "tls_properties" and "tls_kcat": files that a client can be given.
void add_client_settings(const rehearse::KafkaCluster& kafka, const std::string& word, Json& facts) {
  for (const char* tongue : {"properties", "kcat"}) {
    const auto path = kafka.client_settings(word, tongue);
    if (!path.empty()) facts[word + "_" + tongue] = path;
  }
}

Json kafka_facts(rehearse::KafkaCluster& kafka) {
  Json facts = {{"bootstrap", kafka.bootstrap()}, {"version", kafka.settings().version}};
  if (!kafka.zookeeper().empty()) facts["zookeeper"] = kafka.zookeeper();
  if (!kafka.settings().cluster_id.empty()) facts["cluster_id"] = kafka.settings().cluster_id;
  for (const auto listener : kafka.listeners()) {
    const std::string word(rehearse::facts_of(listener).word);
    if (listener != rehearse::KafkaListener::kPlain) facts[word] = kafka.bootstrap(listener);
    add_client_settings(kafka, word, facts);
  }
  if (const auto certificates = kafka.certificates(); !certificates.empty()) {
    add_client_settings(kafka, "tls_mutual", facts);
    facts["certificates"] = certificates;
  }
  const int first = kafka.settings().first_broker_id;
  for (int id = first; id < first + kafka.size(); ++id) {
    auto& broker = kafka.broker(id);
    auto member = facts_of(broker, state_of(broker, "serving"));
    member["data"] = listed(broker.log_directories());
    facts["servers"][std::to_string(id)] = std::move(member);
  }
  return facts;
}

/// One server with nothing around it: its own facts are among those of all.
Json minio_facts(rehearse::MinioServer& minio) {
  const auto& settings = minio.settings();
  Json facts = {{"endpoint", minio.endpoint()},
                {"version", rehearse::minio_version()},
                {"access_key", settings.access_key},
                {"secret_key", settings.secret_key}};
  facts["bucket"] = listed(settings.buckets);
  if (settings.tls) facts["certificates"] = minio.certificates();
  facts.update(facts_of(minio, state_of(minio, "serving")));
  facts["data"] = minio.data_directory();
  return facts;
}

Json azurite_facts(rehearse::AzuriteServer& azurite) {
  const auto& settings = azurite.settings();
  Json facts = {{"endpoint", azurite.endpoint()},
                {"version", rehearse::azurite_version()},
                {"account", settings.account},
                {"key", settings.key}};
  facts["container"] = listed(settings.containers);
  if (settings.tls) facts["certificates"] = azurite.certificates();
  facts.update(facts_of(azurite, state_of(azurite, "serving")));
  if (!settings.in_memory) facts["data"] = azurite.data_directory();
  return facts;
}

Json fake_gcs_server_facts(rehearse::FakeGcsServer& fake) {
  const auto& settings = fake.settings();
  Json facts = {{"endpoint", fake.endpoint()},
                {"version", rehearse::fake_gcs_server_version()},
                {"bucket", listed(settings.buckets)}};
  if (settings.tls) facts["certificates"] = fake.certificates();
  facts.update(facts_of(fake, state_of(fake, "serving")));
  if (!settings.in_memory) facts["data"] = fake.data_directory();
  return facts;
}

std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// "zookeeper_2_pid=4711" for servers, "kafka_version=3.9.1" for all together; the address of each under its
/// bare name.
void print_lines(const std::string& service, const Json& facts, const std::string& address_key) {
  std::printf("%s=%s\n", service.c_str(), shell_word(plain(facts.at(address_key))).c_str());
  for (const auto& [key, value] : facts.items()) {
    if (value.is_object() || key == address_key) continue;
    std::printf("%s_%s=%s\n", service.c_str(), key.c_str(), shell_word(plain(value)).c_str());
  }
  if (!facts.contains("servers")) return;
  for (const auto& [id, server] : facts.at("servers").items()) {
    for (const auto& [key, value] : server.items()) {
      const std::string name = service + "_" + id + (key == "address" ? "" : "_" + key);
      std::printf("%s=%s\n", name.c_str(), shell_word(plain(value)).c_str());
    }
  }
}

bool serves(const Json& server) {
  return server.at("state") != "stopped" && server.at("state") != "silent";
}

bool all_serve(const Json& facts) {
  if (!facts.contains("servers")) return serves(facts);
  const auto& servers = facts.at("servers");
  return std::all_of(servers.begin(), servers.end(), serves);
}

}  // namespace

std::string shell_word(const std::string& text) {
  constexpr const char* kHarmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+.,:/@%";
  if (!text.empty() && text.find_first_not_of(kHarmless) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

bool report(Placed& placed, bool as_json) {
  Json all = Json::object();
  if (placed.zookeeper) all["zookeeper"] = zookeeper_facts(*placed.zookeeper);
  if (placed.kafka) all["kafka"] = kafka_facts(*placed.kafka);
  if (placed.minio) all["minio"] = minio_facts(*placed.minio);
  if (placed.azurite) all["azurite"] = azurite_facts(*placed.azurite);
  if (placed.fake_gcs_server) all["fake_gcs_server"] = fake_gcs_server_facts(*placed.fake_gcs_server);
  if (as_json) {
    std::printf("%s\n", all.dump(2).c_str());
  } else {
    if (placed.zookeeper) print_lines("zookeeper", all["zookeeper"], "connect");
    if (placed.kafka) print_lines("kafka", all["kafka"], "bootstrap");
    if (placed.minio) print_lines("minio", all["minio"], "endpoint");
    if (placed.azurite) print_lines("azurite", all["azurite"], "endpoint");
    if (placed.fake_gcs_server) print_lines("fake_gcs_server", all["fake_gcs_server"], "endpoint");
  }
  return std::all_of(all.begin(), all.end(), all_serve);
}

}  // namespace arkive::tools::services
