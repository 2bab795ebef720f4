#include "zk/tree_format/file_lookup.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "zk/tree_format/layout.h"
#include "zk/tree_format/lists.h"
#include "zk/tree_format/names.h"

namespace arkive::zk {
namespace {

// kNotFound is an answer here, not an error.
Result<std::optional<std::string>> read_if_there(const FileTreeReader& files, const std::string& path) {
  Result<std::string> content = files.read(path);
  if (content) return std::optional<std::string>(std::move(*content));
  if (content.error().outcome == Outcome::kNotFound) return std::optional<std::string>();
  return fail(std::move(content).error());
}

Result<std::optional<ZnodePlace>> place_at(const FileTreeReader& tree, const std::string& encoded) {
  const std::string file = join_files(layout::kZnodes, encoded);
  if (!encoded.empty()) {
    ARKIVE_ASSIGN(std::optional<std::string> leaf, read_if_there(tree, file));
    if (leaf) return std::optional<ZnodePlace>({encoded, true, std::move(leaf)});
  }
  ARKIVE_ASSIGN(std::optional<std::string> self, read_if_there(tree, join_files(file, layout::kSelf)));
  if (self || encoded.empty()) return std::optional<ZnodePlace>({encoded, false, std::move(self)});
  ARKIVE_ASSIGN(const std::vector<FileTreeReader::Entry> entries, tree.list(file));
  if (entries.empty()) return std::optional<ZnodePlace>();
  return std::optional<ZnodePlace>({encoded, false, std::nullopt});
}

Status check_format_text(std::string_view text) {
  const std::string file(layout::kFormatFile);
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("format") || !json["format"].is_number_integer()) {
    return fail(Outcome::kCorrupt, "read '" + file + "': no format number in it");
  }
  const auto format = json["format"].get<std::int64_t>();
  if (format < 1) return fail(Outcome::kCorrupt, "read '" + file + "': format " + std::to_string(format));
  if (format > layout::kFormat) {
    return fail(Outcome::kUsage,
                "read '" + file + "': format " + std::to_string(format) + " is newer than this arkive knows",
                "use the arkive that wrote it, or a later one");
  }
  return ok();
}

// The file names a znode name may have, the likelier one first.
std::vector<std::string> candidates(std::string_view name) {
  std::vector<std::string> names{encode_name(name)};
  std::string twin = encode_name(name, NameForm::kTwin);
  if (twin != names.front()) names.push_back(std::move(twin));
  return names;
}

}  // namespace

Status check_format(const FileTreeReader& files) {
  ARKIVE_ASSIGN(const std::optional<std::string> text,
                read_if_there(files, std::string(layout::kFormatFile)));
  if (text) return check_format_text(*text);
  return fail(Outcome::kCorrupt, "read '" + std::string(layout::kFormatFile) + "': there is none",
              "this is not a tree of arkive");
}

Status check_record_format(const FileTreeReader& record) {
  ARKIVE_ASSIGN(const std::optional<std::string> text,
                read_if_there(record, std::string(layout::kFormatFile)));
  return text ? check_format_text(*text) : ok();
}

SplitPath split_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::string join_files(std::string_view top, std::string_view below) {
  std::string path(top);
  if (!below.empty() && !path.empty()) path += '/';
  path += below;
  return path;
}

Result<std::optional<ZnodePlace>> find_place(const FileTreeReader& tree, std::string_view path) {
  std::vector<std::vector<std::string>> names;
  std::string likely;
  bool sure = true;
  for (std::size_t begin = 1; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    names.push_back(candidates(path.substr(begin, end - begin)));
    likely = join_files(likely, names.back().front());
    sure = sure && names.back().size() == 1;
    begin = end + 1;
  }
  ARKIVE_ASSIGN(std::optional<ZnodePlace> place, place_at(tree, likely));
  if (place || sure) return place;
  std::string encoded;
  for (const std::vector<std::string>& forms : names) {
    place.reset();
    for (std::size_t i = 0; i < forms.size() && !place; ++i) {
      ARKIVE_ASSIGN(place, place_at(tree, join_files(encoded, forms[i])));
    }
    if (!place) return place;
    encoded = place->encoded;
  }
  return place;
}

Result<ListFiles> list_files(const FileTreeReader& files, std::string_view directory, ListStyle style) {
  ARKIVE_ASSIGN(const std::vector<FileTreeReader::Entry> entries, files.list(directory));
  ListFiles lists;
  for (const FileTreeReader::Entry& entry : entries) {
    const std::optional<std::string_view> first = first_child_of_list(entry.name, style);
    if (!entry.is_directory && first) lists.emplace(*first, join_files(directory, entry.name));
  }
  return lists;
}

Result<std::optional<std::string>> list_file_about(const FileTreeReader& files, std::string_view directory,
                                                   std::string_view child, ListStyle style) {
  ARKIVE_ASSIGN(const ListFiles lists, list_files(files, directory, style));
  if (lists.empty()) return std::optional<std::string>();
  // The root's own line comes first, whatever the order of bytes says.
  auto after = child == kRootKey ? lists.begin() : lists.upper_bound(child);
  if (after != lists.begin()) --after;
  return std::optional<std::string>(after->second);
}

Result<std::optional<std::string>> find_in_list(const FileTreeReader& files, std::string_view directory,
                                                std::string_view key, ListStyle style) {
  ARKIVE_ASSIGN(const std::optional<std::string> file,
                list_file_about(files, directory, key.substr(0, key.find('/')), style));
  std::optional<std::string> value;
  if (!file) return value;
  // Not parse_list: a lookup is to cost less than a look at every line.
  ARKIVE_ASSIGN(const std::string content, files.read(*file));
  const std::string wanted = '\n' + std::string(key) + '\t';
  const bool is_first = content.starts_with(std::string_view(wanted).substr(1));
  const void* found =
      is_first ? content.data() : ::memmem(content.data(), content.size(), wanted.data(), wanted.size());
  if (found == nullptr) return value;
  const auto begin = static_cast<std::size_t>(static_cast<const char*>(found) - content.data()) +
                     wanted.size() - (is_first ? 1 : 0);
  const std::size_t end = content.find('\n', begin);
  if (end == std::string::npos) {
    return fail(Outcome::kCorrupt, "read list '" + printable(*file) + "': no line end after its last line");
  }
  return std::optional<std::string>(content.substr(begin, end - begin));
}

Result<LongNames> long_names(const FileTreeReader& tree, std::string_view encoded) {
  LongNames names;
  const std::string directory = join_files(layout::kNames, encoded);
  ARKIVE_ASSIGN(const ListFiles parts, list_files(tree, directory, kTreeLists));
  for (const auto& [first_child, file] : parts) {
    ARKIVE_ASSIGN(const std::string content, tree.read(file));
    ARKIVE_TRY(parse_list(file, content, [&, path = file](const ListLine& line) -> Status {
      ARKIVE_ASSIGN(std::string name, decode_name(line.value));
      if (long_name_of(name) != line.key) {
        return fail(Outcome::kCorrupt, "read list '" + printable(path) + "': '" + printable(line.key) +
                                           "' is not the hash of its name");
      }
      names.emplace(line.key, std::move(name));
      return ok();
    }));
  }
  return names;
}

Result<std::string> child_name(std::string_view file_name) {
  ARKIVE_ASSIGN(std::string name, decode_name(file_name));
  if (name == "." || name == ".." || name.find('/') != std::string::npos ||
      name.find('\0') != std::string::npos) {
    return fail(Outcome::kCorrupt, "decode name '" + printable(file_name) + "': no znode can have that name");
  }
  return name;
}

}  // namespace arkive::zk
