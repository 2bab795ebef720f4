#include "stores/git/maintenance.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "stores/core/fault.h"
#include "stores/core/files.h"
#include "stores/git/git_command.h"

namespace arkive::git {

namespace {

constexpr std::ptrdiff_t kMostPacks = 50;
constexpr std::time_t kDay = 24 * 60 * 60;

std::uint64_t packs_size(const std::string& directory) {
  std::uint64_t size = 0;
  for (const std::string& name : list_directory(directory).value_or(std::vector<std::string>())) {
    struct stat facts = {};
    if (::lstat((directory + "/" + name).c_str(), &facts) == 0)
      size += static_cast<std::uint64_t>(facts.st_size);
  }
  return size;
}

}  // namespace

Result<std::uint64_t> repack(const std::string& repository, Deadline deadline) {
  const std::string packs = repository + "/objects/pack";
  const std::uint64_t before = packs_size(packs);
  ARKIVE_FAULT_POINT();
  ARKIVE_ASSIGN(const Finished finished, run_git(repository, {"repack.writeBitmaps=false", "core.fsync=all"},
                                                 {"repack", "-a", "-d", "-q"}, deadline));
  if (!finished.succeeded()) {
    return fail(Outcome::kFail, "repack '" + printable(repository) + "': " + last_words(finished));
  }
  const std::uint64_t after = packs_size(packs);
  return before - std::min(before, after);
}

bool wants_repack(const std::string& repository) {
  const auto names = list_directory(repository + "/objects/pack");
  return names && std::count_if(names->begin(), names->end(),
                                [](const std::string& name) { return name.ends_with(".pack"); }) > kMostPacks;
}

void remove_old_leftovers(const std::string& repository) {
  const std::string packs = repository + "/objects/pack";
  for (const std::string& name : list_directory(packs).value_or(std::vector<std::string>())) {
    if (!name.starts_with("tmp_") && !name.starts_with(".tmp-")) continue;
    const std::string path = packs + "/" + name;
    struct stat facts = {};
    if (::lstat(path.c_str(), &facts) == 0 && std::time(nullptr) - facts.st_mtime > kDay)
      ::unlink(path.c_str());
  }
}

}  // namespace arkive::git
