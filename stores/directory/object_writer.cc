#include "stores/directory/object_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "stores/core/files.h"
#include "stores/core/hash.h"
#include "stores/core/system_call.h"
#include "stores/directory/beneath.h"

namespace arkive::directory {

namespace {

// So that the disk works while more is fetched, and the sync at the end is short.
constexpr std::uint64_t kWriteBack = 8 << 20;

std::string temporary_name() {
  return std::string(kTemporaryFilePrefix) + to_hex(random_bytes(8));
}

class FileObjectWriter final : public ObjectWriter {
 public:
  /// `temporary` is the name of `file` in `directory`; empty: it has none.
  FileObjectWriter(UniqueFd directory, UniqueFd file, std::string temporary, std::string name,
                   std::string object)
      : directory_(std::move(directory)),
        file_(std::move(file)),
        temporary_(std::move(temporary)),
        name_(std::move(name)),
        object_(std::move(object)) {}
  FileObjectWriter(const FileObjectWriter&) = delete;
  FileObjectWriter& operator=(const FileObjectWriter&) = delete;
  ~FileObjectWriter() override {
    if (!temporary_.empty()) ::unlinkat(directory_.get(), temporary_.c_str(), 0);
  }

  Status write(Bytes data) override {
    if (const int e = ARKIVE_FAULT_ERRNO()) return fail(system_error("write", object_, e));
    ARKIVE_TRY(write_all(file_.get(), data, object_));
    size_ += data.size();
    if (size_ - handed_on_ >= kWriteBack) {
      ::sync_file_range(file_.get(), static_cast<off_t>(handed_on_), static_cast<off_t>(size_ - handed_on_),
                        SYNC_FILE_RANGE_WRITE);
      handed_on_ = size_;
    }
    return ok();
  }

  Status finish() override {
    if (temporary_.empty()) {
      ARKIVE_ASSIGN(const bool named, name_it());
      if (named) return close_file(std::move(file_), object_);
    }
    ARKIVE_TRY(close_file(std::move(file_), object_));
    if (traced([&] {
          return ::renameat(directory_.get(), temporary_.c_str(), directory_.get(), name_.c_str());
        }) != 0) {
      return fail(system_error("put", object_, errno));
    }
    temporary_.clear();
    return ok();
  }

 private:
  /// False: the object's name is taken, the file has a temporary one now.
  Result<bool> name_it() {
    if (give_name(file_.get(), directory_.get(), name_.c_str()) == 0) return true;
    if (errno == EEXIST) {
      std::string temporary = temporary_name();
      if (give_name(file_.get(), directory_.get(), temporary.c_str()) == 0) {
        temporary_ = std::move(temporary);
        return false;
      }
    }
    return fail(system_error("put", object_, errno));
  }

  UniqueFd directory_;
  UniqueFd file_;
  std::string temporary_;
  std::string name_;
  std::string object_;
  std::uint64_t size_ = 0;
  std::uint64_t handed_on_ = 0;
};

/// Names are given by way of /proc.
bool names_can_be_given() {
  static const bool can = ::access("/proc/self/fd", X_OK) == 0;
  return can;
}

}  // namespace

Result<std::unique_ptr<ObjectWriter>> begin_object(const SharedRoot& root, const std::string& key) {
  const SplitPath path = split_path(key);
  DirectoryCursor cursor(root->fd.get(), root->path, IfMissing::kCreate);
  ARKIVE_ASSIGN(const int above, cursor.go_to(path.directory));
  UniqueFd directory(::fcntl(above, F_DUPFD_CLOEXEC, 0));
  if (!directory) return fail(system_error("open the directory of", root->object(key), errno));
  UniqueFd file;
  std::string temporary;
  if (names_can_be_given()) {
    ARKIVE_ASSIGN(file, create_nameless_file(directory.get(), root->object(key)));
  }
  if (!file) {
    temporary = temporary_name();
    ARKIVE_ASSIGN(file, create_file(directory.get(), temporary.c_str(), root->object(key)));
  }
  return std::make_unique<FileObjectWriter>(std::move(directory), std::move(file), std::move(temporary),
                                            std::string(path.name), root->object(key));
}

}  // namespace arkive::directory
