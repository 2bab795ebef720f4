#include "stores/layout/tree_comparison.h"

#include "stores/layout/keys.h"

namespace arkive::layout {

namespace {

constexpr std::size_t kMostChanges = 20'000;

}  // namespace

Status TreeComparison::begin() {
  if (begun_) return ok();
  begun_ = true;
  return base_ ? next_line() : ok();
}

Status TreeComparison::next_line() {
  ARKIVE_ASSIGN(line_, base_->next());
  return ok();
}

void TreeComparison::note(FileChange::What what, std::string_view path) {
  ++outcome_.change_count;
  if (outcome_.changes.size() < kMostChanges) outcome_.changes.push_back({what, std::string(path)});
}

Result<bool> TreeComparison::take(std::string_view path, std::uint64_t size, const Sha256Digest& sha256) {
  ARKIVE_TRY(check_tree_path(path));
  if (!last_path_.empty() && compare_paths(last_path_, path) >= 0) {
    return fail(Outcome::kFail, "write run: path '" + printable(path) + "' does not come after '" +
                                    printable(last_path_) + "'");
  }
  // What lies below a file comes right after it.
  if (!last_path_.empty() && path.starts_with(last_path_) && path[last_path_.size()] == '/') {
    return fail(Outcome::kUsage, "write run: '" + printable(last_path_) + "' is a file, and '" +
                                     printable(path) + "' lies below it");
  }
  last_path_ = path;
  ++totals_.files;
  totals_.bytes += size;
  ARKIVE_TRY(begin());
  if (!base_) return false;
  // Files of the base that come before this one were removed.
  while (line_ != nullptr && compare_paths(line_->path, path) < 0) {
    note(FileChange::What::kRemoved, line_->path);
    ARKIVE_TRY(next_line());
  }
  if (line_ == nullptr || line_->path != path) {
    note(FileChange::What::kAdded, path);
    return false;
  }
  const bool same = line_->sha256 == sha256;
  if (!same) note(FileChange::What::kChanged, path);
  ARKIVE_TRY(next_line());
  return same;
}

Result<RunWriter::TreeOutcome> TreeComparison::finish() {
  ARKIVE_TRY(begin());
  while (line_ != nullptr) {
    note(FileChange::What::kRemoved, line_->path);
    ARKIVE_TRY(next_line());
  }
  outcome_.first = !base_;
  outcome_.changed = outcome_.first || outcome_.change_count > 0;
  return std::move(outcome_);
}

}  // namespace arkive::layout
