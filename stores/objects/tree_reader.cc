#include "stores/objects/tree_reader.h"

#include "stores/core/interrupt.h"

namespace arkive::objects {

using namespace layout;  // NOLINT(google-build-using-namespace): what all kinds of stores share

namespace {

constexpr std::uint64_t kLookForSignalsEvery = 256;

}  // namespace

Result<HashListReader> open_list(const SharedStore& store, const Location& location) {
  ARKIVE_ASSIGN(auto source, ObjectSource::open(store, location.list()));
  return Result<HashListReader>(HashListReader(std::move(source), store->name() + "/" + location.list()));
}

ObjectTreeReader::ObjectTreeReader(SharedStore store, Location location, std::string sha256)
    : store_(std::move(store)),
      location_(std::move(location)),
      key_(location_.to_string()),
      sha256_(std::move(sha256)) {}

Status ObjectTreeReader::open_index() const {
  if (index_) return ok();
  ARKIVE_ASSIGN(HashListReader list, open_list(store_, location_));
  auto index = TreeIndex::read(std::move(list), sha256_);
  if (!index) {
    return fail(index.error().within("read '" + printable(store_->name() + "/" + location_.list()) + "'"));
  }
  index_ = std::move(*index);
  list_checked_ = true;
  return ok();
}

/// Stands before `file`, in the frame in which it begins.
Status ObjectTreeReader::open_frame(std::uint64_t file) const {
  if (!table_) {
    auto table = FrameTable::read(*store_, key_);
    if (!table) return fail(as_damage(std::move(table.error())));
    table_ = std::move(*table);
  }
  if (table_->files() != index_->size()) {
    return fail(Outcome::kCorrupt, "read '" + printable(object()) +
                                       "': the table of its frames has another number of files than the list "
                                       "of hashes");
  }
  const FrameTable::Frame& frame = table_->frame_of(file);
  const bool is_open = frame_ && frame_->first_file == frame.first_file;
  if (!is_open) {
    frame_ = std::make_unique<OpenFrame>();
    auto bytes = store_->get(key_, frame.offset, frame.bytes, Deadline::never());
    if (!bytes) return fail(as_damage(std::move(bytes.error())));
    frame_->bytes = std::move(*bytes);
    frame_->first_file = frame.first_file;
  }
  if (!is_open || frame_->next_file > file) {
    frame_->tar.emplace(std::make_unique<MemorySource>(frame_->bytes), object());
    frame_->next_file = frame.first_file;
  }
  for (std::string passed; frame_->next_file < file; ++frame_->next_file) {
    const Status read = frame_->tar->next(index_->line(frame_->next_file), passed);
    if (!read && !frame_->tar->can_go_on()) {
      frame_.reset();
      return read;
    }
  }
  return ok();
}

Result<std::string> ObjectTreeReader::read(std::string_view path) const {
  ARKIVE_TRY(check_tree_path(path));
  ARKIVE_TRY(open_index());
  std::string content;
  const auto [file, end] = index_->below(path);
  if (file == end || index_->line(file).path != path) {
    return fail(Outcome::kNotFound,
                "read '" + printable(path) + "' in '" + printable(object()) + "': there is no such file");
  }
  ARKIVE_TRY(for_some({file, file + 1}, [&](std::string_view, Bytes bytes) -> Status {
    content = bytes;
    return ok();
  }));
  return content;
}

Result<std::vector<FileTreeReader::Entry>> ObjectTreeReader::list(std::string_view directory) const {
  if (!directory.empty()) ARKIVE_TRY(check_tree_path(directory));
  ARKIVE_TRY(open_index());
  return index_->list(directory);
}

Status ObjectTreeReader::for_some(TreeIndex::Range files, const Each& each) const {
  std::string content;
  for (std::size_t file = files.first; file < files.second; ++file) {
    if (file % kLookForSignalsEvery == 0) ARKIVE_TRY(check_interrupt("read run"));
    ARKIVE_TRY(open_frame(file));
    const HashLine line = index_->line(file);
    const Status read = frame_->tar->next(line, content);
    if (!read) {
      frame_.reset();
      return read;
    }
    ++frame_->next_file;
    ARKIVE_TRY(each(line.path, content));
  }
  return ok();
}

Status ObjectTreeReader::for_all(const Each& each) const {
  if (!list_checked_) {
    ARKIVE_ASSIGN(HashListReader whole, open_list(store_, location_));
    const auto checked = check_hash_list(std::move(whole), sha256_);
    if (!checked) {
      return fail(
          checked.error().within("read '" + printable(store_->name() + "/" + location_.list()) + "'"));
    }
    list_checked_ = true;
  }
  ARKIVE_ASSIGN(HashListReader list, open_list(store_, location_));
  ARKIVE_ASSIGN(auto source, ObjectSource::open(store_, key_));
  TarReader tar(std::move(source), object());
  std::string content;
  for (std::uint64_t file = 0;; ++file) {
    if (file % kLookForSignalsEvery == 0) ARKIVE_TRY(check_interrupt("read run"));
    ARKIVE_ASSIGN(const HashLine* const line, list.next());
    if (line == nullptr) return tar.end();
    ARKIVE_TRY(tar.next(*line, content));
    ARKIVE_TRY(each(line->path, content));
  }
}

Status ObjectTreeReader::for_each(std::string_view under, const Each& each) const {
  if (under.empty()) return for_all(each);
  ARKIVE_TRY(check_tree_path(under));
  ARKIVE_TRY(open_index());
  return for_some(index_->below(under), each);
}

}  // namespace arkive::objects
