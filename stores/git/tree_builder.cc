#include "stores/git/tree_builder.h"

#include <algorithm>

namespace arkive::git {

namespace {

using What = FileChange::What;

bool is_good_part(std::string_view part) {
  return !part.empty() && part != "." && part != ".." && part.size() <= 255 &&
         part.find('\0') == std::string_view::npos;
}

std::string join(const std::string& directory, std::string_view name) {
  std::string path = directory;
  if (!path.empty()) path += '/';
  path += name;
  return path;
}

}  // namespace

/// A directory that is being written.
struct TreeBuilder::Frame {
  /// A finished subdirectory that waits for its place: git sorts it as "name/", which may be later than the
  /// names that follow it here.
  struct Waiting {
    std::string key;  // "name/"
    ObjectId id{};
  };

  std::string name;       // "" for the top
  std::string last_name;  // of the last entry
  std::string raw;        // git's tree, so far
  std::vector<Waiting> waiting;
  std::optional<ObjectId> earlier_id;
  std::string earlier_raw;
  std::vector<std::uint32_t> earlier;  // where its entries begin, by name
  std::size_t next_earlier = 0;

  void place_waiting_before(std::string_view next) {
    while (!waiting.empty()) {
      const auto first = std::min_element(waiting.begin(), waiting.end(),
                                          [](const Waiting& a, const Waiting& b) { return a.key < b.key; });
      if (!next.empty() && first->key >= next) return;
      append_tree_entry(raw, std::string_view(first->key).substr(0, first->key.size() - 1), true, first->id);
      waiting.erase(first);
    }
  }
};

TreeBuilder::TreeBuilder(ObjectStore& objects, RunPacks& packs, Files files, std::optional<ObjectId> before)
    : objects_(objects), packs_(packs), files_(files), before_(before) {}

TreeBuilder::~TreeBuilder() = default;

void TreeBuilder::note(What what, std::string path) {
  if (!before_) return;
  ++change_count_;
  if (changes_.size() < kMostChanges) changes_.push_back({what, std::move(path)});
}

Status TreeBuilder::removed(const std::string& directory, const TreeEntry& entry) {
  const std::string path = join(directory, entry.name);
  if (!entry.is_directory) {
    note(What::kRemoved, path);
    return ok();
  }
  ARKIVE_ASSIGN(const std::string raw, objects_.read(entry.id, ObjectType::kTree));
  ARKIVE_ASSIGN(const std::vector<TreeEntry> entries, parse_tree(raw));
  for (const TreeEntry& below : entries) ARKIVE_TRY(removed(path, below));
  return ok();
}

/// The entry of that name in the earlier tree. Names ascend, so those skipped are gone now.
Result<std::optional<TreeEntry>> TreeBuilder::earlier(Frame& frame, std::string_view name) {
  while (frame.next_earlier < frame.earlier.size()) {
    const TreeEntry entry = tree_entry_at(frame.earlier_raw, frame.earlier[frame.next_earlier]);
    if (!name.empty() && entry.name > name) break;
    ++frame.next_earlier;
    if (entry.name == name) return entry;
    ARKIVE_TRY(removed(directory_, entry));
  }
  return std::nullopt;
}

Status TreeBuilder::enter(std::string_view name) {
  Frame frame;
  frame.name = name;
  if (frames_.empty()) {
    frame.earlier_id = before_;
  } else {
    Frame& parent = frames_.back();
    if (name <= parent.last_name) {
      return fail(Outcome::kFail,
                  "write tree '" + printable(join(directory_, name)) + "': files are out of order");
    }
    parent.place_waiting_before(name);
    parent.last_name = name;
    ARKIVE_ASSIGN(const std::optional<TreeEntry> before, earlier(parent, name));
    if (before && before->is_directory) frame.earlier_id = before->id;
    if (before && !before->is_directory) note(What::kRemoved, join(directory_, name));
    directory_ = join(directory_, name);
  }
  if (frame.earlier_id) {
    ARKIVE_ASSIGN(frame.earlier_raw, objects_.read(*frame.earlier_id, ObjectType::kTree));
    ARKIVE_ASSIGN(frame.earlier, tree_entry_offsets(frame.earlier_raw));
    frame.raw.reserve(frame.earlier_raw.size() + frame.earlier_raw.size() / 64);
  }
  frames_.push_back(std::move(frame));
  return ok();
}

Status TreeBuilder::leave() {
  Frame& frame = frames_.back();
  frame.place_waiting_before({});
  ARKIVE_TRY(earlier(frame, {}));
  // Writing a version needs memory of the same size once more.
  std::string().swap(frame.earlier_raw);
  std::vector<std::uint32_t>().swap(frame.earlier);
  const ObjectId id = hash_object(ObjectType::kTree, frame.raw);
  if (!frame.earlier_id) {
    ARKIVE_TRY(packs_.add(ObjectType::kTree, frame.raw, id));
  } else if (id != *frame.earlier_id) {
    ARKIVE_TRY(packs_.add_version(ObjectType::kTree, frame.raw, id, *frame.earlier_id));
  }
  const std::string name = std::move(frame.name);
  frames_.pop_back();
  if (frames_.empty()) {
    tree_ = id;
    return ok();
  }
  directory_.resize(directory_.size() - std::min(directory_.size(), name.size() + 1));
  frames_.back().waiting.push_back({name + '/', id});
  return ok();
}

Status TreeBuilder::follow(std::string_view directory) {
  if (frames_.empty()) ARKIVE_TRY(enter({}));
  if (directory == directory_) return ok();
  while (!directory_.empty() &&
         !(directory.starts_with(directory_) &&
           (directory.size() == directory_.size() || directory[directory_.size()] == '/'))) {
    ARKIVE_TRY(leave());
  }
  while (directory.size() > directory_.size()) {
    const std::string_view rest = directory.substr(directory_.empty() ? 0 : directory_.size() + 1);
    const std::string_view part = rest.substr(0, rest.find('/'));
    if (!is_good_part(part)) {
      return fail(Outcome::kUsage,
                  "write tree '" + printable(directory) + "': it has a part that is no file name");
    }
    ARKIVE_TRY(enter(part));
  }
  return ok();
}

Status TreeBuilder::add(std::string_view path, Bytes content, const Sha256Digest& /*sha256*/) {
  if (path.starts_with('/')) {
    return fail(Outcome::kUsage, "write tree '" + printable(path) + "': it has a part that is no file name");
  }
  const std::size_t slash = path.rfind('/');
  const std::string_view name = path.substr(slash + 1);  // npos + 1 is 0
  ARKIVE_TRY(follow(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash)));
  Frame& frame = frames_.back();
  if (!is_good_part(name)) {
    return fail(Outcome::kUsage, "write tree '" + printable(path) + "': it has a part that is no file name");
  }
  if (name <= frame.last_name) {
    return fail(Outcome::kFail, "write tree '" + printable(path) + "': files are out of order");
  }
  frame.last_name = name;
  frame.place_waiting_before(name);
  ARKIVE_ASSIGN(const std::optional<TreeEntry> before, earlier(frame, name));
  const ObjectId id = hash_object(ObjectType::kBlob, content);
  const bool had_file = before && !before->is_directory;
  if (!had_file || before->id != id) {
    note(had_file ? What::kChanged : What::kAdded, join(directory_, name));
    ARKIVE_TRY(store_blob(content, id, had_file ? &before->id : nullptr));
  }
  append_tree_entry(frame.raw, name, false, id);
  if (before && before->is_directory) ARKIVE_TRY(removed(directory_, *before));
  return ok();
}

