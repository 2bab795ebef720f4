#include "zk/restore/path_map.h"

namespace arkive::zk {
namespace {

std::string_view without_root_slash(std::string_view path) {
  return path == "/" ? std::string_view() : path;
}

}  // namespace

PathMap::PathMap(std::string_view from, std::string_view onto, std::string_view chroot)
    : from_(without_root_slash(from)),
      onto_(without_root_slash(onto)),
      whole_onto_(std::string(chroot) + onto_) {}

std::string PathMap::place(const std::string& base, std::string_view source) const {
  const std::string_view below = without_root_slash(source).substr(from_.size());
  if (base.empty() && below.empty()) return std::string(1, '/');
  std::string path;
  path.reserve(base.size() + below.size());
  path.append(base).append(below);
  return path;
}

}  // namespace arkive::zk
