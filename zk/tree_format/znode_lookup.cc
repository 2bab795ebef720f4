#include <deque>

#include "zk/tree_format/data_redaction.h"
#include "zk/tree_format/file_lookup.h"
#include "zk/tree_format/lists.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::zk {
namespace {

// Remembers the last few lists and directories: lookups come in the order of paths, so neighbours ask for the
// same ones.
class RememberingReader : public FileTreeReader {
 public:
  explicit RememberingReader(const FileTreeReader& files) : files_(files) {}

  Result<std::string> read(std::string_view path) const override {
    if (!split_path(path).name.starts_with(kListName)) return files_.read(path);
    return remembered(lists_, path, [&] { return files_.read(path); });
  }
  Result<std::vector<Entry>> list(std::string_view directory) const override {
    return remembered(directories_, directory, [&] { return files_.list(directory); });
  }
  Status for_each(std::string_view under,
                  const std::function<Status(std::string_view path, Bytes content)>& each) const override {
    return files_.for_each(under, each);
  }

 private:
  static constexpr std::size_t kMost = 8;
  template <class T>
  struct Memory {
    std::string path;
    T value;
  };

  template <class T, class Ask>
  static Result<T> remembered(std::deque<Memory<T>>& memories, std::string_view path, Ask ask) {
    for (const Memory<T>& memory : memories) {
      if (memory.path == path) return memory.value;
    }
    ARKIVE_ASSIGN(T value, ask());
    if (memories.size() == kMost) memories.pop_front();
    memories.push_back({std::string(path), std::move(value)});
    return memories.back().value;
  }

  const FileTreeReader& files_;
  mutable std::deque<Memory<std::string>> lists_;
  mutable std::deque<Memory<std::vector<Entry>>> directories_;
};

}  // namespace

ZnodeLookup lookup_in(const FileTreeReader& tree, const FileTreeReader* record) {
  const auto tree_reader = std::make_shared<RememberingReader>(tree);
  const auto record_reader = record == nullptr ? nullptr : std::make_shared<RememberingReader>(*record);
  return [=](std::string_view path) { return read_znode(*tree_reader, record_reader.get(), path); };
}

ZnodeLookup lookup_in(const Tree& tree) {
  return [&tree](std::string_view path) -> Result<std::optional<Znode>> {
    const NodeIndex node = tree.find(path);
    if (node == kNoNode) return std::optional<Znode>();
    return std::optional<Znode>(tree.znode(node));
  };
}

ZnodeLookup lookup_in(const Tree& tree, const TreeWriteOptions& options) {
  return [plain = lookup_in(tree), options](std::string_view path) -> Result<std::optional<Znode>> {
    ARKIVE_ASSIGN(std::optional<Znode> znode, plain(path));
    if (znode) ARKIVE_TRY(redact(*znode, options));
    return znode;
  };
}

}  // namespace arkive::zk
