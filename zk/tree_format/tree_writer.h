/// Tree -> files (docs/format-tree.md).
#pragma once

#include <string>

#include "stores/file_tree.h"
#include "zk/application.h"
#include "zk/source.h"
#include "zk/tree.h"
#include "zk/tree_format/redactor.h"

namespace arkive::zk {

struct TreeWriteOptions {
  std::string cluster;
  std::vector<ApplicationAt> applications;  ///< for views and secrets
  const Redactor* redactor = nullptr;       ///< null: secrets are written as they are
};

struct TreeTotals {
  std::string sha256;  ///< TreeDigest, hex
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// Writes arkive.json, znodes/, acls/, kinds/, names/ and views/ in the order a FileTreeWriter asks for.
/// Znodes with kUnknownAcl are an error of the caller (kFail).
Result<TreeTotals> write_tree(const Tree& tree, const TreeWriteOptions& options, FileTreeWriter& to);

/// Writes the run's record: stats/, ephemerals, unreadable, ... (docs/format-tree.md, section "The record").
Result<TreeTotals> write_record(const Reading& reading, FileTreeWriter& to);

/// The contents that write_tree will give to add() for znodes/, as far as they do not depend on ACLs: for
/// FileTreeWriter::store_early.
ContentWalk early_contents(const Tree& tree, const TreeWriteOptions& options);

}  // namespace arkive::zk
