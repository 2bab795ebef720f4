#include "stores/remote/location.h"

#include "stores/store.h"

namespace arkive::remote {
namespace {

constexpr std::size_t kLongestPrefix = 256;

}  // namespace

Result<std::string> prefix_in(std::string_view text, const std::string& operation) {
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) return std::string();
  if (text.size() <= kLongestPrefix && check_key(text)) return std::string(text) + "/";
  return fail(Outcome::kUsage, operation + ": '" + printable(text) + "' cannot begin the keys of a store",
              "a prefix has at most 256 characters of printable ASCII, and no empty part, . or ..");
}

}  // namespace arkive::remote
