/// Making and comparing trees in tests of the format.
#pragma once

#include <string>
#include <vector>

#include "tests/support/memory_file_tree.h"
#include "tests/support/results.h"
#include "zk/source.h"
#include "zk/tree.h"
#include "zk/tree_format/tree_reader.h"
#include "zk/tree_format/tree_writer.h"

namespace arkive::zk {

/// Adds a znode with its parents (null, open) and data.
inline NodeIndex put(Tree& tree, std::string_view path, std::optional<Bytes> data,
                     const Acl& acl = open_acl()) {
  const NodeIndex end = tree.index_end();
  const NodeIndex node = tree.make(path);
  for (NodeIndex i = end; i < tree.index_end(); ++i) tree[i].acl = kOpenAcl;
  tree.set_data(node, data);
  tree[node].acl = tree.intern(acl);
  return node;
}

inline test::MemoryFileTree written(const Tree& tree, const TreeWriteOptions& options = {
                                                          .cluster = "prod", .applications = {}}) {
  test::MemoryFileTree files;
  EXPECT_TRUE(test::succeeded(write_tree(tree, options, files)));
  return files;
}

inline test::MemoryFileTree written_record(const Reading& reading) {
  test::MemoryFileTree files;
  EXPECT_TRUE(test::succeeded(write_record(reading, files)));
  return files;
}

/// One line a znode: all that a dump keeps of it.
inline std::string describe(const Znode& znode) {
  std::string text = printable(znode.path) + " kind " + std::to_string(static_cast<int>(znode.kind)) +
                     " ttl " + std::to_string(znode.ttl) + " acl " + format_acl(znode.acl) + " data ";
  text += !znode.data                ? "null"
          : znode.data->size() > 200 ? hex(sha256(*znode.data))
                                     : '"' + printable(*znode.data) + '"';
  if (znode.stat) {
    const Stat& s = *znode.stat;
    for (const std::int64_t n : {s.czxid, s.mzxid, s.pzxid, s.ctime, s.mtime, std::int64_t{s.version},
                                 std::int64_t{s.cversion}, std::int64_t{s.aversion}, s.ephemeral_owner,
                                 std::int64_t{s.num_children}, std::int64_t{s.data_length}}) {
      text += ' ' + std::to_string(n);
    }
  }
  return text;
}

inline std::vector<std::string> describe(const Tree& tree) {
  std::vector<std::string> lines;
  tree.walk(kRoot, [&](NodeIndex node, const std::string&) {
    lines.push_back(describe(tree.znode(node)));
    return true;
  });
  return lines;
}

}  // namespace arkive::zk
