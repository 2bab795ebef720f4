#include "kafka/copy/copy.h"

#include <algorithm>
#include <map>

#include "kafka/archive/layout.h"
#include "kafka/archive/runs.h"
#include "kafka/copy/segment_copy.h"
#include "stores/core/hash.h"
#include "stores/proof/run_signer.h"
#include "stores/proof/standing.h"

namespace arkive::kafka {

namespace {

/// All runs of a cluster, those with a tree and those with topics, oldest first.
Result<std::vector<Manifest>> runs_of(const CopyPlace& place, const std::string& cluster, Deadline deadline) {
  ARKIVE_ASSIGN(std::vector<Manifest> runs, place.repository->runs(cluster));
  ARKIVE_ASSIGN(const std::vector<Manifest> archived, archive_runs(*place.store, cluster, deadline));
  for (const Manifest& run : archived) {
    const bool is_there =
        std::any_of(runs.begin(), runs.end(), [&](const Manifest& other) { return other.id == run.id; });
    if (!is_there) runs.push_back(run);
  }
  std::sort(runs.begin(), runs.end(), earlier_run);
  return runs;
}

/// Both were signed by one key in one place of its chain, or by nobody.
bool is_signed_alike(const Manifest& a, const Manifest& b) {
  if (a.proof.key.empty() && b.proof.key.empty()) return true;
  return a.statement_sha256 == b.statement_sha256 && a.proof.signature == b.proof.signature;
}

/// Both hold the same trees and topics, wherever they keep them.
bool holds_the_same(const Manifest& a, const Manifest& b) {
  return a.tree.sha256 == b.tree.sha256 && a.record.sha256 == b.record.sha256 &&
         a.logs.sha256 == b.logs.sha256 && a.started == b.started;
}

class Copy {
 public:
  explicit Copy(const CopyRequest& request)
      : request_(request),
        segments_(*request.from.store, *request.to.store, request.cluster, request.deadline) {}
  Result<CopyReport> run();

 private:
  Status copy(const Manifest& run);
  Status check_same(const Manifest& there, const Manifest& run) const;
  Status add_files(const FileTreeReader& from, FileTreeWriter& to);
  Status commit_tree(const Manifest& run, RunWriter& to);

  const CopyRequest& request_;
  SegmentCopy segments_;
  CopyReport report_;
};

Status Copy::add_files(const FileTreeReader& from, FileTreeWriter& to) {
  return from.for_each("", [&](std::string_view path, Bytes content) -> Status {
    ++report_.files;
    return to.add(path, content, sha256(content));
  });
}

Status Copy::commit_tree(const Manifest& run, RunWriter& to) {
  ARKIVE_ASSIGN(const auto reader, request_.from.repository->open_run(run.cluster, run.id));
  ARKIVE_TRY(add_files(reader->tree(), to.tree()));
  ARKIVE_TRY(to.finish_tree());
  ARKIVE_TRY(add_files(reader->record(), to.record()));
  ARKIVE_TRY(to.commit(run, run.summary));
  return ok();
}

Status Copy::copy(const Manifest& run) {
  const bool has_tree = !run.tree.location.empty();
  const bool has_topics = !run.logs.location.empty();
  if (has_tree && run.record.location.empty()) {
    return fail(Outcome::kUsage, "copy run " + run.id + ": its record was pruned, so it is no whole run");
  }
  std::unique_ptr<RunWriter> tree;
  if (has_tree) {
    ARKIVE_ASSIGN(tree, request_.to.repository->begin(run.cluster, run.id, request_.deadline));
  }
  if (has_topics) {
    ARKIVE_TRY(segments_.copy(run, report_));
    ARKIVE_TRY(request_.to.store->settle(request_.deadline));
  }
  if (has_tree) return commit_tree(run, *tree);
  Manifest copied = run;
  ARKIVE_ASSIGN(const proof::ReadyManifest ready,
                proof::ready_manifest(*request_.to.store, copied, nullptr, request_.deadline));
  return request_.to.store->put(manifest_key(run.cluster, run.id), ready.json, PutMode::kCreateOnly,
                                request_.deadline);
}

Status Copy::check_same(const Manifest& there, const Manifest& run) const {
  const std::string where = "copy run " + run.id + ": '" + printable(request_.to.repository->name()) + "' ";
  if (!holds_the_same(there, run)) return fail(Outcome::kConflict, where + "holds another run of that id");
  if (is_signed_alike(there, run)) return ok();
  return fail(Outcome::kConflict,
              where +
                  "holds it signed otherwise, or not signed: each store is proven by "
                  "itself, and a copy would not be",
              "was it written into both stores, or changed in one? arkive verify --public-key tells of each; "
              "copy the sound one into a new store");
}

Result<CopyReport> Copy::run() {
  const std::string& cluster = request_.cluster;
  ARKIVE_ASSIGN(const std::vector<Manifest> wanted, runs_of(request_.from, cluster, request_.deadline));
  // The archive's lock comes first, as in a backup, and before a look at what is there: a prune must not
  // remove what this copy then does not send.
  std::unique_ptr<StoreLock> archive;
  if (std::any_of(wanted.begin(), wanted.end(),
                  [](const Manifest& run) { return !run.logs.location.empty(); })) {
    ARKIVE_ASSIGN(archive, request_.to.store->lock(archive_lock(cluster), request_.deadline));
  }
  ARKIVE_ASSIGN(const std::vector<Manifest> there, runs_of(request_.to, cluster, request_.deadline));
  std::map<std::string, const Manifest*> known;
  for (const Manifest& run : there) {
    known[run.id] = &run;
    segments_.know(run);
  }
  const std::vector<proof::RunStanding> standings = request_.keys
                                                        ? proof::standings_of(wanted, *request_.keys)
                                                        : std::vector<proof::RunStanding>(wanted.size());
  bool found = request_.run_id.empty();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Manifest& run = wanted[i];
    if (!request_.run_id.empty() && run.id != request_.run_id) continue;
    found = true;
    if (!standings[i].doubt.empty()) {
      if (!request_.run_id.empty()) return fail(Outcome::kDenied, standings[i].doubt);
      report_.unproven.push_back({manifest_key(cluster, run.id), standings[i].doubt});
      continue;
    }
    if (const auto other = known.find(run.id); other != known.end()) {
      ARKIVE_TRY(check_same(*other->second, run));
      report_.present.push_back(run.id);
      continue;
    }
    if (request_.on_run) request_.on_run(run.id);
    if (const Status copied = copy(run); !copied) {
      return fail(copied.error().within("copy run " + run.id));
    }
    report_.copied.push_back(run.id);
  }
  if (found) return std::move(report_);
  return fail(Outcome::kNotFound, "copy: there is no run '" + printable(request_.run_id) + "' of cluster '" +
                                      printable(cluster) + "'");
}

}  // namespace

Result<CopyReport> copy_runs(const CopyRequest& request) {
  return Copy(request).run();
}

}  // namespace arkive::kafka
