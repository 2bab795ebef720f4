#include "zk/restore/step_stream.h"

#include <algorithm>

#include "zk/restore/request_size.h"

namespace arkive::zk {
namespace {

constexpr std::string_view kQuotas = "/zookeeper/quota";
constexpr std::string_view kLimits = "zookeeper_limits";

bool is_quota_limit(const Ledger& ledger, std::uint32_t item) {
  return ledger.node(item).name() == kLimits && is_at_or_below(ledger.path(item), kQuotas);
}

}  // namespace

BatchLimits batch_limits(std::uint32_t packet_limit) {
  BatchLimits limits;
  limits.bytes = std::min<std::size_t>(limits.bytes, packet_limit / 2);
  return limits;
}

StepStream::StepStream(Ledger& ledger, BatchLimits limits, std::size_t own_size)
    : ledger_(ledger), limits_(limits), own_size_(own_size) {}

std::optional<Request> StepStream::next() {
  Request request;
  std::size_t bytes = kMultiFrame;
  std::size_t creates = 0;
  while (true) {
    while (groups_.empty() && next_item_ < ledger_.plan().items.size()) expand(next_item_++);
    if (groups_.empty()) break;
    Group& group = groups_.front();
    const bool first = request.steps.empty();
    const bool fits = bytes + group.bytes <= limits_.bytes && creates + group.steps.size() <= limits_.creates;
    if (!first && (group.alone || !fits)) break;
    bytes += group.bytes;
    creates += group.steps.size();
    request.alone = group.alone;
    request.steps.insert(request.steps.end(), group.steps.begin(), group.steps.end());
    groups_.pop_front();
    if (request.alone) break;
  }
  if (request.steps.empty()) return std::nullopt;
  return request;
}

void StepStream::expand(std::uint32_t item) {
  const auto& counters = ledger_.plan().counters;
  const CounterRaise* raise = nullptr;
  if (next_counter_ < counters.size() && counters[next_counter_].item == item) {
    raise = &counters[next_counter_++];
  }
  const RestoreItem& at = ledger_.item(item);
  if (at.source == kNoNode) return;
  if (at.action == RestoreAction::kCreate) return expand_create(item, raise);
  const ExistingZnode* there = ledger_.existing(item);
  if (there != nullptr && there->data_differs && !ledger_.was_kept(item)) {
    const Step step{item, Step::Kind::kSetData, 1};
    add({{step}, step_size(ledger_, step, own_size_), false});
  }
  if (raise != nullptr) add_counter(*raise);
}

void StepStream::expand_create(std::uint32_t item, const CounterRaise* raise) {
  if (const std::string* why = ledger_.obstacle(item)) return ledger_.failed(item, *why);
  const Node& node = ledger_.node(item);
  const Step create{item, Step::Kind::kCreate, 1};
  Group group{{create}, step_size(ledger_, create, own_size_), false};
  // What fills a packet goes as a plain create, which is shorter than a multi of one.
  group.alone = node.kind != Kind::kPersistent || kMultiFrame + group.bytes > limits_.bytes;
  if (raise != nullptr && !ledger_.temporary(item)) {
    const Step pairs{item, Step::Kind::kCounter, raise->steps};
    group.steps.push_back(pairs);
    group.bytes += step_size(ledger_, pairs, own_size_);
    group.alone = false;
    raise = nullptr;
  }
  add(std::move(group));
  if (is_quota_limit(ledger_, item)) {
    const Step stats{item, Step::Kind::kQuotaStats, 1};
    add({{stats}, step_size(ledger_, stats, own_size_), false});
  }
  const auto waiting = containers_.find(ledger_.parent(item));
  if (waiting != containers_.end()) {
    add_counter(waiting->second);
    containers_.erase(waiting);
  }
  if (raise == nullptr) return;
  if (node.kind == Kind::kContainer) {
    containers_.emplace(item, *raise);
  } else {
    add_counter(*raise);
  }
}

void StepStream::add_counter(const CounterRaise& raise) {
  const std::size_t pair = counter_pair_size(ledger_.path(raise.item).size());
  const auto most =
      static_cast<std::uint32_t>(std::max<std::size_t>(1, (limits_.bytes - kMultiFrame) / pair));
  for (std::uint32_t left = raise.steps; left > 0;) {
    const std::uint32_t count = std::min(left, most);
    add({{{raise.item, Step::Kind::kCounter, count}}, count * pair, false});
    left -= count;
  }
}

}  // namespace arkive::zk
