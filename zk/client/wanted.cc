#include "zk/client/wanted.h"

#include "zk/znode.h"

namespace arkive::zk {
namespace {

constexpr std::string_view kSystem = "/zookeeper";
constexpr std::string_view kQuota = "/zookeeper/quota";

// A chroot inside /zookeeper, or the real root above it: both are rare enough to look at every path.
std::string real_path(const std::string& chroot, std::string_view path) {
  return path == "/" ? (chroot.empty() ? "/" : chroot) : chroot + std::string(path);
}

}  // namespace

Wanted::Wanted(const Selection& selection, std::string chroot)
    : selection_(selection),
      chroot_(std::move(chroot)),
      everything_(selection.path == "/" && selection.include.empty() && selection.exclude.empty()) {}

std::optional<std::uint8_t> Wanted::selected(std::string_view path) const {
  if (everything_ || selection_.takes(path)) return std::uint8_t{0};
  if (!selection_.may_take_below(path)) return std::nullopt;
  const bool on_the_way = path != selection_.path && is_at_or_below(selection_.path, path);
  return static_cast<std::uint8_t>(kShell | kPrunable | (on_the_way ? kOnTheWay : 0));
}

std::uint8_t Wanted::root_marks() const {
  return selected("/").value_or(kShell | kPrunable);
}

bool Wanted::chooses_below(std::string_view parent) const {
  if (!everything_) return true;
  const std::string real = real_path(chroot_, parent);
  return real == "/" || is_at_or_below(real, kSystem);
}

std::optional<std::uint8_t> Wanted::marks(std::string_view path) const {
  const std::string real = real_path(chroot_, path);
  if (!is_at_or_below(real, kSystem)) return selected(path);
  // Quota limits are somebody's data; config and zookeeper_stats are the server's own.
  const std::string_view name = last_name(real);
  if (!is_at_or_below(real, kQuota) && real != kSystem) return std::nullopt;
  if (name == "zookeeper_stats") return std::nullopt;
  const auto marks = selected(path);
  if (!marks || name == "zookeeper_limits") return marks;
  return static_cast<std::uint8_t>(*marks | kPrunable);
}

std::string_view Wanted::next_on_the_way(std::string_view parent) const {
  const std::size_t begin = parent == "/" ? 1 : parent.size() + 1;
  const std::string_view rest = std::string_view(selection_.path).substr(begin);
  return rest.substr(0, rest.find('/'));
}

}  // namespace arkive::zk
