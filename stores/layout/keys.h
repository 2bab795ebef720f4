/// Where things lie in a store (docs/format-store.md): keys of objects, which in a directory are paths below
/// it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::layout {

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
/// "tree", "record": a word for it, and the directory in "trees/<cluster>/<id>".
const char* directory_name(Part part);
/// "tree.tar.zst", "record.tar.zst": the object there that holds all its files.
const char* tar_name(Part part);
/// "files.sha256.zst", "record.sha256.zst": the list of its hashes, beside it.
const char* list_name(Part part);

/// How a store keeps the files of a tree.
enum class Form : std::uint8_t { kFiles, kTar };

/// "trees/<cluster>/<id>/tree", or ".../tree.tar.zst", as a manifest's TreePart::location says it.
struct Location {
  std::string cluster;
  std::string run_id;
  Part part = Part::kTree;
  Form form = Form::kFiles;
  std::string to_string() const;
  /// "trees/<cluster>/<id>", which holds files and list.
  std::string parent() const;
  /// The key of the list of hashes.
  std::string list() const;
};
/// kCorrupt when `text` is not the location of a `part` of `cluster`: a manifest must not lead out of its
/// store. kUsage when it is one of another form.
Result<Location> parse_location(std::string_view text, std::string_view cluster, Part part, Form form);

/// kUsage unless `path` is one that a tree in a store may hold: that of a FileTreeWriter, without a newline
/// (the list of hashes holds a path a line).
Status check_tree_path(std::string_view path);

/// The directory and the last part of a path: ("a/b", "c"), ("", "c").
struct SplitPath {
  std::string_view directory;
  std::string_view name;
};
SplitPath split_path(std::string_view path);

}  // namespace arkive::layout
