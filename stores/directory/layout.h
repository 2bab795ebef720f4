/// Where things lie in a store (docs/format-store.md). Paths here are relative to the store's directory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "stores/core/handle.h"
#include "stores/core/result.h"

namespace arkive::directory {

/// The store's own directory, held open; everything is reached from `fd` without following links. Shared by
/// the repository and the readers and writers it gave out.
struct Root {
  std::string path;  ///< as the user named it, for errors
  UniqueFd fd;
  /// "PATH/below", what errors call a file.
  std::string object(std::string_view below) const;
};
using SharedRoot = std::shared_ptr<const Root>;

inline constexpr std::string_view kRuns = "runs";
inline constexpr std::string_view kTrees = "trees";
inline constexpr std::string_view kLocks = "locks";

/// "runs/<cluster>" and "trees/<cluster>".
std::string runs_of(std::string_view cluster);
std::string trees_of(std::string_view cluster);
/// "runs/<cluster>/<id>.json", the key of a manifest.
std::string manifest_key(std::string_view cluster, std::string_view id);
/// The run id in the name of a manifest file; empty when it is no such name.
std::string_view run_id_in(std::string_view manifest_file_name);

/// The two file trees of a run.
enum class Part : std::uint8_t { kTree, kRecord };
inline constexpr Part kParts[] = {Part::kTree, Part::kRecord};
/// "tree", "record": the directory in "trees/<cluster>/<id>".
const char* directory_name(Part part);
/// "files.sha256.zst", "record.sha256.zst": the list of its hashes, beside it.
const char* list_name(Part part);

/// "trees/<cluster>/<id>/tree", as a manifest's TreePart::location says it.
struct Location {
  std::string cluster;
  std::string run_id;
  Part part = Part::kTree;
  std::string to_string() const;
  /// "trees/<cluster>/<id>", which holds directory and list.
  std::string parent() const;
};
/// kCorrupt when `text` is not the location of a `part` of `cluster`: a manifest must not lead out of its
/// store.
Result<Location> parse_location(std::string_view text, std::string_view cluster, Part part);

/// ".<id>.partial" in "trees/<cluster>": a run being written. Killed writers leave such a directory behind.
std::string partial_name(std::string_view id);
bool is_partial_name(std::string_view name);

/// kUsage unless `path` is one that a tree in a store may hold: that of a FileTreeWriter, without a newline
/// (the list of hashes holds a path a line).
Status check_tree_path(std::string_view path);

/// The directory and the last part of a path: ("a/b", "c"), ("", "c").
struct SplitPath {
  std::string_view directory;
  std::string_view name;
};
SplitPath split_path(std::string_view path);

}  // namespace arkive::directory
