#include "kafka/prune/waiting_lists.h"

#include <nlohmann/json.hpp>

#include "kafka/archive/json_document.h"
#include "kafka/archive/layout.h"
#include "stores/core/log.h"

namespace arkive::kafka {

namespace {

constexpr int kFormat = 1;

}  // namespace

bool WaitingLists::is_due(const std::string& sha256, UnixMilliseconds now) const {
  const auto found = since.find(sha256);
  if (found == since.end()) return false;
  return found->second == kWasNamed || (found->second <= now && now - found->second >= kGrace);
}

std::string WaitingLists::to_json() const {
  return nlohmann::json({{"arkive", "prune"}, {"format", kFormat}, {"lists", since}}).dump(1) + "\n";
}

Result<WaitingLists> WaitingLists::from_json(std::string_view text) {
  const nlohmann::json object = parse_json_document(text);
  WaitingLists lists;
  try {
    if (object.at("arkive").get<std::string>() != "prune" || object.at("format").get<int>() != kFormat) {
      return fail(Outcome::kCorrupt, "read the lists of a prune: it is none of format 1");
    }
    object.at("lists").get_to(lists.since);
  } catch (const std::exception& error) {
    return fail(Outcome::kCorrupt, std::string("read the lists of a prune: ") + error.what());
  }
  std::erase_if(lists.since, [](const auto& one) { return one.second < 0; });
  return lists;
}

Result<WaitingLists> WaitingLists::read(const Store& store, std::string_view cluster, Deadline deadline) {
  const std::string key = prune_key(cluster);
  const auto text = store.get(key, 0, 0, deadline);
  if (!text && text.error().outcome == Outcome::kNotFound) return WaitingLists();
  if (!text && text.error().outcome != Outcome::kCorrupt) return fail(text.error());
  auto lists = text ? from_json(*text) : Result<WaitingLists>(fail(text.error()));
  if (lists) return lists;
  log_warning("'" + key + "' counts for nothing: " + lists.error().what);
  return WaitingLists();
}

Status WaitingLists::write(Store& store, std::string_view cluster, Deadline deadline) const {
  if (!since.empty()) return store.put(prune_key(cluster), to_json(), PutMode::kReplace, deadline);
  // Where the store keeps it, it names lists that are gone, and so nothing.
  Status removed = store.remove(prune_key(cluster), deadline);
  if (!removed && removed.error().outcome == Outcome::kDenied) return ok();
  return removed;
}

}  // namespace arkive::kafka
