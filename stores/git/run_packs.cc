#include "stores/git/run_packs.h"

namespace arkive::git {

namespace {

/// So much content may stand in the pack that is copied by each run.
constexpr std::uint64_t kMostCopied = 4 << 20;

}  // namespace

Result<std::unique_ptr<RunPacks>> RunPacks::create(const std::string& repository, ObjectStore& objects,
                                                   std::shared_ptr<const PackFile> carried) {
  std::unique_ptr<RunPacks> packs(new RunPacks(repository, objects));
  ARKIVE_ASSIGN(packs->versions_, PackWriter::create(repository, objects, std::move(carried)));
  return packs;
}

Status RunPacks::add(ObjectType type, Bytes content, const ObjectId& id) {
  if (bulk_ != nullptr && bulk_->contains(id)) return ok();
  return versions_->add(type, content, id);
}

Status RunPacks::add_version(ObjectType type, Bytes content, const ObjectId& id, const ObjectId& before) {
  if (bulk_ != nullptr && bulk_->contains(id)) return ok();
  return versions_->add_version(type, content, id, before);
}

Status RunPacks::add_content(Bytes content, const ObjectId& id, const ObjectId* before) {
  if (versions_->contains(id)) return ok();
  if (content_size_ < kMostCopied || (before != nullptr && versions_->contains(*before))) {
    content_size_ += content.size();
    return before == nullptr ? add(ObjectType::kBlob, content, id)
                             : add_version(ObjectType::kBlob, content, id, *before);
  }
  if (bulk_ == nullptr) {
    ARKIVE_ASSIGN(bulk_, PackWriter::create(repository_, objects_, nullptr));
  }
  return bulk_->add(ObjectType::kBlob, content, id);
}

Status RunPacks::seal() {
  if (bulk_ != nullptr) ARKIVE_TRY(bulk_->seal());
  return versions_->seal();
}

Status RunPacks::publish() {
  if (bulk_ != nullptr) ARKIVE_TRY(bulk_->publish());
  return versions_->publish();
}

void RunPacks::release() {
  if (bulk_ != nullptr) bulk_->release();
  versions_->release();
}

void RunPacks::withdraw() {
  if (bulk_ != nullptr) bulk_->withdraw();
  versions_->withdraw();
}

void RunPacks::drop_carried() {
  versions_->drop_carried();
}

std::vector<std::string> RunPacks::names() const {
  std::vector<std::string> names = {versions_->name()};
  if (bulk_ != nullptr) names.push_back(bulk_->name());
  return names;
}

}  // namespace arkive::git
