/// IdTable: a set of object ids that numbers them 0, 1, 2, ... in the order of insertion. About 28 bytes an
/// id.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "stores/git/object.h"

namespace arkive::git {

/// Not thread-safe. Holds fewer than 2^32 - 1 ids.
class IdTable {
 public:
  struct Place {
    std::uint32_t number = 0;
    bool inserted = false;
  };
  Place insert(const ObjectId& id);
  std::optional<std::uint32_t> find(const ObjectId& id) const;
  const ObjectId& operator[](std::uint32_t number) const { return ids_[number]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(ids_.size()); }

 private:
  std::size_t slot_of(const ObjectId& id) const;
  void grow();

  std::deque<ObjectId> ids_;          // a deque: growing copies nothing
  std::vector<std::uint32_t> slots_;  // number + 1; 0 is empty
};

}  // namespace arkive::git
