#include "kafka/wire/offset_queries.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "kafka/wire/at_once.h"
#include "kafka/wire/messages/error_codes.h"
#include "stores/core/interrupt.h"
#include "stores/core/retry.h"

namespace arkive::kafka::wire {
namespace {

constexpr std::size_t kMostPartitionsAtOnce = 2'000;
constexpr RetryPolicy kTries{std::chrono::milliseconds(50), std::chrono::seconds(3), 0};

// What one leader is asked about, and how that went. Sorted, without doubles.
struct Share {
  std::vector<std::size_t> wanted;  // indexes of `partitions`
  std::optional<Error> error;
};

class OffsetQuery {
 public:
  OffsetQuery(Cluster& cluster, std::span<const TopicPartition> partitions,
              std::span<const OffsetQuestion> questions, Deadline deadline)
      : cluster_(cluster),
        partitions_(partitions),
        questions_(questions),
        deadline_(deadline),
        results_(partitions.size()),
        told_(partitions.size()) {}

  Result<std::vector<OffsetsOfPartition>> run();

 private:
  std::vector<std::size_t> sorted_without_doubles() const;
  Result<std::map<std::int32_t, Share>> shares_of(const std::vector<std::size_t>& pending);
  void ask(std::int32_t leader, Share& share);
  Status ask_piece(Connection& connection, std::span<const std::size_t> piece, Deadline answer_by);
  bool may_pass(std::int16_t error) const;
  void settle(const Share& share, std::vector<std::size_t>& pending);
  void copy_to_doubles(const std::vector<std::size_t>& first_ones);
  void forget(const std::vector<std::size_t>& pending);

  Cluster& cluster_;
  std::span<const TopicPartition> partitions_;
  std::span<const OffsetQuestion> questions_;
  Deadline deadline_;
  Deadline patience_ = deadline_.sooner(kPartitionPatience);
  Deadline unknown_patience_ = deadline_.sooner(kUnknownPatience);
  std::vector<OffsetsOfPartition> results_;
  std::vector<std::string> told_;  // what a broker last said was wrong with each
};

std::vector<std::size_t> OffsetQuery::sorted_without_doubles() const {
  std::vector<std::size_t> order(partitions_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return partitions_[a] < partitions_[b]; });
  order.erase(std::unique(order.begin(), order.end(),
                          [&](std::size_t a, std::size_t b) { return partitions_[a] == partitions_[b]; }),
              order.end());
  return order;
}

Result<std::map<std::int32_t, Share>> OffsetQuery::shares_of(const std::vector<std::size_t>& pending) {
  std::vector<TopicPartition> asked;
  asked.reserve(pending.size());
  for (const std::size_t index : pending) asked.push_back(partitions_[index]);
  ARKIVE_ASSIGN(const auto leaders, cluster_.leaders(asked, deadline_));
  std::map<std::int32_t, Share> shares;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    results_[pending[i]].error = leaders[i].error;
    // Without an error of the topic, its leader will tell.
    const bool can_ask = leaders[i].error == kNoError;
    shares[can_ask ? leaders[i].broker : Leader::kNone].wanted.push_back(pending[i]);
  }
  return shares;
}

Status OffsetQuery::ask_piece(Connection& connection, std::span<const std::size_t> piece,
                              Deadline answer_by) {
  ARKIVE_ASSIGN(const std::int16_t version, connection.versions().pick(Api::kListOffsets));
  std::vector<TopicPartition> asked;
  asked.reserve(piece.size());
  for (const std::size_t index : piece) {
    asked.push_back(partitions_[index]);
    results_[index] = {std::vector<std::int64_t>(questions_.size(), -1), kUnknownTopicOrPartition, {}};
  }
  for (const OffsetQuestion& question : questions_) {
    ARKIVE_TRY(connection.send(list_offsets_request(version, asked, question), answer_by));
  }
  for (std::size_t question = 0; question < questions_.size(); ++question) {
    ARKIVE_ASSIGN(const Bytes body, connection.receive(answer_by));
    ARKIVE_ASSIGN(const ListOffsets answer, read_list_offsets(body, version));
    connection.rest(answer.throttle);
    if (answer.offsets.size() != asked.size()) {
      return fail(bad_answer(Api::kListOffsets, version, "not the partitions asked about"));
    }
    for (const OffsetAnswer& offset : answer.offsets) {
      const auto found = std::lower_bound(asked.begin(), asked.end(), offset.partition);
      if (found == asked.end() || *found != offset.partition) {
        return fail(bad_answer(Api::kListOffsets, version, "a partition nobody asked about"));
      }
      OffsetsOfPartition& result = results_[piece[static_cast<std::size_t>(found - asked.begin())]];
      result.offsets[question] = offset.offset;
      // The first question's error stays: what follows cannot make it good.
      if (question == 0 || result.error == kNoError) result.error = offset.error;
    }
  }
  return ok();
}

