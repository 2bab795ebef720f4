#include "stores/git/run_index.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_set>

#include "stores/core/log.h"
#include "stores/git/run_layout.h"
#include "stores/git/trailers.h"

namespace arkive::git {

namespace {

const TreeEntry* find_entry(const std::vector<TreeEntry>& entries, std::string_view name) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const TreeEntry& entry) { return entry.name == name; });
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

std::string branch_name(std::string_view cluster) {
  return "refs/heads/" + std::string(cluster);
}

std::string run_prefix(std::string_view cluster) {
  return "refs/arkive/runs/" + std::string(cluster) + "/";
}

std::string run_name(std::string_view cluster, std::string_view id) {
  return run_prefix(cluster) + std::string(id);
}

Result<std::vector<BranchCommit>> read_branch(ObjectStore& objects, const std::optional<ObjectId>& tip) {
  std::vector<BranchCommit> commits;
  for (std::optional<ObjectId> next = tip; next;) {
    auto raw = objects.read(*next, ObjectType::kCommit);
    if (!raw && raw.error().outcome == Outcome::kNotFound && !commits.empty()) {
      // A shallow clone ends like this; in damaged history, what is newer still counts.
      log_warning("the history ends early: " + raw.error().what);
      break;
    }
    if (!raw) return fail(std::move(raw.error()));
    BranchCommit entry;
    entry.id = *next;
    ARKIVE_ASSIGN(entry.commit, parse_commit(*raw));
    entry.run = find_trailer(entry.commit.message, kRunTrailer);
    if (entry.run && !check_run_id(*entry.run)) entry.run.reset();
    next = entry.commit.parents.empty() ? std::nullopt : std::optional(entry.commit.parents.front());
    commits.push_back(std::move(entry));
  }
  return commits;
}

Result<StoredRun> read_stored_run(ObjectStore& objects, const ObjectId& commit_id, std::string_view cluster,
                                  std::string_view id) {
  ARKIVE_ASSIGN(const std::string raw_commit, objects.read(commit_id, ObjectType::kCommit));
  ARKIVE_ASSIGN(const Commit commit, parse_commit(raw_commit));
  ARKIVE_ASSIGN(const std::string raw_tree, objects.read(commit.tree, ObjectType::kTree));
  ARKIVE_ASSIGN(const std::vector<TreeEntry> entries, parse_tree(raw_tree));
  const TreeEntry* manifest = find_entry(entries, kManifestFile);
  if (manifest == nullptr)
    return fail(Outcome::kCorrupt, "read run '" + std::string(id) + "': it has no manifest");
  ARKIVE_ASSIGN(const std::string text, objects.read(manifest->id, ObjectType::kBlob));
  StoredRun run;
  ARKIVE_ASSIGN(run.manifest, Manifest::from_json(text));
  if (run.manifest.id != id || run.manifest.cluster != cluster) {
    return fail(Outcome::kCorrupt, "read run '" + std::string(id) + "': its manifest is of run '" +
                                       printable(run.manifest.id) + "' of '" +
                                       printable(run.manifest.cluster) + "'");
  }
  const TreeEntry* record = find_entry(entries, kRecordDirectory);
  if (record != nullptr && record->is_directory) run.record = record->id;
  return run;
}

Manifest rebuilt_manifest(const BranchCommit& entry, std::string_view cluster) {
  const std::string& message = entry.commit.message;
  Manifest manifest;
  manifest.id = entry.run.value_or("");
  manifest.cluster = cluster;
  manifest.what = "dump";
  manifest.started = entry.commit.started * 1000;
  manifest.finished = entry.commit.finished * 1000;
  manifest.changed = true;
  manifest.missing_count =
      std::strtoull(find_trailer(message, kMissingTrailer).value_or("0").c_str(), nullptr, 10);
  manifest.whole = !find_trailer(message, kMissingTrailer);
  manifest.redacted = find_trailer(message, kRedactedTrailer).has_value();
  manifest.summary = subject(message);
  manifest.tree.location = hex(entry.id);
  manifest.tree.sha256 = find_trailer(message, kTreeTrailer).value_or("");
  return manifest;
}

Result<std::vector<StoredRun>> read_runs(ObjectStore& objects, const References& references,
                                         std::string_view cluster, std::vector<Finding>* findings) {
  const std::string prefix = run_prefix(cluster);
  ARKIVE_ASSIGN(const std::vector<References::Reference> stored, references.list(prefix));
  std::vector<StoredRun> runs;
  std::unordered_set<std::string> known;
  for (const References::Reference& reference : stored) {
    const std::string id = reference.name.substr(prefix.size());
    auto run = read_stored_run(objects, reference.id, cluster, id);
    if (run) {
      known.insert(id);
      runs.push_back(std::move(*run));
    } else if (findings != nullptr) {
      findings->push_back({"run " + printable(id), run.error().what});
    } else {
      log_warning("run " + id + " is left out: " + run.error().what);
    }
  }
  ARKIVE_ASSIGN(const std::optional<ObjectId> tip, references.find(branch_name(cluster)));
  ARKIVE_ASSIGN(const std::vector<BranchCommit> commits, read_branch(objects, tip));
  // Newest first. A commit knows whole seconds only, so one that was pruned is put before its child by hand.
  std::optional<UnixMilliseconds> child;
  for (const BranchCommit& commit : commits) {
    if (commit.run && known.insert(*commit.run).second) {
      runs.push_back({rebuilt_manifest(commit, cluster), std::nullopt});
      UnixMilliseconds& started = runs.back().manifest.started;
      if (child) started = std::min(started, *child - 1);
    }
    child = commit.commit.started * 1000;
    if (!runs.empty() && commit.run && runs.back().manifest.id == *commit.run)
      child = runs.back().manifest.started;
  }
  std::sort(runs.begin(), runs.end(),
            [](const StoredRun& a, const StoredRun& b) { return earlier_run(a.manifest, b.manifest); });
  return runs;
}

}  // namespace arkive::git
