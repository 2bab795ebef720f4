#include "stores/core/handle.h"

#include <unistd.h>

#include <cerrno>

namespace arkive {

void UniqueFd::reset(int fd) {
  if (fd_ >= 0) {
    // Owners go out of scope between a failed call and the look at its errno.
    const int saved = errno;
    (void)::close(fd_);
    errno = saved;
  }
  fd_ = fd;
}

}  // namespace arkive
