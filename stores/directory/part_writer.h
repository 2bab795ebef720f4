/// Writes one of the two file trees of a run, at first only on paper: as long as every file is that of the
/// last run, nothing is written, and when all are, the run shares the last run's tree. At the first
/// difference a tree of its own is begun, the files so far are hard-linked into it, and the rest follows.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "stores/directory/beneath.h"
#include "stores/directory/file_workers.h"
#include "stores/directory/layout.h"
#include "stores/directory/list_file.h"
#include "stores/layout/tree_comparison.h"
#include "stores/manifest/manifest.h"
#include "stores/repository.h"

namespace arkive::directory {

/// The same part of the last committed run.
struct Base {
  Location location;
  TreePart part;
};

/// One thread at a time. Whoever owns it removes the partial directory when the run is given up.
class PartWriter final : public FileTreeWriter {
 public:
  /// `partial` ("trees/<cluster>/.<id>.partial") is created when it is needed. A base whose list of hashes is
  /// damaged is not used: all is written anew, with a warning.
  PartWriter(SharedRoot root, std::string partial, Part part, std::optional<Base> base);
  ~PartWriter() override;

  /// A file whose last copy is missing, of another size, readable by others or no plain file is written
  /// anew, though its hash did not change.
  Status add(std::string_view path, Bytes content, const Sha256Digest& sha256) override;
  /// `first`: there was no base, or none that could be used. Waits for all files; durable they are not yet.
  Result<RunWriter::TreeOutcome> finish();

  /// After finish(): was a tree written? Otherwise it is the base's.
  bool written() const { return output_ != nullptr; }
  /// After finish(): files, bytes and hash of the whole tree; the location only when it is the base's.
  const TreePart& totals() const { return totals_; }

 private:
  struct Output;
  struct Original;

  void open_base();
  Status begin_output();
  Status put(std::string_view path, Bytes content, const Sha256Digest& sha256, bool link);
  bool is_intact(std::string_view path, std::size_t size);

  const SharedRoot root_;
  const std::string partial_;
  const Part part_;
  const std::optional<Base> candidate_;
  std::unique_ptr<Original> base_;            ///< null: none, or not usable
  std::optional<TreeComparison> comparison_;  ///< once begun
  std::unique_ptr<Output> output_;            ///< null as long as all is equal; borrows from `base_`
  std::uint64_t equal_ = 0;                   ///< files before `output_` began: all are those of the base
  TreePart totals_;
};

}  // namespace arkive::directory
