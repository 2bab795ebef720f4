/// Walks a backup's tree and the target's side by side.
#pragma once

#include <vector>

#include "zk/tree.h"

namespace arkive::zk {

/// Depth first over `source` from `from` on, siblings in order: enter(node, twin) before what is below,
/// leave(node, twin) after it; `twin` is the znode of the same place in `there` (kNoNode: none).
template <class Enter, class Leave>
void walk_twins(const Tree& source, NodeIndex from, const Tree* there, NodeIndex there_from, Enter enter,
                Leave leave) {
  struct Place {
    NodeIndex node, twin, next_node, next_twin;
  };
  std::vector<Place> places;
  const auto go_in = [&](NodeIndex node, NodeIndex twin) {
    enter(node, twin);
    places.push_back(
        {node, twin, source[node].first_child, twin == kNoNode ? kNoNode : (*there)[twin].first_child});
  };
  go_in(from, there_from);
  while (!places.empty()) {
    Place& place = places.back();
    const NodeIndex child = place.next_node;
    if (child == kNoNode) {
      const Place left = place;
      places.pop_back();
      leave(left.node, left.twin);
      continue;
    }
    place.next_node = source[child].next_sibling;
    NodeIndex& at = place.next_twin;
    while (at != kNoNode && (*there)[at].name() < source[child].name()) at = (*there)[at].next_sibling;
    go_in(child, at != kNoNode && (*there)[at].name() == source[child].name() ? at : kNoNode);
  }
}

}  // namespace arkive::zk
