#include "stores/directory/part_writer.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "stores/core/interrupt.h"
#include "stores/core/log.h"

namespace arkive::directory {

namespace {

constexpr std::size_t kMostChanges = 20'000;
constexpr std::uint64_t kLookForSignalsEvery = 1024;

}  // namespace

/// The base while it is compared: the line of its list that the next path is held against.
struct PartWriter::Original {
  std::string name;  ///< for errors
  UniqueFd parent;
  UniqueFd top;
  HashListReader list;
  DirectoryCursor cursor;
  const HashLine* line = nullptr;

  static Result<std::unique_ptr<Original>> open(const Root& root, const Base& base);
  static Result<HashListReader> open_list(int parent, const Root& root, const Location& location) {
    const char* const name = list_name(location.part);
    return HashListReader::open(parent, name, root.object(location.parent() + "/" + name));
  }
};

Result<std::unique_ptr<PartWriter::Original>> PartWriter::Original::open(const Root& root, const Base& base) {
  DirectoryCursor way(root.fd.get(), root.path, IfMissing::kFail);
  const auto open_here = [&](const std::string& path) -> Result<UniqueFd> {
    ARKIVE_ASSIGN(const int fd, way.go_to(path));
    UniqueFd own(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    if (!own) return fail(system_error("open directory", root.object(path), errno));
    return own;
  };
  ARKIVE_ASSIGN(UniqueFd parent, open_here(base.location.parent()));
  ARKIVE_ASSIGN(UniqueFd top, open_here(base.location.to_string()));
  {
    // All of it first: what is said about the new run must not rest on a damaged list.
    ARKIVE_ASSIGN(HashListReader list, open_list(parent.get(), root, base.location));
    for (;;) {
      ARKIVE_ASSIGN(const HashLine* const line, list.next());
      if (line == nullptr) break;
    }
    if (hex(list.digest()) != base.part.sha256) {
      return fail(Outcome::kCorrupt, "its list of hashes is not the one in its manifest");
    }
  }
  ARKIVE_ASSIGN(HashListReader list, open_list(parent.get(), root, base.location));
  std::string name = root.object(base.location.to_string());
  const int top_fd = top.get();
  auto original =
      std::make_unique<Original>(Original{name, std::move(parent), std::move(top), std::move(list),
                                          DirectoryCursor(top_fd, name, IfMissing::kFail), nullptr});
  ARKIVE_ASSIGN(original->line, original->list.next());
  return original;
}

/// The tree that is written.
struct PartWriter::Output {
  UniqueFd top;
  HashListWriter list;
  FileWorkers workers;

  Output(UniqueFd top_fd, HashListWriter list_writer, std::string name, FileWorkers::Tree from)
      : top(std::move(top_fd)),
        list(std::move(list_writer)),
        workers({top.get(), std::move(name)}, std::move(from)) {}
};

PartWriter::PartWriter(SharedRoot root, std::string partial, Part part, std::optional<Base> base)
    : root_(std::move(root)), partial_(std::move(partial)), part_(part), candidate_(std::move(base)) {}

PartWriter::~PartWriter() = default;

void PartWriter::open_base() {
  begun_ = true;
  if (!candidate_) return;
  auto opened = Original::open(*root_, *candidate_);
  if (opened) {
    base_ = std::move(*opened);
    return;
  }
  log_warning("the " + std::string(directory_name(part_)) + " of run " + candidate_->location.run_id +
              " cannot be built upon, all is written anew: " + opened.error().what);
}

Status PartWriter::begin_output() {
  DirectoryCursor way(root_->fd.get(), root_->path, IfMissing::kCreate);
  const std::string below = partial_ + "/" + directory_name(part_);
  ARKIVE_ASSIGN(const int top, way.go_to(below));
  UniqueFd own(::fcntl(top, F_DUPFD_CLOEXEC, 0));
  if (!own) return fail(system_error("open directory", root_->object(below), errno));
  ARKIVE_ASSIGN(const int parent, way.go_to(partial_));
  ARKIVE_ASSIGN(
      HashListWriter list,
      HashListWriter::create(parent, list_name(part_), root_->object(partial_ + "/" + list_name(part_))));
  FileWorkers::Tree from;
  if (base_) from = {base_->top.get(), base_->name};
  output_ = std::make_unique<Output>(std::move(own), std::move(list), root_->object(below), std::move(from));

  if (equal_ == 0) return ok();
  ARKIVE_ASSIGN(HashListReader lines, Original::open_list(base_->parent.get(), *root_, candidate_->location));
  for (std::uint64_t i = 0; i < equal_; ++i) {
    if (i % kLookForSignalsEvery == 0) ARKIVE_TRY(check_interrupt("write run"));
    ARKIVE_ASSIGN(const HashLine* const line, lines.next());
    if (line == nullptr) return fail(Outcome::kConflict, "link '" + base_->name + "': it changed meanwhile");
    ARKIVE_TRY(put(line->path, {}, line->sha256, /*link=*/true));
  }
  return ok();
}

Status PartWriter::put(std::string_view path, Bytes content, const Sha256Digest& sha256, bool link) {
  ARKIVE_TRY(output_->list.add(path, sha256));
  return link ? output_->workers.link(path) : output_->workers.write(path, content);
}

void PartWriter::note(FileChange::What what, std::string_view path) {
  ++outcome_.change_count;
  if (outcome_.changes.size() < kMostChanges) outcome_.changes.push_back({what, std::string(path)});
}

/// Passes the files of the base that come before `path`: they were removed.
Status PartWriter::skip_to(std::string_view path) {
  while (base_->line != nullptr && compare_paths(base_->line->path, path) < 0) {
    note(FileChange::What::kRemoved, base_->line->path);
    ARKIVE_ASSIGN(base_->line, base_->list.next());
  }
  return ok();
}

/// Could the base's file be linked? Its bytes are not read: that is what verify is for.
bool PartWriter::is_intact(std::string_view path, std::size_t size) {
  const SplitPath split = split_path(path);
  const Result<int> directory = base_->cursor.go_to(split.directory);
  struct stat facts = {};
  return directory &&
         ::fstatat(*directory, std::string(split.name).c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG(facts.st_mode) && (facts.st_mode & 0177) == 0 &&
         static_cast<std::uint64_t>(facts.st_size) == size;
}

Status PartWriter::add(std::string_view path, Bytes content, const Sha256Digest& sha256) {
  ARKIVE_TRY(check_tree_path(path));
  if (!last_path_.empty() && compare_paths(last_path_, path) >= 0) {
    return fail(Outcome::kFail, "write run: path '" + printable(path) + "' does not come after '" +
                                    printable(last_path_) + "'");
  }
  last_path_ = path;
  if (!begun_) open_base();
  ++totals_.files;
  totals_.bytes += content.size();

  bool link = false;
  if (base_) {
    ARKIVE_TRY(skip_to(path));
    if (base_->line != nullptr && base_->line->path == path) {
      const bool same = base_->line->sha256 == sha256;
      if (!same) note(FileChange::What::kChanged, path);
      link = same && is_intact(path, content.size());
      ARKIVE_ASSIGN(base_->line, base_->list.next());
    } else {
      note(FileChange::What::kAdded, path);
    }
    if (!output_ && link && outcome_.change_count == 0) {
      ++equal_;
      return ok();
    }
  }
  if (!output_) ARKIVE_TRY(begin_output());
  return put(path, content, sha256, link);
}

Result<RunWriter::TreeOutcome> PartWriter::finish() {
  if (!begun_) open_base();
  while (base_ && base_->line != nullptr) {
    note(FileChange::What::kRemoved, base_->line->path);
    ARKIVE_ASSIGN(base_->line, base_->list.next());
  }
  outcome_.first = !base_;
  outcome_.changed = outcome_.first || outcome_.change_count > 0;
  if (!output_ && outcome_.changed) ARKIVE_TRY(begin_output());
  if (output_) {
    ARKIVE_TRY(output_->workers.finish());
    ARKIVE_ASSIGN(const Sha256Digest digest, output_->list.finish());
    totals_.sha256 = hex(digest);
  } else {
    totals_ = candidate_->part;
  }
  return std::move(outcome_);
}

}  // namespace arkive::directory
