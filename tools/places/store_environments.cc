#include "tools/places/store_environments.h"

#include <iterator>
#include <map>
#include <mutex>

#include "stores/core/files.h"
#include "stores/core/log.h"
#include "tools/configuration/store_variables.h"

namespace arkive::tools {
namespace {

struct Used {
  std::mutex mutex;
  std::vector<StoreSettings> settings;  ///< the first of a name counts
  bool environment_was_read = false;
  bool any_was_used = false;
};

Used& used() {
  static Used all;
  return all;
}

bool is_or_is_below(const std::string& name, const std::string& settings) {
  return name.starts_with(settings) && (name.size() == settings.size() || name[settings.size()] == '/');
}

/// The longest that fits; null: none does.
const StoreSettings* find(const std::vector<StoreSettings>& all, const std::string& name) {
  const StoreSettings* best = nullptr;
  for (const StoreSettings& each : all) {
    if (is_or_is_below(name, each.name) && (best == nullptr || each.name.size() > best->name.size()))
      best = &each;
  }
  return best;
}

Status read_environment_once(Used& all) {
  const auto file = remote::process_environment()("ARKIVE_STORE_SETTINGS");
  if (all.environment_was_read || !file) return ok();
  auto read = read_store_settings(*file);
  if (!read) return fail(read.error().within("take ARKIVE_STORE_SETTINGS"));
  std::move(read->begin(), read->end(), std::back_inserter(all.settings));
  all.environment_was_read = true;
  return ok();
}

/// Files with secrets are read; all else is as it stands there. Nothing that sets up stores is taken from
/// outside: half of another store's settings would lead to a wrong place, or with a wrong key.
Result<remote::Environment> environment_of(const StoreSettings& settings) {
  std::map<std::string, std::string> values;
  const remote::Environment outer = remote::process_environment();
  for (const std::string& name : outer.beginning_with("")) {
    if (find_store_variable(name) == nullptr) values.emplace(name, *outer(name.c_str()));
  }
  for (const auto& [name, value] : settings.variables) values.insert_or_assign(name, value);
  for (const StoreVariable& each : store_variables()) {
    const std::string by_file = file_variable_of(each);
    const auto file = by_file.empty() ? settings.variables.end() : settings.variables.find(by_file);
    if (file == settings.variables.end()) continue;
    auto secret = read_secret_file(file->second);
    if (!secret) return fail(secret.error().within("take " + by_file + " of '" + settings.name + "'"));
    while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
    values.insert_or_assign(std::string(each.name), std::move(*secret));
  }
  return remote::Environment(std::move(values));
}

}  // namespace

void use_store_settings(std::vector<StoreSettings> settings) {
  Used& all = used();
  const std::lock_guard lock(all.mutex);
  std::move(all.settings.begin(), all.settings.end(), std::back_inserter(settings));
  all.settings = std::move(settings);
}

Status use_store_settings_file(const std::string& file) {
  ARKIVE_ASSIGN(std::vector<StoreSettings> read, read_store_settings(file));
  use_store_settings(std::move(read));
  return ok();
}

bool store_settings_were_used() {
  const std::lock_guard lock(used().mutex);
  return used().any_was_used;
}

void forget_store_settings() {
  Used& all = used();
  const std::lock_guard lock(all.mutex);
  all.settings.clear();
  all.environment_was_read = false;
  all.any_was_used = false;
}

Result<StoreSetup> setup_of(const RepositoryName& name) {
  Used& all = used();
  const std::lock_guard lock(all.mutex);
  ARKIVE_TRY(read_environment_once(all));
  const std::string text = name.text();
  const StoreSettings* const settings = find(all.settings, text);
  if (settings == nullptr) return StoreSetup{name.path, remote::process_environment()};
  all.any_was_used = true;
  ARKIVE_ASSIGN(remote::Environment environment, environment_of(*settings));
  const std::string& place = settings->store.empty() ? settings->name : settings->store;
  log_debug("'" + text + "' is set up by the settings of '" + settings->name + "'" +
            (settings->store.empty() ? "" : ", as '" + settings->store + "'"));
  return StoreSetup{place.substr(place.find("://") + 3) + text.substr(settings->name.size()),
                    std::move(environment)};
}

}  // namespace arkive::tools
