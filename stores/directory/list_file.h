/// The list of hashes beside a tree, as a file of the store.
#pragma once

#include "stores/directory/layout.h"
#include "stores/layout/hash_list.h"

namespace arkive::directory {

/// Opens the list of `location`, which lies in `parent`. A missing list is kCorrupt: a manifest names it.
Result<HashListReader> open_list(int parent, const Root& root, const Location& location);

/// Creates `name` in `directory` (it must not exist); errors call it `object`. Not durable by itself: the run
/// syncs the whole file system once.
Result<HashListWriter> create_list(int directory, const char* name, std::string object);

}  // namespace arkive::directory
