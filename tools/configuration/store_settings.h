/// What buckets and containers are set up by, one by one, in place of the environment: the section "stores"
/// of a YAML file (docs/stores.md, "Each store its own settings").
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "stores/core/result.h"

namespace arkive::tools {

/// One store, and those below it.
struct StoreSettings {
  std::string name;   ///< as --from and --to name it: s3://..., gs://..., az://..., without a / at its end
  std::string store;  ///< how its server calls it, of the same kind; empty: as `name`
  /// By the variable of the environment in whose place it stands. Of a secret there is only NAME_FILE, the
  /// path of a file of mode 0600 that holds it.
  std::map<std::string, std::string, std::less<>> variables;
};

/// `file` stands before line and column in errors. A section "clusters" is passed over, so that one file
/// serves `arkive backup` too. kUsage as parse_configuration(), for a variable that sets up no store of that
/// kind, a secret in clear (which is not repeated), and a file without a section "stores".
Result<std::vector<StoreSettings>> parse_store_settings(std::string_view text, const std::string& file);
/// As above; errors of read_file() too. 1 MiB at most.
Result<std::vector<StoreSettings>> read_store_settings(const std::string& file);

}  // namespace arkive::tools
