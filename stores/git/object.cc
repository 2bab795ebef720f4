#include "stores/git/object.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <tuple>

namespace arkive::git {

namespace {

constexpr std::string_view kFileMode = "100644";
constexpr std::string_view kDirectoryMode = "40000";

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

/// Git forbids these in a name or address, and a newline would end the header.
std::string address_part(std::string_view host) {
  std::string part;
  for (const char c : host) {
    if (c > ' ' && c < 0x7f && c != '<' && c != '>') part += c;
  }
  return part.empty() ? "localhost" : part;
}

/// Of a line "author name <address> seconds zone"; 0 when there is none.
std::int64_t time_of(std::string_view line) {
  std::int64_t seconds = 0;
  const std::size_t bracket = line.rfind("> ");
  if (bracket != std::string_view::npos) {
    std::from_chars(line.data() + bracket + 2, line.data() + line.size(), seconds);
  }
  return seconds;
}

}  // namespace

std::string_view type_name(ObjectType type) {
  switch (type) {
    case ObjectType::kCommit:
      return "commit";
    case ObjectType::kTree:
      return "tree";
    case ObjectType::kBlob:
      return "blob";
    case ObjectType::kTag:
      return "tag";
  }
  return "unknown";
}

ObjectId hash_object(ObjectType type, Bytes content) {
  char header[32];
  const std::string_view name = type_name(type);
  std::memcpy(header, name.data(), name.size());
  char* end = header + name.size();
  *end++ = ' ';
  end = std::to_chars(end, header + sizeof(header) - 1, content.size()).ptr;
  *end++ = '\0';
  return sha1(Bytes(header, static_cast<std::size_t>(end - header)), content);
}

Result<ObjectId> parse_object_id(std::string_view text) {
  ObjectId id{};
  bool good = text.size() == 2 * id.size();
  for (std::size_t i = 0; good && i < id.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    good = high >= 0 && low >= 0;
    id[i] = static_cast<unsigned char>(high * 16 + low);
  }
  if (!good) return fail(Outcome::kUsage, "read object id '" + printable(text) + "': not 40 hex digits");
  return id;
}

TreeEntry tree_entry_at(Bytes raw, std::uint32_t offset) {
  const std::size_t space = raw.find(' ', offset);
  const std::size_t end = raw.find('\0', space);
  TreeEntry entry;
  entry.is_directory = raw.substr(offset, space - offset) == kDirectoryMode;
  entry.name = raw.substr(space + 1, end - space - 1);
  std::memcpy(entry.id.data(), raw.data() + end + 1, entry.id.size());
  return entry;
}

Result<std::vector<std::uint32_t>> tree_entry_offsets(Bytes raw) {
  if (raw.size() > std::numeric_limits<std::uint32_t>::max()) {
    return fail(Outcome::kCorrupt, "read tree object: it is larger than 4 GiB");
  }
  std::vector<std::uint32_t> offsets;
  offsets.reserve(raw.size() / 40);
  bool ascending = true;
  std::string_view last;
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t space = raw.find(' ', at);
    const std::size_t end = space == Bytes::npos ? Bytes::npos : raw.find('\0', space);
    if (end == Bytes::npos || end == space + 1 || raw.size() - end - 1 < std::tuple_size_v<ObjectId>) {
      return fail(Outcome::kCorrupt, "read tree object: byte " + std::to_string(at) + " begins no entry");
    }
    const std::string_view name = raw.substr(space + 1, end - space - 1);
    ascending = ascending && name >= last;
    last = name;
    offsets.push_back(static_cast<std::uint32_t>(at));
    at = end + 1 + std::tuple_size_v<ObjectId>;
  }
  if (!ascending) {
    std::sort(offsets.begin(), offsets.end(), [&](std::uint32_t a, std::uint32_t b) {
      return tree_entry_at(raw, a).name < tree_entry_at(raw, b).name;
    });
  }
  return offsets;
}

Result<std::vector<TreeEntry>> parse_tree(Bytes raw) {
  ARKIVE_ASSIGN(const std::vector<std::uint32_t> offsets, tree_entry_offsets(raw));
  std::vector<TreeEntry> entries;
  entries.reserve(offsets.size());
  for (const std::uint32_t offset : offsets) entries.push_back(tree_entry_at(raw, offset));
  return entries;
}

void append_tree_entry(std::string& raw, std::string_view name, bool is_directory, const ObjectId& id) {
  raw += is_directory ? kDirectoryMode : kFileMode;
  raw += ' ';
  raw += name;
  raw += '\0';
  raw.append(reinterpret_cast<const char*>(id.data()), id.size());
}

std::string format_commit(const Commit& commit) {
  const std::string who = "arkive <arkive@" + address_part(commit.host) + "> ";
  std::string raw = "tree " + hex(commit.tree) + "\n";
  for (const ObjectId& parent : commit.parents) raw += "parent " + hex(parent) + "\n";
  raw += "author " + who + std::to_string(commit.started) + " +0000\n";
  raw += "committer " + who + std::to_string(commit.finished) + " +0000\n\n";
  return raw + commit.message;
}

Result<Commit> parse_commit(Bytes raw) {
  Commit commit;
  bool has_tree = false;
  std::size_t at = 0;
  while (at < raw.size() && raw[at] != '\n') {
    const std::size_t end = std::min(raw.find('\n', at), raw.size());
    const std::string_view line = raw.substr(at, end - at);
    at = std::min(end + 1, raw.size());
    if (line.starts_with("tree ") || line.starts_with("parent ")) {
      const bool tree = line.starts_with("tree ");
      auto id = parse_object_id(line.substr(line.find(' ') + 1));
      if (!id) return fail(Outcome::kCorrupt, "read commit object: " + id.error().what);
      if (tree) {
        commit.tree = *id;
        has_tree = true;
      } else {
        commit.parents.push_back(*id);
      }
    } else if (line.starts_with("author ")) {
      commit.started = time_of(line);
    } else if (line.starts_with("committer ")) {
      commit.finished = time_of(line);
    }
  }
  if (!has_tree) return fail(Outcome::kCorrupt, "read commit object: it names no tree");
  commit.message = at < raw.size() ? raw.substr(at + 1) : Bytes();
  return commit;
}

}  // namespace arkive::git
