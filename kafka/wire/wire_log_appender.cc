#include "kafka/wire/wire_log_appender.h"

#include <algorithm>

#include "kafka/wire/messages/error_codes.h"

namespace arkive::kafka::wire {
namespace {

// KIP-219: before, the broker waited itself and then answered.
constexpr std::int16_t kFirstThatAnswersAtOnce = 6;

AppendGot::State state_of(std::int16_t error) {
  using State = AppendGot::State;
  switch (error) {
    case kNoError:
      return State::kAppended;
    case kDuplicateSequenceNumber:
      return State::kDuplicate;
    case kOutOfOrderSequenceNumber:
      return State::kOutOfOrder;
    case kUnknownProducerId:
      return State::kUnknownProducer;
    case kInvalidProducerEpoch:
    case kProducerFenced:
      return State::kFenced;
    case kMessageTooLarge:
    case kRecordListTooLarge:
      return State::kTooLarge;
    case kUnknownTopicOrPartition:
      return State::kGone;
    default:
      break;
  }
  switch (error_meaning(error)) {
    case Meaning::kRetry:
      return State::kTryAgain;
    case Meaning::kLookAgain:
      return State::kMoved;
    case Meaning::kDenied:
      return State::kDenied;
    default:
      return State::kRefused;
  }
}

AppendGot got_of(const ProducedPartition& partition) {
  AppendGot got;
  got.state = state_of(partition.error);
  if (partition.error != kNoError) got.error = error_text(partition.error, partition.message);
  got.base_offset = partition.base_offset;
  got.log_start = partition.log_start;
  return got;
}

}  // namespace

Status WireLogAppender::send(std::span<const AppendWant> wants, Deadline deadline) {
  ARKIVE_ASSIGN(const std::int16_t version, connection_->versions().pick(Api::kProduce));
  std::vector<TopicPartition> asked;
  asked.reserve(wants.size());
  for (const AppendWant& want : wants) asked.push_back(want.partition);
  ARKIVE_TRY(connection_->send(produce_request(version, wants, request_timeout_), deadline));
  sent_.push_back(std::move(asked));
  return ok();
}

Result<std::span<const AppendGot>> WireLogAppender::receive(Deadline deadline) {
  // A broker waits for its followers as long as the request says, and then answers; while it wants a pause it
  // does not even read.
  const auto rest = std::max(connection_->rests_until() - SteadyClock::now(), SteadyClock::duration(0));
  ARKIVE_ASSIGN(const Bytes body, connection_->receive(deadline.sooner(2 * request_timeout_ + rest)));
  ARKIVE_ASSIGN(const std::int16_t version, connection_->versions().pick(Api::kProduce));
  const std::vector<TopicPartition> asked = std::move(sent_.front());
  sent_.pop_front();
  auto produced = read_produce(body, version);
  if (!produced) return fail(connection_->broken(std::move(produced).error()));
  throttled_ = produced->throttle;
  if (version >= kFirstThatAnswersAtOnce) connection_->rest(throttled_);
  const Status taken = take_answer(asked, *produced);
  if (!taken) return fail(connection_->broken(taken.error()));
  ARKIVE_TRY(look_closer(asked, deadline));
  return std::span<const AppendGot>(got_);
}

Status WireLogAppender::take_answer(std::span<const TopicPartition> asked, const Produced& produced) {
  got_.clear();
  for (std::size_t i = 0; i < asked.size(); ++i) {
    // Nearly always in the order of the request; brokers promise no such thing.
    auto found = produced.partitions.begin();
    if (i < produced.partitions.size() && produced.partitions[i].partition == asked[i]) {
      found += static_cast<std::ptrdiff_t>(i);
    } else {
      found =
          std::find_if(produced.partitions.begin(), produced.partitions.end(),
                       [&](const ProducedPartition& partition) { return partition.partition == asked[i]; });
    }
    if (found == produced.partitions.end()) {
      return fail(Outcome::kCorrupt, "read the answer to Produce: without " + asked[i].text());
    }
    got_.push_back(got_of(*found));
    if (got_.back().state == AppendGot::State::kAppended && got_.back().base_offset < 0) {
      return fail(Outcome::kCorrupt,
                  "read the answer to Produce: " + asked[i].text() + " was appended at no offset");
    }
  }
  return ok();
}

// A broker that has only just started says of every topic that there is none, and brokers learn of topics one
// after the other.
Status WireLogAppender::look_closer(std::span<const TopicPartition> asked, Deadline deadline) {
  constexpr std::chrono::seconds kPatience{3};
  const Deadline patience = deadline.sooner(kPatience);  // for all of them
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (got_[i].state != AppendGot::State::kGone) continue;
    ARKIVE_ASSIGN(const bool there, is_there_(asked[i], patience, deadline));
    if (there) got_[i].state = AppendGot::State::kMoved;
  }
  return ok();
}

}  // namespace arkive::kafka::wire
