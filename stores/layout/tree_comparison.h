/// Holds a file tree that is being written against the last one, by their lists of hashes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "stores/layout/hash_list.h"
#include "stores/manifest/manifest.h"
#include "stores/repository.h"

namespace arkive::layout {

/// One thread at a time.
class TreeComparison {
 public:
  /// Null: no base, every file is new. `base` is at its beginning, and was checked as a whole.
  explicit TreeComparison(std::unique_ptr<HashListReader> base) : base_(std::move(base)) {}

  /// Takes the next file. True: the base has it too, with the same hash. kUsage for a path that is none of a
  /// tree or lies below a file, kFail for one that does not come after the last.
  Result<bool> take(std::string_view path, std::uint64_t size, const Sha256Digest& sha256);
  /// After the last file. `first`: there was no base.
  Result<RunWriter::TreeOutcome> finish();

  bool has_base() const { return base_ != nullptr; }
  /// Of the files so far, all are those of the base and none of its files was left out.
  bool all_equal() const { return has_base() && outcome_.change_count == 0; }
  /// Files and bytes so far; no hash.
  const TreePart& totals() const { return totals_; }

 private:
  Status begin();
  Status next_line();
  void note(FileChange::What what, std::string_view path);

  std::unique_ptr<HashListReader> base_;
  bool begun_ = false;
  const HashLine* line_ = nullptr;  ///< of the base, the next to compare with; null at its end
  std::string last_path_;
  TreePart totals_;
  RunWriter::TreeOutcome outcome_;
};

}  // namespace arkive::layout
