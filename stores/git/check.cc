#include "stores/git/check.h"

#include <algorithm>
#include <set>

#include "stores/core/interrupt.h"
#include "stores/core/log.h"
#include "stores/git/git_command.h"
#include "stores/git/id_table.h"
#include "stores/git/pending_run.h"
#include "stores/git/run_index.h"

namespace arkive::git {

namespace {

void add_lines(const std::string& text, std::vector<Finding>& findings) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    // What nothing refers to is no damage: a run that was given up leaves such objects.
    if (line.empty() || line.starts_with("dangling ") || line.starts_with("unreachable ") ||
        line.starts_with("notice: ") || line.starts_with("Checking ")) {
      continue;
    }
    findings.push_back({"git fsck", printable(line)});
  }
}

/// Reads all that hangs on an object, each once.
class Walk {
 public:
  explicit Walk(ObjectStore& objects, std::vector<Finding>& findings)
      : objects_(objects), findings_(findings) {}

  Status from(const ObjectId& id, const std::string& where) {
    ARKIVE_TRY(check_interrupt("check repository"));
    if (!seen_.insert(id).inserted) return ok();
    Object object;
    if (auto read = objects_.read(id, object); !read) {
      findings_.push_back({where, read.error().what});
      return ok();
    }
    if (object.type == ObjectType::kCommit) {
      ARKIVE_ASSIGN(const Commit commit, parse_commit(object.content));
      return from(commit.tree, where);  // the branch is walked commit by commit
    }
    if (object.type != ObjectType::kTree) return ok();
    const auto entries = parse_tree(object.content);
    if (!entries) {
      findings_.push_back({where, entries.error().what});
      return ok();
    }
    for (const TreeEntry& entry : *entries) ARKIVE_TRY(from(entry.id, where + "/" + printable(entry.name)));
    return ok();
  }

 private:
  ObjectStore& objects_;
  std::vector<Finding>& findings_;
  IdTable seen_;
};

Result<std::vector<Finding>> walk_objects(const std::string& repository, const References& references,
                                          std::string_view cluster) {
  std::vector<Finding> findings;
  ARKIVE_ASSIGN(const std::unique_ptr<ObjectStore> objects, ObjectStore::open(repository));
  Walk walk(*objects, findings);
  ARKIVE_ASSIGN(const std::optional<ObjectId> tip, references.find(branch_name(cluster)));
  const auto commits = read_branch(*objects, tip);
  if (!commits) findings.push_back({"branch " + std::string(cluster), commits.error().what});
  for (const BranchCommit& commit : commits.value_or(std::vector<BranchCommit>())) {
    ARKIVE_TRY(walk.from(commit.id, "commit " + hex(commit.id)));
  }
  ARKIVE_ASSIGN(const auto runs, references.list(run_prefix(cluster)));
  for (const References::Reference& run : runs) ARKIVE_TRY(walk.from(run.id, run.name));
  return findings;
}

}  // namespace

Result<std::vector<Finding>> check_objects(const std::string& repository, const References& references,
                                           std::string_view cluster) {
  const auto finished = run_git(
      repository, {}, {"fsck", "--strict", "--full", "--no-progress", "--no-dangling"}, Deadline::never());
  if (!finished && finished.error().outcome == Outcome::kNotFound) {
    log_warning("git is not installed: its objects are checked less thoroughly");
    return walk_objects(repository, references, cluster);
  }
  if (!finished) return fail(finished.error());
  if (finished->status == 128 && finished->error_output.starts_with("fatal: ")) {
    // It did not look at all: it refuses the repositories of other owners, for one.
    log_warning("git fsck does not run, so the objects are checked less thoroughly: " +
                last_words(*finished));
    return walk_objects(repository, references, cluster);
  }
  std::vector<Finding> findings;
  add_lines(finished->output, findings);
  add_lines(finished->error_output, findings);
  if (!finished->succeeded() && findings.empty()) {
    findings.push_back({"git fsck", "exit status " + std::to_string(finished->status)});
  }
  return findings;
}

Result<std::vector<Finding>> check_runs(const std::string& repository, ObjectStore& objects,
                                        const References& references, std::string_view cluster) {
  std::vector<Finding> findings;
  ARKIVE_ASSIGN(const std::vector<StoredRun> runs, read_runs(objects, references, cluster, &findings));
  // In this order: a run that is committed meanwhile has a moved branch once it is pending no more.
  ARKIVE_ASSIGN(const std::optional<PendingRun> pending, PendingRun::read(repository));
  ARKIVE_ASSIGN(std::optional<ObjectId> tip, references.find(branch_name(cluster)));
  if (pending && pending->branch == branch_name(cluster) && pending->before == tip) {
    ARKIVE_ASSIGN(const std::optional<ObjectId> run, references.find(pending->run));
    if (run) tip = pending->after;
  }
  auto commits = read_branch(objects, tip);
  if (!commits) {
    findings.push_back({"branch " + std::string(cluster), commits.error().what});
    return findings;
  }
  std::set<std::string> on_branch;
  for (const BranchCommit& commit : *commits) on_branch.insert(hex(commit.id));
  for (const StoredRun& run : runs) {
    const std::string object = "run " + run.manifest.id;
    if (!on_branch.contains(run.manifest.tree.location)) {
      findings.push_back(
          {object, "its commit " + printable(run.manifest.tree.location) + " is not on the branch"});
    }
    if (run.record && run.manifest.record.location != hex(*run.record)) {
      findings.push_back({object, "its record is not the one its manifest names"});
    }
  }
  return findings;
}

}  // namespace arkive::git
