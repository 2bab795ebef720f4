#include "tests/zk/tree_format/format_page.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "stores/core/files.h"
#include "tests/support/results.h"
#include "tests/zk/tree_format/trees.h"

namespace arkive::zk {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

std::string unescaped(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    const char what = text.at(++i);
    if (what == 'x') {
      bytes += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      bytes += what == 'n' ? '\n' : what == 't' ? '\t' : what;
    }
  }
  return bytes;
}

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (c == '\\') {
      text += "\\\\";
    } else if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) {
      std::string digits = to_hex(Bytes(&c, 1));
      std::transform(digits.begin(), digits.end(), digits.begin(),
                     [](unsigned char d) { return std::toupper(d); });
      text += "\\x" + digits;
    } else {
      text += c;
    }
  }
  return text;
}

std::vector<std::string> lines_of(const std::string& block) {
  std::vector<std::string> lines;
  std::istringstream in(block);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::string format_page() {
  return test::value_of(read_file(std::string(ARKIVE_SOURCE_DIR) + "/docs/format-tree.md"));
}

std::string block_of_page(const std::string& name) {
  const std::string page = format_page();
  const std::string fence = "\n```" + name + "\n";
  const std::size_t begin = page.find(fence);
  if (begin == std::string::npos) throw std::runtime_error("no block '" + name + "' in docs/format-tree.md");
  const std::size_t end = page.find("\n```\n", begin + fence.size() - 1);
  return page.substr(begin + fence.size(), end + 1 - (begin + fence.size()));
}

test::MemoryFileTree files_of_block(const std::string& block) {
  test::MemoryFileTree files;
  for (const std::string& line : lines_of(block)) {
    const std::size_t bar = line.find('|');
    const std::string content = unescaped(line.size() > bar + 2 ? line.substr(bar + 2) : "");
    EXPECT_TRUE(
        test::succeeded(files.add(unescaped(trimmed(line.substr(0, bar))), content, sha256(content))));
  }
  return files;
}

std::string block_of_files(const test::MemoryFileTree& files) {
  std::string block;
  for (const auto& [path, content] : files.files) {
    block += path + (content.empty() ? " |" : " | " + escaped(content)) + '\n';
  }
  return block;
}

Tree znodes_of_block(const std::string& block) {
  Tree tree;
  for (const std::string& line : lines_of(block)) {
    std::vector<std::string> fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, '|');) fields.push_back(trimmed(field));
    if (fields.size() != 4) throw std::runtime_error("not path | kind | ACL | data: " + line);
    std::optional<std::string> data;
    if (fields[3] != "null") data = unescaped(fields[3].substr(1, fields[3].size() - 2));
    const NodeIndex node = put(tree, unescaped(fields[0]), data, test::value_of(parse_acl(fields[2])));
    if (fields[1] == "container") tree.set_kind(node, Kind::kContainer);
    if (fields[1].starts_with("ttl ")) tree.set_kind(node, Kind::kTtl, std::stoll(fields[1].substr(4)));
  }
  return tree;
}

}  // namespace arkive::zk
