#include "kafka/backup/backup_facts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace arkive::kafka {
namespace {

using nlohmann::json;

constexpr Disagreement::Kind kKinds[] = {Disagreement::Kind::kMoved, Disagreement::Kind::kMismatch,
                                         Disagreement::Kind::kOffset};

template <class Number>
void take(const json& object, const char* name, Number& to) {
  const auto found = object.find(name);
  if (found != object.end() && found->is_number_integer()) to = found->get<Number>();
}

std::string text_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::uint64_t rate_of(std::uint64_t count, std::chrono::milliseconds took) {
  if (took.count() <= 0) return 0;
  return static_cast<std::uint64_t>(static_cast<double>(count) * 1000.0 / static_cast<double>(took.count()));
}

std::string BackupFacts::added_to(std::string_view tree_facts, std::string_view topic_facts) const {
  json joined = json::parse(tree_facts, nullptr, false);
  if (!joined.is_object()) joined = json::object();
  const json topics = json::parse(topic_facts, nullptr, false);
  if (topics.is_object()) joined.update(topics);
  json named = json::array();
  for (std::size_t i = 0; i < std::min(disagreements.size(), kMostNamed); ++i) {
    named.push_back({{"kind", kind_name(disagreements[i].kind)},
                     {"object", disagreements[i].object},
                     {"what", disagreements[i].what}});
  }
  joined["backup"] = {{"span_began_ms", span_began},
                      {"span_ended_ms", span_ended},
                      {"compared", compared},
                      {"znodes_per_second", rates.znodes_per_second},
                      {"bytes_per_second", rates.bytes_per_second},
                      {"records_per_second", rates.records_per_second},
                      {"disagreements", std::move(named)},
                      {"disagreement_count", disagreement_count}};
  return joined.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<BackupFacts> BackupFacts::from_json(std::string_view facts) {
  const json object = json::parse(facts, nullptr, false);
  const auto found = object.is_object() ? object.find("backup") : object.end();
  if (!object.is_object() || found == object.end() || !found->is_object()) {
    return fail(Outcome::kNotFound, "read the facts of a manifest: they are not those of a backup");
  }
  BackupFacts read;
  take(*found, "span_began_ms", read.span_began);
  take(*found, "span_ended_ms", read.span_ended);
  read.compared = found->value("compared", json(false)) == json(true);
  take(*found, "znodes_per_second", read.rates.znodes_per_second);
  take(*found, "bytes_per_second", read.rates.bytes_per_second);
  take(*found, "records_per_second", read.rates.records_per_second);
  take(*found, "disagreement_count", read.disagreement_count);
  const auto named = found->find("disagreements");
  if (named == found->end() || !named->is_array()) return read;
  for (const json& one : *named) {
    if (!one.is_object()) continue;
    const std::string kind = text_in(one, "kind");
    const auto known = std::find_if(std::begin(kKinds), std::end(kKinds),
                                    [&](Disagreement::Kind each) { return kind_name(each) == kind; });
    read.disagreements.push_back({known == std::end(kKinds) ? Disagreement::Kind::kMismatch : *known,
                                  text_in(one, "object"), text_in(one, "what")});
  }
  return read;
}

}  // namespace arkive::kafka
