#include <nlohmann/json.hpp>
#include <set>

#include "stores/core/bytes.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/output.h"
#include "tools/arkive/repositories.h"
#include "zk/dump/run_changes.h"

namespace arkive::tools {
namespace {

// Every run that has a tree or record of its own; runs in which nothing changed share one.
Result<std::uint64_t> verify_runs(const Repository& repository, const std::string& cluster,
                                  const std::vector<Manifest>& runs, std::vector<Finding>& findings) {
  std::set<std::pair<std::string, std::string>> seen;
  std::uint64_t verified = 0;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (!seen.emplace(run->tree.location, run->record.location).second) continue;
    Result<std::unique_ptr<RunReader>> reader = repository.open_run(cluster, run->id);
    if (!reader) {
      findings.push_back({"run " + run->id, reader.error().what});
      continue;
    }
    ARKIVE_ASSIGN(const std::vector<Finding> found, zk::verify_run(**reader, known_applications()));
    findings.insert(findings.end(), found.begin(), found.end());
    ++verified;
  }
  return verified;
}

}  // namespace

Result<ExitStatus> run_verify(const VerifyOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from.from, true));
  ARKIVE_ASSIGN(const std::unique_ptr<Repository> repository, open_repository(name));
  std::vector<std::string> clusters;
  if (options.from.cluster.empty() && name.reference.empty()) {
    ARKIVE_ASSIGN(clusters, repository->clusters());
  } else {
    ARKIVE_ASSIGN(std::string cluster, choose_cluster(*repository, options.from.cluster));
    clusters.push_back(std::move(cluster));
  }
  std::vector<Finding> findings;
  std::uint64_t runs_verified = 0;
  std::uint64_t runs_listed = 0;
  for (const std::string& cluster : clusters) {
    ARKIVE_ASSIGN(const std::vector<Finding> storage, repository->check_storage(cluster));
    findings.insert(findings.end(), storage.begin(), storage.end());
    ARKIVE_ASSIGN(std::vector<Manifest> runs, repository->runs(cluster));
    if (!name.reference.empty()) {
      ARKIVE_ASSIGN(Manifest chosen, choose_run(runs, name.reference, Need::kAnything));
      runs = {std::move(chosen)};
    }
    runs_listed += runs.size();
    ARKIVE_ASSIGN(const std::uint64_t verified, verify_runs(*repository, cluster, runs, findings));
    runs_verified += verified;
  }
  if (common.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const Finding& finding : findings)
      list.push_back({{"object", finding.object}, {"what", finding.what}});
    print_json({{"runs", runs_listed},
                {"distinct_runs_read", runs_verified},
                {"sound", findings.empty()},
                {"findings", list}});
  } else {
    for (const Finding& finding : findings)
      print_line("damage: " + printable(finding.object) + ": " + printable(finding.what));
    print_line(findings.empty() ? "sound: " + counted(runs_listed, "run") + ", every file read and hashed"
                                : counted(findings.size(), "finding") + " in " + counted(runs_listed, "run"));
  }
  return findings.empty() ? kWhole : kDamage;
}

}  // namespace arkive::tools
