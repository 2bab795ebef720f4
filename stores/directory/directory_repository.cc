#include "stores/directory/directory_repository.h"

#include "stores/core/files.h"
#include "stores/core/log.h"
#include "stores/directory/beneath.h"
#include "stores/directory/directory_store.h"
#include "stores/directory/removal.h"
#include "stores/directory/run_index.h"
#include "stores/directory/run_writer.h"
#include "stores/directory/storage_check.h"
#include "stores/directory/store_file.h"
#include "stores/directory/tree_reader.h"
#include "stores/layout/opened_run.h"

namespace arkive {

using namespace directory;  // NOLINT(google-build-using-namespace): its own parts

namespace {

Result<std::unique_ptr<FileTreeReader>> open_part(const SharedRoot& root, const Manifest& manifest,
                                                  Part part) {
  const TreePart& facts = part == Part::kTree ? manifest.tree : manifest.record;
  if (part == Part::kRecord && facts.location.empty()) return std::make_unique<EmptyTreeReader>();
  ARKIVE_ASSIGN(Location location, parse_location(facts.location, manifest.cluster, part, Form::kFiles));
  return std::make_unique<DirectoryTreeReader>(root, std::move(location), facts.sha256);
}

Result<FileLock> lock(const Root& root, const std::string& cluster, Deadline deadline) {
  DirectoryCursor cursor(root.fd.get(), root.path, IfMissing::kCreateDurably);
  const std::string directory(kLocks);
  ARKIVE_ASSIGN(const int fd, cursor.go_to(directory));
  const std::string name = cluster + ".lock";
  return FileLock::acquire_at(fd, name, root.object(directory + "/" + name), deadline);
}

Status check_names(std::string_view cluster, const std::vector<std::string>& ids) {
  ARKIVE_TRY(check_cluster_name(cluster));
  for (const std::string& id : ids) ARKIVE_TRY(check_run_id(id));
  return ok();
}

}  // namespace

Result<std::unique_ptr<Repository>> open_directory_repository(const std::string& path, bool create) {
  ARKIVE_ASSIGN(SharedRoot root, open_store(path, create));
  return std::make_unique<DirectoryRepository>(std::move(root));
}

Result<std::vector<std::string>> DirectoryRepository::clusters() const {
  DirectoryCursor cursor(root_->fd.get(), root_->path, IfMissing::kFail);
  const std::string directory(kRuns);
  const Result<int> fd = cursor.go_to(directory);
  if (!fd && fd.error().outcome == Outcome::kNotFound) return std::vector<std::string>();
  if (!fd) return fail(fd.error());
  ARKIVE_ASSIGN(std::vector<std::string> names, names_in(*fd, root_->object(directory)));
  std::erase_if(names, [](const std::string& name) { return !check_cluster_name(name); });
  return names;
}

Result<std::vector<Manifest>> DirectoryRepository::runs(std::string_view cluster) const {
  ARKIVE_TRY(check_cluster_name(cluster));
  ARKIVE_ASSIGN(RunIndex index, read_index(root_, std::string(cluster)));
  for (const RunIndex::Damaged& run : index.damaged) log_warning("run left out: " + run.what);
  return std::move(index.runs);
}

Result<std::unique_ptr<RunReader>> DirectoryRepository::open_run(std::string_view cluster,
                                                                 std::string_view id) const {
  ARKIVE_TRY(check_names(cluster, {std::string(id)}));
  ARKIVE_ASSIGN(Manifest manifest, read_manifest(DirectoryStore(root_), std::string(cluster), std::string(id),
                                                 Deadline::never()));
  ARKIVE_ASSIGN(auto tree, open_part(root_, manifest, Part::kTree));
  ARKIVE_ASSIGN(auto record, open_part(root_, manifest, Part::kRecord));
  return std::make_unique<OpenedRun>(std::move(manifest), std::move(tree), std::move(record));
}

Result<std::unique_ptr<RunWriter>> DirectoryRepository::begin(std::string_view cluster, std::string_view id,
                                                              Deadline deadline) {
  ARKIVE_TRY(check_names(cluster, {std::string(id)}));
  const std::string cluster_name(cluster);
  ARKIVE_ASSIGN(FileLock held, lock(*root_, cluster_name, deadline));
  ARKIVE_ASSIGN(const RunIndex index, read_index(root_, cluster_name));
  for (const RunIndex::Damaged& run : index.damaged) log_warning("run left out: " + run.what);
  ARKIVE_TRY(remove_leftovers(*root_, cluster_name, index));
  ARKIVE_ASSIGN(const bool has_trees, trees_exist(*root_, cluster_name, std::string(id)));
  if (index.holds(id) || has_trees) {
    return fail(Outcome::kConflict, "begin run '" + std::string(id) + "': there is or was a run of that id");
  }
  return DirectoryRunWriter::begin(root_, std::move(held), cluster_name, std::string(id),
                                   index.runs.empty() ? nullptr : &index.runs.back(), signing_key_);
}

Result<PruneReport> DirectoryRepository::prune(std::string_view cluster, const std::vector<std::string>& ids,
                                               bool dry_run) {
  ARKIVE_TRY(check_names(cluster, ids));
  const std::string cluster_name(cluster);
  if (dry_run) return prune_runs(root_, cluster_name, ids, dry_run);
  ARKIVE_ASSIGN(const FileLock held, lock(*root_, cluster_name, Deadline::after({})));
  return prune_runs(root_, cluster_name, ids, dry_run);
}

Result<std::vector<Finding>> DirectoryRepository::check_storage(std::string_view cluster) const {
  ARKIVE_TRY(check_cluster_name(cluster));
  return find_damage(root_, std::string(cluster));
}

std::string DirectoryRepository::redaction_key_path() const {
  std::string path = root_->path;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path + ".redaction-key";
}

}  // namespace arkive
