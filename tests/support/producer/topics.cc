#include "tests/support/producer/topics.h"

#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/producer/lines.h"

namespace arkive::producer {

namespace {

using NewTopic = Handle<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using DoomedTopic = Handle<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>;
using NewPartitions = Handle<rd_kafka_NewPartitions_t, rd_kafka_NewPartitions_destroy>;
using ConfigResource = Handle<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using DoomedRecords = Handle<rd_kafka_DeleteRecords_t, rd_kafka_DeleteRecords_destroy>;
using Options = Handle<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using Queue = Handle<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using Event = Handle<rd_kafka_event_t, rd_kafka_event_destroy>;
using GroupList = Handle<const rd_kafka_group_list, rd_kafka_group_list_destroy>;

int milliseconds(Deadline deadline) {
  return static_cast<int>(deadline.remaining().count());
}

/// One request and its answer.
class Admin {
 public:
  static Result<Admin> open(const Connection& connection, Deadline deadline) {
    Admin admin(deadline);
    ARKIVE_ASSIGN(admin.client_, connect(RD_KAFKA_PRODUCER, connection, {}));
    admin.queue_.reset(rd_kafka_queue_new(admin.client_.get()));
    return admin;
  }

  /// `call`(client, options, queue) asks; the event is the answer.
  template <class Call>
  Result<Event> ask(const std::string& operation, rd_kafka_admin_op_t kind, Call call) {
    std::array<char, 256> text{};
    const Options options(rd_kafka_AdminOptions_new(client_.get(), kind));
    const int left = milliseconds(deadline_);
    (void)rd_kafka_AdminOptions_set_request_timeout(options.get(), left, text.data(), text.size());
    const bool has_result_to_wait_for =
        kind != RD_KAFKA_ADMIN_OP_ALTERCONFIGS && kind != RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS;
    if (has_result_to_wait_for) {
      (void)rd_kafka_AdminOptions_set_operation_timeout(options.get(), left, text.data(), text.size());
    }
    call(client_.get(), options.get(), queue_.get());
    Event event(rd_kafka_queue_poll(queue_.get(), left));
    if (!event) return fail(Outcome::kRetry, operation + ": no answer within the deadline");
    if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      auto error = checked(code, operation).error();
      error.what = operation + ": " + rd_kafka_event_error_string(event.get());
      return fail(std::move(error));
    }
    return event;
  }

 private:
  explicit Admin(Deadline deadline) : deadline_(deadline) {}
  Deadline deadline_;
  Client client_;
  Queue queue_;
};

Status worst_of(const std::string& operation, const rd_kafka_topic_result_t** results, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    auto code = checked(rd_kafka_topic_result_error(results[i]), operation);
    if (code) continue;
    if (const char* said = rd_kafka_topic_result_error_string(results[i])) {
      return fail(code.error().outcome, operation + ": " + said);
    }
    return code;
  }
  return ok();
}

Status worst_of(const std::string& operation, const rd_kafka_ConfigResource_t* resource) {
  auto code = checked(rd_kafka_ConfigResource_error(resource), operation);
  const char* said = rd_kafka_ConfigResource_error_string(resource);
  if (code || said == nullptr) return code;
  return fail(code.error().outcome, operation + ": " + said);
}

ConfigResource topic_resource(const std::string& topic) {
  return ConfigResource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
}

/// What was set for this very topic.
Result<std::map<std::string, std::string>> own_configs(Admin& admin, const std::string& operation,
                                                       const std::string& topic) {
  const auto resource = topic_resource(topic);
  ARKIVE_ASSIGN(const auto event,
                admin.ask(operation, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS,
                          [&](rd_kafka_t* client, rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                            auto* one = resource.get();
                            rd_kafka_DescribeConfigs(client, &one, 1, options, queue);
                          }));
  std::size_t count = 0;
  const auto* answer = rd_kafka_event_DescribeConfigs_result(event.get());
  const auto** resources = rd_kafka_DescribeConfigs_result_resources(answer, &count);
  if (count != 1) return fail(Outcome::kFail, operation + ": an answer without the topic");
  ARKIVE_TRY(worst_of(operation, resources[0]));
  std::map<std::string, std::string> own;
  const auto** entries = rd_kafka_ConfigResource_configs(resources[0], &count);
  for (std::size_t i = 0; i < count; ++i) {
    if (rd_kafka_ConfigEntry_source(entries[i]) != RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG) continue;
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    own[rd_kafka_ConfigEntry_name(entries[i])] = value == nullptr ? "" : value;
  }
  return own;
}

}  // namespace

