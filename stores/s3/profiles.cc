#include "stores/s3/profiles.h"

#include <cstdlib>

#include "stores/core/files.h"

namespace arkive::s3 {
namespace {

const std::string kServices = "services ";  // how a section of them begins

using Profiles = std::map<std::string, Profile, std::less<>>;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
  text.remove_prefix(begin);
  while (!text.empty() && std::string_view(" \t\r").find(text.back()) != std::string_view::npos)
    text.remove_suffix(1);
  return text;
}

std::string file_of(const Environment& environment, const char* variable, const char* name) {
  if (auto path = environment(variable)) return *path;
  const auto home = environment("HOME");
  return home ? *home + "/.aws/" + name : "";
}

Result<Profiles> read_file_of_profiles(const std::string& path) {
  if (path.empty() || !path_exists(path)) return Profiles();
  ARKIVE_ASSIGN(const std::string text, read_file(path, 1 << 20));
  return read_profiles(text, path);
}

}  // namespace

std::optional<std::string> in(const Profile& profile, std::string_view name) {
  const auto found = profile.find(name);
  if (found == profile.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Result<Profiles> read_profiles(std::string_view text, const std::string& path) {
  Profiles profiles;
  Profile* current = nullptr;
  Profile ignored;  // [sso-session ...]
  std::string nest;
  std::size_t number = 0;
  const auto bad = [&](const char* what) {
    return fail(Outcome::kUsage,
                "read '" + printable(path) + "': line " + std::to_string(number) + " " + what);
  };
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view raw = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::string_view line = trimmed(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      const std::size_t close = line.find(']');
      if (close == std::string_view::npos) return bad("begins a section and does not end it");
      std::string_view name = trimmed(line.substr(1, close - 1));
      if (name.starts_with("profile ") || name.starts_with("profile\t")) name = trimmed(name.substr(8));
      std::string whole(name);
      if (name.starts_with(kServices))
        whole = kServices + std::string(trimmed(name.substr(kServices.size())));
      current = name.starts_with("sso-session ") ? &ignored : &profiles[whole];
      nest.clear();
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || current == nullptr)
      return bad("is neither a section nor a setting");
    const std::string name(trimmed(line.substr(0, equals)));
    std::string_view value = trimmed(line.substr(equals + 1));
    const bool indented = raw.front() == ' ' || raw.front() == '\t';
    if (!indented) nest.clear();
    if (!indented && value.empty()) nest = name + ".";
    // A comment may stand behind a value, after white space.
    for (const char* mark : {" #", " ;", "\t#", "\t;"}) value = trimmed(value.substr(0, value.find(mark)));
    (*current)[nest + name] = value;
  }
  return profiles;
}

std::string profile_name(const Environment& environment) {
  return environment("AWS_PROFILE").value_or("default");
}

Result<Profile> chosen_profile(const Environment& environment) {
  const std::string config = file_of(environment, "AWS_CONFIG_FILE", "config");
  const std::string credentials = file_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  ARKIVE_ASSIGN(Profiles configured, read_file_of_profiles(config));
  ARKIVE_ASSIGN(Profiles with_keys, read_file_of_profiles(credentials));
  const std::string name = profile_name(environment);
  if (environment("AWS_PROFILE") && !configured.contains(name) && !with_keys.contains(name)) {
    return fail(Outcome::kUsage,
                "read the profile '" + printable(name) + "': neither '" + printable(config) + "' nor '" +
                    printable(credentials) + "' has it",
                "AWS_PROFILE names it: set another one");
  }
  Profile profile = std::move(with_keys[name]);
  profile.merge(configured[name]);
  if (const auto services = in(profile, "services")) {
    const auto found = configured.find(kServices + *services);
    if (found == configured.end()) {
      return fail(Outcome::kUsage,
                  "read the profile '" + printable(name) + "': '" + printable(config) +
                      "' has no services '" + printable(*services) + "'",
                  "write a section [services " + printable(*services) + "], or leave the setting out");
    }
    for (const auto& [setting, value] : found->second) profile["services." + setting] = value;
  }
  return profile;
}

}  // namespace arkive::s3
