#include "zk/burry/dump_files.h"

#include <minizip/unzip.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <unordered_set>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/handle.h"
#include "stores/core/interrupt.h"

namespace arkive::zk {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestName = 65'535;  // the length field of a zip's entry
constexpr std::uint32_t kMadeByUnix = 3;

// What one dump has had so far.
class Checks {
 public:
  Checks(const std::string& path, const BurryLimits& limits) : path_(path), limits_(limits) {}

  tl::unexpected<Error> refused(const std::string& name, const std::string& why) const {
    return fail(Outcome::kCorrupt,
                "read '" + printable(path_) + "': entry '" + printable(name.substr(0, 300)) + "' " + why,
                "no burry writes that: nothing of it was imported");
  }

  Status name(const std::string& name) {
    if (++files_ > limits_.most_files)
      return too_much("more than " + std::to_string(limits_.most_files) + " files");
    if (name.empty() || name.find('\0') != std::string::npos) return refused(name, "has no name that can be");
    if (name.front() == '/') return refused(name, "begins with a slash");
    for (std::size_t begin = 0; begin <= name.size();) {
      const std::size_t end = std::min(name.find('/', begin), name.size());
      const std::string_view part = std::string_view(name).substr(begin, end - begin);
      if (part.empty() || part == "." || part == "..") return refused(name, "leads out of the dump");
      begin = end + 1;
    }
    if (!names_.insert(name).second) return refused(name, "is there twice");
    return ok();
  }

  // Before more is read: a zip may unpack to a thousand times its size.
  Status bytes(const std::string& name, std::uint64_t of_file, std::uint64_t more) {
    bytes_ += more;
    if (of_file > limits_.most_bytes_of_file) {
      return too_much("entry '" + printable(name.substr(0, 300)) + "' is larger than " +
                      human_size(limits_.most_bytes_of_file));
    }
    if (bytes_ > limits_.most_bytes) return too_much("it is larger than " + human_size(limits_.most_bytes));
    return ok();
  }

 private:
  tl::unexpected<Error> too_much(const std::string& why) const {
    return fail(Outcome::kFull, "read '" + printable(path_) + "': " + why,
                "no znode is that large, and no ensemble that full: nothing of it was imported");
  }

  const std::string& path_;
  const BurryLimits& limits_;
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
  std::unordered_set<std::string> names_;
};

using Zip = Handle<void, unzClose>;

// "<id>/brokers/content" -> "brokers/content"; all entries have the same <id>.
Result<std::string> below_top(const Checks& checks, const std::string& name, std::string& top) {
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) return checks.refused(name, "is in no directory");
  const std::string first = name.substr(0, slash);
  if (top.empty()) top = first;
  if (top != first)
    return checks.refused(name, "is not in the directory '" + printable(top) + "' of the others");
  return name.substr(slash + 1);
}

Result<std::string> read_entry(unzFile zip, const std::string& name, Checks& checks) {
  if (::unzOpenCurrentFile(zip) != UNZ_OK)
    return checks.refused(name, "cannot be unpacked: encrypted, or damaged");
  std::string data;
  std::vector<char> buffer(std::size_t{1} << 16);
  for (;;) {
    const int got = ::unzReadCurrentFile(zip, buffer.data(), static_cast<unsigned>(buffer.size()));
    if (got < 0) return checks.refused(name, "is damaged: it does not unpack");
    if (got == 0) break;
    ARKIVE_TRY(
        checks.bytes(name, data.size() + static_cast<std::size_t>(got), static_cast<std::uint64_t>(got)));
    data.append(buffer.data(), static_cast<std::size_t>(got));
  }
  if (::unzCloseCurrentFile(zip) != UNZ_OK)
    return checks.refused(name, "is damaged: its CRC-32 is another one");
  return data;
}

