#include "stores/file_tree.h"

#include <algorithm>
#include <span>

namespace arkive {

namespace {

using Entry = FileTreeReader::Entry;
using What = FileChange::What;

std::string join(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty()) path += '/';
  path += name;
  return path;
}

/// Walks both trees side by side; a missing side is an empty one.
class Comparison {
 public:
  Comparison(const FileTreeReader& before, const FileTreeReader& after) : before_(before), after_(after) {}

  Status directories(std::string_view path, bool was_there, bool is_there) {
    std::vector<Entry> old_entries;
    std::vector<Entry> new_entries;
    if (was_there) {
      ARKIVE_ASSIGN(old_entries, before_.list(path));
    }
    if (is_there) {
      ARKIVE_ASSIGN(new_entries, after_.list(path));
    }
    auto old_entry = old_entries.cbegin();
    auto new_entry = new_entries.cbegin();
    while (old_entry != old_entries.cend() || new_entry != new_entries.cend()) {
      const bool take_old = new_entry == new_entries.cend() ||
                            (old_entry != old_entries.cend() && old_entry->name <= new_entry->name);
      const bool take_new = old_entry == old_entries.cend() ||
                            (new_entry != new_entries.cend() && new_entry->name <= old_entry->name);
      const Entry* before = take_old ? &*old_entry++ : nullptr;
      const Entry* after = take_new ? &*new_entry++ : nullptr;
      ARKIVE_TRY(entries(join(path, before != nullptr ? before->name : after->name), before, after));
    }
    return ok();
  }

  Status entries(const std::string& path, const Entry* before, const Entry* after) {
    if (before != nullptr && after != nullptr && before->is_directory == after->is_directory) {
      if (!before->identity.empty() && before->identity == after->identity) return ok();
      if (before->is_directory) return directories(path, true, true);
      ARKIVE_ASSIGN(const std::string old_content, before_.read(path));
      ARKIVE_ASSIGN(const std::string new_content, after_.read(path));
      if (old_content != new_content) changes_.push_back({What::kChanged, path});
      return ok();
    }
    // A file stands before what is in a directory of the same name.
    if (before != nullptr && !before->is_directory) changes_.push_back({What::kRemoved, path});
    if (after != nullptr && !after->is_directory) changes_.push_back({What::kAdded, path});
    if (before != nullptr && before->is_directory) ARKIVE_TRY(directories(path, true, false));
    if (after != nullptr && after->is_directory) ARKIVE_TRY(directories(path, false, true));
    return ok();
  }

  std::vector<FileChange> take() { return std::move(changes_); }

 private:
  const FileTreeReader& before_;
  const FileTreeReader& after_;
  std::vector<FileChange> changes_;
};

Result<std::optional<Entry>> find_entry(const FileTreeReader& tree, std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view directory =
      slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  const std::string_view name = path.substr(slash + 1);  // npos + 1 is 0
  ARKIVE_ASSIGN(const std::vector<Entry> entries, tree.list(directory));
  for (const Entry& entry : entries) {
    if (entry.name == name) return entry;
  }
  return std::optional<Entry>();
}

}  // namespace

Status FileTreeWriter::store_early(const ContentWalk& /*contents*/) {
  return ok();
}

Result<std::vector<FileChange>> compare_trees(const FileTreeReader& before, const FileTreeReader& after,
                                              std::string_view under) {
  Comparison comparison(before, after);
  if (under.empty()) {
    ARKIVE_TRY(comparison.directories(under, true, true));
  } else {
    ARKIVE_ASSIGN(const std::optional<Entry> old_entry, find_entry(before, under));
    ARKIVE_ASSIGN(const std::optional<Entry> new_entry, find_entry(after, under));
    ARKIVE_TRY(comparison.entries(std::string(under), old_entry ? &*old_entry : nullptr,
                                  new_entry ? &*new_entry : nullptr));
  }
  return comparison.take();
}

int compare_paths(std::string_view a, std::string_view b) {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_a == a.end() || in_b == b.end()) {
    return static_cast<int>(in_b == b.end()) - static_cast<int>(in_a == a.end());
  }
  // The end of a part comes before every byte, so '/' counts as the smallest.
  const auto rank = [](char c) { return c == '/' ? -1 : static_cast<int>(static_cast<unsigned char>(c)); };
  return rank(*in_a) < rank(*in_b) ? -1 : 1;
}

void TreeDigest::add(std::string_view path, const Sha256Digest& sha256) {
  std::string line = hex(sha256);
  line += "  ";
  line += path;
  line += '\n';
  stream_.update(line);
  ++files_;
}

}  // namespace arkive
