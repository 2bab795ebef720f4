#include <algorithm>
#include <map>

#include "kafka/rdkafka/queries_internal.h"
#include "stores/core/bytes.h"

namespace arkive::kafka::rdkafka {
namespace {

constexpr std::size_t kMostTopicsAtOnce = 500;
constexpr const char* kOperation = "ask for topic configurations";

using Resource = Handle<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;

TopicConfigs configs_of(const rd_kafka_ConfigResource_t* resource) {
  TopicConfigs configs;
  configs.topic = rd_kafka_ConfigResource_name(resource);
  if (const auto error = rd_kafka_ConfigResource_error(resource); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* const said = rd_kafka_ConfigResource_error_string(resource);
    configs.error = error_text(error) + (said != nullptr ? ": " + printable(said) : std::string());
    return configs;
  }
  std::size_t count = 0;
  const auto* const entries = rd_kafka_ConfigResource_configs(resource, &count);
  for (const rd_kafka_ConfigEntry_t* const from : std::span(entries, count)) {
    ConfigEntry& entry = configs.entries.emplace_back();
    entry.name = rd_kafka_ConfigEntry_name(from);
    if (const char* const value = rd_kafka_ConfigEntry_value(from); value != nullptr) entry.value = value;
    entry.source = rd_kafka_ConfigSource_name(rd_kafka_ConfigEntry_source(from));
    entry.sensitive = rd_kafka_ConfigEntry_is_sensitive(from) == 1;
  }
  std::sort(configs.entries.begin(), configs.entries.end(),
            [](const ConfigEntry& a, const ConfigEntry& b) { return a.name < b.name; });
  return configs;
}

Status ask_piece(const Client& client, std::span<const std::string> topics,
                 std::map<std::string, TopicConfigs>& to, Deadline deadline) {
  std::vector<Resource> resources;
  std::vector<rd_kafka_ConfigResource_t*> raw;
  for (const std::string& topic : topics) {
    raw.push_back(
        resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())).get());
  }
  const Queue queue(rd_kafka_queue_new(client.get()));
  rd_kafka_DescribeConfigs(client.get(), raw.data(), raw.size(), nullptr, queue.get());
  ARKIVE_ASSIGN(const Event event, client.wait_for_event(kOperation, queue.get(), deadline));
  if (const auto error = rd_kafka_event_error(event.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return fail(client.failed(kOperation, error));
  }
  client.succeeded();
  std::size_t count = 0;
  const auto* const described =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  for (const rd_kafka_ConfigResource_t* const resource : std::span(described, count)) {
    TopicConfigs configs = configs_of(resource);
    to[configs.topic] = std::move(configs);
  }
  return ok();
}

}  // namespace

Result<std::vector<TopicConfigs>> ask_topic_configs(const Client& client, std::span<const std::string> topics,
                                                    Deadline deadline) {
  std::map<std::string, TopicConfigs> by_name;
  for (std::size_t at = 0; at < topics.size(); at += kMostTopicsAtOnce) {
    const auto piece = topics.subspan(at, std::min(kMostTopicsAtOnce, topics.size() - at));
    ARKIVE_TRY(retry({}, deadline, [&] { return ask_piece(client, piece, by_name, deadline); }));
  }
  std::vector<TopicConfigs> all;
  for (const std::string& topic : topics) {
    const auto found = by_name.find(topic);
    if (found == by_name.end()) {
      return fail(Outcome::kCorrupt,
                  std::string(kOperation) + ": an answer without topic '" + printable(topic) + "'");
    }
    all.push_back(found->second);
  }
  return all;
}

}  // namespace arkive::kafka::rdkafka