Status read_zip(const std::string& path, Checks& checks, const BurryFile& each) {
  const Zip zip(::unzOpen64(path.c_str()));
  if (!zip) {
    return fail(Outcome::kCorrupt, "read '" + printable(path) + "': it is no zip, or one cut short",
                "burry's zip of a snapshot is <snapshot id>.zip, in S3 without the ending");
  }
  unz_global_info64 global = {};
  if (::unzGetGlobalInfo64(zip.get(), &global) != UNZ_OK) {
    return fail(Outcome::kCorrupt, "read '" + printable(path) + "': its directory cannot be read");
  }
  std::string top;
  std::vector<char> raw_name(kLongestName + 1);
  for (std::uint64_t i = 0; i < global.number_entry; ++i) {
    ARKIVE_TRY(check_interrupt("read a burry dump"));
    unz_file_info64 info = {};
    const int moved = i == 0 ? ::unzGoToFirstFile(zip.get()) : ::unzGoToNextFile(zip.get());
    if (moved != UNZ_OK || ::unzGetCurrentFileInfo64(zip.get(), &info, raw_name.data(), raw_name.size(),
                                                     nullptr, 0, nullptr, 0) != UNZ_OK) {
      return fail(Outcome::kCorrupt, "read '" + printable(path) + "': entry " + std::to_string(i + 1) +
                                         " of " + std::to_string(global.number_entry) +
                                         " of its directory cannot be read");
    }
    std::string name(raw_name.data(), info.size_filename);
    const auto mode = static_cast<std::uint32_t>(info.external_fa >> 16);
    const bool has_mode = (info.version >> 8) == kMadeByUnix && (mode & S_IFMT) != 0;
    if (has_mode && !S_ISREG(mode) && !S_ISDIR(mode)) return checks.refused(name, "is a link or a device");
    const bool is_directory = name.ends_with('/');
    if (is_directory) name.pop_back();
    ARKIVE_TRY(checks.name(name));
    if (is_directory) continue;  // a zip made again by another program has these
    ARKIVE_ASSIGN(const std::string below, below_top(checks, name, top));
    ARKIVE_ASSIGN(std::string data, read_entry(zip.get(), name, checks));
    ARKIVE_TRY(each(below, std::move(data)));
  }
  return ok();
}

bool is_top(const fs::path& path) {
  std::error_code error;
  return fs::exists(path / ".burrymeta", error) || fs::exists(path / "content", error);
}

// The directory itself, or the only one in it.
Result<fs::path> top_of(const std::string& path) {
  if (is_top(path)) return fs::path(path);
  ARKIVE_ASSIGN(const std::vector<std::string> names, list_directory(path));
  if (names.size() == 1 && is_top(fs::path(path) / names.front())) return fs::path(path) / names.front();
  return fail(
      Outcome::kCorrupt,
      "read '" + printable(path) + "': it is no burry dump: neither 'content' nor '.burrymeta' is in it",
      "give the directory of one snapshot, or its zip");
}

Status read_directory(const std::string& path, Checks& checks, const BurryFile& each) {
  ARKIVE_ASSIGN(const fs::path top, top_of(path));
  std::error_code error;
  fs::recursive_directory_iterator at(top, fs::directory_options::none, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    ARKIVE_TRY(check_interrupt("read a burry dump"));
    const std::string name = at->path().lexically_relative(top).string();
    const fs::file_status status = at->symlink_status(error);
    if (error) break;
    ARKIVE_TRY(checks.name(name));
    if (fs::is_directory(status)) continue;
    if (!fs::is_regular_file(status)) return checks.refused(name, "is a link or a device");
    const std::uint64_t size = at->file_size(error);
    if (error) break;
    ARKIVE_TRY(checks.bytes(name, size, size));
    ARKIVE_ASSIGN(std::string data, read_file(at->path().string(), size));
    ARKIVE_TRY(each(name, std::move(data)));
  }
  if (error) return fail(system_error("read directory", path, error.value()));
  return ok();
}

}  // namespace

Status read_burry_files(const std::string& path, const BurryLimits& limits, const BurryFile& each) {
  struct stat facts = {};
  if (::stat(path.c_str(), &facts) != 0) return fail(system_error("read", path, errno));
  Checks checks(path, limits);
  return S_ISDIR(facts.st_mode) ? read_directory(path, checks, each) : read_zip(path, checks, each);
}

}  // namespace arkive::zk
