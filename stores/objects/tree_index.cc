#include "stores/objects/tree_index.h"

#include <algorithm>

namespace arkive::objects {

namespace {

/// The first number in [from, to) for which `holds` is false; it is true before that and false from there on.
template <class Test>
std::size_t partition(std::size_t from, std::size_t to, Test holds) {
  while (from < to) {
    const std::size_t middle = from + (to - from) / 2;
    if (holds(middle)) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

}  // namespace

bool is_at_or_below(std::string_view path, std::string_view directory) {
  return directory.empty() ||
         (path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/'));
}

Result<TreeIndex> TreeIndex::read(layout::HashListReader list, std::string_view sha256) {
  TreeIndex index;
  for (;;) {
    ARKIVE_ASSIGN(const layout::HashLine* const line, list.next());
    if (line == nullptr) break;
    index.paths_ += line->path;
    index.ends_.push_back(index.paths_.size());
    index.hashes_.push_back(line->sha256);
  }
  if (hex(list.digest()) == sha256) return index;
  return fail(Outcome::kCorrupt, "it is not the list in the manifest: sha256 differs");
}

std::string_view TreeIndex::path(std::size_t file) const {
  const std::uint64_t begin = file == 0 ? 0 : ends_[file - 1];
  return std::string_view(paths_).substr(begin, ends_[file] - begin);
}

layout::HashLine TreeIndex::line(std::size_t file) const {
  return {path(file), hashes_[file]};
}

/// The first file from `from` on that is not at or below `path`, where `from` is or comes behind it.
std::size_t TreeIndex::behind(std::size_t from, std::string_view directory) const {
  return partition(from, size(), [&](std::size_t file) { return is_at_or_below(path(file), directory); });
}

TreeIndex::Range TreeIndex::below(std::string_view directory) const {
  const std::size_t from = directory.empty() ? 0 : partition(0, size(), [&](std::size_t file) {
    return compare_paths(path(file), directory) < 0;
  });
  return {from, behind(from, directory)};
}

std::string TreeIndex::identity(Range files) const {
  Sha256Stream stream;
  for (std::size_t file = files.first; file < files.second; ++file) {
    const Sha256Digest& digest = hashes_[file];
    stream.update(Bytes(reinterpret_cast<const char*>(digest.data()), digest.size()));
    stream.update(path(file));
    stream.update(Bytes("\n"));
  }
  return hex(stream.finish());
}

std::vector<FileTreeReader::Entry> TreeIndex::list(std::string_view directory) const {
  std::vector<FileTreeReader::Entry> entries;
  const auto [from, end] = below(directory);
  const std::size_t name_at = directory.empty() ? 0 : directory.size() + 1;
  for (std::size_t file = from; file < end;) {
    const std::string_view all = path(file);
    if (all.size() < name_at) {  // a file of that name, no directory
      ++file;
      continue;
    }
    FileTreeReader::Entry& entry = entries.emplace_back();
    const std::size_t slash = all.find('/', name_at);
    entry.name = all.substr(name_at, slash == std::string_view::npos ? slash : slash - name_at);
    entry.is_directory = slash != std::string_view::npos;
    const std::size_t next = entry.is_directory ? behind(file, all.substr(0, slash)) : file + 1;
    entry.identity = entry.is_directory ? "d" + identity({file, next}) : hex(hashes_[file]);
    file = next;
  }
  return entries;
}

}  // namespace arkive::objects
