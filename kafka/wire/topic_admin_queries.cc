#include "kafka/wire/topic_admin_queries.h"

#include <algorithm>

#include "kafka/wire/admin_answers.h"
#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/topic_changes.h"

namespace arkive::kafka::wire {
namespace {

// Brokers take at most 10,000 records of metadata in one request, of which each partition is one.
constexpr std::size_t kMostTopicsAtOnce = 100;
constexpr std::int64_t kMostPartitionsAtOnce = 5'000;
constexpr std::chrono::seconds kWaitUntilMade{15};

std::int64_t partitions_of(const NewTopic& topic) {
  return topic.assignment.empty() ? topic.partitions : static_cast<std::int64_t>(topic.assignment.size());
}

/// Without ZooKeeper any broker is named, and hands the request on.
Status with_controller(Cluster& cluster, const Cluster::Use& use, Deadline deadline) {
  ARKIVE_ASSIGN(const Metadata metadata, cluster.metadata(std::span<const std::string>(), deadline));
  if (metadata.cluster.controller < 0) {
    return fail(Outcome::kRetry, "find the cluster's controller: there is none now");
  }
  return cluster.with_broker(metadata.cluster.controller, use, deadline);
}

Result<std::vector<SaidOfItem>> in_order(std::span<const std::string> names, const TopicsChanged& answer,
                                         Api api, std::int16_t version) {
  std::vector<SaidOfItem> said;
  for (const std::string& name : names) {
    const auto found = std::find_if(answer.topics.begin(), answer.topics.end(),
                                    [&](const TopicChanged& topic) { return topic.topic == name; });
    if (found == answer.topics.end()) {
      return fail(bad_answer(api, version, "without topic '" + printable(name) + "'"));
    }
    said.push_back({found->error, found->message});
  }
  return said;
}

Result<std::vector<SaidOfItem>> create_some(Cluster& cluster, std::span<const NewTopic> topics,
                                            bool validate_only, Deadline deadline) {
  std::vector<std::string> names;
  for (const NewTopic& topic : topics) names.push_back(topic.name);
  std::vector<SaidOfItem> said;
  ARKIVE_TRY(with_controller(
      cluster,
      [&](Connection& connection, Deadline answer_by) -> Status {
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kCreateTopics));
        ARKIVE_ASSIGN(const Bytes body,
                      connection.call(create_topics_request(version, topics, validate_only, kWaitUntilMade),
                                      answer_by));
        ARKIVE_ASSIGN(const TopicsChanged answer, read_create_topics(body, version));
        connection.rest(answer.throttle);
        ARKIVE_ASSIGN(said, in_order(names, answer, Api::kCreateTopics, version));
        return ok();
      },
      deadline));
  return said;
}

/// How many of `topics`, the first of them on, go into one request.
std::size_t fitting(std::span<const NewTopic> topics) {
  std::int64_t partitions = 0;
  std::size_t count = 0;
  while (count < topics.size() && count < kMostTopicsAtOnce) {
    partitions += partitions_of(topics[count]);
    if (count > 0 && partitions > kMostPartitionsAtOnce) break;
    ++count;
  }
  return count;
}

}  // namespace

Result<std::vector<ItemAnswer>> create_topics(Cluster& cluster, std::span<const NewTopic> topics,
                                              bool validate_only, Deadline deadline) {
  std::vector<ItemAnswer> answers;
  while (!topics.empty()) {
    const auto piece = topics.first(fitting(topics));
    topics = topics.subspan(piece.size());
    const AnswerRules rules{piece.size(), validate_only ? kNoError : kTopicAlreadyExists};
    ARKIVE_ASSIGN(auto some, answer_all(
                                 "create topics", piece.size(), rules,
                                 [&](std::span<const std::size_t> items, Deadline until) {
                                   std::vector<NewTopic> wanted;
                                   for (const std::size_t item : items) wanted.push_back(piece[item]);
                                   return create_some(cluster, wanted, validate_only, until);
                                 },
                                 deadline));
    std::move(some.begin(), some.end(), std::back_inserter(answers));
  }
  return answers;
}

Result<std::vector<ItemAnswer>> delete_topics(Cluster& cluster, std::span<const std::string> topics,
                                              Deadline deadline) {
  const auto ask = [&](std::span<const std::size_t> items,
                       Deadline until) -> Result<std::vector<SaidOfItem>> {
    std::vector<std::string> wanted;
    for (const std::size_t item : items) wanted.push_back(topics[item]);
    std::vector<SaidOfItem> said;
    ARKIVE_TRY(with_controller(
        cluster,
        [&](Connection& connection, Deadline answer_by) -> Status {
          ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kDeleteTopics));
          ARKIVE_ASSIGN(const Bytes body,
                        connection.call(delete_topics_request(version, wanted, kWaitUntilMade), answer_by));
          ARKIVE_ASSIGN(const TopicsChanged answer, read_delete_topics(body, version));
          connection.rest(answer.throttle);
          ARKIVE_ASSIGN(said, in_order(wanted, answer, Api::kDeleteTopics, version));
          return ok();
        },
        until));
    return said;
  };
  return answer_all("delete topics", topics.size(), {kMostTopicsAtOnce, kUnknownTopicOrPartition}, ask,
                    deadline);
}

}  // namespace arkive::kafka::wire
