/// RunPacks: the one or two packs that a run writes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stores/git/pack_writer.h"

namespace arkive::git {

/// What will have versions (trees, lists, records, commits) stands in a pack that the next run carries on, so
/// that a new version can be a delta. Much content that will not (most of a first run) gets a pack of its
/// own, which is never copied. One thread at a time.
class RunPacks {
 public:
  /// `objects` is borrowed. `carried`: of the run before, or null.
  static Result<std::unique_ptr<RunPacks>> create(const std::string& repository, ObjectStore& objects,
                                                  std::shared_ptr<const PackFile> carried);

  /// Adds an object unless it is there.
  Status add(ObjectType type, Bytes content, const ObjectId& id);
  /// The same, as a difference from `before`, an earlier version, where that pays.
  Status add_version(ObjectType type, Bytes content, const ObjectId& id, const ObjectId& before);
  /// Adds the content of a file unless it is there. `before`: its earlier version, or null.
  Status add_content(Bytes content, const ObjectId& id, const ObjectId* before);

  /// PackWriter's, for both.
  Status seal();
  Status publish();
  void release();
  void withdraw();
  void drop_carried();
  std::vector<std::string> names() const;
  std::uint32_t added() const { return versions_->added() + (bulk_ == nullptr ? 0 : bulk_->added()); }

 private:
  RunPacks(std::string repository, ObjectStore& objects)
      : repository_(std::move(repository)), objects_(objects) {}

  std::string repository_;
  ObjectStore& objects_;
  std::unique_ptr<PackWriter> versions_;
  std::unique_ptr<PackWriter> bulk_;
  std::uint64_t content_size_ = 0;  // of the files in versions_
};

}  // namespace arkive::git
