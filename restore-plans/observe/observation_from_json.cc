// Observation out of JSON.
#include <algorithm>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "kafka/archive/json_document.h"
#include "restore-plans/observe/exact_text.h"
#include "restore-plans/observe/names_internal.h"
#include "restore-plans/observe/observation.h"
#include "stores/manifest/json_fields.h"
#include "stores/manifest/seal.h"

namespace arkive::restore_plans {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int32_t kLeast32 = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMost32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kMostPort = std::numeric_limits<std::uint16_t>::max();
constexpr const char* kNotExact = "holds a backslash that stands for no byte";
constexpr const char* kNotAscending = "is not ascending";

void take_exact(JsonFields& fields, const char* name, std::string& to) {
  std::string text;
  fields.take(name, text);
  auto bytes = bytes_of_exact_text(text);
  if (!bytes) return fields.wrong(name, kNotExact);
  to = std::move(*bytes);
}

void take_exact(JsonFields& fields, const char* name, std::vector<std::string>& to) {
  std::vector<std::string> texts;
  fields.take(name, texts);
  for (const std::string& text : texts) {
    auto bytes = bytes_of_exact_text(text);
    if (!bytes) return fields.wrong(name, kNotExact);
    to.push_back(std::move(*bytes));
  }
}

void take_exact(JsonFields& fields, const char* name, std::map<std::string, std::string>& to) {
  std::map<std::string, std::string> texts;
  fields.take(name, texts);
  for (const auto& [key, value] : texts) {
    auto key_bytes = bytes_of_exact_text(key);
    auto value_bytes = bytes_of_exact_text(value);
    if (!key_bytes || !value_bytes) return fields.wrong(name, kNotExact);
    to.emplace(std::move(*key_bytes), std::move(*value_bytes));
  }
}

/// Each member of an object by its name.
void for_each_named(JsonFields& fields, const char* name,
                    const std::function<void(std::string, JsonFields&)>& visit) {
  fields.for_each_member(name, [&](const std::string& key, JsonFields member) {
    auto bytes = bytes_of_exact_text(key);
    if (!bytes) return fields.wrong(name, kNotExact);
    visit(std::move(*bytes), member);
  });
}

template <class T, class Number>
void require_ascending(JsonFields& fields, const char* name, const std::vector<T>& list, Number number) {
  const auto not_less = [&](const T& a, const T& b) { return number(a) >= number(b); };
  fields.require(std::adjacent_find(list.begin(), list.end(), not_less) == list.end(), name, kNotAscending);
}

void take_reached(JsonFields& fields, Reached& to) {
  std::string name;
  fields.take("reached", name);
  const auto found = std::find(std::begin(kReachedNames), std::end(kReachedNames), name);
  if (found == std::end(kReachedNames)) return fields.wrong("reached", "is none of its three words");
  to = static_cast<Reached>(found - std::begin(kReachedNames));
}

void take_brokers(JsonFields& fields, std::vector<ObservedBroker>& to) {
  fields.for_each("brokers", [&](JsonFields each) {
    ObservedBroker& broker = to.emplace_back();
    each.take("id", broker.id, kLeast32, kMost32);
    take_exact(each, "host", broker.host);
    std::int32_t port = 0;
    each.take("port", port, 0, kMostPort);
    broker.port = static_cast<std::uint16_t>(port);
  });
  require_ascending(fields, "brokers", to, [](const ObservedBroker& broker) { return broker.id; });
}

bool is_hash(const std::string& text) {
  return text == "-" ||
         (text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos);
}

ObservedTopic topic_from(JsonFields& fields) {
  ObservedTopic topic;
  take_exact(fields, "id", topic.id);
  fields.take("partitions", topic.partitions, 0);
  require_ascending(fields, "partitions", topic.partitions, [](std::int32_t number) { return number; });
  take_exact(fields, "config", topic.config);
  return topic;
}

ForeignTree foreign_from(JsonFields& fields) {
  ForeignTree tree;
  take_exact(fields, "path", tree.path);
  take_exact(fields, "owner", tree.owner);
  take_exact(fields, "danger", tree.danger);
  return tree;
}

ObservedZooKeeper zookeeper_from(JsonFields fields) {
  ObservedZooKeeper seen;
  take_reached(fields, seen.reached);
  take_exact(fields, "address", seen.address);
  take_exact(fields, "error", seen.error);
  take_exact(fields, "server", seen.server);
  fields.take("zxid", seen.zxid, kLeast, kMost);
  if (!fields.is_null("kafka_root")) take_exact(fields, "kafka_root", seen.kafka_root.emplace());
  take_exact(fields, "cluster_id", seen.cluster_id);
  fields.take("controller", seen.controller, kLeast32, kMost32);
  fields.take("controller_epoch", seen.controller_epoch, kLeast, kMost);
  take_brokers(fields, seen.brokers);
  if (!fields.is_null("producer_ids")) {
    ObservedProducerIds& ids = seen.producer_ids.emplace();
    JsonFields of_ids = fields.object("producer_ids");
    of_ids.take("is_null", ids.is_null);
    of_ids.take("end", ids.end, kLeast, kMost);
  }
  for_each_named(fields, "topics", [&](std::string name, JsonFields& each) {
    seen.topics.emplace(std::move(name), topic_from(each));
  });
  fields.for_each("foreign", [&](JsonFields each) { seen.foreign.push_back(foreign_from(each)); });
  take_exact(fields, "znodes", seen.znodes);
  fields.require(std::all_of(seen.znodes.begin(), seen.znodes.end(),
                             [](const auto& one) { return is_hash(one.second); }),
                 "znodes", "holds what is no SHA-256");
  take_exact(fields, "unreadable", seen.unreadable);
  take_exact(fields, "not_understood", seen.not_understood);
  return seen;
}

ObservedPartition partition_from(JsonFields& fields) {
  ObservedPartition partition;
  fields.take("partition", partition.partition, 0, kMost32);
  fields.take("leader", partition.leader, kLeast32, kMost32);
  fields.take("leader_epoch", partition.leader_epoch, kLeast32, kMost32);
  fields.take("replicas", partition.replicas, kLeast32);
  fields.take("in_sync", partition.in_sync, kLeast32);
  fields.take("log_start", partition.log_start, kLeast, kMost);
  fields.take("log_end", partition.log_end, kLeast, kMost);
  return partition;
}

ObservedLiveTopic live_topic_from(JsonFields& fields) {
  ObservedLiveTopic topic;
  take_exact(fields, "id", topic.id);
  fields.for_each("partitions", [&](JsonFields each) { topic.partitions.push_back(partition_from(each)); });
  require_ascending(fields, "partitions", topic.partitions,
                    [](const ObservedPartition& one) { return one.partition; });
  take_exact(fields, "config", topic.config);
  take_exact(fields, "error", topic.error);
  return topic;
}

ObservedGroup group_from(JsonFields& fields) {
  ObservedGroup group;
  take_exact(fields, "state", group.state);
  fields.take("members", group.members, 0, kMost32);
  fields.take("offsets", group.offsets);
  return group;
}

void take_authoriser(JsonFields& fields, Authoriser& to) {
  std::string name;
  fields.take("authoriser", name);
  for (const Authoriser one : {Authoriser::kNotKnown, Authoriser::kAbsent, Authoriser::kPresent}) {
    if (name != authoriser_name(one)) continue;
    to = one;
    return;
  }
  fields.wrong("authoriser", "is none of 'not known', 'absent', 'present'");
}

ObservedKafka kafka_from(JsonFields fields) {
  ObservedKafka seen;
  take_reached(fields, seen.reached);
  take_exact(fields, "address", seen.address);
  take_exact(fields, "error", seen.error);
  take_exact(fields, "cluster_id", seen.cluster_id);
  fields.take("controller", seen.controller, kLeast32, kMost32);
  take_brokers(fields, seen.brokers);
  for_each_named(fields, "topics", [&](std::string name, JsonFields& each) {
    seen.topics.emplace(std::move(name), live_topic_from(each));
  });
  for_each_named(fields, "groups", [&](std::string name, JsonFields& each) {
    seen.groups.emplace(std::move(name), group_from(each));
  });
  take_exact(fields, "not_known", seen.not_known);
  take_authoriser(fields, seen.authoriser);
  take_exact(fields, "releases", seen.releases);
  return seen;
}

tl::unexpected<Error> corrupt(const std::string& why) {
  return fail(Outcome::kCorrupt, "read observation: " + why);
}

Result<std::vector<kafka::LogsReport>> logs_from(const Json& list) {
  std::vector<kafka::LogsReport> logs;
  for (std::size_t i = 0; i < list.size(); ++i) {
    // As the report stood in its own file, whose seal it still has.
    const std::string text = list[i].dump(2, ' ', /*ensure_ascii=*/false) + "\n";
    auto report = kafka::LogsReport::from_json(text);
    if (!report) {
      return fail(report.error().within("read observation: field 'logs[" + std::to_string(i) + "]'"));
    }
    logs.push_back(std::move(*report));
  }
  return logs;
}

}  // namespace

