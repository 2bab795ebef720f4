#include "restore-plans/apply/probe.h"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "kafka/archive/live_batches.h"
#include "kafka/log/batch_encoder.h"
#include "kafka/log/batch_rewrite.h"
#include "kafka/log/records.h"
#include "stores/core/bytes.h"
#include "stores/core/time.h"

namespace arkive::restore_plans {
namespace {

tl::unexpected<Error> probe_failed(Outcome outcome, const std::string& what) {
  return fail(outcome, "send a probe record: " + what,
              "the brokers' logs say why; apply again when it is dealt with");
}

class Probe {
 public:
  Probe(std::string topic, kafka::LogSource& source, kafka::LogTarget& target, Deadline deadline)
      : partition_{std::move(topic), 0}, source_(source), target_(target), deadline_(deadline) {}

  Status run() {
    ARKIVE_TRY(find_leader());
    ARKIVE_ASSIGN(const kafka::ProducerIdentity producer, target_.new_producer(deadline_));
    kafka::BatchEncoder encoder;
    kafka::RecordToEncode record;
    record.timestamp = wall_clock_now();
    record.value = Bytes(partition_.topic);
    encoder.append(record);
    std::string batch(encoder.batches());
    kafka::as_producers_batch(batch, producer, 0);
    ARKIVE_TRY(append(batch));
    return read_back();
  }

 private:
  Status find_leader() {
    while (true) {
      ARKIVE_ASSIGN(const std::vector<kafka::TopicFacts> topics, source_.topics(deadline_));
      const auto topic = std::ranges::find(topics, partition_.topic, &kafka::TopicFacts::name);
      if (topic != topics.end() && !topic->partitions.empty() && topic->partitions.front().leader >= 0) {
        leader_ = topic->partitions.front().leader;
        id_ = topic->id;
        return ok();
      }
      if (deadline_.passed()) return probe_failed(Outcome::kRetry, "its topic has no leader");
      pause();
    }
  }

  Status append(const std::string& batch) {
    while (true) {
      ARKIVE_ASSIGN(const auto appender, target_.open_appender(leader_, deadline_));
      const std::array<kafka::AppendWant, 1> wants = {{{partition_, batch}}};
      ARKIVE_TRY(appender->send(wants, deadline_));
      ARKIVE_ASSIGN(const std::span<const kafka::AppendGot> got, appender->receive(deadline_));
      using State = kafka::AppendGot::State;
      const State state = got.front().state;
      if (state == State::kAppended || state == State::kDuplicate) return ok();
      const bool passes = state == State::kMoved || state == State::kTryAgain || state == State::kGone;
      if (!passes || deadline_.passed()) return probe_failed(Outcome::kFail, printable(got.front().error));
      pause();
      ARKIVE_TRY(find_leader());
    }
  }

  Status read_back() {
    std::string problem = "it was acknowledged and cannot be read";
    bool found = false;
    kafka::RecordReader records;
    ARKIVE_TRY(kafka::ask_live_batches(
        source_, {{partition_, id_, leader_, 0, 0}}, std::chrono::seconds(10), deadline_,
        [](std::size_t, kafka::BatchWant&) -> Result<bool> { return true; },
        [&](std::size_t, const kafka::LiveBatch& batch) {
          if (batch.state != kafka::LiveBatch::State::kThere) {
            problem = batch.error.empty() ? problem : batch.error;
            return;
          }
          const Status read = kafka::for_each_record(records, batch.entry, [&](const kafka::Record& record) {
            found = found || (record.value && *record.value == partition_.topic);
          });
          if (!read) problem = read.error().what;
        }));
    return found ? ok() : probe_failed(Outcome::kFail, printable(problem));
  }

  static void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(100)); }

  const kafka::TopicPartition partition_;
  kafka::LogSource& source_;
  kafka::LogTarget& target_;
  const Deadline deadline_;
  std::int32_t leader_ = -1;
  kafka::TopicId id_;
};

Status first_error(const Result<std::vector<kafka::ItemAnswer>>& answers, const std::string& operation) {
  if (!answers) return fail(answers.error().within(operation));
  if (!answers->front().error.empty())
    return fail(answers->front().outcome, operation + ": " + printable(answers->front().error));
  return ok();
}

/// One that a killed call has left is taken.
Status make_topic(const std::string& topic, kafka::LogSource& source, kafka::TopicAdmin& admin,
                  Deadline deadline) {
  ARKIVE_ASSIGN(const std::vector<kafka::TopicFacts> topics, source.topics(deadline));
  if (std::ranges::find(topics, topic, &kafka::TopicFacts::name) != topics.end()) return ok();
  ARKIVE_ASSIGN(const kafka::ClusterFacts cluster, source.cluster(deadline));
  kafka::NewTopic wanted;
  wanted.name = topic;
  // Brokers before 2.4 have no default that could be asked for.
  constexpr std::size_t kReplicas = 3;
  wanted.replication_factor =
      static_cast<std::int16_t>(std::clamp<std::size_t>(cluster.brokers.size(), 1, kReplicas));
  return first_error(admin.create_topics(std::vector{wanted}, false, deadline),
                     "make topic " + topic + " for a probe record");
}

}  // namespace

Status send_probe(const std::string& topic, kafka::LogSource& source, kafka::LogTarget& target,
                  kafka::TopicAdmin& admin, Deadline deadline) {
  ARKIVE_TRY(make_topic(topic, source, admin, deadline));
  Status sent = Probe(topic, source, target, deadline).run();
  const Status gone = first_error(admin.delete_topics(std::vector{topic}, deadline), "delete topic " + topic);
  if (sent && !gone) return fail(Error(gone.error()));
  return sent;
}

}  // namespace arkive::restore_plans
