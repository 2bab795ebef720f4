/// The examples of docs/format-tree.md, read from the page itself.
#pragma once

#include <string>

#include "tests/support/memory_file_tree.h"
#include "zk/tree.h"

namespace arkive::zk {

/// The page.
std::string format_page();
/// The block between "```<name>" and "```".
std::string block_of_page(const std::string& name);
/// A block of lines "path | content", escaped as in C.
test::MemoryFileTree files_of_block(const std::string& block);
std::string block_of_files(const test::MemoryFileTree& files);
/// A block of lines "path | kind | ACL | data".
Tree znodes_of_block(const std::string& block);

}  // namespace arkive::zk
