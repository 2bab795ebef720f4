/// Places that runs are written to, several at once: all are looked at before the first of them is made.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/places/repositories.h"

namespace arkive::tools {

/// What opening `name` with mode.create would refuse, with nothing made, written or locked: also a key that
/// is not its, and a directory in which this user may not write (kDenied). Where there is nothing yet, ok().
Status check_openable(const RepositoryName& name, const OpenMode& mode);

/// The places of `texts`, in their order. kUsage for one that is named twice, and for a key where none of
/// them is a store.
Result<std::vector<RepositoryName>> parse_destinations(const std::vector<std::string>& texts,
                                                       const KeyOptions& key);

/// All of them opened, in their order, and made where there is none; once check_openable() refuses none. A
/// history is opened without the key.
Result<std::vector<std::unique_ptr<Repository>>> open_destinations(const std::vector<RepositoryName>& names,
                                                                   const OpenMode& mode);

/// Nothing stands at `path`, or a directory in which no store and no history has been made yet.
bool is_new_place(const std::string& path);
/// `path`, or the nearest above it that is there.
std::string nearest_directory(std::string path);

/// Writes where that is harmless: a file in the directory `path`, or in the nearest one above it that there
/// is, which is removed again. Errors name that directory.
Status try_to_write(const std::string& path);

/// Writes into a store that is there what it holds already, its arkive.json, on the condition that there is
/// none, with all that every object is written with: rights, encryption, retention. Before that the lock of a
/// run of `cluster` is taken and given back; kConflict: somebody holds it.
Status try_to_write(const RepositoryName& store, const KeyOptions& key, const std::string& cluster);

}  // namespace arkive::tools
