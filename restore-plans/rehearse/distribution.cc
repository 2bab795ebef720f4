#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>

#include "restore-plans/rehearse/jars.h"
#include "stores/core/bytes.h"
#include "stores/core/files.h"

namespace arkive::rehearse {

namespace {

bool is_version(std::string_view text) {
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  return !text.empty() && is_digit(text.front()) && text.find('.') != std::string_view::npos &&
         std::ranges::all_of(text, [&](char c) { return is_digit(c) || c == '.'; });
}

/// Of the jar whose name is `before`, a version and nothing else; empty: there is none.
std::string version_after(const Jars& jars, std::string_view before) {
  constexpr std::string_view kEnd = ".jar";
  for (const auto& file : jars.files) {
    std::string_view name = file;
    name.remove_prefix(name.rfind('/') + 1);
    if (!name.starts_with(before) || !name.ends_with(kEnd)) continue;
    name.remove_prefix(before.size());
    name.remove_suffix(kEnd.size());
    // Distributors append theirs to Kafka's own: "3.9.1-vendor2".
    const std::string_view version = name.substr(0, name.find('-'));
    if (is_version(version)) return std::string(version);
  }
  return {};
}

}  // namespace

Result<Jars> jars_of_distribution(const std::string& home) {
  std::error_code error;
  const auto path = std::filesystem::canonical(home, error);
  if (error) {
    return fail(Outcome::kNotFound, "look for jars in '" + printable(home) + "': " + error.message(),
                "name the directory that Apache's tarball unpacks to");
  }
  Jars jars{path.filename().string(), path.string(), {}};
  for (const char* const folder : {"libs", "lib", "."}) {
    const auto place = std::filesystem::canonical(path / folder, error);
    if (error || !std::filesystem::is_directory(place, error)) continue;
    ARKIVE_ASSIGN(const auto names, list_directory(place.string()));
    for (const auto& name : names) {
      if (name.ends_with(".jar")) jars.files.push_back(place.string() + "/" + name);
    }
    if (jars.files.empty()) continue;
    if (place != path) jars.directory = place.string();
  }
  if (!jars.files.empty()) return jars;
  return fail(Outcome::kNotFound, "look for jars in '" + printable(home) + "': neither libs nor lib has one",
              "name the directory that Apache's tarball unpacks to");
}

Result<std::string> kafka_version_of(const Jars& jars) {
  for (const char* const scala : {"kafka_2.13-", "kafka_2.12-", "kafka_2.11-", "kafka_2.10-"}) {
    if (auto version = version_after(jars, scala); !version.empty()) return version;
  }
  return fail(Outcome::kNotFound,
              "look for Kafka in '" + printable(jars.directory) + "': no kafka_2.1x-*.jar",
              "name a distribution of Kafka");
}

Result<std::string> zookeeper_version_of(const Jars& jars) {
  if (auto version = version_after(jars, "zookeeper-"); !version.empty()) return version;
  return fail(Outcome::kNotFound,
              "look for ZooKeeper in '" + printable(jars.directory) + "': no zookeeper-*.jar",
              "name a distribution of ZooKeeper, or of a Kafka before 4.0, which brings one along");
}

}  // namespace arkive::rehearse
