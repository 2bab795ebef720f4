/// Writes one of the two file trees of a run: a .tar.zst and the list of its hashes. When all files are those
/// of the last run, both are dropped and the run shares the last run's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stores/layout/keys.h"
#include "stores/layout/tree_comparison.h"
#include "stores/objects/object_source.h"
#include "stores/objects/tar_writer.h"

namespace arkive::objects {

/// The same part of the last committed run.
struct Base {
  layout::Location location;
  TreePart part;
};

/// One thread at a time. Whoever owns it removes the objects when the run is given up.
class PartWriter final : public FileTreeWriter {
 public:
  /// A base whose list of hashes is damaged is not compared with, with a warning.
  PartWriter(SharedStore store, layout::Location location, std::optional<Base> base);

  Status add(std::string_view path, Bytes content, const Sha256Digest& sha256) override;
  /// `first`: there was no base, or none that could be used. A base whose .tar.zst is missing or cut short is
  /// not shared. Durable the objects are not yet.
  Result<RunWriter::TreeOutcome> finish();

  /// After finish(): was a tree written? Otherwise it is the base's.
  bool written() const { return written_; }
  /// After finish(): files, bytes, hash and location of the tree.
  const TreePart& totals() const { return totals_; }
  const layout::Location& location() const { return location_; }

 private:
  void begin();
  Result<bool> can_share_base() const;

  const SharedStore store_;
  const layout::Location location_;
  const std::optional<Base> base_;
  std::optional<layout::TreeComparison> comparison_;  ///< once begun, with the two below
  std::optional<TarWriter> tar_;
  std::optional<layout::HashListWriter> list_;
  TreePart totals_;
  bool written_ = false;
};

}  // namespace arkive::objects
