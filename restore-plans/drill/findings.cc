#include "restore-plans/drill/findings.h"

#include <algorithm>
#include <string_view>

namespace arkive::restore_plans {
namespace {

void add(std::string object, std::string what, const char* found_by, std::vector<NotBack>& list) {
  const bool told = std::ranges::any_of(
      list, [&](const NotBack& one) { return one.object == object && one.found_by != found_by; });
  if (!told) list.push_back({std::move(object), std::move(what), found_by});
}

/// "partition orders-0" of "orders-0@4711"; others as they are.
std::string partition_of(const std::string& object) {
  const std::size_t at = object.rfind('@');
  if (object.find(' ') != std::string::npos) return object;
  return "partition " + object.substr(0, at);
}

}  // namespace

void add_notes(const Plan& plan, std::vector<NotBack>& list) {
  using Kind = kafka::RecoveryNote::Kind;
  for (const kafka::RecoveryNote& note : plan.notes) {
    const bool later = note.object == kLaterChanges || note.object == kLaterRecords;
    if (note.kind == Kind::kAsks || (note.kind == Kind::kLoses && later)) continue;
    add(note.object, note.what, "plan", list);
  }
}

void add_missing(const std::vector<Missing>& missing, std::vector<NotBack>& list) {
  for (const Missing& one : missing) add(one.object, one.cause, "seed", list);
}

void add_deviations(const std::vector<Deviation>& deviations, std::vector<NotBack>& list) {
  for (const Deviation& one : deviations) add(one.object, one.what, "verify", list);
}

void add_compared(const kafka::CompareReport& report, std::vector<NotBack>& list) {
  for (const auto* const findings : {&report.differences, &report.lost, &report.not_compared}) {
    for (const Finding& one : *findings) add(partition_of(one.object), one.what, "compare", list);
  }
  for (const std::string& topic : report.topics_gone)
    add("topic " + topic, "is archived, and not in the cluster", "compare", list);
  for (const std::string& topic : report.topics_anew)
    add("topic " + topic, "is archived, and the cluster has another one of that name", "compare", list);
}

}  // namespace arkive::restore_plans
