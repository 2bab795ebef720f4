#include "stores/core/result.h"

#include <cerrno>
#include <cstring>

#include "stores/core/bytes.h"

namespace arkive {

namespace {

Outcome outcome_of(int error_number) {
  switch (error_number) {
    case ENOENT:
      return Outcome::kNotFound;
    case EEXIST:
      return Outcome::kConflict;
    case EACCES:
    case EPERM:
    case EROFS:
      return Outcome::kDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Outcome::kFull;
    case EAGAIN:
    case EINTR:
    case ETIMEDOUT:
    case ECONNREFUSED:
    case ECONNRESET:
    case ECONNABORTED:
      return Outcome::kRetry;
    default:
      return Outcome::kFail;
  }
}

std::string hint_for(int error_number) {
  switch (error_number) {
    case ENOSPC:
      return "free space on this file system, then run it again";
    case EDQUOT:
      return "free space or raise the quota, then run it again";
    case EFBIG:
      return "raise the limit on file sizes (ulimit -f), then run it again";
    case EMFILE:
      return "raise the limit on open files (ulimit -n), then run it again";
    case EROFS:
      return "the file system is mounted read-only";
    case ELOOP:
      return "a symbolic link stands where a file or directory was expected; links are not followed there";
    default:
      return {};
  }
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kRetry:
      return "retry";
    case Outcome::kNotFound:
      return "not-found";
    case Outcome::kConflict:
      return "conflict";
    case Outcome::kCorrupt:
      return "corrupt";
    case Outcome::kDenied:
      return "denied";
    case Outcome::kFull:
      return "full";
    case Outcome::kUsage:
      return "usage";
    case Outcome::kInterrupted:
      return "interrupted";
    case Outcome::kFail:
      break;
  }
  return "fail";
}

Error Error::within(std::string_view operation) const {
  std::string text(operation);
  text += ": ";
  text += what;
  return Error{outcome, std::move(text), hint};
}

Error system_error(std::string_view operation, std::string_view object, int error_number) {
  char buffer[256];
  std::string what(operation);
  what += " '";
  what += printable(object);
  what += "': ";
  what += strerror_r(error_number, buffer, sizeof buffer);
  return Error{outcome_of(error_number), std::move(what), hint_for(error_number)};
}

}  // namespace arkive
