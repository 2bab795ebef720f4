#include "stores/directory/tree_reader.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "stores/core/interrupt.h"
#include "stores/directory/bounded_queue.h"
#include "stores/directory/list_file.h"

namespace arkive::directory {

namespace {

constexpr std::size_t kBatchFiles = 256;
constexpr std::size_t kBatchBytes = 1 << 20;
constexpr std::size_t kMostBatches = 4;

bool is_at_or_below(std::string_view path, std::string_view under) {
  return under.empty() ||
         (path.starts_with(under) && (path.size() == under.size() || path[under.size()] == '/'));
}

}  // namespace

/// The second thread of a for_each(). Its error, if any, comes after what it read before.
class DirectoryTreeReader::ReadAhead {
 public:
  using Batch = std::vector<File>;

  ReadAhead(const DirectoryTreeReader& reader, HashListReader list, std::string_view under)
      : reader_(reader),
        list_(std::move(list)),
        under_(under),
        queue_(kMostBatches),
        cursor_(reader.root_->fd.get(), reader.root_->path, IfMissing::kFail),
        thread_([this] { run(); }) {}
  ~ReadAhead() {
    queue_.stop();
    thread_.join();
  }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// Nothing at the end: then outcome() says whether it was the right one.
  std::optional<Batch> next() { return queue_.pop(); }
  const Status& outcome() const { return outcome_; }

 private:
  void run() {
    outcome_ = read_all();
    // What was read before an error is still given out.
    if (!batch_.empty()) (void)queue_.push(std::move(batch_));
    queue_.close();
  }

  Status read_all() {
    std::size_t bytes = 0;
    for (bool found = false;;) {
      ARKIVE_ASSIGN(const HashLine* const line, list_.next());
      if (line == nullptr) return ok();
      if (!is_at_or_below(line->path, under_)) {
        if (found) return ok();  // files below a directory stand together
        continue;
      }
      found = true;
      File file;
      file.path = line->path;
      ARKIVE_TRY(read(*line, file.content));
      bytes += file.content.size();
      batch_.push_back(std::move(file));
      if (batch_.size() < kBatchFiles && bytes < kBatchBytes) continue;
      bytes = 0;
      if (!queue_.push(std::exchange(batch_, {}))) return ok();
    }
  }

  Status read(const HashLine& line, std::string& content) {
    const SplitPath path = split_path(line.path);
    const std::string object = reader_.root_->object(reader_.below(line.path));
    const auto missing = [&](Error error) {
      if (error.outcome == Outcome::kNotFound) {
        error = {Outcome::kCorrupt,
                 "read '" + printable(object) + "': it is missing, though the list of hashes names it",
                 "restore from another run, or with another path"};
      }
      return fail(std::move(error));
    };
    const Result<int> directory = cursor_.go_to(reader_.below(path.directory));
    if (!directory) return missing(directory.error());
    name_ = path.name;
    Status done = read_regular_file(*directory, name_.c_str(), object, content);
    if (!done) return missing(done.error());
    if (sha256(content) == line.sha256) return ok();
    return fail(Outcome::kCorrupt,
                "read '" + printable(object) + "': its bytes are not those that were written (sha256)",
                "restore from another run, or with another path");
  }

  const DirectoryTreeReader& reader_;
  HashListReader list_;
  const std::string under_;
  BoundedQueue<Batch> queue_;
  Batch batch_;
  DirectoryCursor cursor_;
  std::string name_;
  Status outcome_ = ok();
  std::thread thread_;
};

DirectoryTreeReader::DirectoryTreeReader(SharedRoot root, Location location, std::string sha256)
    : root_(std::move(root)),
      location_(std::move(location)),
      sha256_(std::move(sha256)),
      top_(location_.to_string()),
      cursor_(root_->fd.get(), root_->path, IfMissing::kFail) {}

std::string DirectoryTreeReader::below(std::string_view path) const {
  std::string all = top_;
  if (path.empty()) return all;
  all += '/';
  all += path;
  return all;
}

Result<HashListReader> DirectoryTreeReader::open_list() const {
  const Result<int> parent = cursor_.go_to(location_.parent());
  if (!parent) {
    Error error = parent.error();
    // The manifest names it: that it is not there is damage.
    if (error.outcome == Outcome::kNotFound) error.outcome = Outcome::kCorrupt;
    return fail(std::move(error));
  }
  return directory::open_list(*parent, *root_, location_);
}

Status DirectoryTreeReader::check_list() const {
  if (list_checked_) return ok();
  ARKIVE_ASSIGN(HashListReader list, open_list());
  const auto checked = check_hash_list(std::move(list), sha256_);
  if (!checked)
    return fail(checked.error().within("read '" + printable(root_->object(location_.list())) + "'"));
  list_checked_ = true;
  return ok();
}

Result<std::string> DirectoryTreeReader::read(std::string_view path) const {
  ARKIVE_TRY(check_tree_path(path));
  const SplitPath split = split_path(path);
  ARKIVE_ASSIGN(const int directory, cursor_.go_to(below(split.directory)));
  std::string content;
  ARKIVE_TRY(
      read_regular_file(directory, std::string(split.name).c_str(), root_->object(below(path)), content));
  return content;
}

Result<std::vector<FileTreeReader::Entry>> DirectoryTreeReader::list(std::string_view directory) const {
  if (!directory.empty()) ARKIVE_TRY(check_tree_path(directory));
  const Result<int> fd = cursor_.go_to(below(directory));
  if (!fd && fd.error().outcome == Outcome::kNotFound) return std::vector<Entry>();
  if (!fd) return fail(fd.error());
  ARKIVE_ASSIGN(std::vector<std::string> names, names_in(*fd, root_->object(below(directory))));
  std::vector<Entry> entries;
  entries.reserve(names.size());
  for (std::string& name : names) {
    struct stat facts = {};
    if (::fstatat(*fd, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
      return fail(system_error("list", root_->object(below(directory)) + "/" + name, errno));
    }
    if (!S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode)) {
      return fail(Outcome::kCorrupt, "list '" + printable(root_->object(below(directory)) + "/" + name) +
                                         "': " + kind_of_file(facts.st_mode) + " stands in a tree");
    }
    Entry& entry = entries.emplace_back();
    entry.name = std::move(name);
    entry.is_directory = S_ISDIR(facts.st_mode);
    entry.identity = std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino);
  }
  return entries;
}

Status DirectoryTreeReader::for_each(
    std::string_view under, const std::function<Status(std::string_view path, Bytes content)>& each) const {
  if (!under.empty()) ARKIVE_TRY(check_tree_path(under));
  ARKIVE_TRY(check_list());
  ARKIVE_ASSIGN(HashListReader list, open_list());
  ReadAhead ahead(*this, std::move(list), under);
  while (const auto batch = ahead.next()) {
    ARKIVE_TRY(check_interrupt("read run"));
    for (const File& file : *batch) ARKIVE_TRY(each(file.path, file.content));
  }
  if (!ahead.outcome()) return fail(ahead.outcome().error());
  return ok();
}

}  // namespace arkive::directory
