#include "kafka/wire/messages/configs.h"

#include <algorithm>
#include <array>

namespace arkive::kafka::wire {
namespace {

// ConfigSource of DescribeConfigsResponse.java, named as in ConfigEntry.java.
constexpr std::array<std::string_view, 9> kSources = {"UNKNOWN",
                                                      "DYNAMIC_TOPIC_CONFIG",
                                                      "DYNAMIC_BROKER_CONFIG",
                                                      "DYNAMIC_DEFAULT_BROKER_CONFIG",
                                                      "STATIC_BROKER_CONFIG",
                                                      "DEFAULT_CONFIG",
                                                      "DYNAMIC_BROKER_LOGGER_CONFIG",
                                                      "DYNAMIC_CLIENT_METRICS_CONFIG",
                                                      "DYNAMIC_GROUP_CONFIG"};

std::string source_name(std::int8_t source) {
  const auto index = static_cast<std::size_t>(source);
  return std::string(source > 0 && index < kSources.size() ? kSources[index] : kSources[0]);
}

ConfigEntry read_entry(Reader& from, std::int16_t version) {
  constexpr std::size_t kSynonymSize = 3;
  ConfigEntry entry;
  entry.name = from.string();
  if (const auto value = from.nullable_string()) entry.value = std::string(*value);
  (void)from.boolean();  // read only
  entry.source = source_name(from.int8());
  entry.sensitive = from.boolean();
  for (std::size_t left = from.array(kSynonymSize); left > 0 && from.ok(); --left) {
    (void)from.string();
    (void)from.string();
    (void)from.int8();
    from.end();
  }
  if (version >= 3) {
    (void)from.int8();    // its type
    (void)from.string();  // its description
  }
  from.end();
  if (entry.sensitive) entry.value.reset();
  return entry;
}

}  // namespace

Request describe_configs_request(std::int16_t version, std::span<const ConfigResource> resources) {
  Request request{Api::kDescribeConfigs, version, {}};
  Writer to = writer(request);
  to.array(resources.size());
  for (const ConfigResource& resource : resources) {
    to.int8(static_cast<std::int8_t>(resource.kind));
    to.string(resource.name);
    to.null_array();  // all keys
    to.end();
  }
  to.boolean(false);                    // no synonyms
  if (version >= 3) to.boolean(false);  // no descriptions
  to.end();
  return request;
}

Request topic_configs_request(std::int16_t version, std::span<const std::string> topics) {
  std::vector<ConfigResource> resources;
  for (const std::string& topic : topics) resources.push_back({ConfigResource::Kind::kTopic, topic});
  return describe_configs_request(version, resources);
}

Result<DescribeConfigs> read_describe_configs(Bytes body, std::int16_t version) {
  constexpr std::size_t kTopicSize = 7;
  constexpr std::size_t kEntrySize = 6;
  Reader from(body, is_flexible(Api::kDescribeConfigs, version));
  DescribeConfigs answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t topics = from.array(kTopicSize); topics > 0 && from.ok(); --topics) {
    DescribedConfigs& topic = answer.topics.emplace_back();
    topic.error = from.int16();
    topic.configs.error = from.string();
    (void)from.int8();  // what it is: as asked for
    topic.configs.topic = from.string();
    for (std::size_t left = from.array(kEntrySize); left > 0 && from.ok(); --left) {
      topic.configs.entries.push_back(read_entry(from, version));
    }
    from.end();
    std::sort(topic.configs.entries.begin(), topic.configs.entries.end(),
              [](const ConfigEntry& a, const ConfigEntry& b) { return a.name < b.name; });
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(Api::kDescribeConfigs, version));
  return answer;
}

}  // namespace arkive::kafka::wire
