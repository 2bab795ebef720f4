#include "tools/configuration/configuration.h"

#include <algorithm>
#include <charconv>

#include "stores/core/bytes.h"
#include "stores/core/files.h"
#include "stores/core/time.h"
#include "stores/repository.h"
#include "tools/configuration/schema.h"
#include "tools/configuration/store_settings_internal.h"
#include "tools/configuration/yaml_file_internal.h"

namespace arkive::tools {
namespace {

constexpr std::uint64_t kMostBytes = 1 << 20;
constexpr std::string_view kHelp = "docs/configuration.md lists every key";

/// One file being read. Every error names it, with line and column, both counted from 1.
class Reader : private YamlFile {
 public:
  explicit Reader(std::string file) : YamlFile(std::move(file), std::string(kHelp)) {}

  Result<Configuration> read(std::string_view text) const {
    Configuration configuration;
    ARKIVE_TRY(YamlFile::read(text, [&](const YAML::Node& top) -> Status {
      ARKIVE_ASSIGN(configuration, read_top(top));
      return ok();
    }));
    return configuration;
  }

 private:
  Result<Configuration> read_top(const YAML::Node& top) const {
    ARKIVE_ASSIGN(const Pairs pairs, pairs_of(top, top, "the file"));
    Configuration configuration;
    for (const auto& [key, value] : pairs) {
      if (key.Scalar() == "stores") {
        ARKIVE_ASSIGN(configuration.stores, read_stores(*this, key, value));
        continue;
      }
      if (key.Scalar() != "clusters") return unknown(key, "the file", {"clusters", "stores"});
      ARKIVE_ASSIGN(const Pairs clusters, pairs_of(key, value, "clusters"));
      for (const auto& [name, section] : clusters) {
        if (Status good = check_cluster_name(name.Scalar()); !good) {
          return wrong(name.Mark(), good.error().what, good.error().hint);
        }
        ARKIVE_ASSIGN(ClusterConfiguration cluster, read_cluster(name, section));
        configuration.clusters.push_back(std::move(cluster));
      }
      if (clusters.empty()) return wrong(value.Mark(), "clusters names no cluster", std::string(kHelp));
    }
    if (configuration.clusters.empty()) return wrong_file("key 'clusters' is missing");
    return configuration;
  }

  Result<ClusterConfiguration> read_cluster(const YAML::Node& name, const YAML::Node& node) const {
    ClusterConfiguration cluster;
    cluster.name = name.Scalar();
    const std::string where = "cluster " + quoted(cluster.name);
    ARKIVE_ASSIGN(const Pairs pairs, pairs_of(name, node, where));
    std::vector<std::string> known;
    for (const Key& key : keys()) {
      if (key.section.empty()) known.emplace_back(key.name);
    }
    for (const Section& section : sections()) known.emplace_back(section.name);
    std::vector<std::string> seen;
    for (const auto& [key, value] : pairs) {
      const std::string& word = key.Scalar();
      const auto section = std::find_if(sections().begin(), sections().end(),
                                        [&](const Section& each) { return each.name == word; });
      if (section != sections().end()) {
        ARKIVE_TRY(read_section(key, value, section->name, where, cluster));
        if (section->name == "zookeeper") cluster.zookeeper.given = true;
        if (section->name == "retention") {
          cluster.retention.given = true;
          if (!cluster.retention.rules.any() && cluster.retention.extend != "yes") {
            return wrong(key.Mark(), "section 'retention' of " + where + " has no rule that keeps a run",
                         "give it one, such as keep: 30, or leave the section out; " + std::string(kHelp));
          }
        }
      } else {
        ARKIVE_ASSIGN(const Key* found, find_key("", key, where, known));
        ARKIVE_TRY(take(*found, key, value, cluster));
      }
      seen.push_back(word);
    }
    ARKIVE_TRY(check_required("", seen, name, where));
    for (const Section& section : sections()) {
      if (section.required && std::find(seen.begin(), seen.end(), section.name) == seen.end()) {
        return wrong(name.Mark(), where + " has no section '" + std::string(section.name) + "'",
                     std::string(kHelp));
      }
    }
    return cluster;
  }

  Status read_section(const YAML::Node& name, const YAML::Node& node, std::string_view section,
                      const std::string& cluster, ClusterConfiguration& into) const {
    const std::string where = "section '" + std::string(section) + "' of " + cluster;
    ARKIVE_ASSIGN(const Pairs pairs, pairs_of(name, node, where));
    std::vector<std::string> known;
    for (const Key& key : keys()) {
      if (key.section == section) known.emplace_back(key.name);
    }
    std::vector<std::string> seen;
    for (const auto& [key, value] : pairs) {
      ARKIVE_ASSIGN(const Key* found, find_key(section, key, where, known));
      ARKIVE_TRY(take(*found, key, value, into));
      seen.push_back(key.Scalar());
    }
    return check_required(section, seen, name, where);
  }

  Result<const Key*> find_key(std::string_view section, const YAML::Node& key, const std::string& where,
                              const std::vector<std::string>& known) const {
    const auto found = std::find_if(keys().begin(), keys().end(), [&](const Key& each) {
      return each.section == section && each.name == key.Scalar();
    });
    if (found == keys().end()) return unknown(key, where, known);
    return &*found;
  }

