#include <algorithm>

#include "kafka/replay/draft.h"
#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

tl::unexpected<Error> wrong(std::string_view text, std::string_view why) {
  return fail(Outcome::kUsage, "read rename '" + printable(text) + "': " + std::string(why),
              "write OLD=NEW, or with a * in both: 'orders*=restored-orders*'");
}

}  // namespace

Result<Rename> Rename::parse(std::string_view text) {
  const std::size_t sign = text.find('=');
  if (sign == std::string_view::npos) return wrong(text, "there is no =");
  Rename rename{std::string(text.substr(0, sign)), std::string(text.substr(sign + 1))};
  const auto stars = [](const std::string& one) { return std::count(one.begin(), one.end(), '*'); };
  if (rename.from.empty() || rename.to.empty()) return wrong(text, "a name is missing");
  if (stars(rename.from) > 1 || stars(rename.from) != stars(rename.to)) {
    return wrong(text, "one * at most, and then in both names");
  }
  return rename;
}

std::optional<std::string> Rename::apply(std::string_view topic) const {
  const std::size_t star = from.find('*');
  if (star == std::string::npos) return topic == from ? std::optional(to) : std::nullopt;
  const std::string_view before = std::string_view(from).substr(0, star);
  const std::string_view behind = std::string_view(from).substr(star + 1);
  if (topic.size() < before.size() + behind.size() || !topic.starts_with(before) ||
      !topic.ends_with(behind)) {
    return std::nullopt;
  }
  std::string name = to;
  name.replace(name.find('*'), 1, topic.substr(before.size(), topic.size() - before.size() - behind.size()));
  return name;
}

}  // namespace arkive::kafka
