#include "stores/objects/object_repository.h"

#include "stores/core/log.h"
#include "stores/layout/opened_run.h"
#include "stores/objects/root.h"
#include "stores/objects/run_objects.h"
#include "stores/objects/run_writer.h"
#include "stores/objects/storage_check.h"
#include "stores/objects/tree_reader.h"

namespace arkive {

using namespace layout;   // NOLINT(google-build-using-namespace): what all kinds of stores share
using namespace objects;  // NOLINT(google-build-using-namespace): its own parts

namespace {

Result<std::unique_ptr<FileTreeReader>> open_part(const SharedStore& store, const Manifest& manifest,
                                                  Part part) {
  const TreePart& facts = part == Part::kTree ? manifest.tree : manifest.record;
  if (part == Part::kRecord && facts.location.empty()) return std::make_unique<EmptyTreeReader>();
  ARKIVE_ASSIGN(Location location, parse_location(facts.location, manifest.cluster, part, Form::kTar));
  return std::make_unique<ObjectTreeReader>(store, std::move(location), facts.sha256);
}

Status check_names(std::string_view cluster, const std::vector<std::string>& ids) {
  ARKIVE_TRY(check_cluster_name(cluster));
  for (const std::string& id : ids) ARKIVE_TRY(check_run_id(id));
  return ok();
}

void warn_of_damage(const RunIndex& index) {
  for (const RunIndex::Damaged& run : index.damaged) log_warning("run left out: " + run.what);
}

Result<bool> has_trees(const Store& store, const std::string& cluster, std::string_view id) {
  bool found = false;
  ARKIVE_TRY(for_each_tree_object(store, cluster, [&](const TreeObject& object) -> Status {
    found = found || object.run_id == id;
    return ok();
  }));
  return found;
}

}  // namespace

Result<std::unique_ptr<Repository>> open_object_repository(std::shared_ptr<Store> store, bool create,
                                                           std::string redaction_key_path) {
  ARKIVE_TRY(open_root(*store, create, Deadline::never()));
  return std::make_unique<ObjectRepository>(std::move(store), std::move(redaction_key_path));
}

Result<std::vector<std::string>> ObjectRepository::clusters() const {
  const std::string prefix = std::string(kRuns) + "/";
  std::set<std::string> names;
  ARKIVE_TRY(store_->list(
      prefix,
      [&](const Store::Object& object) -> Status {
        const std::string_view rest = std::string_view(object.key).substr(prefix.size());
        const std::size_t slash = rest.find('/');
        if (slash != std::string_view::npos && check_cluster_name(rest.substr(0, slash)))
          names.emplace(rest.substr(0, slash));
        return ok();
      },
      Deadline::never()));
  return std::vector<std::string>(names.begin(), names.end());
}

Result<std::vector<Manifest>> ObjectRepository::runs(std::string_view cluster) const {
  ARKIVE_TRY(check_cluster_name(cluster));
  ARKIVE_ASSIGN(RunIndex index, objects::read_index(*store_, std::string(cluster)));
  warn_of_damage(index);
  return std::move(index.runs);
}

Result<std::unique_ptr<RunReader>> ObjectRepository::open_run(std::string_view cluster,
                                                              std::string_view id) const {
  ARKIVE_TRY(check_names(cluster, {std::string(id)}));
  ARKIVE_ASSIGN(Manifest manifest,
                read_manifest(*store_, std::string(cluster), std::string(id), Deadline::never()));
  ARKIVE_ASSIGN(auto tree, open_part(store_, manifest, Part::kTree));
  ARKIVE_ASSIGN(auto record, open_part(store_, manifest, Part::kRecord));
  return std::make_unique<OpenedRun>(std::move(manifest), std::move(tree), std::move(record));
}

Result<std::unique_ptr<RunWriter>> ObjectRepository::begin(std::string_view cluster, std::string_view id,
                                                           Deadline deadline) {
  ARKIVE_TRY(check_names(cluster, {std::string(id)}));
  const std::string cluster_name(cluster);
  ARKIVE_ASSIGN(std::unique_ptr<StoreLock> held, store_->lock(cluster_name, deadline));
  ARKIVE_ASSIGN(const RunIndex index, objects::read_index(*store_, cluster_name));
  warn_of_damage(index);
  ARKIVE_TRY(remove_leftovers(*store_, cluster_name, index));
  ARKIVE_ASSIGN(const bool is_taken, has_trees(*store_, cluster_name, id));
  if (index.holds(id) || is_taken) {
    return fail(Outcome::kConflict, "begin run '" + std::string(id) + "': there is or was a run of that id");
  }
  return std::make_unique<ObjectRunWriter>(store_, std::move(held), cluster_name, std::string(id),
                                           index.runs.empty() ? nullptr : &index.runs.back(), signing_key_);
}

Result<PruneReport> ObjectRepository::prune(std::string_view cluster, const std::vector<std::string>& ids,
                                            bool dry_run) {
  ARKIVE_TRY(check_names(cluster, ids));
  const std::string cluster_name(cluster);
  std::unique_ptr<StoreLock> held;
  if (!dry_run) {
    ARKIVE_ASSIGN(held, store_->lock(cluster_name, Deadline::after({})));
  }
  return prune_runs(*store_, cluster_name, ids, dry_run);
}

Result<std::vector<Finding>> ObjectRepository::check_storage(std::string_view cluster) const {
  ARKIVE_TRY(check_cluster_name(cluster));
  return find_damage(store_, std::string(cluster));
}

}  // namespace arkive
