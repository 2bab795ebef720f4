#include "restore-plans/rehearse/program_cache.h"

#include <cerrno>
#include <cstdio>

#include "restore-plans/rehearse/jars.h"
#include "stores/core/files.h"
#include "stores/core/retry.h"

namespace arkive::rehearse {

std::string cache_of(const std::string& name) {
  return cache_directory() + "/" + name;
}

std::string place_of(const std::string& name, const std::string& version) {
  return cache_of(name) + "/" + version;
}

Status put_program(const std::string& name, const std::string& version, const std::function<bool()>& is_there,
                   const std::function<Status(const std::string& directory)>& fill, Deadline deadline) {
  if (is_there()) return ok();
  ARKIVE_TRY(make_directories(cache_of(name)));
  ARKIVE_ASSIGN(const auto lock, FileLock::acquire(cache_of(name) + "/.lock", deadline));
  if (is_there()) return ok();  // somebody else made it while we waited for the lock
  const std::string target = place_of(name, version);
  const std::string fresh = target + ".partial";
  const RetryPolicy policy{.first = std::chrono::milliseconds(500), .most_tries = 3};
  return retry(policy, deadline, [&]() -> Status {
    ARKIVE_TRY(remove_tree(fresh));
    ARKIVE_TRY(make_directories(fresh));
    ARKIVE_TRY(fill(fresh));
    ARKIVE_TRY(remove_tree(target));
    if (std::rename(fresh.c_str(), target.c_str()) != 0) return fail(system_error("rename", fresh, errno));
    return ok();
  });
}

}  // namespace arkive::rehearse
