#include "stores/git/run_writer.h"

#include <algorithm>

#include "stores/core/log.h"
#include "stores/git/maintenance.h"
#include "stores/git/pending_run.h"
#include "stores/git/run_index.h"
#include "stores/git/run_layout.h"
#include "stores/git/trailers.h"

namespace arkive::git {

namespace {

/// A pack up to this size, or half of all, is carried on by the next run: that is cheaper than thousands of
/// small packs, and new versions can be deltas. A larger one is left as it is and another one begun.
constexpr std::uint64_t kMostCarried = 32 << 20;
constexpr std::size_t kMostLooseReferences = 128;

/// The pack of the newest run. Others' means of keeping a pack are respected.
std::shared_ptr<const PackFile> find_carried(const std::string& repository, const ObjectStore& objects,
                                             const std::optional<ObjectId>& newest) {
  if (!newest || path_exists(repository + "/objects/pack/multi-pack-index")) return nullptr;
  std::uint64_t all = 0;
  std::shared_ptr<const PackFile> found;
  for (const auto& pack : objects.packs()) {
    all += pack->bytes().size();
    if (pack->find(*newest)) found = pack;
  }
  if (found == nullptr || found->bytes().size() > std::max(kMostCarried, all / 2)) return nullptr;
  if (path_exists(found->stem() + ".keep") || path_exists(found->stem() + ".promisor")) return nullptr;
  if (auto whole = found->check_whole(); !whole) {
    // A copy would hide the damage behind a new checksum.
    log_warning(whole.error().what + "; it is left as it is, arkive verify tells what it held");
    return nullptr;
  }
  return found;
}

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

GitRunWriter::GitRunWriter(FileLock lock, std::unique_ptr<ObjectStore> objects, References& references,
                           Beginning beginning)
    : lock_(std::move(lock)),
      objects_(std::move(objects)),
      references_(references),
      beginning_(std::move(beginning)) {}

Result<std::unique_ptr<RunWriter>> GitRunWriter::create(FileLock lock, std::unique_ptr<ObjectStore> objects,
                                                        References& references, Beginning beginning) {
  std::unique_ptr<GitRunWriter> writer(
      new GitRunWriter(std::move(lock), std::move(objects), references, std::move(beginning)));
  const Beginning& from = writer->beginning_;
  writer->carried_ = find_carried(from.repository, *writer->objects_, from.earlier_run);
  ARKIVE_ASSIGN(writer->packs_, RunPacks::create(from.repository, *writer->objects_, writer->carried_));
  writer->tree_ = std::make_unique<TreeBuilder>(*writer->objects_, *writer->packs_,
                                                TreeBuilder::Files::kMixed, from.tree);
  writer->record_ = std::make_unique<TreeBuilder>(*writer->objects_, *writer->packs_,
                                                  TreeBuilder::Files::kLists, from.earlier_record);
  return std::unique_ptr<RunWriter>(std::move(writer));
}

Result<RunWriter::TreeOutcome> GitRunWriter::finish_tree() {
  ARKIVE_ASSIGN(tree_id_, tree_->finish());
  TreeOutcome outcome;
  outcome.first = !beginning_.tree;
  outcome.changed = tree_id_ != beginning_.tree;
  outcome.changes = tree_->changes();
  outcome.change_count = tree_->change_count();
  return outcome;
}

Result<ObjectId> GitRunWriter::add_branch_commit(const Manifest& manifest, std::string_view message) {
  Commit commit;
  commit.tree = *tree_id_;
  if (beginning_.tip) commit.parents.push_back(*beginning_.tip);
  commit.host = manifest.host;
  commit.started = manifest.started / 1000;
  commit.finished = manifest.finished / 1000;
  std::vector<std::pair<std::string_view, std::string>> trailers;
  if (manifest.missing_count != 0 || !manifest.whole) {
    trailers.emplace_back(kMissingTrailer, std::to_string(manifest.missing_count));
  }
  if (manifest.redacted) trailers.emplace_back(kRedactedTrailer, "yes");
  trailers.emplace_back(kRunTrailer, manifest.id);
  trailers.emplace_back(kTreeTrailer, manifest.tree.sha256);
  commit.message = add_trailers(message, trailers);
  const std::string raw = format_commit(commit);
  const ObjectId id = hash_object(ObjectType::kCommit, raw);
  ARKIVE_TRY(packs_->add(ObjectType::kCommit, raw, id));
  return id;
}

Result<ObjectId> GitRunWriter::add_run_commit(const Manifest& manifest, const ObjectId& record) {
  const std::string text = manifest.to_json();
  const ObjectId blob = hash_object(ObjectType::kBlob, text);
  ARKIVE_TRY(packs_->add(ObjectType::kBlob, text, blob));
  std::string tree;
  append_tree_entry(tree, kManifestFile, false, blob);
  append_tree_entry(tree, kRecordDirectory, true, record);
  const ObjectId tree_id = hash_object(ObjectType::kTree, tree);
  ARKIVE_TRY(packs_->add(ObjectType::kTree, tree, tree_id));
  Commit commit;
  commit.tree = tree_id;
  commit.host = manifest.host;
  commit.started = manifest.started / 1000;
  commit.finished = manifest.finished / 1000;
  commit.message = "run " + manifest.id + " of " + manifest.cluster + "\n";
  const std::string raw = format_commit(commit);
  const ObjectId id = hash_object(ObjectType::kCommit, raw);
  ARKIVE_TRY(packs_->add(ObjectType::kCommit, raw, id));
  return id;
}

Result<Manifest> GitRunWriter::commit(Manifest manifest, std::string_view message) {
  if (!tree_id_) return fail(Outcome::kFail, "commit run '" + beginning_.id + "': its tree is not finished");
  ARKIVE_ASSIGN(const ObjectId record, record_->finish());
  manifest.id = beginning_.id;
  manifest.cluster = beginning_.cluster;
  manifest.changed = tree_id_ != beginning_.tree;
  ObjectId tip{};
  if (manifest.changed) {
    ARKIVE_ASSIGN(tip, add_branch_commit(manifest, message));
  } else {
    tip = *beginning_.tip;
  }
  manifest.tree.location = hex(tip);
  manifest.record.location = hex(record);
  ARKIVE_ASSIGN(const ObjectId run, add_run_commit(manifest, record));
  ARKIVE_TRY(packs_->seal());
  ARKIVE_TRY(publish(run, tip));
  tidy();
  return manifest;
}

/// The run's reference is the commit point: before it, recover() undoes the run; after it, recover()
/// finishes.
Status GitRunWriter::publish(const ObjectId& run, const ObjectId& tip) {
  PendingRun pending;
  pending.run = run_name(beginning_.cluster, beginning_.id);
  pending.branch = branch_name(beginning_.cluster);
  pending.before = beginning_.tip;
  pending.after = tip;
  pending.packs = packs_->names();
  if (carried_ != nullptr) pending.replaced = file_name(carried_->stem());
  ARKIVE_TRY(pending.write(beginning_.repository));
  Status status = packs_->publish();
  if (status) {
    status = references_.record_run({pending.run, run}, pending.branch, pending.before, pending.after);
  }
  if (status) return ok();
  // What could not be taken back now, the next run finishes.
  const auto made = references_.find(pending.run);
  const auto tip_now = references_.find(pending.branch);
  const bool moves = pending.before != pending.after;
  if (made && !*made && tip_now && !(moves && *tip_now == pending.after)) {
    packs_->withdraw();
    PendingRun::forget(beginning_.repository);
  }
  return status;
}

/// The run is committed: from here on nothing may fail it.
void GitRunWriter::tidy() const {
  packs_->release();
  if (auto pointed = references_.point_head(branch_name(beginning_.cluster)); !pointed) {
    log_warning(pointed.error().what);
  }
  packs_->drop_carried();
  const auto loose = list_directory(beginning_.repository + "/" + run_prefix(beginning_.cluster));
  if (loose && loose->size() > kMostLooseReferences) {
    if (auto packed = references_.pack(); !packed) log_warning(packed.error().what);
  }
  PendingRun::forget(beginning_.repository);
  if (wants_repack(beginning_.repository)) {
    if (auto freed = repack(beginning_.repository, Deadline::never()); !freed)
      log_warning(freed.error().what);
  }
}

}  // namespace arkive::git
