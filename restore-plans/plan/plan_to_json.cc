#include <nlohmann/json.hpp>

#include "restore-plans/plan/plan.h"
#include "restore-plans/plan/plan_words_internal.h"

namespace arkive::restore_plans {
namespace {

// The order of fields is that in which a person reads a plan.
using Json = nlohmann::ordered_json;

Json gates_json(const std::vector<Gate>& gates) {
  Json list = Json::array();
  for (const Gate gate : gates) list.push_back(gate_name(gate));
  return list;
}

Json step_json(const Step& step) {
  Json json = {{"id", step.id},
               {"kind", step_kind_name(step.kind)},
               {"title", step.title},
               {"why", step.why},
               {"needs", step.needs},
               {"provides", step.provides},
               {"gates_before", gates_json(step.before)},
               {"gates_after", gates_json(step.after)}};
  if (!step.hosts.empty()) {
    Json hosts = Json::array();
    for (const HostCommand& host : step.hosts)
      hosts.push_back(
          {{"broker", host.broker}, {"host", host.host}, {"action", host.action}, {"command", host.command}});
    json["hosts"] = std::move(hosts);
  }
  if (!step.command.empty()) json["command"] = step.command;
  json["irreversible"] = step.irreversible;
  if (step.bytes > 0) json["bytes"] = step.bytes;
  if (step.seconds > 0) json["seconds"] = step.seconds;
  return json;
}

Json decision_json(const kafka::ZnodeDecision& decision) {
  Json json = {{"path", decision.path}, {"action", kafka::znode_action_name(decision.action)}};
  if (decision.replaces) json["replaces"] = true;
  if (decision.action == kafka::ZnodeAction::kRaise || decision.action == kafka::ZnodeAction::kMake)
    json["data"] = decision.data ? Json(*decision.data) : Json(nullptr);
  if (!decision.acl_like.empty()) json["acl_like"] = decision.acl_like;
  json["reason"] = decision.reason;
  return json;
}

Json partition_json(const kafka::RecoveredPartition& partition) {
  Json json = {{"topic", partition.partition.topic}, {"partition", partition.partition.partition},
               {"replicas", partition.replicas},     {"in_sync", partition.in_sync},
               {"leader", partition.leader},         {"leader_epoch", partition.leader_epoch},
               {"log_start", partition.log_start},   {"log_end", partition.log_end},
               {"bytes", partition.bytes},           {"on_disk", partition.on_disk}};
  if (!partition.notes.empty()) json["notes"] = partition.notes;
  return json;
}

}  // namespace

std::string Plan::to_json() const {
  Json json;
  json["arkive"] = "plan";
  json["format"] = kFormat;
  json["id"] = id;
  json["made_ms"] = made;
  json["arkive_version"] = arkive_version;
  json["scenario"] = scenario_name(scenario);
  json["variants"] = variants;
  json["why"] = why;
  json["backup"] = {{"tree_from", backup.tree_from},
                    {"tree_run", backup.tree_run},
                    {"topics_from", backup.topics_from},
                    {"topics_run", backup.topics_run},
                    {"cluster", backup.cluster},
                    {"tree_taken_ms", backup.tree_taken},
                    {"topics_taken_ms", backup.topics_taken},
                    {"span_began_ms", backup.span_began},
                    {"span_ended_ms", backup.span_ended},
                    {"zxid_last", backup.zxid_last}};
  json["notes"] = Json::array();
  for (const kafka::RecoveryNote& note : notes)
    json["notes"].push_back({{"kind", note_kind_name(note.kind)},
                             {"object", note.object},
                             {"what", note.what},
                             {"advice", note.advice}});
  json["steps"] = Json::array();
  for (const Step& step : steps) json["steps"].push_back(step_json(step));
  json["path"] = path;
  json["kafka_root"] = kafka_root;
  json["acl"] = acl;
  json["brokers"] = Json::array();
  for (const ObservedBroker& broker : brokers)
    json["brokers"].push_back({{"id", broker.id}, {"host", broker.host}, {"port", broker.port}});
  json["znodes"] = znodes;
  json["decisions"] = Json::array();
  for (const kafka::ZnodeDecision& decision : decisions) json["decisions"].push_back(decision_json(decision));
  if (!notices.empty()) {
    json["notices"] = Json::array();
    for (const kafka::Notice& notice : notices)
      json["notices"].push_back({{"path", notice.path}, {"data", notice.data}});
  }
  json["partitions"] = Json::array();
  for (const kafka::RecoveredPartition& partition : partitions)
    json["partitions"].push_back(partition_json(partition));
  json["group_offsets"] = Json::array();
  for (const PlannedGroupOffset& one : group_offsets)
    json["group_offsets"].push_back(
        {{"group", one.group}, {"topic", one.topic}, {"partition", one.partition}, {"offset", one.offset}});
  // Its own seal fits the object with its keys sorted, as it writes it.
  json["observation"] = Json::parse(observation.to_json());
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace arkive::restore_plans
