/// References: the names in a bare repository, through libgit2. Every change is a compare-and-swap under
/// git's own locks, and durable on return.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/git/object.h"

struct git_config;
struct git_repository;

namespace arkive::git {

/// The format of arkive in a repository that this program writes and reads (arkive.format in its config).
inline constexpr int kRepositoryFormat = 1;

/// One thread at a time.
class References {
 public:
  struct Reference {
    std::string name;
    ObjectId id{};
  };

  /// Opens a repository. kNotFound when nothing is at `path`; kUsage when that is no repository, has a work
  /// tree, or was written by a newer arkive.
  static Result<std::unique_ptr<References>> open(const std::string& path);
  /// Makes an empty repository at `path`, where nothing or an empty directory is; durable on return.
  static Status create(const std::string& path);
  ~References();

  /// Writes arkive's settings into the configuration, unless they are there.
  Status adopt();
  /// False in a repository that only git has touched so far (a fresh clone).
  bool adopted() const { return adopted_; }

  Result<std::optional<ObjectId>> find(const std::string& name) const;
  /// All whose name begins with `prefix`, ascending by name.
  Result<std::vector<Reference>> list(const std::string& prefix) const;

  /// Makes `created` (kConflict when it exists) and then, when it differs, moves `branch` from `before`
  /// (none: makes it) to `after`. The branch is locked before anything is made: when somebody else has moved
  /// it, the result is kConflict and nothing has changed. After another error, both or neither stand.
  Status record_run(const Reference& created, const std::string& branch,
                    const std::optional<ObjectId>& before, const ObjectId& after);
  /// Moves a branch from `before` to `after`; none: it is not there.
  Status move_branch(const std::string& branch, const std::optional<ObjectId>& before,
                     const std::optional<ObjectId>& after);
  /// Absent is success.
  Status remove(const std::vector<std::string>& names);
  /// Lets HEAD point to `branch` when it points to nothing that exists.
  Status point_head(const std::string& branch);
  /// Adds to the count of runs pruned since the last repack, and returns it.
  Result<std::int64_t> add_pruned(std::int64_t runs);
  /// Puts the references, each a file so far, into one file.
  Status pack();

 private:
  struct Closer {
    void operator()(git_repository* repository) const noexcept;
  };
  References() = default;
  /// Those of `reference`, "refs/...": libgit2 makes them too, but syncs the last one alone.
  Status make_directories_durably(const std::string& reference);
  /// Durable and atomic. Under the lock of the repository.
  Status change_configuration(const std::function<Status(git_config*)>& change);

  std::unique_ptr<git_repository, Closer> repository_;
  bool adopted_ = false;
};

}  // namespace arkive::git
