/// How two versions of a znode's data differ, for people.
#pragma once

#include <string>
#include <vector>

#include "stores/core/bytes.h"

namespace arkive::zk {

/// Lines, each printable and at most about 200 characters; `parts` tell the difference, `details` show it.
struct DataDifference {
  /// One for text and binary data, one a field for JSON objects, at most 20.
  std::vector<std::string> parts;
  /// A unified diff of several lines of text, at most 40 lines; empty otherwise.
  std::vector<std::string> details;
};

/// `before` and `after` are different bytes. JSON objects are compared field by field ("config.a 1 -> 2"),
/// text line by line, all else in hex.
DataDifference data_difference(Bytes before, Bytes after);

/// "empty", "\"x\"" for a short line of text, "12 bytes" else.
std::string data_in_short(Bytes data);

}  // namespace arkive::zk
