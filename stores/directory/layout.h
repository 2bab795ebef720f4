/// What a store in a directory has besides the keys of stores/layout. Paths here are relative to it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "stores/core/handle.h"
#include "stores/core/result.h"
#include "stores/layout/keys.h"

namespace arkive::directory {

using namespace layout;  // NOLINT(google-build-using-namespace): what all kinds of stores share

/// The store's own directory, held open; everything is reached from `fd` without following links. Shared by
/// the repository and the readers and writers it gave out.
struct Root {
  std::string path;  ///< as the user named it, for errors
  UniqueFd fd;
  /// "PATH/below", what errors call a file.
  std::string object(std::string_view below) const;
};
using SharedRoot = std::shared_ptr<const Root>;

/// ".<id>.partial" in "trees/<cluster>": a run being written. Killed writers leave such a directory behind.
std::string partial_name(std::string_view id);
bool is_partial_name(std::string_view name);

}  // namespace arkive::directory
