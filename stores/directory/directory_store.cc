#include "stores/directory/directory_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "stores/core/files.h"
#include "stores/core/system_call.h"
#include "stores/directory/beneath.h"
#include "stores/directory/object_writer.h"
#include "stores/directory/unfinished.h"

namespace arkive {

using namespace directory;  // NOLINT(google-build-using-namespace): its own parts

namespace {

/// A key, and the directory it lies in held open.
class Place {
 public:
  static Result<Place> find(const Root& root, std::string_view key, IfMissing if_missing) {
    ARKIVE_TRY(check_key(key));
    Place place(root, key, if_missing);
    ARKIVE_ASSIGN(place.directory_, place.cursor_.go_to(split_path(key).directory));
    return place;
  }
  int directory() const { return directory_; }
  const std::string& name() const { return name_; }
  const std::string& object() const { return object_; }

 private:
  Place(const Root& root, std::string_view key, IfMissing if_missing)
      : cursor_(root.fd.get(), root.path, if_missing),
        name_(split_path(key).name),
        object_(root.object(key)) {}
  DirectoryCursor cursor_;
  int directory_ = -1;
  std::string name_;
  std::string object_;
};

/// Makes durable what another writer may have linked a moment ago.
Status sync_existing(const Place& place, const UniqueFd& file) {
  if (traced([&] { return ::fsync(file.get()); }) != 0)
    return fail(system_error("sync", place.object(), errno));
  if (traced([&] { return ::fsync(place.directory()); }) != 0) {
    return fail(system_error("sync directory of", place.object(), errno));
  }
  return ok();
}

struct Listed {
  std::string name;
  bool is_directory = false;
  std::uint64_t size = 0;
};

/// Keys are in the order of their bytes, where '/' counts too: "a-b" < "a/b" < "ab".
bool in_key_order(const Listed& a, const Listed& b) {
  const auto at = [](const Listed& entry, std::size_t i) -> int {
    if (i < entry.name.size()) return static_cast<unsigned char>(entry.name[i]);
    return i == entry.name.size() && entry.is_directory ? '/' : -1;
  };
  for (std::size_t i = 0;; ++i) {
    const int left = at(a, i);
    const int right = at(b, i);
    if (left != right) return left < right;
    if (left == -1) return false;
  }
}

class Lister {
 public:
  Lister(const Root& root, std::string_view prefix, const std::function<Status(const Store::Object&)>& each)
      : root_(root), prefix_(prefix), each_(each) {}

  /// `directory` is "" or ends with '/'.
  Status list(int fd, const std::string& directory) {
    ARKIVE_ASSIGN(const std::vector<Listed> entries, entries_of(fd, directory));
    for (const Listed& entry : entries) {
      std::string path = directory + entry.name;
      if (entry.is_directory) {
        const UniqueFd below(
            ::openat(fd, entry.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!below && errno == ENOENT) continue;
        if (!below) return fail(system_error("list", root_.object(path), errno));
        ARKIVE_TRY(list(below.get(), path + "/"));
      } else {
        ARKIVE_TRY(each_({std::move(path), entry.size}));
      }
    }
    return ok();
  }

 private:
  Result<std::vector<Listed>> entries_of(int fd, const std::string& directory) const {
    ARKIVE_ASSIGN(const std::vector<std::string> names, names_in(fd, root_.object(directory)));
    std::vector<Listed> entries;
    for (const std::string& name : names) {
      if (!could_hold_keys(directory + name) || name.starts_with(kTemporaryFilePrefix)) continue;
      struct stat facts = {};
      if (::fstatat(fd, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) continue;  // removed meanwhile
        return fail(system_error("list", root_.object(directory + name), errno));
      }
      if (!S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode)) {
        return fail(Outcome::kCorrupt, "list '" + printable(root_.object(directory + name)) +
                                           "': " + kind_of_file(facts.st_mode) + " stands in a store");
      }
      const bool is_directory = S_ISDIR(facts.st_mode);
      if (!is_directory && !(directory + name).starts_with(prefix_)) continue;
      entries.push_back({name, is_directory, static_cast<std::uint64_t>(facts.st_size)});
    }
    std::sort(entries.begin(), entries.end(), in_key_order);
    return entries;
  }

  /// The path is a key, and one with the prefix may lie at or below it. Keys have at most 256 parts, which
  /// bounds the recursion.
  bool could_hold_keys(const std::string& path) const {
    if (!check_key(path)) return false;
    return path.starts_with(prefix_) || (path + "/").starts_with(prefix_) ||
           std::string_view(prefix_).starts_with(path + "/");
  }

  const Root& root_;
  const std::string prefix_;
  const std::function<Status(const Store::Object&)>& each_;
};

}  // namespace

namespace directory {

Result<SharedRoot> open_root(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd && errno == ENOTDIR) {
    return fail(Outcome::kUsage, "open store '" + printable(path) + "': it is no directory");
  }
  if (!fd) return fail(system_error("open store", path, errno));
  return std::make_shared<const Root>(Root{path, std::move(fd)});
}

}  // namespace directory

