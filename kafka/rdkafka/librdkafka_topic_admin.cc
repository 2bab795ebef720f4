#include "kafka/rdkafka/librdkafka_topic_admin.h"

#include <array>
#include <map>
#include <span>

#include "kafka/rdkafka/queries_internal.h"
#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace rdkafka {
namespace {

using NewTopicHandle = Handle<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using DeleteTopicHandle = Handle<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>;
using Resource = Handle<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;

constexpr std::string_view kSetOnTopic = "DYNAMIC_TOPIC_CONFIG";

ItemAnswer answer_of(rd_kafka_resp_err_t error, const char* said) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  std::string text = error_text(error);
  if (said != nullptr && *said != '\0') text += ": " + printable(said);
  return {std::move(text), outcome_of(error)};
}

/// The answers of what librdkafka says of topics, in the order of `names`.
std::vector<ItemAnswer> answers_of(const rd_kafka_topic_result_t** results, std::size_t count,
                                   const std::vector<std::string>& names) {
  std::map<std::string, ItemAnswer> by_name;
  for (const rd_kafka_topic_result_t* const result : std::span(results, count)) {
    by_name[rd_kafka_topic_result_name(result)] =
        answer_of(rd_kafka_topic_result_error(result), rd_kafka_topic_result_error_string(result));
  }
  std::vector<ItemAnswer> answers;
  for (const std::string& name : names) {
    const auto found = by_name.find(name);
    answers.push_back(found != by_name.end() ? found->second
                                             : ItemAnswer{"the broker said nothing of it", Outcome::kRetry});
  }
  return answers;
}

class LibrdkafkaTopicAdmin : public TopicAdmin {
 public:
  explicit LibrdkafkaTopicAdmin(std::unique_ptr<Client> client) : client_(std::move(client)) {}

  Result<std::vector<ItemAnswer>> create_topics(std::span<const NewTopic> topics, bool validate_only,
                                                Deadline deadline) override;
  Result<std::vector<ItemAnswer>> change_configs(std::span<const ConfigChange> changes, bool validate_only,
                                                 Deadline deadline) override;
  Result<std::vector<ItemAnswer>> delete_topics(std::span<const std::string> topics,
                                                Deadline deadline) override;

 private:
  AdminOptions options(rd_kafka_admin_op_t operation, Deadline deadline, bool validate_only = false) const;
  Result<Event> wait(const char* operation, rd_kafka_queue_t* queue, Deadline deadline) const;
  Result<ItemAnswer> replace_configs(const TopicConfigs& now, const ConfigChange& change, bool validate_only,
                                     Deadline deadline) const;

  std::unique_ptr<Client> client_;
};

AdminOptions LibrdkafkaTopicAdmin::options(rd_kafka_admin_op_t operation, Deadline deadline,
                                           bool validate_only) const {
  AdminOptions made(rd_kafka_AdminOptions_new(client_->get(), operation));
  std::array<char, 256> text{};
  const auto milliseconds = static_cast<int>(
      std::min<std::chrono::milliseconds>(deadline.remaining(), std::chrono::minutes(5)).count());
  (void)rd_kafka_AdminOptions_set_request_timeout(made.get(), milliseconds, text.data(), text.size());
  if (validate_only) {
    (void)rd_kafka_AdminOptions_set_validate_only(made.get(), 1, text.data(), text.size());
  }
  // The controller answers when its brokers know the topic.
  if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS || operation == RD_KAFKA_ADMIN_OP_DELETETOPICS) {
    (void)rd_kafka_AdminOptions_set_operation_timeout(made.get(), milliseconds, text.data(), text.size());
  }
  return made;
}

