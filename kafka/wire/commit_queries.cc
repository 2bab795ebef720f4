#include "kafka/wire/commit_queries.h"

#include <algorithm>

#include "kafka/wire/messages/commits.h"
#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/offset_queries.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka::wire {
namespace {

constexpr RetryPolicy kTries{std::chrono::milliseconds(100), std::chrono::seconds(3), 0};

bool may_pass(std::int16_t error) {
  const Meaning meaning = error_meaning(error);
  return meaning == Meaning::kRetry || meaning == Meaning::kLookAgain;
}

Result<std::int32_t> find_coordinator(Cluster& cluster, const std::string& group, Deadline deadline) {
  std::int32_t broker = -1;
  ARKIVE_TRY(cluster.with_any_broker(
      [&](Connection& connection, Deadline answer_by) -> Status {
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kFindCoordinator));
        ARKIVE_ASSIGN(const Bytes body, connection.call(find_coordinator_request(version, group), answer_by));
        ARKIVE_ASSIGN(const FoundCoordinator found, read_find_coordinator(body, version));
        connection.rest(found.throttle);
        if (found.error != kNoError) {
          return fail(
              broker_error("find the coordinator of group '" + group + "'", found.error, found.message));
        }
        broker = found.broker;
        return ok();
      },
      deadline));
  return broker;
}

/// The errors in the order of `offsets`.
Result<std::vector<std::int16_t>> commit_at(Cluster& cluster, std::int32_t broker, const std::string& group,
                                            std::span<const CommittedOffset> offsets, Deadline deadline) {
  std::vector<std::int16_t> errors;
  ARKIVE_TRY(cluster.with_broker(
      broker,
      [&](Connection& connection, Deadline answer_by) -> Status {
        ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kOffsetCommit));
        ARKIVE_ASSIGN(const Bytes body,
                      connection.call(offset_commit_request(version, group, offsets), answer_by));
        ARKIVE_ASSIGN(const OffsetCommit answer, read_offset_commit(body, version));
        connection.rest(answer.throttle);
        errors.clear();
        for (const CommittedOffset& offset : offsets) {
          const auto found = std::find_if(
              answer.answers.begin(), answer.answers.end(),
              [&](const CommitAnswer& partition) { return partition.partition == offset.partition; });
          if (found == answer.answers.end()) {
            return fail(bad_answer(Api::kOffsetCommit, version, "without " + offset.partition.text()));
          }
          errors.push_back(found->error);
        }
        return ok();
      },
      deadline));
  return errors;
}

}  // namespace

Result<std::vector<ItemAnswer>> commit_offsets(Cluster& cluster, const std::string& group,
                                               std::span<const CommittedOffset> offsets, Deadline deadline) {
  // Partitions of one topic must stand together in the request.
  std::vector<std::size_t> order(offsets.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return offsets[a].partition < offsets[b].partition; });
  std::vector<ItemAnswer> answers(offsets.size());
  const Deadline patience = deadline.sooner(kPartitionPatience);
  const Deadline unknown_patience = deadline.sooner(kUnknownPatience);
  bool told = false;
  Backoff backoff(kTries);
  while (!order.empty()) {
    std::vector<CommittedOffset> wanted;
    for (const std::size_t i : order) wanted.push_back(offsets[i]);
    std::vector<std::int16_t> errors;
    const auto asked = [&]() -> Status {
      ARKIVE_ASSIGN(const std::int32_t broker, find_coordinator(cluster, group, deadline));
      ARKIVE_ASSIGN(errors, commit_at(cluster, broker, group, wanted, deadline));
      return ok();
    }();
    if (!asked && (asked.error().outcome != Outcome::kRetry || patience.passed())) {
      if (told && asked.error().outcome == Outcome::kRetry) break;  // what was answered last stands
      return fail(asked.error());
    }
    told = told || asked;
    std::vector<std::size_t> again;
    for (std::size_t k = 0; k < errors.size(); ++k) {
      ItemAnswer& answer = answers[order[k]];
      answer = {};
      if (errors[k] == kNoError) continue;
      const Error error = broker_error({}, errors[k]);
      answer = {error_text(errors[k]), error.outcome};
      const Deadline& until = errors[k] == kUnknownTopicOrPartition ? unknown_patience : patience;
      if (may_pass(errors[k]) && !until.passed()) again.push_back(order[k]);
    }
    if (asked) order = std::move(again);
    if (!order.empty() && !pause_for(backoff.next(), patience)) {
      return fail(interruption_of("commit offsets of group '" + group + "'"));
    }
  }
  return answers;
}

}  // namespace arkive::kafka::wire
