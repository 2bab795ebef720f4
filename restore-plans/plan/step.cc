#include "restore-plans/plan/step.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "stores/core/bytes.h"

namespace arkive::restore_plans {
namespace {

constexpr std::array<std::pair<StepKind, std::string_view>, 6> kKinds = {
    {{StepKind::kOnHost, "on-host"},
     {StepKind::kDumpBefore, "dump-before"},
     {StepKind::kRestoreZnodes, "restore-znodes"},
     {StepKind::kNotify, "notify"},
     {StepKind::kArkive, "arkive"},
     {StepKind::kVerify, "verify"}}};

constexpr std::array<std::pair<Gate, std::string_view>, 10> kGates = {
    {{Gate::kZooKeeperAnswers, "zookeeper-answers"},
     {Gate::kTargetAsObserved, "target-as-observed"},
     {Gate::kBrokersDown, "brokers-down"},
     {Gate::kZnodesAsPlanned, "znodes-as-planned"},
     {Gate::kZnodesInPlace, "znodes-in-place"},
     {Gate::kLogsSeeded, "logs-seeded"},
     {Gate::kBrokersUp, "brokers-up"},
     {Gate::kInSyncFull, "in-sync-full"},
     {Gate::kRecordsReadable, "records-readable"},
     {Gate::kKafkaAnswers, "kafka-answers"}}};

template <class Word, std::size_t kCount>
std::string_view name_in(const std::array<std::pair<Word, std::string_view>, kCount>& names, Word word) {
  for (const auto& [one, name] : names) {
    if (one == word) return name;
  }
  return {};
}

template <class Word, std::size_t kCount>
std::optional<Word> word_in(const std::array<std::pair<Word, std::string_view>, kCount>& names,
                            std::string_view name) {
  for (const auto& [word, one] : names) {
    if (one == name) return word;
  }
  return std::nullopt;
}

tl::unexpected<Error> no_order(const std::string& cause) {
  return fail(Outcome::kUsage, "order the steps of the plan: " + cause,
              "make the plan anew with arkive plan, or mend what was edited");
}

std::string quoted(const std::string& text) {
  return "'" + printable(text) + "'";
}

/// A way from a step back to itself, told as "a needs b needs a".
std::string cycle_among(std::span<const Step> steps, const std::vector<std::size_t>& left,
                        const std::map<std::string, std::size_t>& provider) {
  std::vector<std::size_t> way = {left.front()};
  const std::set<std::size_t> waiting(left.begin(), left.end());
  while (true) {
    // Whoever is left needs something of somebody who is left.
    const Step& step = steps[way.back()];
    std::size_t next = way.back();
    for (const std::string& fact : step.needs) {
      const auto found = provider.find(fact);
      if (found != provider.end() && waiting.contains(found->second)) next = found->second;
    }
    const bool seen = std::ranges::find(way, next) != way.end();
    way.push_back(next);
    if (seen) {
      std::string text;
      const auto from = static_cast<std::ptrdiff_t>(std::ranges::find(way, next) - way.begin());
      for (auto at = way.begin() + from; at != way.end(); ++at)
        text += (text.empty() ? "" : " needs ") + quoted(steps[*at].id);
      return text;
    }
  }
}

}  // namespace

std::string_view step_kind_name(StepKind kind) {
  return name_in(kKinds, kind);
}
std::optional<StepKind> parse_step_kind(std::string_view name) {
  return word_in(kKinds, name);
}
std::string_view gate_name(Gate gate) {
  return name_in(kGates, gate);
}
std::optional<Gate> parse_gate(std::string_view name) {
  return word_in(kGates, name);
}

Result<std::vector<std::size_t>> order_steps(std::span<const Step> steps,
                                             std::span<const std::string> given) {
  std::set<std::string> ids;
  std::map<std::string, std::size_t> provider;
  std::set<std::string> holds(given.begin(), given.end());
  for (std::size_t index = 0; index < steps.size(); ++index) {
    const Step& step = steps[index];
    if (step.id.empty()) return no_order("step " + std::to_string(index + 1) + " has no id");
    if (!ids.insert(step.id).second) return no_order("two steps are called " + quoted(step.id));
    for (const std::string& fact : step.provides) {
      if (holds.contains(fact))
        return no_order(quoted(fact) + " holds before " + quoted(step.id) + " provides it");
      const auto [other, is_new] = provider.emplace(fact, index);
      if (!is_new)
        return no_order(quoted(fact) + " is provided by " + quoted(steps[other->second].id) + " and by " +
                        quoted(step.id));
    }
  }
  for (const Step& step : steps) {
    for (const std::string& fact : step.needs) {
      if (!holds.contains(fact) && !provider.contains(fact))
        return no_order(quoted(step.id) + " needs " + quoted(fact) + ", which no step provides");
    }
  }
  std::vector<std::size_t> order;
  std::vector<std::size_t> left(steps.size());
  for (std::size_t index = 0; index < steps.size(); ++index) left[index] = index;
  while (!left.empty()) {
    const auto next = std::ranges::find_if(left, [&](std::size_t index) {
      return std::ranges::all_of(steps[index].needs,
                                 [&](const std::string& fact) { return holds.contains(fact); });
    });
    if (next == left.end())
      return no_order("they wait for each other: " + cycle_among(steps, left, provider));
    holds.insert(steps[*next].provides.begin(), steps[*next].provides.end());
    order.push_back(*next);
    left.erase(next);
  }
  return order;
}

}  // namespace arkive::restore_plans
