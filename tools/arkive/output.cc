#include "tools/arkive/output.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "stores/core/bytes.h"
#include "stores/core/time.h"

namespace arkive::tools {
namespace {

// Columns as a terminal shows them: continuation bytes take no place.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

void Table::print() const {
  std::vector<std::size_t> widths;
  std::vector<std::vector<std::string>> rows = rows_;
  for (std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = printable(row[i]);
      widths[i] = std::max(widths[i], width(row[i]));
    }
  }
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - width(row[i]) + 2, ' ');
    }
    print_line(line);
  }
}

void Facts::print() const {
  std::size_t widest = 0;
  for (const auto& [name, value] : lines_) widest = std::max(widest, width(name));
  for (const auto& [name, value] : lines_) {
    print_line("  " + name + std::string(widest - width(name) + 2, ' ') + printable(value));
  }
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_line(std::string_view text) {
  print(text);
  print("\n");
}

void print_json(const nlohmann::json& document) {
  print_line(document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string time_text(UnixMilliseconds moment) {
  std::string text = format_time(moment);
  const std::size_t separator = text.find('T');
  if (separator != std::string::npos) text[separator] = ' ';
  if (text.ends_with('Z')) text.replace(text.size() - 1, 1, " UTC");
  return text;
}

nlohmann::json sentences_json(std::span<const zk::Sentence> sentences) {
  nlohmann::json list = nlohmann::json::array();
  for (const zk::Sentence& sentence : sentences) {
    list.push_back({{"text", sentence.text},
                    {"path", sentence.path},
                    {"category", sentence.category},
                    {"minor", sentence.minor}});
  }
  return list;
}

nlohmann::json manifest_json(const Manifest& manifest) {
  nlohmann::json document = nlohmann::json::parse(manifest.to_json(), nullptr, false);
  if (document.is_discarded()) document = nlohmann::json::object();
  return document;
}

}  // namespace arkive::tools
