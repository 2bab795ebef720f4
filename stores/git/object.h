/// Git's objects: ids, trees and commits as bytes (git's Documentation/technical and gitformat-pack(5)).
/// Everything here is a value; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/hash.h"
#include "stores/core/result.h"

namespace arkive::git {

using ObjectId = Sha1Digest;

/// Numbered as in a pack.
enum class ObjectType : std::uint8_t { kCommit = 1, kTree = 2, kBlob = 3, kTag = 4 };

struct Object {
  ObjectType type = ObjectType::kBlob;
  std::string content;
};

/// "commit", "tree", "blob", "tag".
std::string_view type_name(ObjectType type);

/// sha1("<type> <size>\0" content).
ObjectId hash_object(ObjectType type, Bytes content);

/// 40 hex digits; kUsage otherwise.
Result<ObjectId> parse_object_id(std::string_view text);

/// One line of a tree. `name` points into the tree's bytes.
struct TreeEntry {
  std::string_view name;
  ObjectId id{};
  bool is_directory = false;
};

/// The entries of a tree, ascending by name (git itself sorts a directory as "name/"). kCorrupt when `raw` is
/// not a tree.
Result<std::vector<TreeEntry>> parse_tree(Bytes raw);
/// The same for a large tree: where each entry begins, a tenth of the memory; less than 4 GiB.
Result<std::vector<std::uint32_t>> tree_entry_offsets(Bytes raw);
TreeEntry tree_entry_at(Bytes raw, std::uint32_t offset);

/// Appends an entry to a tree's bytes; the caller keeps git's order.
void append_tree_entry(std::string& raw, std::string_view name, bool is_directory, const ObjectId& id);

struct Commit {
  ObjectId tree{};
  std::vector<ObjectId> parents;
  std::string host;           ///< author and committer are "arkive <arkive@host>"; not filled by parse_commit
  std::int64_t started = 0;   ///< author time, Unix seconds
  std::int64_t finished = 0;  ///< committer time
  std::string message;
};

std::string format_commit(const Commit& commit);
/// kCorrupt when `raw` is not a commit.
Result<Commit> parse_commit(Bytes raw);

}  // namespace arkive::git
