#include "stores/directory/part_writer.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "stores/core/interrupt.h"
#include "stores/core/log.h"

namespace arkive::directory {

namespace {

constexpr std::uint64_t kLookForSignalsEvery = 1024;

}  // namespace

/// The base while it is compared.
struct PartWriter::Original {
  std::string name;  ///< for errors
  UniqueFd parent;
  UniqueFd top;
  std::unique_ptr<HashListReader> list;  ///< until the comparison takes it
  DirectoryCursor cursor;

  static Result<std::unique_ptr<Original>> open(const Root& root, const Base& base);
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
  // All of it first: what is said about the new run must not rest on a damaged list.
  ARKIVE_ASSIGN(HashListReader whole, open_list(parent.get(), root, base.location));
  ARKIVE_TRY(check_hash_list(std::move(whole), base.part.sha256));
  ARKIVE_ASSIGN(HashListReader list, open_list(parent.get(), root, base.location));
  std::string name = root.object(base.location.to_string());
  const int top_fd = top.get();
  return std::make_unique<Original>(Original{name, std::move(parent), std::move(top),
                                             std::make_unique<HashListReader>(std::move(list)),
                                             DirectoryCursor(top_fd, name, IfMissing::kFail)});
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
  if (comparison_) return;
  if (candidate_) {
    auto opened = Original::open(*root_, *candidate_);
    if (opened) {
      base_ = std::move(*opened);
    } else {
      log_warning("the " + std::string(directory_name(part_)) + " of run " + candidate_->location.run_id +
                  " cannot be built upon, all is written anew: " + opened.error().what);
    }
  }
  comparison_.emplace(base_ ? std::move(base_->list) : nullptr);
}

Status PartWriter::begin_output() {
  DirectoryCursor way(root_->fd.get(), root_->path, IfMissing::kCreate);
  const std::string below = partial_ + "/" + directory_name(part_);
  ARKIVE_ASSIGN(const int top, way.go_to(below));
  UniqueFd own(::fcntl(top, F_DUPFD_CLOEXEC, 0));
  if (!own) return fail(system_error("open directory", root_->object(below), errno));
  ARKIVE_ASSIGN(const int parent, way.go_to(partial_));
  ARKIVE_ASSIGN(HashListWriter list,
                create_list(parent, list_name(part_), root_->object(partial_ + "/" + list_name(part_))));
  FileWorkers::Tree from;
  if (base_) from = {base_->top.get(), base_->name};
  output_ = std::make_unique<Output>(std::move(own), std::move(list), root_->object(below), std::move(from));

  if (equal_ == 0) return ok();
  ARKIVE_ASSIGN(HashListReader lines, open_list(base_->parent.get(), *root_, candidate_->location));
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
  open_base();
  ARKIVE_ASSIGN(const bool same, comparison_->take(path, content.size(), sha256));
  const bool link = same && is_intact(path, content.size());
  if (!output_ && link && comparison_->all_equal()) {
    ++equal_;
    return ok();
  }
  if (!output_) ARKIVE_TRY(begin_output());
  return put(path, content, sha256, link);
}

Result<RunWriter::TreeOutcome> PartWriter::finish() {
  open_base();
  ARKIVE_ASSIGN(auto outcome, comparison_->finish());
  if (!output_ && outcome.changed) ARKIVE_TRY(begin_output());
  if (output_) {
    totals_ = comparison_->totals();
    ARKIVE_TRY(output_->workers.finish());
    ARKIVE_ASSIGN(const Sha256Digest digest, output_->list.finish());
    totals_.sha256 = hex(digest);
  } else {
    totals_ = candidate_->part;
  }
  return outcome;
}

}  // namespace arkive::directory
