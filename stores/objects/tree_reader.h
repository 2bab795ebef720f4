/// Reads a file tree that is kept as .tar.zst, beside it the list of its hashes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/layout/hash_list.h"
#include "stores/layout/keys.h"
#include "stores/objects/frame_table.h"
#include "stores/objects/object_source.h"
#include "stores/objects/tar_reader.h"
#include "stores/objects/tree_index.h"

namespace arkive::objects {

/// Opens the list of hashes of `location`. A missing one is kCorrupt.
Result<layout::HashListReader> open_list(const SharedStore& store, const layout::Location& location);

/// Every file is checked against its hash in the list, and the list against the manifest, before it is given
/// out: kCorrupt, naming the file. for_each() of all streams; read(), list() and for_each() of a part keep
/// the list in memory and read the frames they need only.
/// Entry::identity is a hash: equal contents have equal ones, whatever the run.
class ObjectTreeReader final : public FileTreeReader {
 public:
  /// `sha256`: the hash of the list, from the manifest. Reads nothing yet.
  ObjectTreeReader(SharedStore store, layout::Location location, std::string sha256);

  Result<std::string> read(std::string_view path) const override;
  Result<std::vector<Entry>> list(std::string_view directory) const override;
  Status for_each(std::string_view under,
                  const std::function<Status(std::string_view path, Bytes content)>& each) const override;

 private:
  /// A frame in which files are read one after the other.
  struct OpenFrame {
    std::string bytes;
    std::uint64_t first_file = 0;
    std::uint64_t next_file = 0;
    std::optional<TarReader> tar;  ///< borrows `bytes`
  };

  using Each = std::function<Status(std::string_view path, Bytes content)>;
  Status open_index() const;
  Status open_frame(std::uint64_t file) const;
  Status for_all(const Each& each) const;
  Status for_some(TreeIndex::Range files, const Each& each) const;
  std::string object() const { return store_->name() + "/" + key_; }

  const SharedStore store_;
  const layout::Location location_;
  const std::string key_;
  const std::string sha256_;
  mutable bool list_checked_ = false;
  mutable std::optional<TreeIndex> index_;
  mutable std::optional<FrameTable> table_;
  mutable std::unique_ptr<OpenFrame> frame_;
};

}  // namespace arkive::objects
