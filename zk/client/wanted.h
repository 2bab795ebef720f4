/// Wanted: which children of a znode the walk goes to, by the selection and by the rules for /zookeeper.
/// Internal to zk/client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "zk/source.h"

namespace arkive::zk {

/// What the walk notes in Node::mark. The first three say what the znode is here for and last as long as the
/// walk, the others are about one pass.
enum Mark : std::uint8_t {
  kShell = 1,     ///< not selected itself: its data is not kept
  kPrunable = 2,  ///< goes when nothing below it stays
  kOnTheWay = 4,  ///< a parent of Selection::path: only the one child on the way is of interest
  kGone = 8,      ///< not there any more
  kAside = 16,    ///< there, but not for the tree: ephemeral or unreadable
  kList = 32,     ///< its children are to be listed
  kStays = 64,    ///< prunable, but something below it stays
  kWasUnreadable = 128
};
constexpr std::uint8_t kLastingMarks = kShell | kPrunable | kOnTheWay;

/// Immutable; borrows the selection.
class Wanted {
 public:
  Wanted(const Selection& selection, std::string chroot);

  /// The lasting marks of the root.
  std::uint8_t root_marks() const;
  /// True when children of `parent` have to be judged one by one.
  bool chooses_below(std::string_view parent) const;
  /// The lasting marks of a znode below the root; absent: the walk does not go there.
  std::optional<std::uint8_t> marks(std::string_view path) const;
  /// The one child of a parent of Selection::path that leads there.
  std::string_view next_on_the_way(std::string_view parent) const;

 private:
  std::optional<std::uint8_t> selected(std::string_view path) const;

  const Selection& selection_;
  std::string chroot_;
  bool everything_;
};

}  // namespace arkive::zk
