// Observation as JSON.
#include "restore-plans/observe/observation.h"

#include <nlohmann/json.hpp>

#include "restore-plans/observe/exact_text.h"
#include "restore-plans/observe/names_internal.h"
#include "stores/manifest/seal.h"

namespace arkive::restore_plans {
namespace {

using Json = nlohmann::json;

Json exact(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(exact_text(text));
  return list;
}

Json exact(const std::map<std::string, std::string>& texts) {
  Json object = Json::object();
  for (const auto& [key, value] : texts) object[exact_text(key)] = exact_text(value);
  return object;
}

Json brokers_json(const std::vector<ObservedBroker>& brokers) {
  Json list = Json::array();
  for (const ObservedBroker& broker : brokers) {
    list.push_back({{"id", broker.id}, {"host", exact_text(broker.host)}, {"port", broker.port}});
  }
  return list;
}

Json zookeeper_json(const ObservedZooKeeper& seen) {
  Json topics = Json::object();
  for (const auto& [name, topic] : seen.topics) {
    topics[exact_text(name)] = {
        {"id", exact_text(topic.id)}, {"partitions", topic.partitions}, {"config", exact(topic.config)}};
  }
  Json foreign = Json::array();
  for (const ForeignTree& tree : seen.foreign) {
    foreign.push_back({{"path", exact_text(tree.path)},
                       {"owner", exact_text(tree.owner)},
                       {"danger", exact_text(tree.danger)}});
  }
  Json producer_ids = nullptr;
  if (seen.producer_ids) {
    producer_ids = {{"is_null", seen.producer_ids->is_null}, {"end", seen.producer_ids->end}};
  }
  return {{"reached", reached_name(seen.reached)},
          {"address", exact_text(seen.address)},
          {"error", exact_text(seen.error)},
          {"server", exact_text(seen.server)},
          {"zxid", seen.zxid},
          {"kafka_root", seen.kafka_root ? Json(exact_text(*seen.kafka_root)) : Json(nullptr)},
          {"cluster_id", exact_text(seen.cluster_id)},
          {"controller", seen.controller},
          {"controller_epoch", seen.controller_epoch},
          {"brokers", brokers_json(seen.brokers)},
          {"producer_ids", std::move(producer_ids)},
          {"topics", std::move(topics)},
          {"foreign", std::move(foreign)},
          {"znodes", exact(seen.znodes)},
          {"unreadable", exact(seen.unreadable)},
          {"not_understood", exact(seen.not_understood)}};
}

Json live_topic_json(const ObservedLiveTopic& topic) {
  Json partitions = Json::array();
  for (const ObservedPartition& one : topic.partitions) {
    partitions.push_back({{"partition", one.partition},
                          {"leader", one.leader},
                          {"leader_epoch", one.leader_epoch},
                          {"replicas", one.replicas},
                          {"in_sync", one.in_sync},
                          {"log_start", one.log_start},
                          {"log_end", one.log_end}});
  }
  return {{"id", exact_text(topic.id)},
          {"partitions", std::move(partitions)},
          {"config", exact(topic.config)},
          {"error", exact_text(topic.error)}};
}

}  // namespace

std::string_view authoriser_name(Authoriser authoriser) {
  switch (authoriser) {
    case Authoriser::kNotKnown:
      return "not known";
    case Authoriser::kAbsent:
      return "absent";
    case Authoriser::kPresent:
      return "present";
  }
  return {};
}

namespace {

Json kafka_json(const ObservedKafka& seen) {
  Json topics = Json::object();
  for (const auto& [name, topic] : seen.topics) topics[exact_text(name)] = live_topic_json(topic);
  Json groups = Json::object();
  for (const auto& [name, group] : seen.groups) {
    groups[exact_text(name)] = {
        {"state", exact_text(group.state)}, {"members", group.members}, {"offsets", group.offsets}};
  }
  return {{"reached", reached_name(seen.reached)}, {"address", exact_text(seen.address)},
          {"error", exact_text(seen.error)},       {"cluster_id", exact_text(seen.cluster_id)},
          {"controller", seen.controller},         {"brokers", brokers_json(seen.brokers)},
          {"topics", std::move(topics)},           {"groups", std::move(groups)},
          {"not_known", exact(seen.not_known)},    {"authoriser", authoriser_name(seen.authoriser)},
          {"releases", exact(seen.releases)}};
}

}  // namespace

std::string Observation::to_json() const {
  Json reports = Json::array();
  for (const kafka::LogsReport& report : logs) reports.push_back(Json::parse(report.to_json()));
  const Json document = {{"file", kObservationFile},   {"format", kFormat},
                         {"observed_ms", observed},    {"zookeeper", zookeeper_json(zookeeper)},
                         {"kafka", kafka_json(kafka)}, {"logs", std::move(reports)}};
  return sealed_json(document.dump());
}

}  // namespace arkive::restore_plans
