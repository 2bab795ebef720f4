#include "stores/git/trailers.h"

#include <algorithm>

namespace arkive::git {

namespace {

bool is_trailer(std::string_view line) {
  const std::size_t colon = line.find(": ");
  return colon != std::string_view::npos && colon > 0 &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
         });
}

std::string_view without_newlines_at_end(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

/// The lines of the last paragraph, if there is one beside the subject and all of it are trailers.
std::vector<std::string_view> trailer_lines(std::string_view message) {
  message = without_newlines_at_end(message);
  const std::size_t gap = message.rfind("\n\n");
  if (gap == std::string_view::npos) return {};
  std::string_view rest = message.substr(gap + 2);
  std::vector<std::string_view> lines;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines.push_back(rest.substr(0, end));
    if (!is_trailer(lines.back())) return {};
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

}  // namespace

std::string add_trailers(std::string_view message,
                         const std::vector<std::pair<std::string_view, std::string>>& trailers) {
  std::string text(without_newlines_at_end(message));
  std::replace(text.begin(), text.end(), '\0', ' ');  // git fsck objects to it
  if (text.empty()) text = "run";
  text += trailer_lines(text).empty() ? "\n\n" : "\n";
  for (const auto& [name, value] : trailers) {
    text += name;
    text += ": " + value + "\n";
  }
  return text;
}

std::optional<std::string> find_trailer(std::string_view message, std::string_view name) {
  std::optional<std::string> value;
  for (const std::string_view line : trailer_lines(message)) {
    if (line.starts_with(name) && line.substr(name.size()).starts_with(": ")) {
      value = line.substr(name.size() + 2);
    }
  }
  return value;
}

std::string_view subject(std::string_view message) {
  return message.substr(0, message.find('\n'));
}

}  // namespace arkive::git
