#include "kafka/log_directories/meta_properties.h"

#include <charconv>

namespace arkive::kafka {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

template <class T>
Status take(std::string_view name, std::string_view text, T& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  if (error == std::errc() && end == text.data() + text.size()) return ok();
  return fail(Outcome::kCorrupt,
              "read meta.properties: " + std::string(name) + " is '" + std::string(text) + "'");
}

}  // namespace

std::string MetaProperties::text() const {
  std::string text = "version=" + std::to_string(version) + "\n";
  text += (version == 0 ? "broker.id=" : "node.id=") + std::to_string(broker) + "\n";
  if (!cluster_id.empty()) text += "cluster.id=" + cluster_id + "\n";
  if (!directory_id.empty()) text += "directory.id=" + directory_id + "\n";
  return text;
}

Result<MetaProperties> MetaProperties::parse(std::string_view text) {
  MetaProperties properties;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#' || line.front() == '!') continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trimmed(line.substr(0, equals));
    const std::string_view value = trimmed(line.substr(equals + 1));
    if (name == "version") {
      ARKIVE_TRY(take(name, value, properties.version));
    } else if (name == "broker.id" || name == "node.id") {
      ARKIVE_TRY(take(name, value, properties.broker));
    } else if (name == "cluster.id") {
      properties.cluster_id = value;
    } else if (name == "directory.id") {
      properties.directory_id = value;
    }
  }
  if (properties.version < 0 || properties.version > 1) {
    return fail(Outcome::kCorrupt,
                "read meta.properties: version " + std::to_string(properties.version) + " is not known");
  }
  return properties;
}

}  // namespace arkive::kafka
