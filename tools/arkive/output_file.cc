#include "tools/arkive/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "stores/core/files.h"

namespace arkive::tools {
namespace {

constexpr std::size_t kPending = 256U << 10;

}  // namespace

Result<OutputFile> OutputFile::open(const std::string& path) {
  OutputFile output;
  if (path.empty()) return output;
  output.path_ = path;
  const std::size_t slash = path.rfind('/');
  output.name_ = slash == std::string::npos ? path : path.substr(slash + 1);
  if (output.name_.empty() || output.name_ == "." || output.name_ == "..") {
    return fail(Outcome::kUsage, "write '" + printable(path) + "': that is a directory");
  }
  const std::string directory = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  // Links to the directory are followed, for the user named it.
  output.directory_ = UniqueFd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!output.directory_) return fail(system_error("write", path, errno));
  struct stat facts = {};
  if (::fstatat(output.directory_.get(), output.name_.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
      !S_ISREG(facts.st_mode)) {
    return fail(Outcome::kUsage, "write '" + printable(path) + "': something that is no file has that name",
                "without -o the result goes to standard output");
  }
  for (int attempt = 0; !output.file_; ++attempt) {
    std::string name(kTemporaryFilePrefix);
    name += std::to_string(::getpid()) + "-" + std::to_string(attempt);
    output.file_ = UniqueFd(::openat(output.directory_.get(), name.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (output.file_) {
      output.temporary_ = std::move(name);
    } else if (errno != EEXIST || attempt == 100) {
      return fail(system_error("write", path, errno));
    }
  }
  return output;
}

OutputFile::~OutputFile() {
  if (directory_ && !temporary_.empty()) ::unlinkat(directory_.get(), temporary_.c_str(), 0);
}

Status OutputFile::flush() {
  Status written = ok();
  if (path_.empty()) {
    if (std::fwrite(pending_.data(), 1, pending_.size(), stdout) != pending_.size()) {
      written = fail(system_error("write to", "standard output", errno));
    }
  } else {
    written = write_all(file_.get(), pending_, path_);
  }
  pending_.clear();
  return written;
}

Status OutputFile::write(Bytes data) {
  pending_ += data;
  return pending_.size() < kPending ? ok() : flush();
}

Status OutputFile::finish() {
  ARKIVE_TRY(flush());
  if (path_.empty()) return ok();
  // Never repeated: after an error the kernel may call the next one fine.
  if (::fsync(file_.get()) != 0) return fail(system_error("sync", path_, errno));
  if (::renameat(directory_.get(), temporary_.c_str(), directory_.get(), name_.c_str()) != 0) {
    return fail(system_error("rename temporary file to", path_, errno));
  }
  temporary_.clear();
  if (::fsync(directory_.get()) != 0) return fail(system_error("sync directory of", path_, errno));
  return ok();
}

}  // namespace arkive::tools
