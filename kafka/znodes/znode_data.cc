#include "kafka/znodes/znode_data.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "kafka/znodes/znode_names.h"

namespace arkive::kafka {
namespace {

using Json = nlohmann::json;

std::optional<Json> parse_object(Bytes data) {
  Json json = Json::parse(data.begin(), data.end(), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

const Json* member(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::optional<std::int64_t> integer(const Json* value) {
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  if (value->is_number_unsigned() &&
      value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return value->get<std::int64_t>();
}

std::optional<std::int64_t> integer(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int32_t> small_integer(std::optional<std::int64_t> number) {
  if (!number || *number < std::numeric_limits<std::int32_t>::min() ||
      *number > std::numeric_limits<std::int32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::int32_t>(*number);
}

std::optional<std::string> text(const Json* value) {
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

std::optional<std::vector<std::int32_t>> broker_ids(const Json* value) {
  if (value == nullptr || !value->is_array()) return std::nullopt;
  std::vector<std::int32_t> ids;
  for (const Json& element : *value) {
    const std::optional<std::int32_t> id = small_integer(integer(&element));
    if (!id) return std::nullopt;
    ids.push_back(*id);
  }
  return ids;
}

std::optional<Assignment> assignment(const Json* value) {
  if (value == nullptr || !value->is_object()) return std::nullopt;
  Assignment result;
  for (const auto& [key, replicas] : value->items()) {
    const std::optional<std::int32_t> partition = small_integer(integer(key));
    std::optional<std::vector<std::int32_t>> ids = broker_ids(&replicas);
    if (!partition || *partition < 0 || !ids) return std::nullopt;
    result[*partition] = std::move(*ids);
  }
  return result;
}

std::optional<BrokerAddress> broker_address(const std::string& host, std::int64_t port) {
  if (host.empty() || port < 0 || port > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return BrokerAddress{host, static_cast<std::uint16_t>(port)};
}

// "SASL_SSL://kafka1:9093", "PLAINTEXT://[::1]:9092".
std::optional<BrokerAddress> endpoint_address(const std::string& endpoint) {
  const std::size_t begin = endpoint.find("://");
  const std::size_t colon = endpoint.rfind(':');
  if (begin == std::string::npos || colon < begin + 3) return std::nullopt;
  std::string host = endpoint.substr(begin + 3, colon - begin - 3);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return broker_address(host, integer(endpoint.substr(colon + 1)).value_or(-1));
}

// Of a reassignment only partitions that take part in it are of interest.
std::optional<Assignment> reassignment(const Json* value) {
  if (value == nullptr) return Assignment();
  std::optional<Assignment> result = assignment(value);
  if (result) std::erase_if(*result, [](const auto& entry) { return entry.second.empty(); });
  return result;
}

}  // namespace

std::optional<TopicData> parse_topic(Bytes data) {
  const std::optional<Json> json = parse_object(data);
  if (!json) return std::nullopt;
  std::optional<Assignment> replicas = assignment(member(*json, "partitions"));
  std::optional<Assignment> adding = reassignment(member(*json, "adding_replicas"));
  std::optional<Assignment> removing = reassignment(member(*json, "removing_replicas"));
  if (!replicas || !adding || !removing) return std::nullopt;
  TopicData topic;
  if (const Json* id = member(*json, "topic_id")) {
    if (!id->is_string()) return std::nullopt;
    topic.id = id->get<std::string>();
  }
  topic.replicas = std::move(*replicas);
  topic.adding = std::move(*adding);
  topic.removing = std::move(*removing);
  return topic;
}

std::optional<PartitionState> parse_partition_state(Bytes data) {
  const std::optional<Json> json = parse_object(data);
  if (!json) return std::nullopt;
  const std::optional<std::int64_t> leader = integer(member(*json, "leader"));
  const std::optional<std::int64_t> epoch = integer(member(*json, "leader_epoch"));
  std::optional<std::vector<std::int32_t>> in_sync = broker_ids(member(*json, "isr"));
  if (!leader || !epoch || !in_sync) return std::nullopt;
  return PartitionState{*leader, *epoch, std::move(*in_sync)};
}

std::optional<Config> parse_config(Bytes data) {
  if (data.empty()) return Config();
  const std::optional<Json> json = parse_object(data);
  if (!json) return std::nullopt;
  const Json* entries = member(*json, "config");
  if (entries == nullptr || !entries->is_object()) return std::nullopt;
  Config config;
  for (const auto& [key, value] : entries->items()) {
    // Kafka writes strings only; an object could hide anything.
    if (value.is_structured()) return std::nullopt;
    config[key] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return config;
}

std::optional<std::vector<AclRule>> parse_acl_rules(Bytes data) {
  std::vector<AclRule> rules;
  if (data.empty()) return rules;
  const std::optional<Json> json = parse_object(data);
  if (!json) return std::nullopt;
  const Json* entries = member(*json, "acls");
  if (entries == nullptr || !entries->is_array()) return std::nullopt;
  for (const Json& entry : *entries) {
    if (!entry.is_object()) return std::nullopt;
    std::optional<std::string> permission = text(member(entry, "permissionType"));
    std::optional<std::string> principal = text(member(entry, "principal"));
    std::optional<std::string> operation = text(member(entry, "operation"));
    std::optional<std::string> host = text(member(entry, "host"));
    if (!permission || !principal || !operation || !host) return std::nullopt;
    rules.push_back({std::move(*permission), std::move(*principal), std::move(*operation), std::move(*host)});
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return rules;
}

std::optional<ScramCredential> parse_scram(const std::string& value) {
  constexpr std::string_view kIterations = "iterations=";
  std::size_t begin = 0;
  while (begin <= value.size()) {
    const std::size_t end = std::min(value.find(',', begin), value.size());
    const std::string part = value.substr(begin, end - begin);
    if (part.starts_with(kIterations)) {
      const std::string number = part.substr(kIterations.size());
      // Checked, since it is shown: nothing else may slip through in its place.
      const std::optional<std::int64_t> iterations = integer(number);
      if (iterations && *iterations >= 0) return ScramCredential{number};
      return std::nullopt;
    }
    begin = end + 1;
  }
  return std::nullopt;
}

std::optional<DelegationToken> parse_delegation_token(Bytes data) {
  const std::optional<Json> json = parse_object(data);
  if (!json) return std::nullopt;
  const std::optional<std::string> owner = text(member(*json, "owner"));
  const std::optional<std::int64_t> expires = integer(member(*json, "expiryTimestamp"));
  const std::optional<std::int64_t> ends = integer(member(*json, "maxTimestamp"));
  if (!owner || !expires || !ends) return std::nullopt;
  DelegationToken token;
  token.owner = decode_entity(*owner);
  token.requester = decode_entity(text(member(*json, "tokenRequester")).value_or(*owner));
  token.expires = *expires;
  token.ends_for_good = *ends;
  if (const Json* renewers = member(*json, "renewers"); renewers != nullptr && renewers->is_array()) {
    for (const Json& renewer : *renewers) {
      if (!renewer.is_string()) return std::nullopt;
      token.renewers.push_back(decode_entity(renewer.get<std::string>()));
    }
  }
  std::sort(token.renewers.begin(), token.renewers.end());
  return token;
}

std::optional<BrokerAddress> parse_broker(Bytes data) {
  const std::optional<Json> json = parse_object(data);
  if (!json) return std::nullopt;
  const std::optional<std::string> host = text(member(*json, "host"));
  const std::optional<std::int64_t> port = integer(member(*json, "port"));
  if (host && port) return broker_address(*host, *port);
  const Json* endpoints = member(*json, "endpoints");
  if (endpoints == nullptr || !endpoints->is_array() || endpoints->empty()) return std::nullopt;
  return endpoint_address(text(&endpoints->front()).value_or(""));
}

std::optional<std::int32_t> parse_controller(Bytes data) {
  const std::optional<Json> json = parse_object(data);
  return json ? small_integer(integer(member(*json, "brokerid"))) : std::nullopt;
}

std::optional<std::int64_t> parse_controller_epoch(Bytes data) {
  return integer(std::string(data));
}

std::optional<std::string> parse_cluster_id(Bytes data) {
  const std::optional<Json> json = parse_object(data);
  return json ? text(member(*json, "id")) : std::nullopt;
}

std::optional<ProducerIdBlock> parse_producer_id_block(Bytes data) {
  const std::optional<Json> json = parse_object(data);
  if (!json) return std::nullopt;
  const std::optional<std::string> begin = text(member(*json, "block_start"));
  const std::optional<std::string> end = text(member(*json, "block_end"));
  if (!begin || !end) return std::nullopt;
  const std::optional<std::int64_t> first = integer(*begin);
  const std::optional<std::int64_t> last = integer(*end);
  if (!first || !last) return std::nullopt;
  return ProducerIdBlock{*first, *last};
}

std::optional<Features> parse_features(Bytes data) {
  const std::optional<Json> json = parse_object(data);
  if (!json) return std::nullopt;
  const std::optional<std::int64_t> status = integer(member(*json, "status"));
  const Json* levels = member(*json, "features");
  if (!status || levels == nullptr || !levels->is_object()) return std::nullopt;
  Features features{*status, {}};
  for (const auto& [name, level] : levels->items()) {
    if (level.is_number_integer()) {
      features.levels[name] = level.dump();
      continue;
    }
    if (!level.is_object()) return std::nullopt;
    const std::optional<std::int64_t> lowest = integer(member(level, "min_version_level"));
    const std::optional<std::int64_t> highest = integer(member(level, "max_version_level"));
    if (!lowest || !highest) return std::nullopt;
    features.levels[name] = std::to_string(*lowest) + "-" + std::to_string(*highest);
  }
  return features;
}

std::optional<std::vector<PartitionOrder>> parse_partition_orders(Bytes data) {
  const std::optional<Json> json = parse_object(data);
  if (!json) return std::nullopt;
  const Json* entries = member(*json, "partitions");
  if (entries == nullptr || !entries->is_array()) return std::nullopt;
  std::vector<PartitionOrder> orders;
  for (const Json& entry : *entries) {
    if (!entry.is_object()) return std::nullopt;
    const std::optional<std::string> topic = text(member(entry, "topic"));
    const std::optional<std::int64_t> partition = integer(member(entry, "partition"));
    if (!topic || !partition) return std::nullopt;
    PartitionOrder order{*topic + "-" + std::to_string(*partition), {}};
    if (const Json* replicas = member(entry, "replicas")) {
      std::optional<std::vector<std::int32_t>> ids = broker_ids(replicas);
      if (!ids) return std::nullopt;
      order.replicas = std::move(*ids);
    }
    orders.push_back(std::move(order));
  }
  return orders;
}

}  // namespace arkive::kafka
