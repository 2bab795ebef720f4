#include "kafka/wire/wire_log_fetcher.h"

#include <algorithm>
#include <map>
#include <optional>

#include "kafka/wire/messages/error_codes.h"
#include "kafka/wire/messages/list_offsets.h"

namespace arkive::kafka::wire {
namespace {

FetchGot::State state_of(std::int16_t error) {
  switch (error) {
    case kNoError:
      return FetchGot::State::kRead;
    case kOffsetOutOfRange:
      return FetchGot::State::kOffsetOutOfRange;
    default:
      break;
  }
  switch (error_meaning(error)) {
    case Meaning::kRetry:
    case Meaning::kLookAgain:
      return FetchGot::State::kMoved;
    case Meaning::kDenied:
      return FetchGot::State::kDenied;
    default:
      return FetchGot::State::kFailed;
  }
}

bool may_be_gone(std::int16_t error) {
  return error == kUnknownTopicOrPartition || error == kUnknownTopicId || error == kInconsistentTopicId;
}

}  // namespace

Result<std::int16_t> WireLogFetcher::version_for(std::span<const FetchWant> wants) const {
  ARKIVE_ASSIGN(std::int16_t version, connection_->versions().pick(Api::kFetch));
  const bool all_have_ids =
      std::none_of(wants.begin(), wants.end(), [](const FetchWant& want) { return want.topic_id.is_zero(); });
  if (version >= kFetchByTopicId && !all_have_ids) version = kFetchByTopicId - 1;
  return version;
}

Result<std::span<const FetchGot>> WireLogFetcher::fetch(std::span<const FetchWant> wants,
                                                        const FetchLimits& limits, Deadline deadline) {
  ARKIVE_ASSIGN(const std::int16_t version, version_for(wants));
  auto done = ask(version, wants, limits, deadline);
  if (done) done = take_answer(version, wants);
  if (done) done = look_closer(wants, deadline);
  if (done) return std::span<const FetchGot>(got_);
  if (done.error().outcome != Outcome::kCorrupt || !connection_->usable())
    return fail(std::move(done.error()));
  return fail(connection_->broken(std::move(done.error())));
}

Status WireLogFetcher::ask(std::int16_t version, std::span<const FetchWant> wants, const FetchLimits& limits,
                           Deadline deadline) {
  while (true) {
    const auto most_wait = std::min(limits.most_wait, deadline.remaining());
    const Deadline answer_by = deadline.sooner(request_timeout_ + most_wait);
    ARKIVE_TRY(connection_->send(fetch_request(version, wants, limits, most_wait), deadline));
    ARKIVE_ASSIGN(const Bytes body, connection_->receive(answer_by, Connection::kMostFetch));
    ARKIVE_TRY(read_fetch(body, version, fetched_));
    connection_->rest(fetched_.throttle);
    // KIP-219: who is throttled gets an empty answer at once, and has to ask again later.
    const bool put_off = fetched_.partitions.empty() && fetched_.error == kNoError && !wants.empty() &&
                         fetched_.throttle.count() > 0;
    if (!put_off) return ok();
    if (deadline.passed()) {
      return fail(Outcome::kRetry, "fetch from '" + connection_->address().text() + "': throttled by a quota",
                  "raise the quota consumer_byte_rate of this user, or limit the rate");
    }
  }
}

bool WireLogFetcher::is_answer_to(const FetchedPartition& partition, const FetchWant& want,
                                  bool by_id) const {
  if (partition.partition != want.partition.partition) return false;
  return by_id ? partition.topic_id == want.topic_id : partition.topic == want.partition.topic;
}

Status WireLogFetcher::take_answer(std::int16_t version, std::span<const FetchWant> wants) {
  const bool by_id = version >= kFetchByTopicId;
  got_.resize(wants.size());
  errors_.assign(wants.size(), fetched_.error);
  for (std::size_t i = 0; i < wants.size(); ++i) {
    // Nearly always in the order of the request; brokers promise no such thing.
    auto found = fetched_.partitions.begin();
    if (i < fetched_.partitions.size() && is_answer_to(fetched_.partitions[i], wants[i], by_id)) {
      found += static_cast<std::ptrdiff_t>(i);
    } else {
      found = std::find_if(
          fetched_.partitions.begin(), fetched_.partitions.end(),
          [&](const FetchedPartition& partition) { return is_answer_to(partition, wants[i], by_id); });
    }
    FetchGot& got = got_[i];
    if (found == fetched_.partitions.end()) {
      if (fetched_.error == kNoError) {
        return fail(bad_answer(Api::kFetch, version, "without " + wants[i].partition.text()));
      }
      got = {};
    } else {
      errors_[i] = found->error;
      got.high_watermark = found->high_watermark;
      got.last_stable_offset = found->last_stable_offset;
      got.log_start = found->log_start;
      got.records = found->records;
      got.aborted.assign(found->aborted.begin(), found->aborted.end());
    }
    got.state = state_of(errors_[i]);
    got.error = errors_[i] == kNoError ? std::string() : error_name(errors_[i]);
  }
  return ok();
}

Status WireLogFetcher::look_closer(std::span<const FetchWant> wants, Deadline deadline) {
  bool out_of_range = false;
  for (std::size_t i = 0; i < wants.size(); ++i) {
    out_of_range |= got_[i].state == FetchGot::State::kOffsetOutOfRange;
    if (!may_be_gone(errors_[i])) continue;
    // A broker that has only just started says this of every topic.
    ARKIVE_ASSIGN(const bool there, still_there_(wants[i], deadline));
    got_[i].state = there ? FetchGot::State::kMoved : FetchGot::State::kGone;
  }
  return out_of_range ? ask_bounds(wants, deadline) : ok();
}

// Brokers leave the log's bounds out of an OFFSET_OUT_OF_RANGE.
Status WireLogFetcher::ask_bounds(std::span<const FetchWant> wants, Deadline deadline) {
  std::vector<std::size_t> indexes;
  std::vector<TopicPartition> partitions;
  std::size_t size = 0;
  for (std::size_t i = 0; i < wants.size(); ++i) {
    size += got_[i].records.size();
    if (got_[i].state != FetchGot::State::kOffsetOutOfRange) continue;
    indexes.push_back(i);
    partitions.push_back(wants[i].partition);
  }
  kept_.clear();
  kept_.reserve(size);
  for (FetchGot& got : got_) {
    const std::size_t at = kept_.size();
    kept_.append(got.records);
    got.records = Bytes(kept_).substr(at);
  }
  ARKIVE_ASSIGN(const std::int16_t version, connection_->versions().pick(Api::kListOffsets));
  const auto ask = [&](const OffsetQuestion& question, std::int64_t FetchGot::*to) -> Status {
    const Deadline answer_by = deadline.sooner(request_timeout_);
    ARKIVE_ASSIGN(const Bytes body,
                  connection_->call(list_offsets_request(version, partitions, question), answer_by));
    ARKIVE_ASSIGN(const ListOffsets answer, read_list_offsets(body, version));
    connection_->rest(answer.throttle);
    for (const OffsetAnswer& offset : answer.offsets) {
      const auto found = std::find(partitions.begin(), partitions.end(), offset.partition);
      if (found == partitions.end() || offset.error != kNoError) continue;
      got_[indexes[static_cast<std::size_t>(found - partitions.begin())]].*to = offset.offset;
    }
    return ok();
  };
  ARKIVE_TRY(ask({kStartOfLog, false}, &FetchGot::log_start));
  ARKIVE_TRY(ask({kEndOfLog, true}, &FetchGot::last_stable_offset));
  return ask({kEndOfLog, false}, &FetchGot::high_watermark);
}

}  // namespace arkive::kafka::wire
