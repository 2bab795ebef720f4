#include "kafka/archive/verify.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <thread>

#include "kafka/archive/runs.h"
#include "stores/core/bytes.h"
#include "stores/core/progress.h"
#include "tools/arkive/commands.h"
#include "tools/arkive/connect.h"
#include "tools/arkive/output.h"
#include "tools/arkive/verify_cluster.h"
#include "tools/arkive/verify_proof.h"
#include "tools/places/repositories.h"
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

kafka::VerifyLevel level_of(const std::string& name) {
  if (name == "presence") return kafka::VerifyLevel::kPresence;
  return name == "hashes" ? kafka::VerifyLevel::kHashes : kafka::VerifyLevel::kBatches;
}

/// The topics of a store.
Status verify_topics(const RepositoryName& name, const std::vector<std::string>& clusters,
                     const VerifyOptions& options, const CommonOptions& common, kafka::VerifyReport& all) {
  if (!name.is_store()) return ok();
  ARKIVE_ASSIGN(const std::unique_ptr<Store> store, open_store(name, {.key = options.from.key}));
  Progress progress(common.quiet ? ProgressStyle::kNone : default_progress_style(), "verify topics", 0,
                    ProgressUnit::kBytes);
  std::uint64_t planned = 0;
  kafka::VerifyOptions how;
  how.level = level_of(options.level);
  how.part = options.part;
  how.parts = options.parts;
  how.workers = static_cast<int>(std::max(2U, std::thread::hardware_concurrency()));
  how.on_plan = [&](std::uint64_t bytes) { progress.set_total(planned += bytes); };
  how.on_progress = [&](std::uint64_t bytes) { progress.add(bytes); };
  for (const std::string& cluster : clusters) {
    std::string run_id;
    ARKIVE_ASSIGN(const auto runs, kafka::archive_runs(*store, cluster, Deadline::never()));
    const auto has_tree = [](const Manifest& run) { return !run.tree.location.empty(); };
    // Runs that hold a tree too are counted with the trees.
    auto both = static_cast<std::uint64_t>(std::count_if(runs.begin(), runs.end(), has_tree));
    if (!name.reference.empty()) {
      const auto chosen = choose_run(runs, name.reference, Need::kAnything);
      if (!chosen) continue;
      run_id = chosen->id;
      both = has_tree(*chosen) ? 1 : 0;
    }
    ARKIVE_ASSIGN(kafka::VerifyReport report, kafka::verify_archive(*store, cluster, run_id, how));
    std::move(report.findings.begin(), report.findings.end(), std::back_inserter(all.findings));
    all.runs += report.runs - both;
    all.lists += report.lists;
    all.segments += report.segments;
    all.bytes += report.bytes;
  }
  return ok();
}

/// An object that is damaged is not named a second time for not being proven.
void add_new(const std::vector<Finding>& more, std::vector<Finding>& findings) {
  for (const Finding& finding : more) {
    const bool is_known = std::any_of(findings.begin(), findings.end(), [&](const Finding& known) {
      return known.object == finding.object && finding.what.starts_with("read manifest");
    });
    if (!is_known) findings.push_back(finding);
  }
}

Status refuse_what_is_for_topics(const RepositoryName& name, const VerifyOptions& options) {
  if (name.is_store() || (options.level == VerifyOptions().level && options.parts == 1)) return ok();
  return fail(Outcome::kUsage,
              "verify '" + printable(name.text()) +
                  "': --level and --part are for topics, and a git history holds none",
              "leave them out: a history is always read whole");
}

}  // namespace

Result<ExitStatus> run_verify(const VerifyOptions& options, const CommonOptions& common) {
  ARKIVE_ASSIGN(const RepositoryName name, RepositoryName::parse(options.from.from, true));
  ARKIVE_TRY(refuse_what_is_for_topics(name, options));
  ARKIVE_ASSIGN(const std::unique_ptr<Repository> repository,
                open_repository(name, {.key = options.from.key}));
  // Before hours of reading: the cluster that cannot be reached, and as few new records as can be.
  std::optional<ClusterComparison> compared;
  if (options.against_cluster) {
    ARKIVE_ASSIGN(compared, compare_with_live_cluster(options));
  }
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
  std::optional<Error> no_such_run;
  for (const std::string& cluster : clusters) {
    ARKIVE_ASSIGN(const std::vector<Finding> storage, repository->check_storage(cluster));
    findings.insert(findings.end(), storage.begin(), storage.end());
    ARKIVE_ASSIGN(std::vector<Manifest> runs, repository->runs(cluster));
    if (!name.reference.empty()) {
      Result<Manifest> chosen = choose_run(runs, name.reference, Need::kAnything);
      if (chosen) {
        runs = {std::move(*chosen)};
      } else {
        runs.clear();
        no_such_run = std::move(chosen).error();
      }
    }
    runs_listed += runs.size();
    ARKIVE_ASSIGN(const std::uint64_t verified, verify_runs(*repository, cluster, runs, findings));
    runs_verified += verified;
  }
  std::optional<ProofFacts> proven;
  if (!options.from.public_key.empty()) {
    ARKIVE_ASSIGN(proven, verify_proof(name, options, clusters));
  }
  kafka::VerifyReport topics;
  ARKIVE_TRY(verify_topics(name, clusters, options, common, topics));
  if (no_such_run && topics.runs == 0) return fail(std::move(*no_such_run));
  runs_listed += topics.runs;
  findings.insert(findings.end(), topics.findings.begin(), topics.findings.end());
  if (proven) add_new(proven->findings, findings);
  if (common.json) {
    nlohmann::json list = nlohmann::json::array();
    for (const Finding& finding : findings)
      list.push_back({{"object", finding.object}, {"what", finding.what}});
    nlohmann::json facts = {{"runs", runs_listed},         {"distinct_runs_read", runs_verified},
                            {"segments", topics.segments}, {"segment_bytes", topics.bytes},
                            {"sound", findings.empty()},   {"findings", list}};
    if (proven) {
      facts["proof"] = {{"proven", proven->proven},
                        {"unsigned_before", proven->unsigned_before},
                        {"records", proven->records},
                        {"sound", proven->findings.empty()}};
    }
    if (compared) facts["against_cluster"] = comparison_json(*compared);
    print_json(facts);
  } else {
    for (const Finding& finding : findings)
      print_line("damage: " + printable(finding.object) + ": " + printable(finding.what));
    const std::string read = topics.segments == 0 ? ", every file read and hashed"
                                                  : ", " + counted(topics.segments, "segment") + " (" +
                                                        human_size(topics.bytes) + " read)";
    print_line(findings.empty() ? "sound: " + counted(runs_listed, "run") + read
                                : counted(findings.size(), "finding") + " in " + counted(runs_listed, "run"));
    if (proven) print_proof(*proven, options);
    if (compared) print_comparison(*compared);
  }
  if (!findings.empty()) return kDamage;
  return compared ? exit_status_of(compared->report) : kWhole;
}

}  // namespace arkive::tools
