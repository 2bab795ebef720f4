#include "stores/objects/run_writer.h"

#include "stores/core/log.h"
#include "stores/proof/run_signer.h"

namespace arkive::objects {

using namespace layout;  // NOLINT(google-build-using-namespace): what all kinds of stores share

namespace {

/// The part of the last run to compare with; none when its manifest names no place for it.
std::optional<Base> base_of(const Manifest* last, Part part) {
  if (last == nullptr) return std::nullopt;
  const TreePart& facts = part == Part::kTree ? last->tree : last->record;
  auto location = parse_location(facts.location, last->cluster, part, Form::kTar);
  if (!location) return std::nullopt;
  return Base{std::move(*location), facts};
}

}  // namespace

ObjectRunWriter::ObjectRunWriter(SharedStore store, std::unique_ptr<StoreLock> lock, std::string cluster,
                                 std::string id, const Manifest* last,
                                 std::shared_ptr<const proof::SigningKey> signing_key)
    : store_(std::move(store)),
      lock_(std::move(lock)),
      cluster_(std::move(cluster)),
      id_(std::move(id)),
      signing_key_(std::move(signing_key)),
      tree_(store_, {cluster_, id_, Part::kTree, Form::kTar}, base_of(last, Part::kTree)),
      record_(store_, {cluster_, id_, Part::kRecord, Form::kTar}, base_of(last, Part::kRecord)) {}

/// What fails here is removed by the next run: the trees only once no manifest can name them.
ObjectRunWriter::~ObjectRunWriter() {
  if (committed_) return;
  const auto removed = [&]() -> Status {
    if (!manifest_json_.empty()) ARKIVE_TRY(take_back_manifest());
    return remove_parts();
  }();
  if (!removed) {
    log_warning("what run " + id_ + " had written stays until the next run: " + removed.error().what);
  }
}

Result<RunWriter::TreeOutcome> ObjectRunWriter::finish_tree() {
  auto outcome = tree_.finish();
  if (outcome) tree_changed_ = outcome->changed;
  return outcome;
}

/// Says in the manifest where a part lies, after a look whether the caller speaks of the same files.
Status ObjectRunWriter::place(const PartWriter& writer, TreePart& to) const {
  const TreePart& totals = writer.totals();
  if (to.sha256 != totals.sha256 || to.files != totals.files || to.bytes != totals.bytes) {
    return fail(Outcome::kFail, "commit run '" + id_ + "': the totals of its " +
                                    directory_name(writer.location().part) +
                                    " in the manifest are not those of the files that were written");
  }
  to.location = totals.location;
  return ok();
}

/// Who slept so long that he lost the lock may have been taken for dead, and his trees for leftovers.
Status ObjectRunWriter::look_after(const PartWriter& writer) const {
  if (!writer.written()) return ok();
  for (const std::string& key : {writer.location().to_string(), writer.location().list()}) {
    const auto object = store_->head(key, Deadline::never());
    if (!object) return fail(object.error().within("commit run '" + id_ + "'"));
  }
  return ok();
}

Result<Manifest> ObjectRunWriter::commit(Manifest manifest, std::string_view) {
  if (!tree_changed_) {
    return fail(Outcome::kFail, "commit run '" + id_ + "': its tree is not finished");
  }
  ARKIVE_TRY(record_.finish());
  manifest.id = id_;
  manifest.cluster = cluster_;
  // A copy of a signed run says what its owner said.
  if (manifest.proof.signature.empty()) manifest.changed = *tree_changed_;
  ARKIVE_TRY(place(tree_, manifest.tree));
  ARKIVE_TRY(place(record_, manifest.record));
  ARKIVE_TRY(store_->settle(Deadline::never()));
  ARKIVE_TRY(look_after(tree_));
  ARKIVE_TRY(look_after(record_));
  ARKIVE_ASSIGN(const proof::ReadyManifest ready,
                proof::ready_manifest(*store_, manifest, signing_key_.get(), Deadline::never()));
  manifest_json_ = ready.json;
  ARKIVE_TRY(
      store_->put(manifest_key(cluster_, id_), manifest_json_, PutMode::kCreateOnly, Deadline::never()));
  committed_ = true;
  return manifest;
}

/// Removes our manifest if it is there: its put failed, but perhaps only on the way back.
Status ObjectRunWriter::take_back_manifest() {
  const std::string key = manifest_key(cluster_, id_);
  const auto there = store_->get(key, 0, 0, Deadline::never());
  if (there && *there == manifest_json_) return store_->remove(key, Deadline::never());
  if (there || there.error().outcome == Outcome::kNotFound) return ok();
  return fail(there.error());
}

Status ObjectRunWriter::remove_parts() {
  for (const PartWriter* writer : {&tree_, &record_}) {
    if (!writer->written()) continue;
    ARKIVE_TRY(store_->remove(writer->location().list(), Deadline::never()));
    ARKIVE_TRY(store_->remove(writer->location().to_string(), Deadline::never()));
  }
  return ok();
}

}  // namespace arkive::objects
