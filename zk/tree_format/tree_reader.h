/// Files -> Tree, Znode, ACLs (docs/format-tree.md). Every reader checks what it reads: an edited or damaged
/// file is kCorrupt and named.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stores/file_tree.h"
#include "stores/repository.h"
#include "zk/application.h"
#include "zk/source.h"
#include "zk/tree.h"
#include "zk/tree_format/tree_writer.h"

namespace arkive::zk {

/// Reads the znodes at and below `path` (with their parents as empty shells) from a tree; with stats when
/// `record` is given and holds them. kNotFound when there is no such znode. kUsage for an unknown format
/// version.
Result<Tree> read_tree(const FileTreeReader& tree, const FileTreeReader* record = nullptr,
                       std::string_view path = "/");

/// One znode; nothing when it is not there. Costs a few small reads.
Result<std::optional<Znode>> read_znode(const FileTreeReader& tree, const FileTreeReader* record,
                                        std::string_view path);

/// Names of a znode's children, ascending bytewise.
Result<std::vector<std::string>> read_children(const FileTreeReader& tree, std::string_view path);

/// The lists of the record.
Result<std::vector<EphemeralZnode>> read_ephemerals(const FileTreeReader& record);
Result<std::vector<UnreadableZnode>> read_unreadable(const FileTreeReader& record);
Result<std::vector<std::string>> read_masked_acls(const FileTreeReader& record);
Result<std::vector<std::string>> read_null_or_empty(const FileTreeReader& record);
Result<std::vector<std::string>> read_still_moving(const FileTreeReader& record);

/// ACLs of an earlier run for Source (path, czxid, ctime, aversion must agree). Borrows both readers.
std::unique_ptr<KnownAcls> known_acls(const FileTreeReader& tree, const FileTreeReader& record);

/// Where single znodes are looked up for describing changes.
using ZnodeLookup = std::function<Result<std::optional<Znode>>(std::string_view path)>;
ZnodeLookup lookup_in(const FileTreeReader& tree, const FileTreeReader* record);
ZnodeLookup lookup_in(const Tree& tree);  ///< borrows `tree`
/// As what write_tree() writes with these options will read: redacted when they say so. Borrows `tree` and
/// what `options` points to.
ZnodeLookup lookup_in(const Tree& tree, const TreeWriteOptions& options);

/// The znodes touched by file changes (a leaf that became a directory is one change, a changed ACL list names
/// its children). Ascending by path; znodes equal on both sides (a view changed, a leaf moved to %self) are
/// left out. `before_tree`, `after_tree` are needed for lists (acls, kinds, names); `after_tree` may be null
/// when only `after` can be asked (a tree not yet committed): then list changes are resolved by comparing
/// `before`'s list with the children in `after_znodes` (as redacted by `redactor`, when given).
Result<std::vector<ZnodeChange>> znode_changes(const std::vector<FileChange>& files,
                                               const ZnodeLookup& before, const ZnodeLookup& after,
                                               const FileTreeReader& before_tree,
                                               const FileTreeReader* after_tree, const Tree* after_znodes,
                                               const Redactor* redactor = nullptr);

/// Checks the tree itself: every file decodes, every list names znodes that exist, views are what the
/// applications compute (not when redacted), names are canonical. All findings, each naming its file.
Result<std::vector<Finding>> check_tree(const FileTreeReader& tree,
                                        std::span<const Application* const> applications, bool redacted);

}  // namespace arkive::zk
