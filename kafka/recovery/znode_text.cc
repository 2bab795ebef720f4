#include "kafka/recovery/znode_text.h"

#include <nlohmann/json.hpp>

namespace arkive::kafka {
namespace {

// Kafka's order of fields is kept, so that a diff of what was restored shows what was changed and no more.
using Json = nlohmann::ordered_json;

std::optional<Json> object_of(Bytes old) {
  if (old.empty()) return Json::object();
  Json json = Json::parse(old.begin(), old.end(), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::optional<std::string> topic_text(Bytes old, std::string_view id,
                                      const std::map<std::int32_t, std::vector<std::int32_t>>& replicas) {
  std::optional<Json> json = object_of(old);
  if (!json) return std::nullopt;
  if (!json->contains("version")) (*json)["version"] = id.empty() ? 1 : 3;
  if (!(*json)["version"].is_number_integer()) return std::nullopt;
  Json partitions = Json::object();
  for (const auto& [partition, brokers] : replicas) partitions[std::to_string(partition)] = brokers;
  (*json)["partitions"] = std::move(partitions);
  if (!id.empty()) {
    (*json)["topic_id"] = id;
    if ((*json)["version"].get<std::int64_t>() < 3) (*json)["version"] = 3;
  }
  for (const char* const field : {"adding_replicas", "removing_replicas"}) {
    if (json->contains(field) || (*json)["version"].get<std::int64_t>() >= 2) (*json)[field] = Json::object();
  }
  return text_of(*json);
}

std::optional<std::string> state_text(Bytes old, const RecoveredPartition& partition,
                                      std::int64_t controller_epoch) {
  std::optional<Json> json = object_of(old);
  if (!json) return std::nullopt;
  (*json)["controller_epoch"] = controller_epoch;
  (*json)["leader"] = partition.leader;
  if (!json->contains("version")) (*json)["version"] = 1;
  (*json)["leader_epoch"] = partition.leader_epoch;
  (*json)["isr"] = partition.in_sync;
  // 1 is "recovering" (an unclean election that had not ended): whoever is in sync now has the newest log.
  if (json->contains("leader_recovery_state")) (*json)["leader_recovery_state"] = 0;
  return text_of(*json);
}

std::string producer_ids_text(std::int32_t broker, std::int64_t start) {
  return text_of({{"version", 1},
                  {"broker", broker},
                  {"block_start", std::to_string(start)},
                  {"block_end", std::to_string(start + 999)}});
}

}  // namespace arkive::kafka
