#include "restore-plans/rehearse/text.h"

#include <cstdio>

namespace arkive::rehearse {

namespace {

std::string escaped(std::string_view text, bool is_key) {
  std::string result;
  bool leading = true;
  for (const char c : text) {
    const bool separates = c == '=' || c == ':' || c == '#' || c == '!' || c == ' ';
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c == '\t') {
      result += "\\t";
    } else {
      if (c == '\\' || (separates && is_key) || (c == ' ' && leading)) result += '\\';
      result += c;
    }
    if (c != ' ') leading = false;
  }
  return result;
}

}  // namespace

std::string last_lines(std::string_view text, int count) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  std::size_t from = text.size();
  for (int line = 0; line < count && from != std::string_view::npos && from > 0; ++line) {
    from = text.rfind('\n', from - 1);
  }
  if (from == std::string_view::npos || from == 0) return std::string(text);
  return std::string(text.substr(from + 1));
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find(separator);
    if (end != 0) parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string result;
  for (const auto& part : parts) {
    if (!result.empty()) result += separator;
    result += part;
  }
  return result;
}

std::string format_properties(const std::map<std::string, std::string>& properties) {
  std::string text;
  for (const auto& [key, value] : properties) text += escaped(key, true) + "=" + escaped(value, false) + "\n";
  return text;
}

bool at_least(std::string_view text, int major, int minor) {
  int found_major = 0;
  int found_minor = 0;
  if (std::sscanf(std::string(text).c_str(), "%d.%d", &found_major, &found_minor) < 1) return false;
  return found_major > major || (found_major == major && found_minor >= minor);
}

}  // namespace arkive::rehearse
