#include "zk/line_diff.h"

#include <algorithm>
#include <cstdint>

namespace arkive::zk {
namespace {

constexpr std::size_t kContext = 3;
constexpr std::size_t kMostPairs = 1'000'000;

using Lines = std::vector<std::string_view>;

Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct Step {
  char what;  // ' ', '-' or '+'
  std::string_view line;
};

// The longest common subsequence by the plain table: the texts are small, or have few lines that differ.
std::vector<Step> steps_between(const Lines& before, const Lines& after) {
  std::size_t head = 0;
  while (head < before.size() && head < after.size() && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < before.size() - head && tail < after.size() - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  const std::size_t rows = before.size() - head - tail;
  const std::size_t columns = after.size() - head - tail;
  const bool compare = rows != 0 && columns != 0 && rows <= kMostPairs / columns;
  std::vector<std::uint32_t> longest;
  const auto at = [&](std::size_t row, std::size_t column) -> std::uint32_t& {
    return longest[row * (columns + 1) + column];
  };
  if (compare) {
    longest.resize((rows + 1) * (columns + 1));
    for (std::size_t row = rows; row-- > 0;) {
      for (std::size_t column = columns; column-- > 0;) {
        at(row, column) = before[head + row] == after[head + column]
                              ? at(row + 1, column + 1) + 1
                              : std::max(at(row + 1, column), at(row, column + 1));
      }
    }
  }
  std::vector<Step> steps;
  for (std::size_t i = 0; i < head; ++i) steps.push_back({' ', before[i]});
  std::size_t row = 0;
  std::size_t column = 0;
  while (row < rows || column < columns) {
    if (compare && row < rows && column < columns && before[head + row] == after[head + column]) {
      steps.push_back({' ', before[head + row++]});
      ++column;
    } else if (row < rows && (!compare || column == columns || at(row + 1, column) >= at(row, column + 1))) {
      steps.push_back({'-', before[head + row++]});
    } else {
      steps.push_back({'+', after[head + column++]});
    }
  }
  for (std::size_t i = before.size() - tail; i < before.size(); ++i) steps.push_back({' ', before[i]});
  return steps;
}

std::string range(char sign, std::size_t begin, std::size_t count) {
  // As diff(1) counts: an empty range names the line before it.
  return sign + std::to_string(count == 0 ? begin : begin + 1) + ',' + std::to_string(count);
}

}  // namespace

LineDiff line_diff(std::string_view before, std::string_view after) {
  const std::vector<Step> steps = steps_between(split(before), split(after));
  LineDiff diff;
  std::size_t old_line = 0;
  std::size_t new_line = 0;
  for (std::size_t i = 0; i < steps.size();) {
    // Where is the next change, and where does the group of changes end that share their context?
    std::size_t change = i;
    while (change < steps.size() && steps[change].what == ' ') ++change;
    if (change == steps.size()) break;
    const std::size_t begin = std::max(i, change - std::min(change, kContext));
    std::size_t last_change = change;
    for (std::size_t k = change; k < steps.size() && k <= last_change + 2 * kContext; ++k) {
      if (steps[k].what != ' ') last_change = k;
    }
    const std::size_t end = std::min(steps.size(), last_change + 1 + kContext);
    old_line += begin - i;
    new_line += begin - i;
    std::size_t old_count = 0;
    std::size_t new_count = 0;
    for (std::size_t k = begin; k < end; ++k) {
      old_count += steps[k].what != '+' ? 1 : 0;
      new_count += steps[k].what != '-' ? 1 : 0;
      diff.removed += steps[k].what == '-' ? 1 : 0;
      diff.added += steps[k].what == '+' ? 1 : 0;
    }
    diff.lines.push_back("@@ " + range('-', old_line, old_count) + ' ' + range('+', new_line, new_count) +
                         " @@");
    for (std::size_t k = begin; k < end; ++k)
      diff.lines.push_back(steps[k].what + std::string(steps[k].line));
    old_line += old_count;
    new_line += new_count;
    i = end;
  }
  return diff;
}

}  // namespace arkive::zk
