#include <charconv>

#include "zk/tree_format/escape.h"
#include "zk/tree_format/file_lookup.h"
#include "zk/tree_format/layout.h"
#include "zk/tree_format/names.h"
#include "zk/tree_format/stat_line.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::zk {
namespace {

// Gives each line's path and what follows its TAB. A record without the file has nothing to say there.
Status for_each_line(const FileTreeReader& record, std::string_view file,
                     const std::function<bool(std::string&& path, std::string_view rest)>& take) {
  ARKIVE_TRY(check_record_format(record));
  const Result<std::string> content = record.read(file);
  if (!content) {
    if (content.error().outcome == Outcome::kNotFound) return ok();
    return fail(content.error());
  }
  std::string_view text = *content;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto bad = [&] {
      return fail(Outcome::kCorrupt, "read record file '" + std::string(file) + "', line " +
                                         std::to_string(line) + ": not as written");
    };
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return bad();
    const std::string_view entry = text.substr(0, end);
    text.remove_prefix(end + 1);
    const std::size_t tab = std::min(entry.find('\t'), entry.size());
    Result<std::string> path = decode_path(entry.substr(0, tab));
    if (!path || !take(std::move(*path), entry.substr(std::min(tab + 1, entry.size())))) return bad();
  }
  return ok();
}

// owner, nine numbers, data
bool parse_ephemeral(std::string_view text, EphemeralZnode& znode) {
  const std::size_t owner_end = text.find('\t');
  const std::size_t data_begin = text.rfind('\t');
  if (owner_end == std::string_view::npos || owner_end == data_begin) return false;
  const std::optional<Stat> stat = parse_stat(text.substr(owner_end + 1, data_begin - owner_end - 1));
  if (!stat) return false;
  znode.stat = *stat;
  std::uint64_t owner = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + owner_end, owner, 16);
  if (error != std::errc() || at != text.data() + owner_end) return false;
  znode.stat.ephemeral_owner = static_cast<std::int64_t>(owner);
  const std::string_view data = text.substr(data_begin + 1);
  if (data == layout::kNullWord) return true;
  if (!data.starts_with('=')) return false;
  Result<std::string> bytes = unescape_field(data.substr(1));
  if (!bytes) return false;
  znode.stat.data_length = static_cast<std::int32_t>(bytes->size());
  znode.data = std::move(*bytes);
  return true;
}

Result<std::vector<std::string>> read_paths(const FileTreeReader& record, std::string_view file) {
  std::vector<std::string> paths;
  ARKIVE_TRY(for_each_line(record, file, [&](std::string&& path, std::string_view rest) {
    paths.push_back(std::move(path));
    return rest.empty();
  }));
  return paths;
}

}  // namespace

Result<std::vector<EphemeralZnode>> read_ephemerals(const FileTreeReader& record) {
  std::vector<EphemeralZnode> znodes;
  ARKIVE_TRY(for_each_line(record, layout::kEphemerals, [&](std::string&& path, std::string_view rest) {
    znodes.emplace_back();
    znodes.back().path = std::move(path);
    return parse_ephemeral(rest, znodes.back());
  }));
  return znodes;
}

Result<std::vector<UnreadableZnode>> read_unreadable(const FileTreeReader& record) {
  std::vector<UnreadableZnode> znodes;
  ARKIVE_TRY(for_each_line(record, layout::kUnreadable, [&](std::string&& path, std::string_view rest) {
    Result<std::string> cause = unescape_field(rest);
    if (cause) znodes.push_back({std::move(path), std::move(*cause)});
    return cause.has_value();
  }));
  return znodes;
}

Result<std::vector<std::string>> read_masked_acls(const FileTreeReader& record) {
  return read_paths(record, layout::kMaskedAcls);
}

Result<std::vector<std::string>> read_null_or_empty(const FileTreeReader& record) {
  return read_paths(record, layout::kNullOrEmpty);
}

Result<std::vector<std::string>> read_still_moving(const FileTreeReader& record) {
  return read_paths(record, layout::kStillMoving);
}

}  // namespace arkive::zk
