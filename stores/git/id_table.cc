#include "stores/git/id_table.h"

#include <cstring>

namespace arkive::git {

namespace {

/// An id is a hash already. Whoever forges ids with equal beginnings slows a lookup down, no more.
std::size_t spread(const ObjectId& id) {
  std::size_t value = 0;
  std::memcpy(&value, id.data(), sizeof(value));
  return value;
}

}  // namespace

std::size_t IdTable::slot_of(const ObjectId& id) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = spread(id) & mask;
  while (slots_[slot] != 0 && ids_[slots_[slot] - 1] != id) slot = (slot + 1) & mask;
  return slot;
}

void IdTable::grow() {
  slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, 0);
  for (std::uint32_t number = 0; number < ids_.size(); ++number) slots_[slot_of(ids_[number])] = number + 1;
}

IdTable::Place IdTable::insert(const ObjectId& id) {
  if ((ids_.size() + 1) * 5 > slots_.size() * 4) grow();
  const std::size_t slot = slot_of(id);
  if (slots_[slot] != 0) return {slots_[slot] - 1, false};
  ids_.push_back(id);
  slots_[slot] = size();
  return {size() - 1, true};
}

std::optional<std::uint32_t> IdTable::find(const ObjectId& id) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t entry = slots_[slot_of(id)];
  if (entry == 0) return std::nullopt;
  return entry - 1;
}

}  // namespace arkive::git
