#include <algorithm>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/output.h"
#include "tools/arkive/proving.h"
#include "tools/arkive/repositories.h"
#include "tools/arkive/store_history.h"

namespace arkive::tools {
namespace {

// The newest `keep` runs stay, and the newest whole one whatever its age: pruning never removes the last
// backup that can be restored. The newest that holds topics stays too: it holds what all before it held.
std::vector<std::string> runs_to_remove(const std::vector<Manifest>& runs, std::uint64_t keep) {
  std::vector<std::string> ids;
  if (runs.size() <= keep) return ids;
  const std::size_t first_kept = runs.size() - static_cast<std::size_t>(keep);
  std::size_t newest_whole = runs.size();
  std::size_t newest_topics = runs.size();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].whole) newest_whole = i;
    if (!runs[i].logs.location.empty()) newest_topics = i;
  }
  for (std::size_t i = 0; i < first_kept; ++i) {
    if (i != newest_whole && i != newest_topics) ids.push_back(runs[i].id);
  }
  return ids;
}

}  // namespace

Result<ExitStatus> run_prune(const PruneOptions& options, const CommonOptions& common) {
  if (options.keep == 0) {
    return fail(Outcome::kUsage, "prune '" + options.from.from + "': --keep 0 would remove every run",
                "keep at least 1");
  }
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from.from, false));
  ARKIVE_TRY(refuse_proof(name, "--signing-key", options.signing_key));
  ARKIVE_ASSIGN(const auto signing_key, signing_key_in(options.signing_key));
  ARKIVE_ASSIGN(const std::unique_ptr<Repository> repository,
                open_repository(name, {.key = options.from.key}));
  ARKIVE_ASSIGN(const std::string cluster, choose_cluster(*repository, options.from.cluster));
  ARKIVE_ASSIGN(const std::vector<Manifest> runs, repository->runs(cluster));
  const std::vector<std::string> ids = runs_to_remove(runs, options.keep);
  if (!options.dry_run) {
    std::vector<const Manifest*> going;
    for (const Manifest& run : runs) {
      if (std::find(ids.begin(), ids.end(), run.id) != ids.end()) going.push_back(&run);
    }
    ARKIVE_TRY(record_removal(name, options.from.key, cluster, going, signing_key.get()));
  }
  ARKIVE_ASSIGN(const PruneReport report, repository->prune(cluster, ids, options.dry_run));
  if (common.json) {
    print_json({{"removed", report.removed},
                {"kept", runs.size() - report.removed.size()},
                {"bytes_freed", report.bytes_freed},
                {"dry_run", options.dry_run}});
    return kWhole;
  }
  const char* verb = options.dry_run ? "would remove " : "removed ";
  for (const std::string& id : report.removed) print_line(verb + id);
  print_line(verb + counted(report.removed.size(), "run") + " (" + human_size(report.bytes_freed) +
             "), kept " + std::to_string(runs.size() - report.removed.size()));
  if (name.kind == RepositoryName::Kind::kGit && !report.removed.empty()) {
    print_line("a git history keeps its commits: only the runs' records (stats, ephemerals) are removed");
  }
  return kWhole;
}

}  // namespace arkive::tools
