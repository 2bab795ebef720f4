#include "kafka/archive/runs.h"

#include <algorithm>

#include "kafka/archive/layout.h"
#include "stores/core/hash.h"
#include "stores/core/log.h"
#include "stores/many_objects.h"

namespace arkive::kafka {
namespace {

constexpr std::string_view kRuns = "runs/";

Result<std::string> read_list(const Store& store, std::string_view sha256, Deadline deadline) {
  const std::string key = list_key(sha256);
  if (hash_in_list_key(key).empty()) {
    return fail(Outcome::kCorrupt, "read list '" + printable(sha256) + "': that is no SHA-256");
  }
  ARKIVE_ASSIGN(std::string text, store.get(key, 0, 0, deadline));
  if (hex(arkive::sha256(text)) != sha256) {
    return fail(Outcome::kCorrupt,
                "read '" + key + "' of store '" + printable(store.name()) + "': its SHA-256 is " +
                    hex(arkive::sha256(text)),
                "arkive verify names all that is damaged; another copy of the store has it whole");
  }
  return text;
}

}  // namespace

Result<std::vector<Manifest>> archive_runs(const Store& store, std::string_view cluster, Deadline deadline) {
  std::vector<Manifest> runs;
  const std::string prefix = std::string(kRuns) + std::string(cluster) + "/";
  ARKIVE_TRY(get_each_below(
      store, prefix,
      [&](const std::string& key) {
        return key.ends_with(".json") && key.find('/', prefix.size()) == std::string::npos;
      },
      [&](const std::string& key, Result<std::string> text) -> Status {
        if (!text && text.error().outcome == Outcome::kNotFound) return ok();  // pruned meanwhile
        if (!text) return fail(std::move(text).error());
        auto manifest = Manifest::from_json(*text);
        if (!manifest && manifest.error().outcome == Outcome::kUsage)
          return fail(manifest.error().within("'" + key + "'"));
        if (!manifest) {
          log_warning("run left out: '" + key + "': " + manifest.error().what);
        } else if (!manifest->logs.location.empty()) {
          runs.push_back(std::move(*manifest));
        }
        return ok();
      },
      deadline));
  std::sort(runs.begin(), runs.end(), earlier_run);
  return runs;
}

Result<std::vector<std::string>> archive_clusters(const Store& store, Deadline deadline) {
  std::vector<std::string> clusters;
  ARKIVE_TRY(store.list(
      kRuns,
      [&](const Store::Object& object) -> Status {
        const std::string_view rest = std::string_view(object.key).substr(kRuns.size());
        const std::string cluster(rest.substr(0, rest.find('/')));
        if (clusters.empty() || clusters.back() != cluster) clusters.push_back(cluster);
        return ok();
      },
      deadline));
  std::sort(clusters.begin(), clusters.end());
  clusters.erase(std::unique(clusters.begin(), clusters.end()), clusters.end());
  return clusters;
}

Result<ArchiveIndex> read_index(const Store& store, const Manifest& manifest, Deadline deadline) {
  if (manifest.logs.location != list_key(manifest.logs.sha256)) {
    return fail(Outcome::kCorrupt, "read run " + printable(manifest.id) + ": its list '" +
                                       printable(manifest.logs.location) + "' is not where lists lie");
  }
  ARKIVE_ASSIGN(const std::string text, read_list(store, manifest.logs.sha256, deadline));
  auto index = ArchiveIndex::from_json(text);
  if (!index) return fail(index.error().within("'" + manifest.logs.location + "'"));
  return index;
}

Result<ArchivedTopic> read_topic(const Store& store, const ArchiveIndex::Topic& topic, Deadline deadline) {
  ARKIVE_ASSIGN(const std::string text, read_list(store, topic.list, deadline));
  auto read = ArchivedTopic::from_json(text);
  if (!read) return fail(read.error().within("'" + list_key(topic.list) + "'"));
  if (read->name != topic.name || read->id != topic.id) {
    return fail(Outcome::kCorrupt, "read '" + list_key(topic.list) + "': it is that of topic '" +
                                       printable(read->name) + "', not of '" + printable(topic.name) + "'");
  }
  return read;
}

Result<std::string> write_list(Store& store, std::string_view text, Deadline deadline) {
  const std::string hash = hex(arkive::sha256(text));
  ARKIVE_ASSIGN(const auto writer, store.begin(list_key(hash), deadline));
  ARKIVE_TRY(writer->write(text));
  ARKIVE_TRY(writer->finish());
  return hash;
}

}  // namespace arkive::kafka