Result<std::unique_ptr<DirectoryStore>> DirectoryStore::open(const std::string& path) {
  ARKIVE_ASSIGN(SharedRoot root, open_root(path));
  return std::make_unique<DirectoryStore>(std::move(root));
}

Status DirectoryStore::put(std::string_view key, Bytes data, PutMode mode, Deadline) {
  ARKIVE_ASSIGN(const Place place, Place::find(*root_, key, IfMissing::kCreateDurably));
  const IfExists if_exists = mode == PutMode::kReplace ? IfExists::kReplace : IfExists::kConflict;
  Status written = write_file_durably_at(place.directory(), place.name(), place.object(), data, if_exists);
  if (written || mode == PutMode::kReplace || written.error().outcome != Outcome::kConflict) return written;
  ARKIVE_ASSIGN(const UniqueFd file,
                open_regular_file(place.directory(), place.name().c_str(), place.object()));
  std::string existing;
  ARKIVE_TRY(read_regular_file(place.directory(), place.name().c_str(), place.object(), existing));
  if (existing != data) return written;
  return sync_existing(place, file);
}

Result<std::unique_ptr<ObjectWriter>> DirectoryStore::begin(std::string_view key, Deadline) {
  ARKIVE_TRY(check_key(key));
  return begin_object(root_, std::string(key));
}

Status DirectoryStore::settle(Deadline) {
  if (traced([&] { return ::syncfs(root_->fd.get()); }) != 0) {
    return fail(system_error("sync the file system of", root_->path, errno));
  }
  return ok();
}

Result<std::unique_ptr<StoreLock>> DirectoryStore::lock(std::string_view name, Deadline deadline) {
  struct HeldFile final : StoreLock {
    explicit HeldFile(FileLock held) : file(std::move(held)) {}
    FileLock file;
  };
  ARKIVE_ASSIGN(const Place place,
                Place::find(*root_, std::string(kLocks) + "/" + std::string(name) + ".lock",
                            IfMissing::kCreateDurably));
  ARKIVE_ASSIGN(FileLock file,
                FileLock::acquire_at(place.directory(), place.name(), place.object(), deadline));
  return std::make_unique<HeldFile>(std::move(file));
}

Result<std::string> DirectoryStore::get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                                        Deadline) const {
  ARKIVE_ASSIGN(const Place place, Place::find(*root_, key, IfMissing::kFail));
  std::string data;
  if (offset == 0 && size == 0) {
    ARKIVE_TRY(read_regular_file(place.directory(), place.name().c_str(), place.object(), data));
    return data;
  }
  ARKIVE_ASSIGN(const UniqueFd fd,
                open_regular_file(place.directory(), place.name().c_str(), place.object()));
  struct stat facts = {};
  if (::fstat(fd.get(), &facts) != 0) return fail(system_error("read", place.object(), errno));
  const auto has = static_cast<std::uint64_t>(facts.st_size);
  const std::uint64_t wanted = size != 0 ? size : has - std::min(has, offset);
  if (offset > has || wanted > has - offset) {
    return fail(Outcome::kCorrupt, "read '" + printable(place.object()) + "': it has " + std::to_string(has) +
                                       " bytes, too few to read " + std::to_string(wanted) + " from byte " +
                                       std::to_string(offset));
  }
  data.resize(wanted);
  for (std::size_t have = 0; have < data.size();) {
    const ssize_t got =
        ::pread(fd.get(), data.data() + have, data.size() - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error("read", place.object(), errno));
    if (got == 0)
      return fail(Outcome::kCorrupt, "read '" + printable(place.object()) + "': it shrank meanwhile");
    have += static_cast<std::size_t>(got);
  }
  return data;
}

Result<Store::Object> DirectoryStore::head(std::string_view key, Deadline) const {
  ARKIVE_ASSIGN(const Place place, Place::find(*root_, key, IfMissing::kFail));
  ARKIVE_ASSIGN(const UniqueFd fd,
                open_regular_file(place.directory(), place.name().c_str(), place.object()));
  struct stat facts = {};
  if (::fstat(fd.get(), &facts) != 0) return fail(system_error("read", place.object(), errno));
  return Object{std::string(key), static_cast<std::uint64_t>(facts.st_size)};
}

Status DirectoryStore::list(std::string_view prefix, const std::function<Status(const Object&)>& each,
                            Deadline) const {
  return Lister(*root_, prefix, each).list(root_->fd.get(), "");
}

Status DirectoryStore::remove(std::string_view key, Deadline) {
  const Result<Place> place = Place::find(*root_, key, IfMissing::kFail);
  if (!place && place.error().outcome == Outcome::kNotFound) return ok();
  if (!place) return fail(place.error());
  if (traced([&] { return ::unlinkat(place->directory(), place->name().c_str(), 0); }) != 0) {
    if (errno == ENOENT) return ok();
    return fail(system_error("remove", place->object(), errno));
  }
  if (traced([&] { return ::fsync(place->directory()); }) != 0) {
    return fail(system_error("sync directory of", place->object(), errno));
  }
  return ok();
}

Status DirectoryStore::remove_unfinished(Deadline) {
  return remove_temporary_files(*root_, std::chrono::hours(24));
}

}  // namespace arkive