Result<Event> LibrdkafkaTopicAdmin::wait(const char* operation, rd_kafka_queue_t* queue,
                                         Deadline deadline) const {
  ARKIVE_ASSIGN(Event event, client_->wait_for_event(operation, queue, deadline));
  if (const auto error = rd_kafka_event_error(event.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return fail(client_->failed(operation, error));
  }
  client_->succeeded();
  return event;
}

Result<NewTopicHandle> raw_topic(const NewTopic& topic) {
  std::array<char, 256> text{};
  const auto partitions =
      topic.assignment.empty() ? topic.partitions : static_cast<std::int32_t>(topic.assignment.size());
  const int replicas = topic.assignment.empty() ? topic.replication_factor : -1;
  NewTopicHandle raw(
      rd_kafka_NewTopic_new(topic.name.c_str(), partitions, replicas, text.data(), text.size()));
  const auto refused = [&] {
    return fail(Outcome::kUsage, "make topic '" + printable(topic.name) + "': " + text.data());
  };
  if (!raw) return refused();
  for (std::size_t i = 0; i < topic.assignment.size(); ++i) {
    std::vector<std::int32_t> brokers = topic.assignment[i];
    if (rd_kafka_NewTopic_set_replica_assignment(raw.get(), static_cast<std::int32_t>(i), brokers.data(),
                                                 brokers.size(), text.data(),
                                                 text.size()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return refused();
    }
  }
  for (const auto& [name, value] : topic.configs) {
    if (rd_kafka_NewTopic_set_config(raw.get(), name.c_str(), value.c_str()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return refused();
    }
  }
  return raw;
}

Result<std::vector<ItemAnswer>> LibrdkafkaTopicAdmin::create_topics(std::span<const NewTopic> topics,
                                                                    bool validate_only, Deadline deadline) {
  const char* const operation = "make topics";
  std::vector<std::string> names;
  std::vector<NewTopicHandle> handles;
  std::vector<rd_kafka_NewTopic_t*> raw;
  for (const NewTopic& topic : topics) {
    ARKIVE_ASSIGN(NewTopicHandle handle, raw_topic(topic));
    names.push_back(topic.name);
    raw.push_back(handles.emplace_back(std::move(handle)).get());
  }
  if (raw.empty()) return std::vector<ItemAnswer>();
  const AdminOptions wishes = options(RD_KAFKA_ADMIN_OP_CREATETOPICS, deadline, validate_only);
  const Queue queue(rd_kafka_queue_new(client_->get()));
  rd_kafka_CreateTopics(client_->get(), raw.data(), raw.size(), wishes.get(), queue.get());
  ARKIVE_ASSIGN(const Event event, wait(operation, queue.get(), deadline));
  std::size_t count = 0;
  const auto** const results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  return answers_of(results, count, names);
}

Result<std::vector<ItemAnswer>> LibrdkafkaTopicAdmin::delete_topics(std::span<const std::string> topics,
                                                                    Deadline deadline) {
  std::vector<std::string> names(topics.begin(), topics.end());
  std::vector<DeleteTopicHandle> handles;
  std::vector<rd_kafka_DeleteTopic_t*> raw;
  for (const std::string& name : names) {
    raw.push_back(handles.emplace_back(rd_kafka_DeleteTopic_new(name.c_str())).get());
  }
  if (raw.empty()) return std::vector<ItemAnswer>();
  const AdminOptions wishes = options(RD_KAFKA_ADMIN_OP_DELETETOPICS, deadline);
  const Queue queue(rd_kafka_queue_new(client_->get()));
  rd_kafka_DeleteTopics(client_->get(), raw.data(), raw.size(), wishes.get(), queue.get());
  ARKIVE_ASSIGN(const Event event, wait("delete topics", queue.get(), deadline));
  std::size_t count = 0;
  const auto** const results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  return answers_of(results, count, names);
}

Result<ItemAnswer> LibrdkafkaTopicAdmin::replace_configs(const TopicConfigs& now, const ConfigChange& change,
                                                         bool validate_only, Deadline deadline) const {
  if (!now.error.empty()) return ItemAnswer{now.error, Outcome::kFail};
  std::map<std::string, std::string> settings;
  for (const ConfigEntry& entry : now.entries) {
    if (entry.source != kSetOnTopic) continue;
    if (!entry.value) {
      if (change.settings.contains(entry.name)) continue;
      return ItemAnswer{"its setting " + entry.name + " is sensitive and would be lost", Outcome::kConflict};
    }
    settings[entry.name] = *entry.value;
  }
  for (const auto& [name, value] : change.settings) {
    if (value) {
      settings[name] = *value;
    } else {
      settings.erase(name);
    }
  }
  const Resource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, change.topic.c_str()));
  for (const auto& [name, value] : settings) {
    if (rd_kafka_ConfigResource_set_config(resource.get(), name.c_str(), value.c_str()) !=
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      return ItemAnswer{"librdkafka does not take the setting " + name, Outcome::kUsage};
    }
  }
  rd_kafka_ConfigResource_t* raw = resource.get();
  const AdminOptions wishes = options(RD_KAFKA_ADMIN_OP_ALTERCONFIGS, deadline, validate_only);
  const Queue queue(rd_kafka_queue_new(client_->get()));
  rd_kafka_AlterConfigs(client_->get(), &raw, 1, wishes.get(), queue.get());
  ARKIVE_ASSIGN(const Event event, wait("change the settings of a topic", queue.get(), deadline));
  std::size_t count = 0;
  const auto** const results =
      rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event.get()), &count);
  if (count != 1) return ItemAnswer{"the broker said nothing of it", Outcome::kRetry};
  return answer_of(rd_kafka_ConfigResource_error(results[0]),
                   rd_kafka_ConfigResource_error_string(results[0]));
}

Result<std::vector<ItemAnswer>> LibrdkafkaTopicAdmin::change_configs(std::span<const ConfigChange> changes,
                                                                     bool validate_only, Deadline deadline) {
  std::vector<std::string> names;
  for (const ConfigChange& change : changes) names.push_back(change.topic);
  if (names.empty()) return std::vector<ItemAnswer>();
  ARKIVE_ASSIGN(const auto now, ask_topic_configs(*client_, names, deadline));
  std::vector<ItemAnswer> answers;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    ARKIVE_ASSIGN(ItemAnswer answer, replace_configs(now[i], changes[i], validate_only, deadline));
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace
}  // namespace rdkafka

Result<std::unique_ptr<TopicAdmin>> open_librdkafka_topic_admin(const std::string& bootstrap,
                                                                const ClientProperties& properties,
                                                                Deadline deadline) {
  using namespace rdkafka;
  ARKIVE_ASSIGN(const Settings settings, settings_of(bootstrap, properties));
  ARKIVE_ASSIGN(auto client, Client::create(settings));
  const auto reached = ask_metadata(*client, Topics::kNone, deadline);
  if (!reached) return fail(reached.error().within("reach Kafka by librdkafka"));
  return std::unique_ptr<TopicAdmin>(std::make_unique<LibrdkafkaTopicAdmin>(std::move(client)));
}

}  // namespace arkive::kafka
