#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "kafka/inspect/segment_file_internal.h"
#include "stores/directory/beneath.h"

namespace arkive::kafka::inspecting {

Result<SegmentFile> SegmentFile::open(int directory, const std::string& name, const std::string& path) {
  ARKIVE_ASSIGN(UniqueFd fd, directory::open_regular_file(directory, name.c_str(), path));
  struct stat facts = {};
  if (::fstat(fd.get(), &facts) != 0) return fail(system_error("look at", path, errno));
  (void)::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  return SegmentFile(std::move(fd), path, static_cast<std::uint64_t>(facts.st_size));
}

Result<SegmentFile> SegmentFile::again() const {
  UniqueFd fd(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  if (!fd) return fail(system_error("open", path_, errno));
  return SegmentFile(std::move(fd), path_, size_);
}

void SegmentFile::read_here_and_there() {
  (void)::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_RANDOM);
}

Result<Bytes> SegmentFile::read(std::uint64_t offset, std::size_t size) {
  if (memory_size_ < size) {
    memory_ = std::make_unique_for_overwrite<char[]>(size);
    memory_size_ = size;
  }
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got =
        ::pread(fd_.get(), memory_.get() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error("read", path_, errno));
    if (got == 0) {
      return fail(Outcome::kRetry, "read '" + path_ + "': it became shorter while it was read, " +
                                       std::to_string(offset + done) + " bytes instead of " +
                                       std::to_string(size_));
    }
    done += static_cast<std::size_t>(got);
  }
  return Bytes(memory_.get(), size);
}

Result<bool> SegmentFile::is_zero_from(std::uint64_t offset) {
  std::uint64_t step = 4096;  // most are not, and show it soon
  while (offset < size_) {
    ARKIVE_ASSIGN(const Bytes piece,
                  read(offset, static_cast<std::size_t>(std::min<std::uint64_t>(step, size_ - offset))));
    if (piece.find_first_not_of('\0') != Bytes::npos) return false;
    offset += piece.size();
    step = 1 << 20;
  }
  return true;
}

}  // namespace arkive::kafka::inspecting
