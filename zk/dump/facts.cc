#include "zk/dump/facts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace arkive::zk {
namespace {

using nlohmann::json;

// One place that names every plain field, for both directions.
template <class Facts, class Visit>
void for_each_field(Facts& facts, Visit visit) {
  visit("source", facts.source);
  visit("server", facts.server);
  visit("consistency", facts.consistency);
  visit("zxid_first", facts.zxid_first);
  visit("zxid_last", facts.zxid_last);
  visit("passes", facts.passes);
  visit("znodes", facts.znodes);
  visit("data_bytes", facts.data_bytes);
  visit("ephemerals", facts.ephemerals);
  visit("unreadable", facts.unreadable);
  visit("masked_acls", facts.masked_acls);
  visit("vanished", facts.vanished);
  visit("still_moving", facts.still_moving);
  visit("acls_read", facts.acls_read);
  visit("changed_files", facts.changed_files);
  visit("read_ms", facts.read_ms);
  visit("path", facts.path);
  visit("include", facts.include);
  visit("exclude", facts.exclude);
}

}  // namespace

DumpFacts DumpFacts::of(const Reading& reading, const Selection& selection) {
  DumpFacts facts;
  facts.server = reading.server;
  facts.consistency = consistency_name(reading.consistency);
  facts.zxid_first = reading.zxid_first;
  facts.zxid_last = reading.zxid_last;
  facts.passes = reading.passes;
  facts.znodes = reading.tree.size();
  facts.data_bytes = reading.tree.data_bytes();
  facts.ephemerals = reading.ephemerals.size();
  facts.unreadable = reading.unreadable.size();
  facts.masked_acls = reading.masked_acls.size();
  facts.vanished = reading.vanished;
  facts.still_moving = reading.still_moving.size();
  facts.acls_read = reading.acls_read;
  facts.path = selection.path;
  for (const Glob& glob : selection.include) facts.include.push_back(glob.text());
  for (const Glob& glob : selection.exclude) facts.exclude.push_back(glob.text());
  return facts;
}

std::string DumpFacts::to_json() const {
  json object = json::object();
  for_each_field(*this, [&](const char* name, const auto& value) { object[name] = value; });
  json found = json::array();
  for (const FoundApplication& at : applications) found.push_back({{"name", at.name}, {"root", at.root}});
  object["applications"] = std::move(found);
  // Names are ZooKeeper's: whatever is not UTF-8 must not stop the dump.
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<DumpFacts> DumpFacts::from_json(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return fail(Outcome::kCorrupt, "read the facts of a manifest: not a JSON object");
  DumpFacts facts;
  std::string wrong;
  for_each_field(facts, [&](const char* name, auto& value) {
    const auto found = object.find(name);
    if (found == object.end()) return;
    try {
      found->get_to(value);
    } catch (const json::exception&) {
      wrong = name;
    }
  });
  if (!wrong.empty())
    return fail(Outcome::kCorrupt, "read the facts of a manifest: field '" + wrong + "' has a wrong type");
  const auto found = object.find("applications");
  if (found != object.end() && found->is_array()) {
    for (const json& at : *found) {
      if (!at.is_object()) continue;
      facts.applications.push_back({at.value("name", std::string()), at.value("root", std::string())});
    }
  }
  return facts;
}

bool tree_is_whole(const Manifest& run) {
  if (run.tree.location.empty()) return false;
  if (run.whole) return true;
  // A dump that is not whole lacks something of its tree; of a larger run the manifest names what.
  if (run.logs.location.empty()) return false;
  return std::none_of(run.missing.begin(), run.missing.end(), [](const Missing& missing) {
    return missing.object.starts_with("znode ") || missing.object.starts_with("ACL of znode ");
  });
}

std::vector<ApplicationAt> DumpFacts::applications_among(std::span<const Application* const> known) const {
  std::vector<ApplicationAt> found;
  for (const FoundApplication& at : applications) {
    for (const Application* application : known) {
      if (application->name() == at.name) found.push_back({application, at.root});
    }
  }
  return found;
}

}  // namespace arkive::zk
