/// Creates and links the files of one tree on two threads: the kernel spends most of the time of a first
/// dump, and it serves two directories at once.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/result.h"
#include "stores/directory/bounded_queue.h"

namespace arkive::directory {

/// One thread calls it. What it was asked for may be done, in any order, until finish() returns. At most a
/// few MiB of contents wait.
class FileWorkers {
 public:
  /// A tree: an open directory (borrowed) and what errors call it.
  struct Tree {
    int fd = -1;
    std::string name;
  };
  /// Works in `to`. link() takes files from `from`.
  FileWorkers(Tree to, Tree from);
  FileWorkers(const FileWorkers&) = delete;
  FileWorkers& operator=(const FileWorkers&) = delete;
  /// Stops, wherever the work stands.
  ~FileWorkers();

  /// A new file (0600) in new directories (0700). Returns an earlier failure, when there was one.
  Status write(std::string_view path, Bytes content);
  /// Another name for the file that stands at the same path in `from`; a copy when the file system links no
  /// further.
  Status link(std::string_view path);
  /// Waits until all is done. Nothing is durable yet.
  Status finish();

 private:
  struct Job {
    std::string path;
    bool link = false;
    std::string content;
  };
  using Batch = std::vector<Job>;
  class Worker;

  Status add(Job job);
  Status hand_over();
  void run();
  void note(Error error);
  Status first_error();

  const Tree to_;
  const Tree from_;
  Batch batch_;
  std::size_t batch_bytes_ = 0;
  BoundedQueue<Batch> queue_;
  std::mutex mutex_;
  std::optional<Error> error_;
  std::vector<std::thread> threads_;
};

}  // namespace arkive::directory
