#include "stores/repository.h"

#include <algorithm>

#include "stores/core/bytes.h"

namespace arkive {

namespace {

constexpr std::size_t kLongestName = 100;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

Status check_name(const char* what, std::string_view name) {
  const bool good =
      !name.empty() && name.size() <= kLongestName && is_letter_or_digit(name.front()) &&
      std::all_of(name.begin(), name.end(),
                  [](char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; }) &&
      !name.ends_with('.') && !name.ends_with(".lock") && name.find("..") == std::string_view::npos;
  if (good) return ok();
  return fail(Outcome::kUsage,
              std::string("use ") + what + " '" + printable(name.substr(0, kLongestName)) +
                  "': not a name of 1 to 100 letters, digits, '.', '_' or '-'",
              "begin it with a letter or digit, and do not end it with '.' or '.lock'");
}

}  // namespace

Status check_cluster_name(std::string_view name) {
  return check_name("cluster name", name);
}

Status check_run_id(std::string_view id) {
  return check_name("run id", id);
}

}  // namespace arkive
