#include "stores/directory/run_writer.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>

#include "stores/core/log.h"
#include "stores/core/system_call.h"
#include "stores/directory/beneath.h"
#include "stores/directory/directory_store.h"
#include "stores/proof/run_signer.h"

namespace arkive::directory {

namespace {

/// The part of the last run to build upon; none when its manifest names no place for it.
std::optional<Base> base_of(const Manifest* last, Part part) {
  if (last == nullptr) return std::nullopt;
  const TreePart& facts = part == Part::kTree ? last->tree : last->record;
  auto location = parse_location(facts.location, last->cluster, part, Form::kFiles);
  if (!location) return std::nullopt;
  return Base{std::move(*location), facts};
}

std::string partial_of(const std::string& cluster, const std::string& id) {
  return trees_of(cluster) + "/" + partial_name(id);
}

}  // namespace

DirectoryRunWriter::DirectoryRunWriter(SharedRoot root, FileLock lock, UniqueFd file_system,
                                       std::string cluster, std::string id, const Manifest* last,
                                       std::shared_ptr<const proof::SigningKey> signing_key)
    : root_(std::move(root)),
      lock_(std::move(lock)),
      file_system_(std::move(file_system)),
      cluster_(std::move(cluster)),
      id_(std::move(id)),
      signing_key_(std::move(signing_key)),
      tree_(root_, partial_of(cluster_, id_), Part::kTree, base_of(last, Part::kTree)),
      record_(root_, partial_of(cluster_, id_), Part::kRecord, base_of(last, Part::kRecord)) {}

Result<std::unique_ptr<DirectoryRunWriter>> DirectoryRunWriter::begin(
    SharedRoot root, FileLock lock, std::string cluster, std::string id, const Manifest* last,
    std::shared_ptr<const proof::SigningKey> signing_key) {
  UniqueFd file_system(::openat(root->fd.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file_system) return fail(system_error("open directory", root->path, errno));
  return std::unique_ptr<DirectoryRunWriter>(
      new DirectoryRunWriter(std::move(root), std::move(lock), std::move(file_system), std::move(cluster),
                             std::move(id), last, std::move(signing_key)));
}

DirectoryRunWriter::~DirectoryRunWriter() {
  if (!committed_) give_up();
}

Result<RunWriter::TreeOutcome> DirectoryRunWriter::finish_tree() {
  auto outcome = tree_.finish();
  if (outcome) tree_changed_ = outcome->changed;
  return outcome;
}

/// Says in the manifest where `part` lies, after a look whether the caller speaks of the same files.
Status DirectoryRunWriter::place(const PartWriter& writer, Part part, TreePart& to) const {
  const TreePart& totals = writer.totals();
  if (to.sha256 != totals.sha256 || to.files != totals.files || to.bytes != totals.bytes) {
    return fail(Outcome::kFail, "commit run '" + id_ + "': the totals of its " + directory_name(part) +
                                    " in the manifest are not those of the files that were written");
  }
  to.location = writer.written() ? Location{cluster_, id_, part}.to_string() : totals.location;
  return ok();
}

/// Data before names: all files durable, then the directory's final name, then that durable too.
Status DirectoryRunWriter::make_visible() {
  // One call instead of an fsync per file. It reports failed writes from Linux 5.8 on.
  if (traced([&] { return ::syncfs(file_system_.get()); }) != 0) {
    return fail(system_error("sync the file system of", root_->path, errno));
  }
  DirectoryCursor cursor(root_->fd.get(), root_->path, IfMissing::kFail);
  ARKIVE_ASSIGN(const int trees, cursor.go_to(trees_of(cluster_)));
  const std::string object = root_->object(trees_of(cluster_) + "/" + id_);
  const int renamed =
      traced([&] { return ::renameat(trees, partial_name(id_).c_str(), trees, id_.c_str()); });
  if (renamed != 0) return fail(system_error("rename partial run to", object, errno));
  renamed_ = true;
  if (traced([&] { return ::fsync(trees); }) != 0) {
    return fail(system_error("sync directory", root_->object(trees_of(cluster_)), errno));
  }
  return ok();
}

Status DirectoryRunWriter::put_manifest(const std::string& json) {
  manifest_json_ = json;
  return DirectoryStore(root_).put(manifest_key(cluster_, id_), json, PutMode::kCreateOnly,
                                   Deadline::never());
}

Result<Manifest> DirectoryRunWriter::commit(Manifest manifest, std::string_view) {
  if (!tree_changed_) {
    return fail(Outcome::kFail, "commit run '" + id_ + "': its tree is not finished");
  }
  ARKIVE_TRY(record_.finish());
  manifest.id = id_;
  manifest.cluster = cluster_;
  // A copy of a signed run says what its owner said.
  if (manifest.proof.signature.empty()) manifest.changed = *tree_changed_;
  ARKIVE_TRY(place(tree_, Part::kTree, manifest.tree));
  ARKIVE_TRY(place(record_, Part::kRecord, manifest.record));
  if (tree_.written() || record_.written()) ARKIVE_TRY(make_visible());
  DirectoryStore store(root_);
  ARKIVE_ASSIGN(const proof::ReadyManifest ready,
                proof::ready_manifest(store, manifest, signing_key_.get(), Deadline::never()));
  ARKIVE_TRY(put_manifest(ready.json));
  committed_ = true;
  return manifest;
}

/// Removes our manifest if it is there: its put failed, but perhaps only in syncing the directory. No second
/// sync of that one: the tree is removed after the name, and a file system keeps that order or the next run
/// finds damage and writes all anew.
Status DirectoryRunWriter::take_back_manifest() {
  const std::string key = manifest_key(cluster_, id_);
  const auto there = DirectoryStore(root_).get(key, 0, 0, Deadline::never());
  if (!there || *there != manifest_json_) return ok();
  DirectoryCursor cursor(root_->fd.get(), root_->path, IfMissing::kFail);
  const SplitPath path = split_path(key);
  ARKIVE_ASSIGN(const int runs, cursor.go_to(path.directory));
  if (traced([&] { return ::unlinkat(runs, std::string(path.name).c_str(), 0); }) == 0) return ok();
  return fail(system_error("remove", root_->object(key), errno));
}

/// What fails here is removed by the next run: the tree only once no manifest can name it.
void DirectoryRunWriter::give_up() {
  const auto removed = [&]() -> Status {
    if (!manifest_json_.empty()) ARKIVE_TRY(take_back_manifest());
    DirectoryCursor cursor(root_->fd.get(), root_->path, IfMissing::kFail);
    const auto trees = cursor.go_to(trees_of(cluster_));
    if (!trees) return ok();
    const std::string name = renamed_ ? id_ : partial_name(id_);
    return remove_tree_at(*trees, name, root_->object(trees_of(cluster_) + "/" + name));
  }();
  if (!removed) {
    log_warning("what run " + id_ + " had written stays until the next run: " + removed.error().what);
  }
}

}  // namespace arkive::directory
