#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "kafka/archive/layout.h"
#include "kafka/inspect/log_directory_internal.h"
#include "stores/directory/beneath.h"

namespace arkive::kafka::inspecting {
namespace {

constexpr const char* kLock = ".lock";
constexpr std::uint64_t kMostText = 64 << 20;

std::string path_in(const LogDirectory& directory, std::string_view name) {
  return directory.path + "/" + std::string(name);
}

/// Of several, the first is told.
void note(LogDirectory& directory, const Error& error) {
  if (directory.facts.error.empty()) directory.facts.error = error.what;
}

/// Nothing: there is no such file, or it makes no sense, which is noted.
template <class Parse>
auto parsed(LogDirectory& directory, std::string_view name, Parse parse)
    -> std::optional<typename decltype(parse(std::string_view()))::value_type> {
  const std::string path = path_in(directory, name);
  const auto text = read_text(directory.fd.get(), name, path);
  if (!text) {
    if (text.error().outcome != Outcome::kNotFound) note(directory, text.error());
    return std::nullopt;
  }
  // Brokers make their checkpoint files empty, and fill them later.
  if (text->empty()) return std::nullopt;
  auto value = parse(*text);
  if (value) return std::move(*value);
  note(directory, value.error().within("'" + path + "'"));
  return std::nullopt;
}

Status find_partitions(LogDirectory& directory) {
  ARKIVE_ASSIGN(const auto names, directory::names_in(directory.fd.get(), directory.path));
  for (const std::string& name : names) {
    const auto partition = parse_partition_directory(name);
    if (!partition || !is_topic_name(partition->partition.topic)) continue;
    struct stat facts = {};
    if (::fstatat(directory.fd.get(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(facts.st_mode)) {
      continue;
    }
    directory.partitions.push_back(name);
  }
  return ok();
}

}  // namespace

Result<std::string> read_text(int directory, std::string_view name, const std::string& path) {
  const std::string file(name);
  ARKIVE_ASSIGN(const UniqueFd fd, directory::open_regular_file(directory, file.c_str(), path));
  struct stat facts = {};
  if (::fstat(fd.get(), &facts) != 0) return fail(system_error("look at", path, errno));
  if (static_cast<std::uint64_t>(facts.st_size) > kMostText) {
    return fail(Outcome::kFull, "read '" + path + "': larger than " + human_size(kMostText));
  }
  std::string text(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t got = ::pread(fd.get(), text.data() + done, text.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error("read", path, errno));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return text;
}

bool is_in_use(int directory) {
  const UniqueFd fd(::openat(directory, kLock, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd) return false;
  struct flock lock = {};
  // A lock for reading asks for no more rights than we have, and the broker's excludes it all the same.
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(fd.get(), F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

Result<LogDirectory> LogDirectory::open(const std::string& path) {
  LogDirectory directory;
  directory.path = path;
  directory.facts.path = path;
  directory.fd = UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.fd) {
    const int cause = errno;
    Error error = system_error("open log directory", path, cause);
    if (cause == ENOTDIR || error.outcome == Outcome::kNotFound) {
      return fail(Outcome::kNotFound, std::move(error.what),
                  "name the directories of log.dirs (or log.dir) in the broker's server.properties");
    }
    note(directory, error);
    return directory;
  }
  const int fd = directory.fd.get();
  directory.facts.in_use = is_in_use(fd);
  directory.facts.meta = parsed(directory, kMetaProperties, MetaProperties::parse);
  if (directory.facts.meta && directory.facts.meta->broker < -1) {
    note(directory, {Outcome::kCorrupt,
                     "'" + path_in(directory, kMetaProperties) + "': read meta.properties: broker.id is '" +
                         std::to_string(directory.facts.meta->broker) + "'",
                     {}});
    directory.facts.meta->broker = -1;
  }
  struct stat facts = {};
  directory.facts.clean_shutdown =
      ::fstatat(fd, std::string(kCleanShutdown).c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0;
  directory.high_watermarks =
      parsed(directory, kHighWatermarks, parse_offset_checkpoint).value_or(OffsetCheckpoint());
  directory.log_starts = parsed(directory, kLogStarts, parse_offset_checkpoint).value_or(OffsetCheckpoint());
  if (Status found = find_partitions(directory); !found) note(directory, found.error());
  return directory;
}

}  // namespace arkive::kafka::inspecting
