#include <algorithm>
#include <cstring>

#include "kafka/rdkafka/queries_internal.h"
#include "stores/core/bytes.h"

namespace arkive::kafka::rdkafka {
namespace {

constexpr const char* kOperation = "commit offsets of a group";
constexpr std::chrono::seconds kRequestPatience{20};

using Change = Handle<rd_kafka_AlterConsumerGroupOffsets_t, rd_kafka_AlterConsumerGroupOffsets_destroy>;

PartitionList list_of(std::span<const CommittedOffset> offsets) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const CommittedOffset& offset : offsets) {
    rd_kafka_topic_partition_t& one = *rd_kafka_topic_partition_list_add(
        list.get(), offset.partition.topic.c_str(), offset.partition.partition);
    one.offset = offset.offset;
    if (!offset.metadata || offset.metadata->empty()) continue;
    one.metadata = rd_kafka_mem_malloc(nullptr, offset.metadata->size());
    one.metadata_size = offset.metadata->size();
    std::memcpy(one.metadata, offset.metadata->data(), offset.metadata->size());
  }
  return list;
}

/// The errors in the order of `offsets`.
Result<std::vector<rd_kafka_resp_err_t>> commit_once(const Client& client, const std::string& group,
                                                     std::span<const CommittedOffset> offsets,
                                                     Deadline deadline) {
  const PartitionList list = list_of(offsets);
  const Change change(rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list.get()));
  const AdminOptions with(
      rd_kafka_AdminOptions_new(client.get(), RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS));
  const Deadline answer_by = deadline.sooner(kRequestPatience);
  char text[256];
  (void)rd_kafka_AdminOptions_set_request_timeout(with.get(), static_cast<int>(answer_by.remaining().count()),
                                                  text, sizeof text);
  const Queue queue(rd_kafka_queue_new(client.get()));
  rd_kafka_AlterConsumerGroupOffsets_t* raw = change.get();
  rd_kafka_AlterConsumerGroupOffsets(client.get(), &raw, 1, with.get(), queue.get());
  // The request ends by its own timeout, so that an event comes.
  ARKIVE_ASSIGN(const Event event, client.wait_for_event(kOperation, queue.get(), deadline));
  std::vector<rd_kafka_resp_err_t> errors(offsets.size(), rd_kafka_event_error(event.get()));
  if (!offsets.empty() && errors[0] != RD_KAFKA_RESP_ERR_NO_ERROR) return errors;
  std::size_t count = 0;
  const auto* const results = rd_kafka_AlterConsumerGroupOffsets_result_groups(
      rd_kafka_event_AlterConsumerGroupOffsets_result(event.get()), &count);
  if (count != 1) return fail(Outcome::kCorrupt, std::string(kOperation) + ": an answer without the group");
  if (const auto* const error = rd_kafka_group_result_error(results[0]); error != nullptr) {
    std::fill(errors.begin(), errors.end(), rd_kafka_error_code(error));
    return errors;
  }
  const rd_kafka_topic_partition_list_t* const answered = rd_kafka_group_result_partitions(results[0]);
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const auto* const one = answered == nullptr
                                ? nullptr
                                : rd_kafka_topic_partition_list_find(
                                      const_cast<rd_kafka_topic_partition_list_t*>(answered),
                                      offsets[i].partition.topic.c_str(), offsets[i].partition.partition);
    if (one == nullptr) {
      return fail(Outcome::kCorrupt,
                  std::string(kOperation) + ": an answer without " + offsets[i].partition.text());
    }
    errors[i] = one->err;
  }
  return errors;
}

}  // namespace

Result<std::vector<ItemAnswer>> commit_offsets(const Client& client, const std::string& group,
                                               std::span<const CommittedOffset> offsets, Deadline deadline) {
  std::vector<ItemAnswer> answers(offsets.size());
  if (offsets.empty()) return answers;
  const Deadline patience = deadline.sooner(kPatience);
  while (true) {
    ARKIVE_ASSIGN(const auto errors, commit_once(client, group, offsets, deadline));
    bool settled = true;
    for (std::size_t i = 0; i < errors.size(); ++i) {
      answers[i] = {};
      if (errors[i] == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      answers[i] = {error_text(errors[i]), outcome_of(errors[i])};
      settled = settled && (answers[i].outcome != Outcome::kRetry || is_unknown(errors[i]));
    }
    if (settled || patience.passed()) break;
    if (!pause_for(std::chrono::milliseconds(200), patience)) ARKIVE_TRY(check_interrupt(kOperation));
  }
  client.succeeded();
  return answers;
}

}  // namespace arkive::kafka::rdkafka
