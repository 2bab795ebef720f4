#include "tests/support/producer/consume.h"

#include <cstdlib>
#include <cstring>
#include <map>

#include "stores/core/interrupt.h"
#include "tests/support/producer/lines.h"

namespace arkive::producer {

namespace {

using Message = Handle<rd_kafka_message_t, rd_kafka_message_destroy>;
using Metadata = Handle<const struct rd_kafka_metadata, rd_kafka_metadata_destroy>;
using Topic = Handle<rd_kafka_topic_t, rd_kafka_topic_destroy>;

constexpr int kPollTime = 100;            // milliseconds
constexpr const char* kFetchWait = "10";  // of a broker that has nothing new

int milliseconds(Deadline deadline) {
  return static_cast<int>(deadline.remaining().count());
}

tl::unexpected<Error> too_late(const std::string& operation) {
  return fail(Outcome::kRetry, operation + ": not done within its deadline");
}

Result<std::int32_t> partitions_of(rd_kafka_t* client, const std::string& topic, Deadline deadline) {
  const std::string operation = "look at topic '" + topic + "'";
  const Topic handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  const struct rd_kafka_metadata* answer = nullptr;
  ARKIVE_TRY(checked(rd_kafka_metadata(client, 0, handle.get(), &answer, milliseconds(deadline)), operation));
  const Metadata owned(answer);
  if (answer->topic_cnt != 1) return fail(Outcome::kNotFound, operation + ": not there");
  ARKIVE_TRY(checked(answer->topics[0].err, operation));
  return answer->topics[0].partition_cnt;
}

void put_metadata(rd_kafka_topic_partition_t& to, const std::string& metadata) {
  if (metadata.empty()) return;
  to.metadata = ::strdup(metadata.c_str());  // the list's, which frees it
  to.metadata_size = metadata.size();
}

Status commit_list(rd_kafka_t* client, const std::string& group, rd_kafka_topic_partition_list_t& list) {
  const std::string operation = "commit offsets of '" + group + "'";
  ARKIVE_TRY(checked(rd_kafka_commit(client, &list, 0), operation));
  for (int i = 0; i < list.cnt; ++i) {
    ARKIVE_TRY(checked(list.elems[i].err, operation));
    print_commit(group, list.elems[i]);
  }
  return flush_lines();
}

/// One partition, to its end of now.
Status read_partition(rd_kafka_t* client, const std::string& topic, std::int32_t partition,
                      Deadline deadline) {
  const PartitionList list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
  ARKIVE_TRY(checked(rd_kafka_assign(client, list.get()), "read '" + topic + "'"));
  while (!deadline.passed()) {
    ARKIVE_TRY(check_interrupt("read"));
    const Message message(rd_kafka_consumer_poll(client, kPollTime));
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return ok();
    ARKIVE_TRY(checked(message->err, "read '" + topic + "'"));
    print_record(*message, {});
  }
  return too_late("read '" + topic + "'");
}

}  // namespace

Status read_topic(const Connection& connection, const std::string& topic, bool committed, Deadline deadline) {
  ARKIVE_ASSIGN(const auto client,
                connect(RD_KAFKA_CONSUMER, connection,
                        {{"group.id", "record_producer"},
                         {"enable.auto.commit", "false"},
                         {"enable.partition.eof", "true"},
                         {"auto.offset.reset", "error"},
                         {"fetch.wait.max.ms", kFetchWait},
                         {"isolation.level", committed ? "read_committed" : "read_uncommitted"}}));
  ARKIVE_ASSIGN(const auto partitions, partitions_of(client.get(), topic, deadline));
  for (std::int32_t partition = 0; partition < partitions; ++partition) {
    ARKIVE_TRY(read_partition(client.get(), topic, partition, deadline));
  }
  return flush_lines();
}

Status consume(const Connection& connection, const ConsumeWishes& wishes, bool stay, Deadline deadline) {
  const std::string operation = "consume as '" + wishes.group + "'";
  ARKIVE_ASSIGN(const auto client, connect(RD_KAFKA_CONSUMER, connection,
                                           {{"group.id", wishes.group},
                                            {"enable.auto.commit", "false"},
                                            {"auto.offset.reset", "earliest"},
                                            {"fetch.wait.max.ms", kFetchWait}}));
  const PartitionList topics(rd_kafka_topic_partition_list_new(1));
  for (const auto& topic : wishes.topics) {
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  }
  ARKIVE_TRY(checked(rd_kafka_subscribe(client.get(), topics.get()), operation));
  std::map<std::pair<std::string, std::int32_t>, std::int64_t> next;
  for (std::uint64_t got = 0; got < wishes.records;) {
    ARKIVE_TRY(check_interrupt("consume"));
    if (deadline.passed()) return too_late(operation);
    const Message message(rd_kafka_consumer_poll(client.get(), kPollTime));
    if (!message || message->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) continue;
    ARKIVE_TRY(checked(message->err, operation));
    print_record(*message, {});
    next[{rd_kafka_topic_name(message->rkt), message->partition}] = message->offset + 1;
    ++got;
  }
  const PartitionList list(rd_kafka_topic_partition_list_new(1));
  for (const auto& [where, offset] : next) {
    auto& to = *rd_kafka_topic_partition_list_add(list.get(), where.first.c_str(), where.second);
    to.offset = offset;
    put_metadata(to, wishes.metadata);
  }
  ARKIVE_TRY(commit_list(client.get(), wishes.group, *list));
  // Whoever does not poll is put out of the group.
  while (stay && !interrupted()) const Message ignored(rd_kafka_consumer_poll(client.get(), kPollTime));
  return checked(rd_kafka_consumer_close(client.get()), operation);
}

Result<Commit> parse_commit(const std::string& word) {
  const auto slash = word.rfind('/');
  const auto equals = word.rfind('=');
  if (slash == std::string::npos || slash == 0 || equals == std::string::npos || equals < slash) {
    return fail(Outcome::kUsage, "read '" + word + "': it is not TOPIC/PARTITION=OFFSET");
  }
  return Commit{word.substr(0, slash),
                static_cast<std::int32_t>(std::strtol(word.c_str() + slash + 1, nullptr, 10)),
                std::strtoll(word.c_str() + equals + 1, nullptr, 10)};
}

Status commit(const Connection& connection, const std::string& group, const std::vector<Commit>& commits,
              const std::string& metadata, Deadline) {
  ARKIVE_ASSIGN(const auto client, connect(RD_KAFKA_CONSUMER, connection,
                                           {{"group.id", group}, {"enable.auto.commit", "false"}}));
  const PartitionList list(rd_kafka_topic_partition_list_new(1));
  for (const auto& one : commits) {
    auto& to = *rd_kafka_topic_partition_list_add(list.get(), one.topic.c_str(), one.partition);
    to.offset = one.offset;
    put_metadata(to, metadata);
  }
  return commit_list(client.get(), group, *list);
}

}  // namespace arkive::producer
