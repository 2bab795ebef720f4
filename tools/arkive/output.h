/// Printing facts: tables and times for people, one JSON document for programs. Standard output only.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "stores/core/words.h"
#include "stores/manifest/manifest.h"
#include "zk/application.h"

namespace arkive::tools {

/// Columns padded to their widest cell, two spaces between; the first row is the heading. Cells go through
/// printable().
class Table {
 public:
  explicit Table(std::vector<std::string> heading) { rows_.push_back(std::move(heading)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// "  name     value" lines, the values in one column.
class Facts {
 public:
  void add(std::string name, std::string value) { lines_.emplace_back(std::move(name), std::move(value)); }
  void print() const;

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

/// Writes text as it is; the caller made it printable.
void print(std::string_view text);
void print_line(std::string_view text);
/// One document, two-space indent; bytes that are no UTF-8 are replaced.
void print_json(const nlohmann::json& document);

/// "2026-11-20 23:30:00 UTC"
std::string time_text(UnixMilliseconds moment);

nlohmann::json sentences_json(std::span<const zk::Sentence> sentences);
/// The manifest as list, show and dump print it, its facts inside.
nlohmann::json manifest_json(const Manifest& manifest);

}  // namespace arkive::tools
