#include "stores/git/tree_reader.h"

#include <algorithm>

namespace arkive::git {

/// A tree object, parsed. Entries point into `raw`.
struct TreeReader::Directory {
  std::string path;
  std::string raw;
  std::vector<TreeEntry> entries;

  const TreeEntry* find(std::string_view name) const {
    const auto entry = std::lower_bound(entries.begin(), entries.end(), name,
                                        [](const TreeEntry& a, std::string_view b) { return a.name < b; });
    return entry != entries.end() && entry->name == name ? &*entry : nullptr;
  }
};

TreeReader::TreeReader(std::shared_ptr<ObjectStore> objects, std::optional<ObjectId> tree)
    : objects_(std::move(objects)), tree_(tree) {}

TreeReader::~TreeReader() = default;

/// Null when there is no such directory.
Result<std::shared_ptr<const TreeReader::Directory>> TreeReader::directory(std::string_view path) const {
  const auto leads_there = [&](const Directory& open) {
    return open.path.empty() || (path.starts_with(open.path) &&
                                 (path.size() == open.path.size() || path[open.path.size()] == '/'));
  };
  while (!last_.empty() && !leads_there(*last_.back())) last_.pop_back();
  std::optional<ObjectId> id = last_.empty() ? tree_ : std::nullopt;
  std::string_view here;
  for (;;) {
    if (id) {
      auto open = std::make_shared<Directory>();
      open->path = here;
      ARKIVE_ASSIGN(open->raw, objects_->read(*id, ObjectType::kTree));
      ARKIVE_ASSIGN(open->entries, parse_tree(open->raw));
      last_.push_back(std::move(open));
    }
    if (last_.empty()) return std::shared_ptr<const Directory>();
    const Directory& inner = *last_.back();
    if (inner.path.size() == path.size()) return last_.back();
    const std::size_t begin = inner.path.empty() ? 0 : inner.path.size() + 1;
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const TreeEntry* entry = inner.find(path.substr(begin, end - begin));
    if (entry == nullptr || !entry->is_directory) return std::shared_ptr<const Directory>();
    id = entry->id;
    here = path.substr(0, end);
  }
}

Result<TreeReader::Found> TreeReader::find(std::string_view path) const {
  const std::size_t slash = path.rfind('/');
  ARKIVE_ASSIGN(const auto parent,
                directory(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash)));
  const TreeEntry* entry = parent == nullptr ? nullptr : parent->find(path.substr(slash + 1));
  return entry == nullptr ? Found() : Found(*entry);
}

Result<std::string> TreeReader::read(std::string_view path) const {
  ARKIVE_ASSIGN(const Found entry, find(path));
  if (!entry || entry->is_directory) {
    return fail(Outcome::kNotFound, "read '" + printable(path) + "': there is no such file in the tree");
  }
  auto content = objects_->read(entry->id, ObjectType::kBlob);
  if (!content) {
    Error error = content.error().within("read '" + printable(path) + "'");
    if (error.outcome == Outcome::kNotFound) error.outcome = Outcome::kCorrupt;  // the tree names it
    return fail(std::move(error));
  }
  return content;
}

Result<std::vector<FileTreeReader::Entry>> TreeReader::list(std::string_view path) const {
  std::vector<Entry> entries;
  ARKIVE_ASSIGN(const auto found, directory(path));
  if (found == nullptr) return entries;
  entries.reserve(found->entries.size());
  for (const TreeEntry& entry : found->entries) {
    entries.push_back({std::string(entry.name), entry.is_directory, hex(entry.id)});
  }
  return entries;
}

Status TreeReader::walk(std::string& path, const ObjectId& tree, Object& scratch,
                        const std::function<Status(std::string_view path, Bytes content)>& each) const {
  ARKIVE_ASSIGN(const std::string raw, objects_->read(tree, ObjectType::kTree));
  ARKIVE_ASSIGN(const std::vector<TreeEntry> entries, parse_tree(raw));
  const std::size_t size = path.size();
  for (const TreeEntry& entry : entries) {
    if (size != 0) path += '/';
    path += entry.name;
    if (entry.is_directory) {
      ARKIVE_TRY(walk(path, entry.id, scratch, each));
    } else {
      if (auto read = objects_->read(entry.id, scratch); !read) {
        Error error = read.error().within("read '" + printable(path) + "'");
        if (error.outcome == Outcome::kNotFound) error.outcome = Outcome::kCorrupt;
        return fail(std::move(error));
      }
      ARKIVE_TRY(each(path, scratch.content));
    }
    path.resize(size);
  }
  return ok();
}

Status TreeReader::for_each(std::string_view under,
                            const std::function<Status(std::string_view path, Bytes content)>& each) const {
  if (!tree_) return ok();
  Object scratch;
  std::string path(under);
  if (under.empty()) return walk(path, *tree_, scratch, each);
  ARKIVE_ASSIGN(const Found entry, find(under));
  if (!entry) return ok();
  if (entry->is_directory) return walk(path, entry->id, scratch, each);
  ARKIVE_ASSIGN(const std::string content, read(under));
  return each(under, content);
}

}  // namespace arkive::git