Result<Observation> Observation::from_json(std::string_view text) {
  const Json document = kafka::parse_json_document(text);
  if (!document.is_object()) return corrupt("it is no JSON object of whole numbers and texts");
  std::string problem;
  JsonFields fields(document, "", problem);
  std::string file;
  std::int64_t format = 0;
  fields.take("file", file);
  fields.require(file == kObservationFile, "file", "is not \"observation\"");
  fields.take("format", format, 1, kMost);
  if (!problem.empty()) return corrupt(problem);
  if (format > kFormat) {
    return fail(Outcome::kUsage,
                "read observation: format " + std::to_string(format) + " is newer than " +
                    std::to_string(kFormat) + ", the newest this arkive knows",
                "use a newer arkive for this file");
  }
  if (Status sealed = check_seal(text); !sealed) return corrupt(sealed.error().what);

  Observation seen;
  fields.take("observed_ms", seen.observed, kLeast, kMost);
  seen.zookeeper = zookeeper_from(fields.object("zookeeper"));
  seen.kafka = kafka_from(fields.object("kafka"));
  fields.for_each("logs", [](const JsonFields&) {});
  if (!problem.empty()) return corrupt(problem);
  ARKIVE_ASSIGN(seen.logs, logs_from(document.at("logs")));
  const auto descends = [](const auto& a, const auto& b) { return a.broker > b.broker; };
  if (std::adjacent_find(seen.logs.begin(), seen.logs.end(), descends) != seen.logs.end()) {
    return corrupt(std::string("field 'logs' ") + kNotAscending);
  }
  return seen;
}

}  // namespace arkive::restore_plans
