#include "kafka/wire/messages/config_changes.h"

#include <algorithm>

namespace arkive::kafka::wire {
namespace {

constexpr std::int8_t kSet = 0;
constexpr std::int8_t kDelete = 1;

void write_resource(Writer& to, const ConfigResource& resource) {
  to.int8(static_cast<std::int8_t>(resource.kind));
  to.string(resource.name);
}

}  // namespace

Request incremental_alter_configs_request(std::int16_t version, std::span<const ResourceChange> changes,
                                          bool validate_only) {
  Request request{Api::kIncrementalAlterConfigs, version, {}};
  Writer to = writer(request);
  to.array(changes.size());
  for (const ResourceChange& change : changes) {
    write_resource(to, change.resource);
    to.array(change.settings.size());
    for (const auto& [name, value] : change.settings) {
      to.string(name);
      to.int8(value ? kSet : kDelete);
      if (value) {
        to.string(*value);
      } else {
        to.null_string();
      }
      to.end();
    }
    to.end();
  }
  to.boolean(validate_only);
  to.end();
  return request;
}

Request alter_configs_request(std::int16_t version, std::span<const ResourceChange> changes,
                              bool validate_only) {
  Request request{Api::kAlterConfigs, version, {}};
  Writer to = writer(request);
  to.array(changes.size());
  for (const ResourceChange& change : changes) {
    write_resource(to, change.resource);
    const auto kept = std::count_if(change.settings.begin(), change.settings.end(),
                                    [](const auto& setting) { return setting.second.has_value(); });
    to.array(static_cast<std::size_t>(kept));
    for (const auto& [name, value] : change.settings) {
      if (!value) continue;
      to.string(name);
      to.string(*value);
      to.end();
    }
    to.end();
  }
  to.boolean(validate_only);
  to.end();
  return request;
}

Result<ResourcesChanged> read_alter_configs(Bytes body, Api api, std::int16_t version) {
  constexpr std::size_t kResourceSize = 5;
  Reader from(body, is_flexible(api, version));
  ResourcesChanged answer;
  answer.throttle = std::chrono::milliseconds(from.int32());
  for (std::size_t left = from.array(kResourceSize); left > 0 && from.ok(); --left) {
    ResourceChanged& changed = answer.resources.emplace_back();
    changed.error = from.int16();
    changed.message = from.string();
    changed.resource.kind = static_cast<ConfigResource::Kind>(from.int8());
    changed.resource.name = from.string();
    from.end();
  }
  from.end();
  if (!from.ok()) return fail(bad_answer(api, version));
  return answer;
}

}  // namespace arkive::kafka::wire
