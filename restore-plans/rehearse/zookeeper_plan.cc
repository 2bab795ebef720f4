#include "restore-plans/rehearse/zookeeper_plan.h"

#include <nlohmann/json.hpp>

#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"

namespace arkive::rehearse {

namespace {

std::string member_address(const ZooKeeperServer::Ports& ports) {
  return "127.0.0.1:" + std::to_string(ports.quorum) + ":" + std::to_string(ports.election);
}

}  // namespace

std::string ZooKeeperPlan::configuration(int id, const std::string& data_directory) const {
  std::map<std::string, std::string> lines = {
      {"dataDir", data_directory},
      {"clientPort", std::to_string(ports.at(static_cast<std::size_t>(id - 1)).client)},
      {"clientPortAddress", "127.0.0.1"},
      // A small tick brings quick elections; sessions may still be long.
      {"tickTime", "500"},
      {"initLimit", "40"},
      {"syncLimit", "20"},
      {"maxSessionTimeout", "120000"},
      {"maxClientCnxns", "0"},  // everybody comes from the same address here
      {"admin.enableServer", "false"},
      {"4lw.commands.whitelist", "*"},
      {"preAllocSize", "1024"},
      {"forceSync", settings.force_sync ? "yes" : "no"},
  };
  if (settings.ttl_nodes) lines["extendedTypesEnabled"] = "true";
  if (ports.size() > 1) {
    for (std::size_t i = 0; i < ports.size(); ++i) {
      lines["server." + std::to_string(i + 1)] = member_address(ports[i]);
    }
  }
  for (const auto& [key, value] : settings.properties) lines[key] = value;
  return format_properties(lines);
}

std::vector<std::string> ZooKeeperPlan::java_options() const {
  std::vector<std::string> options;
  if (!settings.super_password.empty()) {
    options.push_back("-Dzookeeper.DigestAuthenticationProvider.superDigest=" +
                      digest_id("super", settings.super_password));
  }
  options.insert(options.end(), settings.java_options.begin(), settings.java_options.end());
  return options;
}

std::string zookeeper_plan_path(const std::string& directory) {
  return directory + "/zookeeper.json";
}

Status save_plan(const ZooKeeperPlan& plan, const std::string& directory) {
  const auto& settings = plan.settings;
  nlohmann::json ports = nlohmann::json::array();
  for (const auto& member : plan.ports) ports.push_back({member.client, member.quorum, member.election});
  const nlohmann::json json = {{"members", settings.members},
                               {"version", settings.version},
                               {"distribution", settings.distribution},
                               {"heap", settings.heap},
                               {"quick", settings.quick},
                               {"force_sync", settings.force_sync},
                               {"ttl_nodes", settings.ttl_nodes},
                               {"super_password", settings.super_password},
                               {"log_level", settings.log_level},
                               {"properties", settings.properties},
                               {"java_options", settings.java_options},
                               {"detached", settings.lifetime == Lifetime::kDetached},
                               {"ports", ports}};
  return write_file_durably(zookeeper_plan_path(directory), json.dump(2) + "\n", IfExists::kReplace);
}

Result<ZooKeeperPlan> load_zookeeper_plan(const std::string& directory) {
  const std::string path = zookeeper_plan_path(directory);
  ARKIVE_ASSIGN(const auto text, read_file(path));
  try {
    const auto json = nlohmann::json::parse(text);
    ZooKeeperPlan plan;
    auto& settings = plan.settings;
    json.at("members").get_to(settings.members);
    json.at("version").get_to(settings.version);
    json.at("distribution").get_to(settings.distribution);
    json.at("heap").get_to(settings.heap);
    json.at("quick").get_to(settings.quick);
    json.at("force_sync").get_to(settings.force_sync);
    json.at("ttl_nodes").get_to(settings.ttl_nodes);
    json.at("super_password").get_to(settings.super_password);
    json.at("log_level").get_to(settings.log_level);
    json.at("properties").get_to(settings.properties);
    json.at("java_options").get_to(settings.java_options);
    settings.lifetime = json.at("detached").get<bool>() ? Lifetime::kDetached : Lifetime::kOurs;
    for (const auto& member : json.at("ports")) {
      plan.ports.push_back({member.at(0).get<std::uint16_t>(), member.at(1).get<std::uint16_t>(),
                            member.at(2).get<std::uint16_t>()});
    }
    if (plan.ports.size() != static_cast<std::size_t>(settings.members)) {
      return fail(Outcome::kCorrupt, "read '" + path + "': ports and members differ in number");
    }
    return plan;
  } catch (const nlohmann::json::exception& error) {
    return fail(Outcome::kCorrupt, "read '" + path + "': " + error.what());
  }
}

}  // namespace arkive::rehearse