Result<std::vector<std::vector<std::int32_t>>> parse_assignment(const std::string& text) {
  std::vector<std::vector<std::int32_t>> assignment;
  std::istringstream partitions(text);
  for (std::string partition; std::getline(partitions, partition, ';');) {
    assignment.emplace_back();
    std::istringstream brokers(partition);
    for (std::string broker; std::getline(brokers, broker, ',');) {
      char* end = nullptr;
      assignment.back().push_back(static_cast<std::int32_t>(std::strtol(broker.c_str(), &end, 10)));
      if (broker.empty() || *end != '\0') {
        return fail(Outcome::kUsage, "read assignment '" + text + "': it is not like 1,2;2,3");
      }
    }
  }
  return assignment;
}

Status create_topic(const Connection& connection, const TopicWishes& wishes, Deadline deadline) {
  const std::string operation = "create topic '" + wishes.name + "'";
  std::array<char, 256> text{};
  const bool assigned = !wishes.assignment.empty();
  const int partitions = assigned ? static_cast<int>(wishes.assignment.size()) : wishes.partitions;
  const NewTopic topic(rd_kafka_NewTopic_new(wishes.name.c_str(), partitions, assigned ? -1 : wishes.replicas,
                                             text.data(), text.size()));
  if (!topic) return fail(Outcome::kUsage, operation + ": " + text.data());
  for (std::size_t i = 0; i < wishes.assignment.size(); ++i) {
    auto brokers = wishes.assignment[i];
    ARKIVE_TRY(checked(
        rd_kafka_NewTopic_set_replica_assignment(topic.get(), static_cast<std::int32_t>(i), brokers.data(),
                                                 brokers.size(), text.data(), text.size()),
        operation));
  }
  for (const auto& [key, value] : wishes.configs) {
    ARKIVE_TRY(checked(rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str()), operation));
  }
  ARKIVE_ASSIGN(auto admin, Admin::open(connection, deadline));
  ARKIVE_ASSIGN(const auto event,
                admin.ask(operation, RD_KAFKA_ADMIN_OP_CREATETOPICS,
                          [&](rd_kafka_t* client, rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                            auto* one = topic.get();
                            rd_kafka_CreateTopics(client, &one, 1, options, queue);
                          }));
  std::size_t count = 0;
  const auto* answer = rd_kafka_event_CreateTopics_result(event.get());
  const auto** results = rd_kafka_CreateTopics_result_topics(answer, &count);
  return worst_of(operation, results, count);
}

Status delete_topic(const Connection& connection, const std::string& topic, Deadline deadline) {
  const std::string operation = "delete topic '" + topic + "'";
  const DoomedTopic doomed(rd_kafka_DeleteTopic_new(topic.c_str()));
  ARKIVE_ASSIGN(auto admin, Admin::open(connection, deadline));
  ARKIVE_ASSIGN(const auto event,
                admin.ask(operation, RD_KAFKA_ADMIN_OP_DELETETOPICS,
                          [&](rd_kafka_t* client, rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                            auto* one = doomed.get();
                            rd_kafka_DeleteTopics(client, &one, 1, options, queue);
                          }));
  std::size_t count = 0;
  const auto* answer = rd_kafka_event_DeleteTopics_result(event.get());
  const auto** results = rd_kafka_DeleteTopics_result_topics(answer, &count);
  return worst_of(operation, results, count);
}

