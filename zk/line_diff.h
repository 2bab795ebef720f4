/// A unified diff of two texts, line by line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace arkive::zk {

struct LineDiff {
  std::size_t added = 0;
  std::size_t removed = 0;
  std::vector<std::string> lines;  ///< "@@ -2,3 +2,4 @@", " same", "-old", "+new"; raw, without line ends
};

/// Three lines of context. Where over a million pairs of lines would have to be compared, the whole middle is
/// shown as replaced.
LineDiff line_diff(std::string_view before, std::string_view after);

}  // namespace arkive::zk
