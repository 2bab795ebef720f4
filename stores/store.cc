#include "stores/store.h"

#include <algorithm>

namespace arkive {

namespace {

constexpr std::size_t kLongestKey = 512;

bool is_good_part(std::string_view part) {
  return !part.empty() && part != "." && part != ".." &&
         std::all_of(part.begin(), part.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

constexpr std::uint64_t kStreamed = 1 << 20;

}  // namespace

Status Store::stream(std::string_view key, std::uint64_t offset, std::uint64_t size, const TakeBytes& take,
                     Deadline deadline) const {
  while (size > 0) {
    const std::uint64_t piece = std::min(kStreamed, size);
    ARKIVE_ASSIGN(const std::string bytes, get(key, offset, piece, deadline));
    ARKIVE_TRY(take(bytes));
    offset += piece;
    size -= piece;
  }
  return ok();
}

Status check_key(std::string_view key) {
  const auto refuse = [&](const char* why) {
    return fail(Outcome::kUsage, "use key '" + printable(key.substr(0, kLongestKey)) + "': " + why);
  };
  if (key.empty() || key.size() > kLongestKey) return refuse("a key has 1 to 512 bytes");
  for (std::size_t begin = 0; begin <= key.size();) {
    const std::size_t end = std::min(key.find('/', begin), key.size());
    if (!is_good_part(key.substr(begin, end - begin))) {
      return refuse("a part of a key is printable ASCII, not empty, not '.' and not '..'");
    }
    begin = end + 1;
  }
  return ok();
}

}  // namespace arkive
