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

Error keeps_nothing(const Store& store) {
  return {Outcome::kUsage,
          "keep objects of '" + printable(store.name()) + "' for a while: a store of this kind cannot",
          "take a bucket with Object Lock (docs/stores.md, \"What retention protects\")"};
}

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

Result<Store::Keeping> Store::kept_until(std::string_view key, Deadline) const {
  ARKIVE_TRY(check_key(key));
  return Keeping();
}

Result<bool> Store::keep_until(std::string_view key, UnixMilliseconds, Deadline) {
  ARKIVE_TRY(check_key(key));
  return fail(keeps_nothing(*this));
}

Result<bool> Store::may_keep_until(std::string_view key, UnixMilliseconds, Deadline) const {
  ARKIVE_TRY(check_key(key));
  return fail(keeps_nothing(*this));
}

Result<std::chrono::milliseconds> Store::keeps_for() const {
  return fail(keeps_nothing(*this));
}

Status check_removable(const std::string& object, const Store::Keeping& keeping) {
  const std::string what = "remove '" + printable(object) + "': ";
  if (keeping.on_hold)
    return fail(Outcome::kDenied, what + "a legal hold keeps it", "prune it once the hold is taken off");
  if (keeping.until == 0) return ok();
  return fail(Outcome::kDenied, what + "its retention lasts until " + format_time(keeping.until),
              "prune it after that");
}

Status may_remove(const Store& store, std::string_view key, Deadline deadline) {
  const auto keeping = store.kept_until(key, deadline);
  if (!keeping && keeping.error().outcome == Outcome::kUsage) return check_key(key);
  if (!keeping) return fail(keeping.error());
  return check_removable(store.name() + "/" + std::string(key), *keeping);
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
