#include "stores/directory/file_workers.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "stores/core/files.h"
#include "stores/core/system_call.h"
#include "stores/directory/beneath.h"
#include "stores/directory/layout.h"

namespace arkive::directory {

namespace {

constexpr std::size_t kThreads = 2;
constexpr std::size_t kBatchFiles = 256;
constexpr std::size_t kBatchBytes = 1 << 20;
constexpr std::size_t kMostBatches = 4;

/// Errors for which a copy is the answer: too many links, none at all, another file system, a file of
/// somebody else (fs.protected_hardlinks).
bool links_no_further(int error_number) {
  return error_number == EMLINK || error_number == EPERM || error_number == EOPNOTSUPP ||
         error_number == EXDEV || error_number == ENOSYS;
}

}  // namespace

/// What one thread works with.
class FileWorkers::Worker {
 public:
  Worker(const Tree& to, const Tree& from)
      : to_(to),
        from_(from),
        to_cursor_(to.fd, to.name, IfMissing::kCreate),
        from_cursor_(from.fd, from.name, IfMissing::kFail) {}

  Status run(const Job& job) {
    const SplitPath path = split_path(job.path);
    ARKIVE_ASSIGN(const int to, to_cursor_.go_to(path.directory));
    if (!job.link) return write(to, path.name.data(), job.path, job.content);
    ARKIVE_ASSIGN(const int from, from_cursor_.go_to(path.directory));
    const char* const name = path.name.data();
    if (traced([&] { return ::linkat(from, name, to, name, 0); }) == 0) return ok();
    if (!links_no_further(errno)) return fail(system_error("link", object(to_, job.path), errno));
    ARKIVE_TRY(read_regular_file(from, name, object(from_, job.path), copied_));
    return write(to, name, job.path, copied_);
  }

 private:
  static std::string object(const Tree& tree, std::string_view path) {
    std::string name = tree.name;
    name += '/';
    name += path;
    return name;
  }

  Status write(int directory, const char* name, std::string_view path, Bytes content) {
    const std::string called = object(to_, path);
    ARKIVE_ASSIGN(UniqueFd fd, create_file(directory, name, called));
    ARKIVE_TRY(write_all(fd.get(), content, called));
    return close_file(std::move(fd), called);
  }

  const Tree& to_;
  const Tree& from_;
  DirectoryCursor to_cursor_;
  DirectoryCursor from_cursor_;
  std::string copied_;
};

FileWorkers::FileWorkers(Tree to, Tree from)
    : to_(std::move(to)), from_(std::move(from)), queue_(kMostBatches) {}

FileWorkers::~FileWorkers() {
  queue_.stop();
  for (std::thread& thread : threads_) thread.join();
}

void FileWorkers::run() {
  Worker worker(to_, from_);
  while (const std::optional<Batch> batch = queue_.pop()) {
    for (const Job& job : *batch) {
      Status done = worker.run(job);
      if (!done) return note(std::move(done).error());
    }
  }
}

void FileWorkers::note(Error error) {
  {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
  }
  queue_.stop();
}

Status FileWorkers::first_error() {
  const std::lock_guard lock(mutex_);
  if (error_) return fail(*error_);
  return ok();
}

Status FileWorkers::hand_over() {
  if (threads_.empty()) {
    for (std::size_t i = 0; i < kThreads; ++i) threads_.emplace_back([this] { run(); });
  }
  Batch batch;
  std::swap(batch, batch_);
  batch_bytes_ = 0;
  if (queue_.push(std::move(batch))) return ok();
  return first_error();
}

Status FileWorkers::add(Job job) {
  batch_bytes_ += job.content.size();
  batch_.push_back(std::move(job));
  if (batch_.size() < kBatchFiles && batch_bytes_ < kBatchBytes) return ok();
  return hand_over();
}

Status FileWorkers::write(std::string_view path, Bytes content) {
  return add({std::string(path), /*link=*/false, std::string(content)});
}

Status FileWorkers::link(std::string_view path) {
  return add({std::string(path), /*link=*/true, {}});
}

Status FileWorkers::finish() {
  if (!batch_.empty()) ARKIVE_TRY(hand_over());
  queue_.close();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return first_error();
}

}  // namespace arkive::directory
