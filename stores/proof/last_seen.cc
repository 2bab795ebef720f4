#include "stores/proof/last_seen.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/manifest/json_fields.h"
#include "stores/manifest/seal.h"
#include "stores/proof/run_proof.h"

namespace arkive::proof {

namespace {

constexpr const char* kKind = "last-seen";

tl::unexpected<Error> corrupt(const std::string& why) {
  return fail(Outcome::kCorrupt, "read what was last seen: " + why,
              "bring the file back from a copy; without it a store put back to an older state does not show");
}

Link* find(std::vector<Link>& chains, const Link& link) {
  const auto found = std::find_if(chains.begin(), chains.end(), [&](const Link& one) {
    return one.cluster == link.cluster && one.key == link.key;
  });
  return found == chains.end() ? nullptr : &*found;
}

}  // namespace

std::string LastSeen::to_json() const {
  nlohmann::json list = nlohmann::json::array();
  for (const Link& one : chains) {
    list.push_back(
        {{"cluster", one.cluster}, {"key", one.key}, {"number", one.number}, {"statement", one.statement}});
  }
  const nlohmann::json object = {{"arkive", kKind},
                                 {"format", kFormat},
                                 {"chains", std::move(list)},
                                 {"history", {{"number", history_number}, {"sha256", history_sha256}}}};
  return sealed_json(object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Result<LastSeen> LastSeen::from_json(std::string_view text) {
  const auto object = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return corrupt("is no JSON object");
  std::string problem;
  JsonFields fields(object, "", problem);
  std::string kind;
  std::uint64_t format = 0;
  fields.take("arkive", kind);
  fields.require(kind == kKind, "arkive", "is not \"last-seen\"");
  fields.take("format", format);
  fields.require(format > 0, "format", "is 0");
  if (!problem.empty()) return corrupt(problem);
  if (format > static_cast<std::uint64_t>(kFormat)) {
    return fail(Outcome::kUsage, "read what was last seen: format " + std::to_string(format) +
                                     " is newer than " + std::to_string(kFormat));
  }
  if (const Status sealed = check_seal(text); !sealed) return corrupt(sealed.error().what);
  LastSeen seen;
  fields.for_each("chains", [&](JsonFields one) {
    Link& link = seen.chains.emplace_back();
    one.take("cluster", link.cluster);
    one.take("key", link.key);
    one.take("number", link.number);
    one.take("statement", link.statement);
  });
  JsonFields history = fields.object("history");
  history.take("number", seen.history_number);
  history.take("sha256", seen.history_sha256);
  if (!problem.empty()) return corrupt(problem);
  return seen;
}

std::vector<Finding> LastSeen::contradictions(const std::string& cluster, const ChainReport& report) const {
  std::vector<Finding> findings;
  for (const Link& seen : chains) {
    if (seen.cluster != cluster) continue;
    std::uint64_t head = 0;
    for (const Link& link : report.links) {
      if (link.key != seen.key) continue;
      head = std::max(head, link.number);
      if (link.number == seen.number && link.statement != seen.statement) {
        findings.push_back({"runs/" + cluster, "run number " + std::to_string(seen.number) + " of key " +
                                                   short_id(seen.key) +
                                                   "... is another one than when it was last seen"});
      }
    }
    if (head >= seen.number) continue;
    findings.push_back(
        {"runs/" + cluster,
         "rolled back: the newest run of key " + short_id(seen.key) + "... was number " +
             std::to_string(seen.number) + " when it was last seen, and " +
             (head == 0 ? std::string("there is none now") : "is number " + std::to_string(head) + " now")});
  }
  return findings;
}

std::vector<Finding> LastSeen::contradictions(const History& history) const {
  const std::uint64_t newest = history.records.empty() ? 0 : history.records.back().number;
  if (newest < history_number) {
    return {{"history", "rolled back: its newest record was number " + std::to_string(history_number) +
                            " when it was last seen, and is number " + std::to_string(newest) + " now"}};
  }
  for (const Record& record : history.records) {
    if (record.number == history_number && record.sha256 != history_sha256)
      return {{record_key(record.number), "it is another record than when it was last seen"}};
  }
  return {};
}

void LastSeen::take(const ChainReport& report) {
  for (const Link& link : report.links) {
    Link* const known = find(chains, link);
    if (known == nullptr) {
      chains.push_back({link.cluster, "", link.key, link.number, link.statement});
    } else if (link.number > known->number) {
      known->number = link.number;
      known->statement = link.statement;
    }
  }
}

void LastSeen::take(const History& history) {
  if (history.records.empty() || history.records.back().number <= history_number) return;
  history_number = history.records.back().number;
  history_sha256 = history.records.back().sha256;
}

}  // namespace arkive::proof
