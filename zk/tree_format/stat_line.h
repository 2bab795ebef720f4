/// Stats and kinds as words of a list line. Internal to zk/tree_format.
#pragma once

#include <optional>
#include <string_view>

#include "zk/znode.h"

namespace arkive::zk {

/// The nine numbers of a line in stats/, TAB-separated: czxid mzxid pzxid ctime mtime version cversion
/// aversion numChildren. Nothing when it is not that.
std::optional<Stat> parse_stat(std::string_view text);

/// The words of a line in kinds/.
struct KindWords {
  bool null = false;
  Kind kind = Kind::kPersistent;
  std::int64_t ttl = 0;
};
/// Nothing when it is not one or two of them in their order.
std::optional<KindWords> parse_kind(std::string_view text);

}  // namespace arkive::zk
