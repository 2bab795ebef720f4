/// The state of one call of BulkReader::get_*: which znodes are still to be asked for, and what is expected
/// to be under way. Internal to zk/client.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "zk/client/bulk_reader.h"

namespace arkive::zk {

struct BulkReader::Round {
  enum class Kind : std::uint8_t { kKnownData, kNewData, kChildren, kAcls };

  Round(Kind kind_asked, const Tree& tree_read, std::span<const NodeIndex> nodes_asked)
      : kind(kind_asked), tree(tree_read), nodes(nodes_asked) {}

  Kind kind;
  const Tree& tree;
  std::span<const NodeIndex> nodes;  // those not yet asked for
  std::vector<NodeIndex> again;      // asked for in a multiRead that the server does not know
  const OnData* on_data = nullptr;
  const OnChildren* on_children = nullptr;
  const OnAcl* on_acl = nullptr;

  std::uint64_t bytes_under_way = 0;    // of those whose size is known
  std::uint64_t unknown_under_way = 0;  // znodes whose size is not
  std::size_t requests_under_way = 0;
  SizeEstimate estimate;
  // Bytes a child's name takes in an answer, as large as seen on average in any directory of this round.
  double bytes_per_name = 32;
  std::vector<Bytes> names;  // scratch

  bool all_asked() const { return nodes.empty() && again.empty(); }
  std::span<const NodeIndex> waiting() const { return again.empty() ? nodes : std::span(again); }
  void take(std::size_t count);

  /// Bytes that the answer about `node` will take; 0 when only the estimate can tell.
  std::uint64_t known_size(NodeIndex node) const;
  /// What would be under way with `count` more requests' worth of `bytes` or unknown znodes.
  std::uint64_t under_way_with(std::uint64_t bytes, std::uint64_t unknown) const {
    return bytes_under_way + bytes + estimate.of(unknown_under_way + unknown);
  }
};

inline void BulkReader::Round::take(std::size_t count) {
  if (again.empty()) {
    nodes = nodes.subspan(count);
  } else {
    again.erase(again.begin(), again.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

inline std::uint64_t BulkReader::Round::known_size(NodeIndex index) const {
  constexpr std::uint64_t kHeaders = jute::kStatSize + 2 * jute::kMultiHeaderSize + 8;
  const Node& node = tree[index];
  const auto data = static_cast<std::uint64_t>(std::max(node.data_size, 0));
  switch (kind) {
    case Kind::kKnownData:
      return kHeaders + data;
    case Kind::kChildren:
      return kHeaders + data +
             static_cast<std::uint64_t>(bytes_per_name * static_cast<double>(std::max(node.num_children, 0)));
    case Kind::kAcls:
      // An ACL of 100 entries takes some 6 KB; the window keeps even those small.
      return kHeaders;
    case Kind::kNewData:
      break;
  }
  return 0;
}

}  // namespace arkive::zk
