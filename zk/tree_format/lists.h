/// Lists: files of lines "key<TAB>value<LF>" about the children of one znode (docs/format-tree.md, section
/// "Lists"), split into parts when long so that a small change rewrites a small file.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/result.h"
#include "zk/tree_format/encoded_children.h"

namespace arkive::zk {

constexpr std::string_view kListName = "%list";
constexpr std::string_view kListPartPrefix = "%list-";
/// The key of "/" itself, in the list at the top.
constexpr std::string_view kRootKey = ".";

/// A list of more than `most_lines` begins a new part at every child for which
/// CRC-32(file name of the child) mod `part_lines` < number of lines about it, but never at the first line.
struct ListStyle {
  std::uint32_t most_lines;
  std::uint32_t part_lines;
  /// File names end in '.' and the CRC-32 of the directory, 8 hex digits: git looks for an older version of a
  /// file by the last 16 bytes of its path, and would not find it among hundreds of the same name.
  bool marked;
};
constexpr ListStyle kTreeLists{4096, 1024, false};
constexpr ListStyle kStatsLists{64, 64, true};

/// One file of a list: about the children [begin, end) of the znode.
struct ListPart {
  std::string name;  ///< "%list" or "%list-<file name of the first child in it>", and the mark
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Cuts the list about `children` into files; `lines[i]` is the number of lines about child i, and
/// `lines_before` counts those before all children (the root's own). `directory` is the znode's path in file
/// names ("" for "/"). Ascending by file name. No lines, no files.
std::vector<ListPart> split_list(std::span<const EncodedChild> children, std::span<const std::uint32_t> lines,
                                 std::uint32_t lines_before, ListStyle style, std::string_view directory);

struct ListLine {
  std::string_view key;
  std::string_view value;
};

/// Gives each line to `each`. kCorrupt, naming `file`, when a line has no TAB or no key, keys do not ascend,
/// or the last line has no LF. "." comes first where it comes.
Status parse_list(std::string_view file, Bytes content, const std::function<Status(const ListLine&)>& each);

/// The file name of the first child in a part, "" for the first part; nothing when it is no list's file name.
std::optional<std::string_view> first_child_of_list(std::string_view file_name, ListStyle style);

}  // namespace arkive::zk