Status add_partitions(const Connection& connection, const std::string& topic, int total, Deadline deadline) {
  const std::string operation = "add partitions to '" + topic + "'";
  std::array<char, 256> text{};
  const NewPartitions partitions(
      rd_kafka_NewPartitions_new(topic.c_str(), static_cast<std::size_t>(total), text.data(), text.size()));
  if (!partitions) return fail(Outcome::kUsage, operation + ": " + text.data());
  ARKIVE_ASSIGN(auto admin, Admin::open(connection, deadline));
  ARKIVE_ASSIGN(const auto event,
                admin.ask(operation, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS,
                          [&](rd_kafka_t* client, rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                            auto* one = partitions.get();
                            rd_kafka_CreatePartitions(client, &one, 1, options, queue);
                          }));
  std::size_t count = 0;
  const auto* answer = rd_kafka_event_CreatePartitions_result(event.get());
  const auto** results = rd_kafka_CreatePartitions_result_topics(answer, &count);
  return worst_of(operation, results, count);
}

Status configure_topic(const Connection& connection, const std::string& topic,
                       const std::map<std::string, std::string>& configs, Deadline deadline) {
  const std::string operation = "configure topic '" + topic + "'";
  ARKIVE_ASSIGN(auto admin, Admin::open(connection, deadline));
  // The request of this protocol replaces all of a topic's own settings.
  ARKIVE_ASSIGN(auto all, own_configs(admin, operation, topic));
  for (const auto& [key, value] : configs) all[key] = value;
  const auto resource = topic_resource(topic);
  for (const auto& [key, value] : all) {
    ARKIVE_TRY(
        checked(rd_kafka_ConfigResource_set_config(resource.get(), key.c_str(), value.c_str()), operation));
  }
  ARKIVE_ASSIGN(const auto event,
                admin.ask(operation, RD_KAFKA_ADMIN_OP_ALTERCONFIGS,
                          [&](rd_kafka_t* client, rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                            auto* one = resource.get();
                            rd_kafka_AlterConfigs(client, &one, 1, options, queue);
                          }));
  std::size_t count = 0;
  const auto* answer = rd_kafka_event_AlterConfigs_result(event.get());
  const auto** results = rd_kafka_AlterConfigs_result_resources(answer, &count);
  for (std::size_t i = 0; i < count; ++i) ARKIVE_TRY(worst_of(operation, results[i]));
  return ok();
}

Status delete_records(const Connection& connection, const std::string& topic, std::int32_t partition,
                      std::int64_t offset, Deadline deadline) {
  const std::string operation = "delete records of '" + topic + "'";
  const PartitionList list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  const DoomedRecords doomed(rd_kafka_DeleteRecords_new(list.get()));
  ARKIVE_ASSIGN(auto admin, Admin::open(connection, deadline));
  ARKIVE_ASSIGN(const auto event,
                admin.ask(operation, RD_KAFKA_ADMIN_OP_DELETERECORDS,
                          [&](rd_kafka_t* client, rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                            auto* one = doomed.get();
                            rd_kafka_DeleteRecords(client, &one, 1, options, queue);
                          }));
  const auto* offsets =
      rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get()));
  for (int i = 0; i < offsets->cnt; ++i) ARKIVE_TRY(checked(offsets->elems[i].err, operation));
  return ok();
}

Status list_groups(const Connection& connection, Deadline deadline) {
  ARKIVE_ASSIGN(const auto client, connect(RD_KAFKA_PRODUCER, connection, {}));
  const rd_kafka_group_list* answer = nullptr;
  ARKIVE_TRY(
      checked(rd_kafka_list_groups(client.get(), nullptr, &answer, milliseconds(deadline)), "list groups"));
  const GroupList owned(answer);
  for (int i = 0; i < answer->group_cnt; ++i) {
    const auto& group = answer->groups[i];
    const nlohmann::ordered_json line = {{"group", group.group},
                                         {"state", group.state},
                                         {"protocol_type", group.protocol_type},
                                         {"members", group.member_cnt},
                                         {"coordinator", group.broker.id}};
    std::printf("%s\n", line.dump().c_str());
  }
  return flush_lines();
}

}  // namespace arkive::producer
