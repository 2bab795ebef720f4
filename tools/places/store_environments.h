/// By what a bucket or container is set up: its own settings, where a file has some, else the environment.
#pragma once

#include <string>
#include <vector>

#include "stores/remote/environment.h"
#include "tools/configuration/store_settings.h"
#include "tools/places/repository_name.h"

namespace arkive::tools {

/// The stores that `settings` names, and those below them, are set up by it from now on, before what was used
/// earlier. Of this process; any thread.
void use_store_settings(std::vector<StoreSettings> settings);
/// As above, of a file. Errors as read_store_settings().
Status use_store_settings_file(const std::string& file);
/// Whether one of these settings has set a store up so far.
bool store_settings_were_used();
/// Forgets all of it.
void forget_store_settings();

/// Where a store is and by what it is set up.
struct StoreSetup {
  std::string path;  ///< as RepositoryName::path, by the name its server knows
  remote::Environment environment;
};

/// Of a bucket or container: by the longest name in the settings that it is, or is below, and then by nothing
/// of the environment that sets up stores; else by the environment. Where ARKIVE_STORE_SETTINGS names a file,
/// its settings are used, too, behind the others. Errors of that file, and of the files that hold secrets
/// (kDenied where others may read them).
Result<StoreSetup> setup_of(const RepositoryName& name);

}  // namespace arkive::tools
