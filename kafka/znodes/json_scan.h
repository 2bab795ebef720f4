/// Where the values stand in a JSON text, byte by byte: what a parser that copies cannot tell. Internal to
/// kafka/znodes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/bytes.h"

namespace arkive::kafka {

/// A value that is no object and no array.
struct JsonScalar {
  const std::vector<std::string>&
      keys;               ///< the members that lead to it, decoded; elements of arrays add none
  std::size_t begin = 0;  ///< a string: what is between its quotes; else the whole value
  std::size_t end = 0;
  bool is_string = false;
};

/// Calls `visit` for every scalar, in order; members named twice are visited twice. False when the text is no
/// JSON or nested more than 64 deep; scalars before the fault may have been visited.
bool scan_json(Bytes text, const std::function<void(const JsonScalar&)>& visit);

/// What the text between a JSON string's quotes means; \u escapes become UTF-8, wrong ones stay as they are.
std::string unescape_json(std::string_view raw);

}  // namespace arkive::kafka
