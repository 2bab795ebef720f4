#include "zk/data_difference.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "stores/core/words.h"
#include "zk/line_diff.h"

namespace arkive::zk {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostParts = 20;
constexpr std::size_t kMostDetails = 40;
constexpr std::size_t kMostCharacters = 120;
constexpr std::size_t kShortText = 60;
constexpr std::size_t kHexBytes = 16;
constexpr int kMostJsonDepth = 64;

// Cut between characters, not within one.
std::string cut(std::string_view text) {
  if (text.size() <= kMostCharacters) return printable(text);
  std::size_t size = kMostCharacters;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return printable(text.substr(0, size)) + "... (" + counted(text.size(), "byte") + ")";
}

// nlohmann's comparison and output recurse; data from outside must not choose how deep.
bool nests_too_deep(Bytes text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMostJsonDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

Json object_in(Bytes data) {
  const std::size_t first = data.find_first_not_of(" \t\r\n");
  if (first == Bytes::npos || data[first] != '{' || nests_too_deep(data)) return Json();
  Json json = Json::parse(data, nullptr, false);
  return json.is_object() ? json : Json();
}

// {"a":{"b":1}} is a.b = 1. Arrays are values.
void flatten(const Json& object, const std::string& prefix, std::map<std::string, std::string>& fields) {
  for (const auto& [key, value] : object.items()) {
    const std::string name = prefix.empty() ? key : prefix + '.' + key;
    if (value.is_object() && !value.empty()) {
      flatten(value, name, fields);
    } else {
      fields.emplace(name, value.is_string() && !value.get_ref<const std::string&>().empty()
                               ? value.get<std::string>()
                               : value.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
  }
}

DataDifference json_difference(const Json& before, const Json& after) {
  std::map<std::string, std::string> old_fields;
  std::map<std::string, std::string> new_fields;
  flatten(before, {}, old_fields);
  flatten(after, {}, new_fields);
  DataDifference difference;
  for (const auto& [name, value] : old_fields) {
    const auto now = new_fields.find(name);
    if (now == new_fields.end()) {
      difference.parts.push_back(cut(name) + " removed, was " + cut(value));
    } else if (now->second != value) {
      difference.parts.push_back(cut(name) + ' ' + cut(value) + " -> " + cut(now->second));
    }
  }
  for (const auto& [name, value] : new_fields) {
    if (!old_fields.contains(name)) difference.parts.push_back(cut(name) + " added, " + cut(value));
  }
  if (difference.parts.empty()) difference.parts.emplace_back("the same fields, written differently");
  if (difference.parts.size() > kMostParts) {
    const std::size_t left_out = difference.parts.size() - kMostParts + 1;
    difference.parts.resize(kMostParts - 1);
    difference.parts.push_back("and " + counted(left_out, "more field"));
  }
  return difference;
}

bool is_text(Bytes data) {
  return is_utf8(data) && std::all_of(data.begin(), data.end(), [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 ? c != 0x7f : c == '\n' || c == '\t' || c == '\r';
         });
}

bool is_short_line(Bytes data) {
  return data.size() <= kShortText && data.find('\n') == Bytes::npos && is_text(data);
}

DataDifference text_difference(Bytes before, Bytes after) {
  const LineDiff diff = line_diff(before, after);
  if (diff.lines.empty()) return {{"text changed, only the line end after its last line"}, {}};
  DataDifference difference;
  difference.parts.push_back("text changed, " + counted(diff.added, "line") + " added, " +
                             std::to_string(diff.removed) + " removed");
  for (const std::string& line : diff.lines) {
    if (difference.details.size() == kMostDetails - 1 && diff.lines.size() > kMostDetails) {
      difference.details.push_back("and " + counted(diff.lines.size() - kMostDetails + 1, "more line"));
      break;
    }
    difference.details.push_back(cut(line));
  }
  return difference;
}

std::string hex_from(Bytes data, std::size_t offset) {
  const Bytes bytes = data.substr(std::min(offset, data.size()), kHexBytes);
  return bytes.empty() ? "nothing" : to_hex(bytes) + (data.size() > offset + kHexBytes ? "..." : "");
}

DataDifference binary_difference(Bytes before, Bytes after) {
  const auto [old_at, new_at] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  const auto offset = static_cast<std::size_t>(old_at - before.begin());
  return {{counted(before.size(), "byte") + " -> " + std::to_string(after.size()) + ", from byte " +
           std::to_string(offset) + ": " + hex_from(before, offset) + " -> " + hex_from(after, offset)},
          {}};
}

}  // namespace

DataDifference data_difference(Bytes before, Bytes after) {
  const Json old_object = object_in(before);
  const Json new_object = object_in(after);
  if (old_object.is_object() && new_object.is_object()) return json_difference(old_object, new_object);
  if (before.empty() || after.empty() || (is_short_line(before) && is_short_line(after))) {
    return {{data_in_short(before) + " -> " + data_in_short(after)}, {}};
  }
  if (is_text(before) && is_text(after)) return text_difference(before, after);
  return binary_difference(before, after);
}

std::string data_in_short(Bytes data) {
  if (data.empty()) return "empty";
  if (is_short_line(data)) return '"' + printable(data) + '"';
  return counted(data.size(), "byte");
}

}  // namespace arkive::zk
