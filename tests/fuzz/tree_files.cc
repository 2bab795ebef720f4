// Whole trees and records.
#include <string_view>

#include "tests/fuzz/require.h"
#include "tests/support/memory_file_tree.h"
#include "zk/tree_format/tree_reader.h"
#include "zk/tree_format/tree_writer.h"

using arkive::Bytes;
using arkive::Result;
using arkive::test::MemoryFileTree;
using arkive::test::require;
using namespace arkive::zk;

namespace {

constexpr char kBetweenFiles = '\x1e';
constexpr char kAfterPath = '\x1f';
constexpr std::string_view kRecord = "record/";

void take_file(std::string_view text, MemoryFileTree& tree, MemoryFileTree& record) {
  const std::size_t end = std::min(text.find(kAfterPath), text.size());
  std::string_view path = text.substr(0, end);
  const bool is_record = path.starts_with(kRecord);
  if (is_record) path.remove_prefix(kRecord.size());
  (is_record ? record : tree).files[std::string(path)] = text.substr(std::min(end + 1, text.size()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  MemoryFileTree files;
  MemoryFileTree record;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(kBetweenFiles), text.size());
    take_file(text.substr(0, end), files, record);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const Result<std::vector<arkive::Finding>> findings = check_tree(files, {}, false);
  Result<Tree> tree = read_tree(files, &record);
  if (findings && findings->empty()) {
    const Result<Tree> alone = read_tree(files);
    require(alone.has_value(), "a tree without findings can be read");
    MemoryFileTree again;
    const TreeWriteOptions options{.cluster = "fuzz", .applications = {}};
    require(write_tree(*alone, options, again).has_value(), "a tree that was read can be written");
    again.files["arkive.json"] = files.files["arkive.json"];
    require(again.files == files.files, "a tree without findings is written as it was");
  }
  for (const std::string path : {"/", "/app", "/app/node", "/config/topics/orders"}) {
    (void)read_znode(files, &record, path).has_value();
    (void)read_children(files, path).has_value();
    (void)read_tree(files, &record, path).has_value();
  }
  if (!tree) return 0;
  for (NodeIndex i = 0; i < tree->index_end(); ++i) {
    (*tree)[i].acl = kUnknownAcl;
    const std::string path = tree->path(i);
    require((*tree)[i].removed || tree->find(path) == i, "a znode is found by its path");
    const auto znode = read_znode(files, nullptr, path);
    require(znode && *znode && (*znode)->data == tree->znode(i).data, "a znode reads the same by itself");
  }
  (void)known_acls(files, record)->apply(*tree).has_value();
  return 0;
}
