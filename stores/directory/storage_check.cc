#include "stores/directory/storage_check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <set>
#include <unordered_map>

#include "stores/core/files.h"
#include "stores/core/hash.h"
#include "stores/core/interrupt.h"
#include "stores/directory/beneath.h"
#include "stores/directory/list_file.h"
#include "stores/directory/run_index.h"
#include "stores/directory/tree_walk.h"
#include "stores/layout/store_file.h"

namespace arkive::directory {

namespace {

class StorageCheck {
 public:
  explicit StorageCheck(SharedRoot root)
      : root_(std::move(root)), cursor_(root_->fd.get(), root_->path, IfMissing::kFail) {}

  Status check(const std::string& cluster);
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  void note(std::string object, std::string what) {
    findings_.push_back({std::move(object), std::move(what)});
  }
  void check_mode(const std::string& path, unsigned mode);
  Status check_file_mode(const std::string& path);
  Status check_directory(const std::string& path, const std::function<bool(const std::string&)>& belongs);
  Status check_part(const Manifest& run, Part part);
  Status check_tree(const Location& location, const TreePart& facts);
  Status check_file(const WalkedFile& file, const std::string& path, const Sha256Digest& expected);
  bool is_listed(const Location& location, const TreePart& facts);

  SharedRoot root_;
  DirectoryCursor cursor_;
  std::vector<Finding> findings_;
  std::set<std::string> checked_;  ///< directories and locations: several runs share one
  /// Of files with several names, found good: inode to the begin of its hash. They are read once.
  std::unordered_map<std::uint64_t, std::uint64_t> good_;
  std::string content_;
};

std::uint64_t begin_of(const Sha256Digest& digest) {
  std::uint64_t value = 0;
  std::memcpy(&value, digest.data(), sizeof value);
  return value;
}

void StorageCheck::check_mode(const std::string& path, unsigned mode) {
  const unsigned least = S_ISDIR(mode) ? 0700 : 0600;
  if ((mode & 07777 & ~least) == 0) return;
  char text[64] = {};
  (void)std::snprintf(text, sizeof text, "its mode %04o is wider than %04o", mode & 07777, least);
  note(path, text);
}

/// `belongs` says of a name whether it may stand there.
Status StorageCheck::check_directory(const std::string& path,
                                     const std::function<bool(const std::string&)>& belongs) {
  const Result<int> fd = cursor_.go_to(path);
  if (!fd) {
    if (fd.error().outcome != Outcome::kNotFound) note(path, fd.error().what);
    return ok();
  }
  struct stat facts = {};
  if (::fstat(*fd, &facts) == 0) check_mode(path, facts.st_mode);
  ARKIVE_ASSIGN(const std::vector<std::string> names, names_in(*fd, root_->object(path)));
  for (const std::string& name : names) {
    if (!belongs(name)) note(path + "/" + name, "it does not belong here");
  }
  return ok();
}

Status StorageCheck::check_file_mode(const std::string& path) {
  const SplitPath split = split_path(path);
  const Result<int> directory = cursor_.go_to(split.directory);
  struct stat facts = {};
  if (directory && ::fstatat(*directory, std::string(split.name).c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0) {
    check_mode(path, facts.st_mode);
  }
  return ok();
}

Status StorageCheck::check_file(const WalkedFile& file, const std::string& path,
                                const Sha256Digest& expected) {
  const bool shared = file.facts.st_nlink > 1;
  if (shared) {
    const auto found = good_.find(file.facts.st_ino);
    if (found != good_.end() && found->second == begin_of(expected)) return ok();
  }
  const Status read = read_regular_file(file.directory, file.name.c_str(), path, content_);
  if (!read) {
    note(path, read.error().what);
    return ok();
  }
  if (sha256(content_) != expected) {
    note(path,
         std::string("its bytes are not those that were written: sha256 differs from the list of hashes"));
    return ok();
  }
  if (shared) good_.insert_or_assign(file.facts.st_ino, begin_of(expected));
  return ok();
}

/// The list is whole and the manifest's; otherwise nothing can be held against it.
bool StorageCheck::is_listed(const Location& location, const TreePart& facts) {
  const std::string path = location.list();
  const auto read = [&]() -> Status {
    ARKIVE_ASSIGN(const int parent, cursor_.go_to(location.parent()));
    ARKIVE_ASSIGN(HashListReader list, open_list(parent, *root_, location));
    ARKIVE_ASSIGN(const std::uint64_t files, check_hash_list(std::move(list), facts.sha256));
    if (files != facts.files) {
      return fail(Outcome::kCorrupt, "it has " + std::to_string(files) + " files, the manifest says " +
                                         std::to_string(facts.files));
    }
    return ok();
  }();
  if (!read) note(path, read.error().what);
  return read.has_value();
}

/// Walks files and list side by side; both are in the order of a tree.
Status StorageCheck::check_tree(const Location& location, const TreePart& facts) {
  if (!is_listed(location, facts)) return ok();
  ARKIVE_TRY(check_file_mode(location.list()));
  const std::string top = location.to_string();
  ARKIVE_ASSIGN(const int parent, cursor_.go_to(location.parent()));
  ARKIVE_ASSIGN(HashListReader list, open_list(parent, *root_, location));
  ARKIVE_ASSIGN(const HashLine* line, list.next());
  std::uint64_t bytes = 0;
  const std::size_t findings_before = findings_.size();

  const auto pass_missing = [&](std::string_view before) -> Status {
    while (line != nullptr && (before.empty() || compare_paths(line->path, before) < 0)) {
      note(top + "/" + std::string(line->path), "it is missing");
      ARKIVE_ASSIGN(line, list.next());
    }
    return ok();
  };
  const Status walked = walk_tree(*root_, top, [&](const WalkedFile& file) -> Status {
    ARKIVE_TRY(check_interrupt("check storage"));
    const std::string path = top + "/" + std::string(file.path);
    const unsigned mode = file.facts.st_mode;
    if (S_ISDIR(mode)) {
      check_mode(path, mode);
      return ok();
    }
    ARKIVE_TRY(pass_missing(file.path));
    const bool listed = line != nullptr && line->path == file.path;
    if (!S_ISREG(mode)) {
      note(path, std::string(kind_of_file(mode)) + " stands here");
    } else if (!listed) {
      note(path, "it is not in the list of hashes");
    } else {
      check_mode(path, mode);
      bytes += static_cast<std::uint64_t>(file.facts.st_size);
      ARKIVE_TRY(check_file(file, path, line->sha256));
    }
    if (!listed) return ok();
    ARKIVE_ASSIGN(line, list.next());
    return ok();
  });
  if (!walked && walked.error().outcome == Outcome::kInterrupted) return walked;
  if (!walked) {
    note(top, walked.error().what);
    return ok();
  }
  ARKIVE_TRY(pass_missing({}));
  if (findings_.size() == findings_before && bytes != facts.bytes) {
    note(top, "it has " + std::to_string(bytes) + " bytes, the manifest says " + std::to_string(facts.bytes));
  }
  return ok();
}

Status StorageCheck::check_part(const Manifest& run, Part part) {
  const TreePart& facts = part == Part::kTree ? run.tree : run.record;
  if (part == Part::kRecord && facts.location.empty()) return ok();
  const auto location = parse_location(facts.location, run.cluster, part, Form::kFiles);
  if (!location) {
    note(manifest_key(run.cluster, run.id), location.error().what);
    return ok();
  }
  if (!checked_.insert(facts.location + facts.sha256).second) return ok();
  if (checked_.insert(location->parent()).second) {
    ARKIVE_TRY(check_directory(location->parent(), [](const std::string& name) {
      return std::any_of(std::begin(kParts), std::end(kParts), [&](Part known) {
        return name == directory_name(known) || name == list_name(known);
      });
    }));
  }
  ARKIVE_TRY(check_directory(location->to_string(), [](const std::string&) { return true; }));
  return check_tree(*location, facts);
}

Status StorageCheck::check(const std::string& cluster) {
  const auto is_cluster = [](const std::string& name) { return check_cluster_name(name).has_value(); };
  ARKIVE_TRY(check_directory(std::string(kRuns), is_cluster));
  ARKIVE_TRY(check_directory(std::string(kTrees), is_cluster));
  ARKIVE_TRY(check_directory(runs_of(cluster), [](const std::string& name) {
    return !run_id_in(name).empty() || name.starts_with(kTemporaryFilePrefix);
  }));
  ARKIVE_TRY(check_directory(trees_of(cluster), [](const std::string& name) {
    return check_run_id(name).has_value() || is_partial_name(name);
  }));
  ARKIVE_TRY(check_file_mode(std::string(layout::kStoreFile)));
  ARKIVE_ASSIGN(const RunIndex index, read_index(root_, cluster));
  for (const RunIndex::Damaged& run : index.damaged) note(manifest_key(cluster, run.id), run.what);
  for (const Manifest& run : index.runs) {
    ARKIVE_TRY(check_file_mode(manifest_key(cluster, run.id)));
    for (const Part part : kParts) ARKIVE_TRY(check_part(run, part));
  }
  return ok();
}

}  // namespace

Result<std::vector<Finding>> find_damage(const SharedRoot& root, const std::string& cluster) {
  StorageCheck check(root);
  ARKIVE_TRY(check.check(cluster));
  return check.take();
}

}  // namespace arkive::directory
