#include "stores/directory/unfinished.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stores/core/files.h"
#include "stores/core/handle.h"
#include "stores/core/log.h"
#include "stores/core/system_call.h"
#include "stores/core/time.h"
#include "stores/directory/beneath.h"
#include "stores/layout/keys.h"

namespace arkive::directory {
namespace {

constexpr int kDeepest = 256;  // a key has no more parts

class Sweep {
 public:
  Sweep(const Root& root, UnixMilliseconds before) : root_(root), before_(before) {}

  /// `directory` is "" or ends with '/'.
  Status sweep(int fd, const std::string& directory, int depth) {
    if (depth > kDeepest) return ok();
    ARKIVE_ASSIGN(const std::vector<std::string> names, names_in(fd, root_.object(directory)));
    for (const std::string& name : names) {
      struct stat facts = {};
      if (::fstatat(fd, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) continue;
        return fail(system_error("look at", root_.object(directory + name), errno));
      }
      if (S_ISDIR(facts.st_mode)) {
        if (directory.empty() && name == kTrees) continue;
        const UniqueFd below(::openat(fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!below && errno == ENOENT) continue;
        if (!below) return fail(system_error("look at", root_.object(directory + name), errno));
        ARKIVE_TRY(sweep(below.get(), directory + name + "/", depth + 1));
      } else if (S_ISREG(facts.st_mode) && name.starts_with(kTemporaryFilePrefix) && is_old(facts)) {
        if (traced([&] { return ::unlinkat(fd, name.c_str(), 0); }) != 0 && errno != ENOENT)
          return fail(system_error("remove", root_.object(directory + name), errno));
        ++removed;
      }
    }
    return ok();
  }

  std::size_t removed = 0;

 private:
  bool is_old(const struct stat& facts) const {
    return UnixMilliseconds{facts.st_mtim.tv_sec} * 1000 + facts.st_mtim.tv_nsec / 1'000'000 < before_;
  }

  const Root& root_;
  const UnixMilliseconds before_;
};

}  // namespace

Status remove_temporary_files(const Root& root, std::chrono::milliseconds age) {
  Sweep sweep(root, wall_clock_now() - age.count());
  ARKIVE_TRY(sweep.sweep(root.fd.get(), "", 0));
  if (sweep.removed > 0)
    log_info("removed " + std::to_string(sweep.removed) + " temporary files of writers that were killed");
  return ok();
}

}  // namespace arkive::directory
