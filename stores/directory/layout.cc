#include "stores/directory/layout.h"

namespace arkive::directory {

namespace {

constexpr std::string_view kPartialEnding = ".partial";

}  // namespace

std::string Root::object(std::string_view below) const {
  return below.empty() ? path : path + "/" + std::string(below);
}

std::string partial_name(std::string_view id) {
  std::string name(".");
  name += id;
  name += kPartialEnding;
  return name;
}

bool is_partial_name(std::string_view name) {
  return name.starts_with('.') && name.ends_with(kPartialEnding);
}

}  // namespace arkive::directory
