#include "zk/tree_format/lists.h"

#include <zlib.h>

#include <algorithm>
#include <numeric>

#include "stores/file_tree.h"

namespace arkive::zk {
namespace {

std::uint32_t crc32_of(std::string_view text) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

constexpr std::size_t kMarkSize = 9;  // ".5f0c1e2d"

std::string mark_of(std::string_view directory) {
  std::string bytes;
  append_big_endian(bytes, crc32_of(directory));
  return '.' + to_hex(bytes);
}

bool is_mark(std::string_view text) {
  return text.front() == '.' &&
         text.substr(1).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::vector<ListPart> split_list(std::span<const EncodedChild> children, std::span<const std::uint32_t> lines,
                                 std::uint32_t lines_before, ListStyle style, std::string_view directory) {
  std::vector<ListPart> parts;
  const std::uint64_t total = std::accumulate(lines.begin(), lines.end(), std::uint64_t{lines_before});
  if (total == 0) return parts;
  const std::string mark = style.marked ? mark_of(directory) : std::string();
  parts.push_back({std::string(kListName) + mark, 0, children.size()});
  if (total <= style.most_lines) return parts;
  bool is_first_line = lines_before == 0;
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (lines[i] == 0) continue;
    if (!is_first_line && crc32_of(children[i].name) % style.part_lines < lines[i]) {
      parts.back().end = i;
      std::string name(kListPartPrefix);
      name += children[i].name;
      parts.push_back({name + mark, i, children.size()});
    }
    is_first_line = false;
  }
  // "a!" comes after "a", but "a!.mark" before "a.mark".
  std::sort(parts.begin(), parts.end(), [](const ListPart& a, const ListPart& b) { return a.name < b.name; });
  return parts;
}

Status parse_list(std::string_view file, Bytes content, const std::function<Status(const ListLine&)>& each) {
  const auto bad = [&](const char* cause, std::size_t line) {
    return fail(Outcome::kCorrupt,
                "read list '" + printable(file) + "', line " + std::to_string(line) + ": " + cause);
  };
  std::string_view last;
  for (std::size_t line = 1; !content.empty(); ++line) {
    const std::size_t end = content.find('\n');
    if (end == Bytes::npos) return bad("no line end", line);
    const std::string_view text = content.substr(0, end);
    content.remove_prefix(end + 1);
    const std::size_t tab = text.find('\t');
    if (tab == std::string_view::npos || tab == 0) return bad("not a name, a tab and a value", line);
    const ListLine entry{text.substr(0, tab), text.substr(tab + 1)};
    const bool is_root = entry.key == kRootKey;
    if (is_root ? line != 1 : line != 1 && last != kRootKey && compare_paths(last, entry.key) >= 0) {
      return bad("names do not ascend", line);
    }
    last = entry.key;
    ARKIVE_TRY(each(entry));
  }
  return ok();
}

std::optional<std::string_view> first_child_of_list(std::string_view file_name, ListStyle style) {
  if (!file_name.starts_with(kListName)) return std::nullopt;
  std::string_view rest = file_name.substr(kListName.size());
  if (style.marked) {
    if (rest.size() < kMarkSize || !is_mark(rest.substr(rest.size() - kMarkSize))) return std::nullopt;
    rest.remove_suffix(kMarkSize);
  }
  if (rest.empty()) return rest;
  if (rest.front() != '-' || rest.size() == 1) return std::nullopt;
  return rest.substr(1);
}

}  // namespace arkive::zk
