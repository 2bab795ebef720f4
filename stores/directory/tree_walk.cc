#include "stores/directory/tree_walk.h"

#include <fcntl.h>

#include <cerrno>
#include <vector>

#include "stores/core/interrupt.h"
#include "stores/directory/beneath.h"

namespace arkive::directory {

namespace {

/// A directory on the way down.
struct Level {
  std::string path;  ///< in the store
  std::vector<std::string> names;
  std::size_t next = 0;
};

}  // namespace

Status walk_tree(const Root& root, const std::string& top,
                 const std::function<Status(const WalkedFile&)>& visit) {
  DirectoryCursor cursor(root.fd.get(), root.path, IfMissing::kFail);
  std::vector<Level> levels;
  const auto enter = [&](std::string path) -> Status {
    ARKIVE_TRY(check_interrupt("walk the store"));
    ARKIVE_ASSIGN(const int fd, cursor.go_to(path));
    ARKIVE_ASSIGN(std::vector<std::string> names, names_in(fd, root.object(path)));
    levels.push_back({std::move(path), std::move(names)});
    return ok();
  };
  ARKIVE_TRY(enter(top));
  while (!levels.empty()) {
    Level& level = levels.back();
    if (level.next == level.names.size()) {
      levels.pop_back();
      continue;
    }
    WalkedFile file;
    file.name = std::move(level.names[level.next++]);
    std::string path = level.path + "/" + file.name;
    file.path = std::string_view(path).substr(top.size() + 1);
    ARKIVE_ASSIGN(file.directory, cursor.go_to(level.path));
    if (::fstatat(file.directory, file.name.c_str(), &file.facts, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      return fail(system_error("look at", root.object(path), errno));
    }
    ARKIVE_TRY(visit(file));
    if (S_ISDIR(file.facts.st_mode)) ARKIVE_TRY(enter(std::move(path)));
  }
  return ok();
}

}  // namespace arkive::directory
