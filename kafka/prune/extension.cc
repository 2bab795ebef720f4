#include "kafka/prune/extension.h"

#include <unordered_set>

#include "kafka/archive/layout.h"
#include "stores/core/interrupt.h"
#include "stores/layout/keys.h"
#include "stores/many_objects.h"

namespace arkive::kafka {
namespace {

constexpr std::string_view kStoreFile = "arkive.json";
constexpr std::string_view kForAll[] = {"keys/", "history/"};

struct NeededObjects {
  std::vector<std::string> keys;
  std::vector<std::uint64_t> sizes;
  std::unordered_set<std::string> missing;
};

/// Keys that must be there.
std::unordered_set<std::string> named_keys(const ExtensionRequest& request) {
  std::unordered_set<std::string> named = {std::string(kStoreFile)};
  for (const Manifest* run : request.runs) {
    named.insert(manifest_key(run->cluster, run->id));
    for (const layout::Part part : layout::kParts) {
      const std::string& location = part == layout::Part::kTree ? run->tree.location : run->record.location;
      if (location.empty()) continue;
      named.insert(location);
      if (const auto parsed = layout::parse_location(location, run->cluster, part, layout::Form::kTar))
        named.insert(parsed->list());
    }
  }
  for (const std::string& sha256 : request.needs->lists()) named.insert(list_key(sha256));
  named.insert(request.needs->logs().begin(), request.needs->logs().end());
  return named;
}

Result<NeededObjects> needed_objects(const ExtensionRequest& request) {
  NeededObjects needed;
  needed.missing = named_keys(request);
  const auto is_for_all = [](const std::string& key) {
    return key.starts_with(kForAll[0]) || key.starts_with(kForAll[1]);
  };
  const auto is_index = [&](const std::string& key) {
    return parse_segment_key(request.cluster, key).has_value() && request.needs->has_segment_file(key);
  };
  const auto take = [&](const Store::Object& object) -> Status {
    const bool is_named = needed.missing.erase(object.key) != 0;
    if (!is_named && !is_for_all(object.key) && !is_index(object.key)) return ok();
    needed.keys.push_back(object.key);
    needed.sizes.push_back(object.size);
    return ok();
  };
  for (const std::string& prefix :
       {std::string(kStoreFile), layout::runs_of(request.cluster) + "/",
        layout::trees_of(request.cluster) + "/", std::string("lists/"), topics_prefix(request.cluster),
        std::string(kForAll[0]), std::string(kForAll[1])})
    ARKIVE_TRY(request.store->list(prefix, take, request.deadline));
  return needed;
}

/// Of one object, which others outlive.
bool concerns_one_object(const Error& error) {
  return error.outcome != Outcome::kUsage && error.outcome != Outcome::kConflict &&
         error.outcome != Outcome::kInterrupted;
}

}  // namespace

Result<Extension> extend_retention(const ExtensionRequest& request) {
  Extension outcome;
  outcome.until = request.until - request.until % 1000;  // stores keep for whole seconds
  ARKIVE_ASSIGN(const NeededObjects needed, needed_objects(request));
  for (const std::string& key : needed.missing) outcome.failed.push_back({key, "it is not there"});
  std::size_t taken = 0;
  const auto take = [&](const std::string& key, const Result<bool>& extended) -> Status {
    const std::uint64_t size = needed.sizes[taken++];
    if (!extended) {
      if (!concerns_one_object(extended.error())) return fail(extended.error());
      outcome.failed.push_back({key, extended.error().what});
    } else {
      ++(*extended ? outcome.extended : outcome.long_enough);
      (*extended ? outcome.extended_bytes : outcome.long_enough_bytes) += size;
    }
    return check_interrupt("extend the retention");
  };
  ARKIVE_TRY(request.dry_run
                 ? ask_keeping_of_each(*request.store, needed.keys, outcome.until, take, request.deadline)
                 : keep_each_until(*request.store, needed.keys, outcome.until, take, request.deadline));
  return outcome;
}

}  // namespace arkive::kafka