  Status check_required(std::string_view section, const std::vector<std::string>& seen,
                        const YAML::Node& name, const std::string& where) const {
    for (const Key& key : keys()) {
      if (key.section != section || !key.required) continue;
      if (std::find(seen.begin(), seen.end(), key.name) != seen.end()) continue;
      return wrong(name.Mark(), where + " has no key '" + std::string(key.name) + "'",
                   std::string(key.name) + ": " + std::string(key.description));
    }
    return ok();
  }

  Status take(const Key& key, const YAML::Node& name, const YAML::Node& node,
              ClusterConfiguration& cluster) const {
    Value value;
    // Where nothing stands, the mark is that of whatever comes next.
    if (node.IsNull()) return wrong_value(key, name, "is nothing, not " + wanted(key));
    if (key.kind == ValueKind::kTextList && node.IsSequence()) {
      for (const YAML::Node& one : node) {
        ARKIVE_ASSIGN(std::string text, text_of(key, one));
        value.list.push_back(std::move(text));
      }
    } else {
      ARKIVE_ASSIGN(value.text, text_of(key, node));
      if (key.kind == ValueKind::kTextList) value.list.push_back(value.text);
    }
    ARKIVE_TRY(convert(key, node, value));
    key.set(cluster, std::move(value));
    return ok();
  }

  Result<std::string> text_of(const Key& key, const YAML::Node& node) const {
    if (!node.IsScalar()) return wrong_value(key, node, "is " + kind_of(node) + ", not " + wanted(key));
    if (node.Scalar().empty()) return wrong_value(key, node, "is an empty text");
    return node.Scalar();
  }

  Status convert(const Key& key, const YAML::Node& node, Value& value) const {
    const auto not_one = [&] {
      return wrong_value(key, node, "is " + quoted(value.text) + ", not " + wanted(key));
    };
    switch (key.kind) {
      case ValueKind::kText:
      case ValueKind::kFile:
      case ValueKind::kTextList:
        return ok();
      case ValueKind::kChoice:
        if (std::find(key.choices.begin(), key.choices.end(), value.text) == key.choices.end())
          return not_one();
        return ok();
      case ValueKind::kDuration: {
        const auto parsed = parse_duration(value.text);
        if (!parsed) return not_one();
        value.duration = *parsed;
        return ok();
      }
      case ValueKind::kSize: {
        const auto parsed = parse_size(value.text);
        if (!parsed || *parsed < key.least || *parsed > key.most) return not_one();
        value.number = *parsed;
        return ok();
      }
      case ValueKind::kCount: {
        const char* const end = value.text.data() + value.text.size();
        const auto [stopped, error] = std::from_chars(value.text.data(), end, value.number);
        if (error != std::errc() || stopped != end || value.number < key.least || value.number > key.most)
          return not_one();
        return ok();
      }
    }
    return ok();
  }

  tl::unexpected<Error> wrong_value(const Key& key, const YAML::Node& node, const std::string& what) const {
    const std::string section = key.section.empty() ? "" : std::string(key.section) + ".";
    return wrong(node.Mark(), "the value of '" + section + std::string(key.name) + "' " + what,
                 std::string(key.name) + ": " + std::string(key.description));
  }

  static std::string wanted(const Key& key) {
    switch (key.kind) {
      case ValueKind::kDuration:
        return "a duration such as 30s or 5m";
      case ValueKind::kSize:
        return "a size such as 64MiB" + (key.most < std::numeric_limits<std::uint64_t>::max()
                                             ? " of at most " + std::to_string(key.most) + " bytes"
                                             : std::string());
      case ValueKind::kCount:
        return "a whole number from " + std::to_string(key.least) + " to " + std::to_string(key.most);
      case ValueKind::kTextList:
        return "a text or a list of texts";
      case ValueKind::kText:
      case ValueKind::kFile:
        return "a text";
      case ValueKind::kChoice:
        break;
    }
    std::string words;
    for (const std::string_view choice : key.choices)
      words += (words.empty() ? "" : " or ") + std::string(choice);
    return words;
  }
};

}  // namespace

Result<Configuration> parse_configuration(std::string_view text, const std::string& file) {
  return Reader(file).read(text);
}

Result<Configuration> read_configuration(const std::string& file) {
  auto read = read_file(file, kMostBytes);
  if (!read) {
    Error error = std::move(read.error());
    if (error.hint.empty()) error.hint = "docs/configuration.md shows what it looks like";
    return fail(std::move(error));
  }
  const std::string& text = *read;
  return parse_configuration(text, file);
}

Result<std::vector<ClusterConfiguration>> choose_clusters(const Configuration& configuration,
                                                          const std::string& name, const std::string& file) {
  if (name.empty()) return configuration.clusters;
  std::string known;
  for (const ClusterConfiguration& cluster : configuration.clusters) {
    if (cluster.name == name) return std::vector<ClusterConfiguration>{cluster};
    known += (known.empty() ? "" : ", ") + cluster.name;
  }
  return fail(Outcome::kUsage, "read '" + printable(file) + "': it has no cluster '" + printable(name) + "'",
              "it has: " + known);
}

}  // namespace arkive::tools
