#include "kafka/replay/replay_plan.h"

#include <nlohmann/json.hpp>

#include "kafka/archive/json_document.h"

namespace arkive::kafka {
namespace {

using nlohmann::json;

json topic_json(const PlannedTopic& topic) {
  json partitions = json::array();
  for (const PlannedPartition& one : topic.partitions) {
    partitions.push_back({{"partition", one.partition}, {"begin", one.begin}, {"end", one.end}});
  }
  return {{"source", topic.source},
          {"source_id", topic.source_id},
          {"target", topic.target},
          {"by_key", topic.by_key},
          {"most_batch_bytes", topic.most_batch_bytes},
          {"begin", topic.begin},
          {"partitions", std::move(partitions)}};
}

PlannedTopic topic_from(const json& from) {
  PlannedTopic topic;
  from.at("source").get_to(topic.source);
  from.at("source_id").get_to(topic.source_id);
  from.at("target").get_to(topic.target);
  from.at("by_key").get_to(topic.by_key);
  from.at("most_batch_bytes").get_to(topic.most_batch_bytes);
  from.at("begin").get_to(topic.begin);
  for (const json& one : from.at("partitions")) {
    PlannedPartition& partition = topic.partitions.emplace_back();
    one.at("partition").get_to(partition.partition);
    one.at("begin").get_to(partition.begin);
    one.at("end").get_to(partition.end);
  }
  return topic;
}

}  // namespace

const PlannedTopic* ReplayPlan::find_target(std::string_view name) const {
  for (const PlannedTopic& topic : topics) {
    if (topic.target == name) return &topic;
  }
  return nullptr;
}

std::string ReplayPlan::to_json() const {
  json document = {{"journal", "replay"},
                   {"format", 1},
                   {"archive", archive},
                   {"archive_cluster", archive_cluster},
                   {"run", run},
                   {"source_cluster", source_cluster},
                   {"target_cluster", target_cluster},
                   {"producer", {{"id", producer.id}, {"epoch", producer.epoch}}},
                   {"until_ms", until ? json(*until) : json(nullptr)},
                   {"topics", json::array()}};
  for (const PlannedTopic& topic : topics) document["topics"].push_back(topic_json(topic));
  return document.dump(1) + "\n";
}

Result<ReplayPlan> ReplayPlan::from_json(std::string_view text) {
  try {
    const json document = parse_json_document(text);
    if (!document.is_object()) return fail(Outcome::kCorrupt, "it is no JSON object");
    if (document.at("journal") != "replay") {
      return fail(Outcome::kCorrupt, "field 'journal' is not \"replay\"");
    }
    if (document.at("format") != 1) {
      return fail(Outcome::kUsage, "field 'format' is " + document.at("format").dump() + ", not 1",
                  "a newer arkive wrote it; go on with that one");
    }
    ReplayPlan plan;
    document.at("archive").get_to(plan.archive);
    document.at("archive_cluster").get_to(plan.archive_cluster);
    document.at("run").get_to(plan.run);
    document.at("source_cluster").get_to(plan.source_cluster);
    document.at("target_cluster").get_to(plan.target_cluster);
    document.at("producer").at("id").get_to(plan.producer.id);
    document.at("producer").at("epoch").get_to(plan.producer.epoch);
    if (!document.at("until_ms").is_null()) plan.until = document.at("until_ms").get<UnixMilliseconds>();
    for (const json& topic : document.at("topics")) plan.topics.push_back(topic_from(topic));
    return plan;
  } catch (const json::exception& error) {
    return fail(Outcome::kCorrupt, error.what());
  }
}

}  // namespace arkive::kafka
