#include "kafka/wire/config_queries.h"

#include <algorithm>
#include <unordered_map>

#include "kafka/wire/messages/configs.h"
#include "kafka/wire/messages/error_codes.h"

namespace arkive::kafka::wire {
namespace {

// An answer holds some 3 KB per topic.
constexpr std::size_t kMostTopicsAtOnce = 500;

Status ask_piece(Connection& connection, std::span<const std::string> topics,
                 std::vector<TopicConfigs>& configs, Deadline answer_by) {
  ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kDescribeConfigs));
  ARKIVE_ASSIGN(const Bytes body, connection.call(topic_configs_request(version, topics), answer_by));
  ARKIVE_ASSIGN(DescribeConfigs answer, read_describe_configs(body, version));
  connection.rest(answer.throttle);
  std::unordered_map<std::string, DescribedConfigs*> by_name;
  for (DescribedConfigs& described : answer.topics) by_name[described.configs.topic] = &described;
  std::vector<TopicConfigs> piece;
  for (const std::string& topic : topics) {
    const auto found = by_name.find(topic);
    if (found == by_name.end()) {
      return fail(bad_answer(Api::kDescribeConfigs, version, "without topic '" + printable(topic) + "'"));
    }
    TopicConfigs& of_topic = piece.emplace_back(found->second->configs);
    const std::int16_t error = found->second->error;
    of_topic.error = error == kNoError ? std::string() : error_text(error, of_topic.error);
  }
  configs.insert(configs.end(), std::make_move_iterator(piece.begin()), std::make_move_iterator(piece.end()));
  return ok();
}

}  // namespace

Result<std::vector<TopicConfigs>> ask_topic_configs(Cluster& cluster, std::span<const std::string> topics,
                                                    Deadline deadline) {
  std::vector<TopicConfigs> configs;
  configs.reserve(topics.size());
  while (configs.size() < topics.size()) {
    const auto left = topics.subspan(configs.size());
    const auto piece = left.first(std::min(left.size(), kMostTopicsAtOnce));
    ARKIVE_TRY(cluster.with_any_broker(
        [&](Connection& connection, Deadline answer_by) {
          return ask_piece(connection, piece, configs, answer_by);
        },
        deadline));
  }
  return configs;
}

}  // namespace arkive::kafka::wire
