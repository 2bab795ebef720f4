#include <algorithm>
#include <map>
#include <thread>

#include "kafka/rdkafka/queries_internal.h"

namespace arkive::kafka::rdkafka {
namespace {

// For a leader's answers, at first: one that died is not waited for longer than it takes to elect another.
constexpr std::chrono::seconds kFirstWait{4};

struct Asked {
  AskedOffsets answer;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
};

// What one leader is asked about, and how that went.
struct Share {
  std::vector<TopicPartition> partitions;
  std::map<TopicPartition, Asked> answers;
  std::optional<Error> error;
};

using Leaders = std::map<TopicPartition, std::int32_t>;

Result<Leaders> leaders_of(const Client& client, Deadline deadline) {
  ARKIVE_ASSIGN(const Metadata metadata, ask_metadata(client, Topics::kAll, deadline));
  Leaders leaders;
  for (const auto& topic : std::span(metadata->topics, static_cast<std::size_t>(metadata->topic_cnt))) {
    for (const auto& partition : std::span(topic.partitions, static_cast<std::size_t>(topic.partition_cnt))) {
      leaders[{topic.topic, partition.id}] = partition.leader;
    }
  }
  return leaders;
}

PartitionList list_of(const std::vector<TopicPartition>& partitions, std::int64_t timestamp) {
  PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const TopicPartition& one : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), one.topic.c_str(), one.partition)->offset = timestamp;
  }
  return list;
}

Status ask_leader(Share& share, std::span<const OffsetQuestion> questions, Deadline deadline) {
  for (std::size_t number = 0; number < questions.size(); ++number) {
    const OffsetQuestion& question = questions[number];
    PartitionList list;
    ARKIVE_TRY(
        question.client->patiently("ask for offsets", deadline, [&](std::chrono::milliseconds timeout) {
          list = list_of(share.partitions, question.timestamp);
          const auto error = rd_kafka_offsets_for_times(question.client->get(), list.get(),
                                                        static_cast<int>(timeout.count()));
          // Of one partition or of all: the partitions tell which.
          const bool of_partitions = is_unknown(error) || error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
          return of_partitions ? RD_KAFKA_RESP_ERR_NO_ERROR : error;
        }));
    for (const auto& one : std::span(list->elems, static_cast<std::size_t>(list->cnt))) {
      Asked& asked = share.answers[{one.topic, one.partition}];
      asked.answer.offsets.resize(questions.size(), -1);
      if (asked.error != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      asked.error = one.err;
      // Left as it was asked, the question went nowhere.
      const bool unanswered = question.timestamp < 0 && one.offset == question.timestamp;
      if (one.err == RD_KAFKA_RESP_ERR_NO_ERROR && unanswered) {
        asked.error = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
      }
      asked.answer.offsets[number] = std::max<std::int64_t>(one.offset, -1);
    }
  }
  return ok();
}

class OffsetQuery {
 public:
  OffsetQuery(std::span<const TopicPartition> partitions, std::span<const OffsetQuestion> questions,
              Deadline deadline)
      : questions_(questions), deadline_(deadline) {
    for (const TopicPartition& one : partitions) answers_[one];
  }

  Status run() {
    std::vector<TopicPartition> pending;
    for (const auto& [name, answer] : answers_) pending.push_back(name);
    for (auto answer_by = kFirstWait; !pending.empty(); answer_by *= 2) {
      const auto leaders = look_for_leaders();
      if (!leaders) {
        // What was learnt before the deadline is not thrown away for the few that were asked again.
        if (leaders.error().outcome == Outcome::kRetry && answer_by > kFirstWait) break;
        return fail(leaders.error());
      }
      std::map<std::int32_t, Share> shares;
      for (const TopicPartition& name : pending) note_or_share(name, *leaders, shares);
      ask_all(shares, deadline_.sooner(answer_by));
      std::optional<Error> unreachable;
      bool any = shares.empty();
      for (auto& [leader, share] : shares) {
        if (!share.error) {
          any = true;
          for (auto& [name, asked] : share.answers) settle(name, asked);
          continue;
        }
        if (share.error->outcome != Outcome::kRetry) return fail(*share.error);
        unreachable = share.error;
        for (const TopicPartition& name : share.partitions) {
          answers_[name].error = RD_KAFKA_RESP_ERR__TRANSPORT;
          answers_[name].answer.error = share.error->what;
        }
      }
      if (!any && deadline_.passed()) return fail(*unreachable);
      pending.clear();
      for (const auto& [name, asked] : answers_) {
        if (may_pass(asked.error)) pending.push_back(name);
      }
      if (pending.empty() || deadline_.passed()) break;
      if (!pause_for(std::chrono::milliseconds(100), deadline_)) return check_interrupt("ask for offsets");
    }
    return ok();
  }

  const AskedOffsets& answer(const TopicPartition& name) const { return answers_.at(name).answer; }

 private:
  // Each client asks those whom its own last metadata names.
  Result<Leaders> look_for_leaders() {
    Leaders leaders;
    const Client* asked = nullptr;
    for (const OffsetQuestion& question : questions_) {
      if (question.client == asked) continue;
      asked = question.client;
      ARKIVE_ASSIGN(leaders, leaders_of(*asked, deadline_));
    }
    return leaders;
  }

  void note_or_share(const TopicPartition& name, const Leaders& leaders,
                     std::map<std::int32_t, Share>& shares) {
    const auto leader = leaders.find(name);
    if (leader != leaders.end() && leader->second >= 0) {
      shares[leader->second].partitions.push_back(name);
      return;
    }
    Asked asked;
    asked.answer.offsets.resize(questions_.size(), -1);
    asked.error = leader == leaders.end() ? RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
                                          : RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
    settle(name, asked);
  }

  void settle(const TopicPartition& name, Asked& asked) {
    asked.answer.error = asked.error == RD_KAFKA_RESP_ERR_NO_ERROR ? std::string() : error_text(asked.error);
    asked.answer.outcome = outcome_of(asked.error);
    answers_[name] = std::move(asked);
  }

  void ask_all(std::map<std::int32_t, Share>& shares, Deadline answer_by) {
    std::vector<std::thread> threads;
    for (auto& [leader, share] : shares) {
      threads.emplace_back([this, answer_by, &to = share] {
        if (Status done = ask_leader(to, questions_, answer_by); !done) {
          to.error = std::move(done).error();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  bool may_pass(rd_kafka_resp_err_t error) const {
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || outcome_of(error) != Outcome::kRetry) return false;
    return !(is_unknown(error) ? unknown_patience_ : patience_).passed();
  }

  std::span<const OffsetQuestion> questions_;
  Deadline deadline_;
  Deadline patience_ = deadline_.sooner(kPatience);
  Deadline unknown_patience_ = deadline_.sooner(kUnknownPatience);
  std::map<TopicPartition, Asked> answers_;
};

}  // namespace

Result<std::vector<AskedOffsets>> ask_offsets(std::span<const TopicPartition> partitions,
                                              std::span<const OffsetQuestion> questions, Deadline deadline) {
  OffsetQuery query(partitions, questions, deadline);
  ARKIVE_TRY(query.run());
  std::vector<AskedOffsets> answers;
  answers.reserve(partitions.size());
  for (const TopicPartition& name : partitions) answers.push_back(query.answer(name));
  return answers;
}

}  // namespace arkive::kafka::rdkafka
