/// Walks what really lies in a directory of the store, links not followed.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <string>
#include <string_view>

#include "stores/core/result.h"
#include "stores/directory/layout.h"

namespace arkive::directory {

/// Anything but "." and "..".
struct WalkedFile {
  std::string_view path;  ///< below the top
  int directory = -1;     ///< where it lies, open
  std::string name;
  struct stat facts = {};
};

/// Visits everything below `top` in the order of a file tree, a directory before what it holds. Any depth. No
/// such directory is kNotFound. Files that go while it walks are passed over.
Status walk_tree(const Root& root, const std::string& top,
                 const std::function<Status(const WalkedFile&)>& visit);

}  // namespace arkive::directory
