#include "kafka/znodes/words.h"

#include <algorithm>
#include <array>

#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

constexpr std::size_t kLongestShown = 200;

// org.apache.kafka.server.config.QuotaConfig
constexpr std::array<std::string_view, 5> kQuotas = {"producer_byte_rate", "consumer_byte_rate",
                                                     "request_percentage", "controller_mutation_rate",
                                                     "connection_creation_rate"};

std::string entity(std::string_view kind, const std::string& name, bool is_default) {
  return is_default ? "the default " + std::string(kind) : std::string(kind) + " " + shown(name);
}

}  // namespace

std::string shown(std::string_view text) {
  if (text.size() <= kLongestShown) return printable(text);
  std::size_t cut = kLongestShown;
  while (cut > kLongestShown - 4 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) --cut;
  return printable(text.substr(0, cut)) + "... (" + std::to_string(text.size()) + " bytes)";
}

std::string joined(const std::vector<std::int32_t>& ids) {
  std::string text;
  for (const std::int32_t id : ids) {
    if (!text.empty()) text += ' ';
    text += std::to_string(id);
  }
  return text.empty() ? "none" : text;
}

std::string replication_factor(const Assignment& replicas) {
  if (replicas.empty()) return "0";
  std::size_t least = replicas.begin()->second.size();
  std::size_t most = least;
  for (const auto& [partition, ids] : replicas) {
    least = std::min(least, ids.size());
    most = std::max(most, ids.size());
  }
  return least == most ? std::to_string(least) : std::to_string(least) + " to " + std::to_string(most);
}

std::string acl_resource(const KafkaZnode& znode) {
  const std::string name = shown(znode.type) + ":" + shown(znode.name);
  return znode.pattern == "literal" ? name : name + "* (" + shown(znode.pattern) + ")";
}

std::string entity_words(const KafkaZnode& znode) {
  if (znode.type == "users") {
    const std::string user = entity("user", znode.name, znode.default_name);
    return znode.of_client ? user + ", " + entity("client", znode.client, znode.default_client) : user;
  }
  if (znode.type == "clients") return entity("client", znode.name, znode.default_name);
  if (znode.type == "ips") return entity("IP", znode.name, znode.default_name);
  if (znode.type == "brokers")
    return znode.default_name ? "all brokers (default)" : "broker " + shown(znode.name);
  if (znode.type == "topics") return shown(znode.name);
  return shown(znode.type) + " " + shown(znode.name);
}

bool is_quota(std::string_view key) {
  return std::find(kQuotas.begin(), kQuotas.end(), key) != kQuotas.end();
}

bool is_scram(std::string_view key) {
  return key.starts_with("SCRAM-");
}

}  // namespace arkive::kafka
