#include <nlohmann/json.hpp>
#include <set>

#include "kafka/archive/json_document.h"
#include "restore-plans/plan/plan.h"
#include "restore-plans/plan/plan_words_internal.h"
#include "stores/core/bytes.h"

namespace arkive::restore_plans {
namespace {

using Json = nlohmann::json;

/// Thrown and caught in this file only: what is wrong with a word.
struct NoSuchWord {
  std::string text;
};

template <class Word>
Word word_of(const Json& json, const char* field, std::optional<Word> (*parse)(std::string_view)) {
  const auto text = json.at(field).get<std::string>();
  const std::optional<Word> word = parse(text);
  if (!word) throw NoSuchWord{std::string(field) + ": '" + printable(text) + "' is none"};
  return *word;
}

std::vector<Gate> gates_of(const Json& list) {
  std::vector<Gate> gates;
  for (const Json& name : list) {
    const auto text = name.get<std::string>();
    const std::optional<Gate> gate = parse_gate(text);
    if (!gate) throw NoSuchWord{"there is no gate '" + printable(text) + "'"};
    gates.push_back(*gate);
  }
  return gates;
}

Step step_of(const Json& json) {
  Step step;
  json.at("id").get_to(step.id);
  step.kind = word_of(json, "kind", parse_step_kind);
  json.at("title").get_to(step.title);
  json.at("why").get_to(step.why);
  json.at("needs").get_to(step.needs);
  json.at("provides").get_to(step.provides);
  step.before = gates_of(json.at("gates_before"));
  step.after = gates_of(json.at("gates_after"));
  for (const Json& host : json.value("hosts", Json::array())) {
    HostCommand command;
    host.at("broker").get_to(command.broker);
    host.at("host").get_to(command.host);
    host.at("action").get_to(command.action);
    host.at("command").get_to(command.command);
    step.hosts.push_back(std::move(command));
  }
  if (json.contains("command")) json.at("command").get_to(step.command);
  json.at("irreversible").get_to(step.irreversible);
  step.bytes = json.value("bytes", std::uint64_t{0});
  step.seconds = json.value("seconds", std::uint64_t{0});
  return step;
}

kafka::ZnodeDecision decision_of(const Json& json) {
  kafka::ZnodeDecision decision;
  json.at("path").get_to(decision.path);
  decision.action = word_of(json, "action", kafka::parse_znode_action);
  decision.replaces = json.value("replaces", false);
  if (decision.action == kafka::ZnodeAction::kRaise || decision.action == kafka::ZnodeAction::kMake) {
    const Json& data = json.at("data");
    if (!data.is_null()) decision.data = data.get<std::string>();
  }
  decision.acl_like = json.value("acl_like", std::string());
  json.at("reason").get_to(decision.reason);
  return decision;
}

kafka::RecoveredPartition partition_of(const Json& json) {
  kafka::RecoveredPartition partition;
  json.at("topic").get_to(partition.partition.topic);
  json.at("partition").get_to(partition.partition.partition);
  json.at("replicas").get_to(partition.replicas);
  json.at("in_sync").get_to(partition.in_sync);
  json.at("leader").get_to(partition.leader);
  json.at("leader_epoch").get_to(partition.leader_epoch);
  json.at("log_start").get_to(partition.log_start);
  json.at("log_end").get_to(partition.log_end);
  json.at("bytes").get_to(partition.bytes);
  json.at("on_disk").get_to(partition.on_disk);
  partition.notes = json.value("notes", std::vector<std::string>());
  return partition;
}

PlannedBackup backup_of(const Json& json) {
  PlannedBackup backup;
  json.at("tree_from").get_to(backup.tree_from);
  json.at("tree_run").get_to(backup.tree_run);
  json.at("topics_from").get_to(backup.topics_from);
  json.at("topics_run").get_to(backup.topics_run);
  json.at("cluster").get_to(backup.cluster);
  json.at("tree_taken_ms").get_to(backup.tree_taken);
  json.at("topics_taken_ms").get_to(backup.topics_taken);
  json.at("span_began_ms").get_to(backup.span_began);
  json.at("span_ended_ms").get_to(backup.span_ended);
  json.at("zxid_last").get_to(backup.zxid_last);
  return backup;
}

void read_lists(const Json& json, Plan& plan) {
  for (const Json& broker : json.at("brokers"))
    plan.brokers.push_back({broker.at("id").get<std::int32_t>(), broker.at("host").get<std::string>(),
                            broker.at("port").get<std::uint16_t>()});
  for (const Json& note : json.at("notes"))
    plan.notes.push_back({word_of(note, "kind", parse_note_kind), note.at("object").get<std::string>(),
                          note.at("what").get<std::string>(), note.at("advice").get<std::string>()});
  for (const Json& step : json.at("steps")) plan.steps.push_back(step_of(step));
  for (const Json& decision : json.at("decisions")) plan.decisions.push_back(decision_of(decision));
  for (const Json& notice : json.value("notices", Json::array()))
    plan.notices.push_back({notice.at("path").get<std::string>(), notice.at("data").get<std::string>()});
  for (const Json& partition : json.at("partitions")) plan.partitions.push_back(partition_of(partition));
  for (const Json& one : json.at("group_offsets"))
    plan.group_offsets.push_back({one.at("group").get<std::string>(), one.at("topic").get<std::string>(),
                                  one.at("partition").get<std::int32_t>(),
                                  one.at("offset").get<std::int64_t>()});
}

tl::unexpected<Error> nonsense(const std::string& cause) {
  return fail(Outcome::kUsage, "read the plan: " + cause,
              "mend what was edited, or make it anew with arkive plan");
}

/// What an edit may have made of it.
Status check(const Plan& plan) {
  std::set<std::string> paths;
  for (const kafka::ZnodeDecision& decision : plan.decisions) {
    if (!paths.insert(decision.path).second)
      return nonsense("two decisions about znode '" + printable(decision.path) + "'");
    if (auto status = zk::check_path(decision.path); !status)
      return nonsense("a decision about '" + printable(decision.path) + "', which is no path");
  }
  if (auto status = zk::check_path(plan.path); !status)
    return nonsense("'" + printable(plan.path) + "' is no path");
  ARKIVE_ASSIGN(const std::vector<std::size_t> order, order_steps(plan.steps, {}));
  for (std::size_t index = 0; index < order.size(); ++index) {
    if (order[index] != index)
      return nonsense("step '" + printable(plan.steps[index].id) +
                      "' stands before a step that provides what it needs");
  }
  for (const Step& step : plan.steps) {
    if (step.kind == StepKind::kOnHost && step.hosts.empty())
      return nonsense("step '" + printable(step.id) + "' names no host to do it on");
    if (step.kind == StepKind::kArkive && step.command.empty())
      return nonsense("step '" + printable(step.id) + "' has no command");
  }
  return ok();
}

}  // namespace

Result<Plan> Plan::from_json(std::string_view text) {
  Plan plan;
  try {
    const Json json = kafka::parse_json_document(text);
    if (!json.is_object() || json.value("arkive", std::string()) != "plan")
      return fail(Outcome::kCorrupt, "read the plan: it is none", "arkive plan writes one");
    const int format = json.at("format").get<int>();
    if (format > kFormat)
      return fail(Outcome::kUsage,
                  "read the plan: its format is " + std::to_string(format) + ", this arkive knows " +
                      std::to_string(kFormat),
                  "use the arkive that made it, or plan anew");
    json.at("id").get_to(plan.id);
    json.at("made_ms").get_to(plan.made);
    json.at("arkive_version").get_to(plan.arkive_version);
    plan.scenario = word_of(json, "scenario", parse_scenario);
    json.at("variants").get_to(plan.variants);
    json.at("why").get_to(plan.why);
    plan.backup = backup_of(json.at("backup"));
    read_lists(json, plan);
    json.at("path").get_to(plan.path);
    json.at("kafka_root").get_to(plan.kafka_root);
    json.at("acl").get_to(plan.acl);
    json.at("znodes").get_to(plan.znodes);
    ARKIVE_ASSIGN(plan.observation, Observation::from_json(json.at("observation").dump(2) + "\n"));
  } catch (const Json::exception& wrong) {
    return fail(Outcome::kCorrupt, std::string("read the plan: ") + printable(wrong.what()),
                "mend what was edited, or make it anew with arkive plan");
  } catch (const NoSuchWord& wrong) {
    return nonsense(wrong.text);
  }
  ARKIVE_TRY(check(plan));
  return plan;
}

}  // namespace arkive::restore_plans