void OffsetQuery::ask(std::int32_t leader, Share& share) {
  const auto asked = cluster_.with_broker(
      leader,
      [&](Connection& connection, Deadline answer_by) -> Status {
        for (std::size_t at = 0; at < share.wanted.size(); at += kMostPartitionsAtOnce) {
          const std::span<const std::size_t> all(share.wanted);
          ARKIVE_TRY(ask_piece(connection, all.subspan(at, std::min(kMostPartitionsAtOnce, all.size() - at)),
                               answer_by));
        }
        return ok();
      },
      deadline_);
  if (!asked) share.error = asked.error();
}

bool OffsetQuery::may_pass(std::int16_t error) const {
  const Meaning meaning = error_meaning(error);
  if (meaning != Meaning::kRetry && meaning != Meaning::kLookAgain) return false;
  return !(error == kUnknownTopicOrPartition ? unknown_patience_ : patience_).passed();
}

void OffsetQuery::settle(const Share& share, std::vector<std::size_t>& pending) {
  for (const std::size_t index : share.wanted) {
    OffsetsOfPartition& result = results_[index];
    result.error_text.clear();
    if (share.error) {
      // What a broker said of it before says more than a last answer that came too late.
      result.error_text = told_[index] + (told_[index].empty() ? "" : "; then: ") + share.error->what;
      pending.push_back(index);
    } else if (result.error != kNoError) {
      result.error_text = told_[index] = error_text(result.error);
      if (may_pass(result.error)) pending.push_back(index);
    }
  }
}

void OffsetQuery::forget(const std::vector<std::size_t>& pending) {
  std::vector<std::string> topics;
  for (const std::size_t index : pending) {
    if (topics.empty() || topics.back() != partitions_[index].topic) {
      topics.push_back(partitions_[index].topic);
    }
  }
  cluster_.forget_leaders(topics);
}

void OffsetQuery::copy_to_doubles(const std::vector<std::size_t>& first_ones) {
  if (first_ones.size() == partitions_.size()) return;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const auto first =
        std::lower_bound(first_ones.begin(), first_ones.end(), i,
                         [&](std::size_t a, std::size_t b) { return partitions_[a] < partitions_[b]; });
    if (*first != i) results_[i] = results_[*first];
  }
}

Result<std::vector<OffsetsOfPartition>> OffsetQuery::run() {
  const std::vector<std::size_t> first_ones = sorted_without_doubles();
  std::vector<std::size_t> pending = first_ones;
  Backoff backoff(kTries);
  for (bool first_round = true; !pending.empty(); first_round = false) {
    auto found = shares_of(pending);
    if (!found) {
      // What was learnt before the deadline is not thrown away for the few that were asked again.
      if (found.error().outcome == Outcome::kRetry && !first_round) break;
      return fail(std::move(found.error()));
    }
    auto& shares = *found;
    std::vector<std::function<void()>> tasks;
    for (auto& [leader, share] : shares) {
      if (leader != Leader::kNone) tasks.emplace_back([this, id = leader, &to = share] { ask(id, to); });
    }
    at_once(tasks);
    pending.clear();
    std::optional<Error> unreachable;
    for (auto& [leader, share] : shares) {
      if (share.error && share.error->outcome != Outcome::kRetry) return fail(std::move(*share.error));
      if (share.error) unreachable = share.error;
      settle(share, pending);
    }
    if (pending.empty()) break;
    std::sort(pending.begin(), pending.end(),
              [&](std::size_t a, std::size_t b) { return partitions_[a] < partitions_[b]; });
    if (deadline_.passed()) {
      if (unreachable && pending.size() == first_ones.size()) return fail(std::move(*unreachable));
      break;
    }
    forget(pending);
    if (!pause_for(backoff.next(), deadline_)) {
      return fail(interruption_of("ask for offsets"));
    }
  }
  copy_to_doubles(first_ones);
  return std::move(results_);
}

}  // namespace

Result<std::vector<OffsetsOfPartition>> ask_offsets(Cluster& cluster,
                                                    std::span<const TopicPartition> partitions,
                                                    std::span<const OffsetQuestion> questions,
                                                    Deadline deadline) {
  return OffsetQuery(cluster, partitions, questions, deadline).run();
}

}  // namespace arkive::kafka::wire
