#include <cerrno>
#include <string>

#include "stores/git/libgit2_internal.h"

namespace arkive::git {

namespace {

int start_libgit2() {
  if (const int code = git_libgit2_init(); code < 0) return code;
  for (const git_config_level_t level : {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                                         GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL}) {
    if (const int code = git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, ""); code < 0) return code;
  }
  // libgit2 runs no program named in a repository, so reading somebody else's does no harm; the installed
  // git, which may, checks the owner itself.
  if (const int code = git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0); code < 0) return code;
  return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
}

Outcome outcome_of(int code) {
  switch (code) {
    case GIT_ENOTFOUND:
      return Outcome::kNotFound;
    case GIT_EEXISTS:
    case GIT_ELOCKED:
    case GIT_EMODIFIED:
    case GIT_ENONFASTFORWARD:
      return Outcome::kConflict;
    case GIT_EINVALIDSPEC:
    case GIT_EAMBIGUOUS:
      return Outcome::kUsage;
    default:
      return Outcome::kFail;
  }
}

}  // namespace

Status prepare_libgit2() {
  static const int code = start_libgit2();
  if (code < 0) return fail(Outcome::kFail, "start libgit2: error " + std::to_string(code));
  return ok();
}

Error libgit2_error(std::string_view operation, std::string_view object, int code) {
  const int error_number = errno;
  const git_error* last = git_error_last();
  std::string cause =
      last != nullptr && last->message != nullptr ? last->message : "error " + std::to_string(code);
  Outcome outcome = outcome_of(code);
  if (outcome == Outcome::kFail && last != nullptr && last->klass == GIT_ERROR_OS && error_number != 0) {
    outcome = system_error(operation, object, error_number).outcome;
  }
  return Error{outcome, std::string(operation) + " '" + printable(object) + "': " + printable(cause), {}};
}

}  // namespace arkive::git
