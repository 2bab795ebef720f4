/// The schema of the configuration file: one table of keys, from which parsing, checks and the reference in
/// docs/configuration.md come.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/configuration/configuration.h"

namespace arkive::tools {

enum class ValueKind : std::uint8_t {
  kText,
  kFile,      ///< a path to a file
  kTextList,  ///< a list, or one alone
  kChoice,    ///< one of `choices`
  kDuration,  ///< "30s"
  kSize,      ///< "64MiB"
  kCount      ///< a whole number
};

/// A value, read as its key's kind asks; only that field is set.
struct Value {
  std::string text;
  std::vector<std::string> list;
  std::chrono::milliseconds duration{0};
  std::uint64_t number = 0;  ///< kSize, kCount
};

struct Key {
  std::string_view section;  ///< "" for keys of the cluster itself, else "zookeeper", ...
  std::string_view name;
  ValueKind kind = ValueKind::kText;
  bool required = false;  ///< wherever its section is there
  std::string_view shown_default;
  std::string_view description;  ///< one sentence, as in help
  void (*set)(ClusterConfiguration&, Value&&) = nullptr;
  std::vector<std::string_view> choices = {};
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

struct Section {
  std::string_view name;
  bool required = false;
  std::string_view description;
};

/// All keys of one cluster, sections in the order of sections().
std::span<const Key> keys();
std::span<const Section> sections();

/// The tables of docs/configuration.md.
std::string schema_markdown();

}  // namespace arkive::tools