Status TreeBuilder::store_blob(Bytes content, const ObjectId& id, const ObjectId* before) {
  if (known_.find(id)) return ok();
  if (files_ == Files::kMixed) return packs_.add_content(content, id, before);
  if (before == nullptr) return packs_.add(ObjectType::kBlob, content, id);
  return packs_.add_version(ObjectType::kBlob, content, id, *before);
}

Status TreeBuilder::know_earlier_blobs(const ObjectId& tree) {
  ARKIVE_ASSIGN(const std::string raw, objects_.read(tree, ObjectType::kTree));
  ARKIVE_ASSIGN(const std::vector<TreeEntry> entries, parse_tree(raw));
  for (const TreeEntry& entry : entries) {
    if (entry.is_directory) {
      ARKIVE_TRY(know_earlier_blobs(entry.id));
    } else {
      known_.insert(entry.id);
    }
  }
  return ok();
}

Status TreeBuilder::store_early(const ContentWalk& contents) {
  if (before_ && known_.size() == 0) ARKIVE_TRY(know_earlier_blobs(*before_));
  return contents([this](Bytes content) {
    return store_blob(content, hash_object(ObjectType::kBlob, content), nullptr);
  });
}

Result<ObjectId> TreeBuilder::finish() {
  if (frames_.empty()) ARKIVE_TRY(enter({}));
  while (!frames_.empty()) ARKIVE_TRY(leave());
  known_ = IdTable();
  return tree_;
}

}  // namespace arkive::git
