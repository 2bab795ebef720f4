#include "restore-plans/rehearse/kafka_kraft.h"

#include <algorithm>

#include "restore-plans/rehearse/text.h"
#include "stores/core/files.h"
#include "stores/core/hash.h"

namespace arkive::rehearse {

namespace {

std::string quorum(const KafkaPlan& plan) {
  std::vector<std::string> voters;
  std::size_t place = 0;
  for (const int id : broker_ids_of(plan.settings)) {
    voters.push_back(std::to_string(id) +
                     "@127.0.0.1:" + std::to_string(plan.ports.at(place++).at(KafkaListener::kController)));
  }
  return join(voters, ",");
}

}  // namespace

std::string new_cluster_id() {
  constexpr std::size_t kBytes = 16;
  constexpr std::size_t kLetters = 22;  // the rest is padding
  std::string id;
  do {
    id = base64(random_bytes(kBytes)).substr(0, kLetters);
    std::replace(id.begin(), id.end(), '+', '-');
    std::replace(id.begin(), id.end(), '/', '_');
  } while (id[0] == '-');  // the tool would take it for an option
  return id;
}

void add_kraft(const KafkaPlan& plan, int id, std::map<std::string, std::string>& lines) {
  lines["process.roles"] = "broker,controller";
  lines["node.id"] = std::to_string(id);
  lines["controller.quorum.voters"] = quorum(plan);
  lines["controller.listener.names"] = facts_of(KafkaListener::kController).name;
  lines["inter.broker.listener.name"] = facts_of(KafkaListener::kPlain).name;
  lines["broker.session.timeout.ms"] = "6000";
  lines["broker.heartbeat.interval.ms"] = "500";
  if (plan.settings.authorizer) {
    lines["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
  }
  // From 4.0 on, an hour ahead is the most by default.
  lines["log.message.timestamp.after.max.ms"] = "9223372036854775807";
}

Status format_storage(const KafkaPlan& plan, const std::string& configuration,
                      const std::string& log_directory, const std::string& directory, Deadline deadline) {
  if (path_exists(log_directory + "/meta.properties")) return ok();
  std::vector<std::string> arguments = {"format", "--config", configuration, "--cluster-id",
                                        plan.settings.cluster_id};
  for (const auto& [user, password] : plan.settings.scram_users) {
    for (const char* mechanism : {"SCRAM-SHA-256", "SCRAM-SHA-512"}) {
      arguments.insert(arguments.end(), {"--add-scram", std::string(mechanism) + "=[name=" + user +
                                                            ",iterations=4096,password=" + password + "]"});
    }
  }
  const KafkaTools tools(plan.jars, plan.settings.version, {}, {}, directory);
  ARKIVE_ASSIGN(const auto finished, tools.run_class("kafka.tools.StorageTool", arguments, deadline));
  if (finished.succeeded()) return ok();
  return fail(Outcome::kFail, "format the storage of '" + directory + "': status " +
                                  std::to_string(finished.status) + ": " +
                                  last_lines(finished.output + finished.error_output, 15));
}

}  // namespace arkive::rehearse
