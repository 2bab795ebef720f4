#include "tools/configuration/store_settings.h"

#include <algorithm>

#include "stores/core/files.h"
#include "tools/configuration/store_settings_internal.h"
#include "tools/configuration/store_variables.h"

namespace arkive::tools {
namespace {

constexpr std::uint64_t kMostBytes = 1 << 20;
constexpr std::string_view kHelp = "docs/stores.md shows what it looks like: \"Each store its own settings\"";
constexpr std::string_view kSchemes[] = {"s3://", "gs://", "az://"};

/// "s3://"; empty: no bucket and no container.
std::string_view scheme_of(std::string_view name) {
  for (const std::string_view scheme : kSchemes) {
    if (name.starts_with(scheme) && name.size() > scheme.size() && name[scheme.size()] != '/') return scheme;
  }
  return {};
}

std::string without_last_slashes(std::string name) {
  while (name.ends_with('/')) name.pop_back();
  return name;
}

/// What may be written for stores of `scheme`.
std::vector<std::string> keys_of(std::string_view scheme) {
  std::vector<std::string> known = {"store"};
  for (const StoreVariable& each : store_variables()) {
    if (each.scheme != scheme) continue;
    if (each.kind != StoreVariable::Kind::kSecret) known.emplace_back(each.name);
    if (std::string file = file_variable_of(each); !file.empty()) known.push_back(std::move(file));
  }
  return known;
}

Status take(const YamlFile& file, const YAML::Node& key, const YAML::Node& value, std::string_view scheme,
            StoreSettings& store) {
  const std::string& name = key.Scalar();
  const std::string where = "store " + YamlFile::quoted(store.name);
  const std::vector<std::string> known = keys_of(scheme);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    const StoreVariable* const variable = find_store_variable(name);
    if (variable != nullptr && variable->scheme == scheme) {
      const std::string by_file = file_variable_of(*variable);
      return file.wrong(key.Mark(), "'" + name + "' is a secret, which stands in no such file",
                        by_file.empty()
                            ? std::string(kHelp)
                            : "name a file of mode 0600 that holds it: " + by_file + ": /etc/arkive/...");
    }
    return file.unknown(key, where, known);
  }
  if (!value.IsScalar() || value.Scalar().empty()) {
    return file.wrong(value.IsNull() ? key.Mark() : value.Mark(),
                      "the value of '" + name + "' is " +
                          (value.IsScalar() ? "an empty text" : YamlFile::kind_of(value)) + ", not a text",
                      file.help());
  }
  if (name != "store") {
    store.variables[name] = value.Scalar();
    return ok();
  }
  if (scheme_of(value.Scalar()) != scheme) {
    return file.wrong(
        value.Mark(),
        "the value of 'store' is " + YamlFile::quoted(value.Scalar()) + ", not a store of the same kind",
        "store: how its server calls it, such as " + std::string(scheme) + "...");
  }
  store.store = without_last_slashes(value.Scalar());
  return ok();
}

}  // namespace

Result<std::vector<StoreSettings>> read_stores(const YamlFile& file, const YAML::Node& name,
                                               const YAML::Node& section) {
  std::vector<StoreSettings> stores;
  ARKIVE_ASSIGN(const YamlFile::Pairs named, file.pairs_of(name, section, "stores"));
  for (const auto& [key, value] : named) {
    const std::string_view scheme = scheme_of(key.Scalar());
    if (scheme.empty()) {
      return file.wrong(key.Mark(),
                        "no bucket and no container is named by " + YamlFile::quoted(key.Scalar()),
                        "such as s3://BUCKET, gs://BUCKET/PREFIX or az://ACCOUNT/CONTAINER");
    }
    StoreSettings store;
    store.name = without_last_slashes(key.Scalar());
    for (const StoreSettings& other : stores) {
      if (other.name == store.name)
        return file.wrong(key.Mark(), "store " + YamlFile::quoted(store.name) + " stands twice",
                          "remove one of the two");
    }
    ARKIVE_ASSIGN(const YamlFile::Pairs pairs,
                  file.pairs_of(key, value, "store " + YamlFile::quoted(store.name)));
    for (const auto& [variable, text] : pairs) ARKIVE_TRY(take(file, variable, text, scheme, store));
    stores.push_back(std::move(store));
  }
  return stores;
}

Result<std::vector<StoreSettings>> parse_store_settings(std::string_view text, const std::string& file) {
  const YamlFile yaml(file, std::string(kHelp));
  std::vector<StoreSettings> stores;
  ARKIVE_TRY(yaml.read(text, [&](const YAML::Node& top) -> Status {
    ARKIVE_ASSIGN(const YamlFile::Pairs pairs, yaml.pairs_of(top, top, "the file"));
    bool given = false;
    for (const auto& [key, value] : pairs) {
      if (key.Scalar() == "clusters") continue;
      if (key.Scalar() != "stores") return yaml.unknown(key, "the file", {"stores", "clusters"});
      given = true;
      ARKIVE_ASSIGN(stores, read_stores(yaml, key, value));
    }
    if (!given) return yaml.wrong_file("key 'stores' is missing");
    return ok();
  }));
  return stores;
}

Result<std::vector<StoreSettings>> read_store_settings(const std::string& file) {
  ARKIVE_ASSIGN(const std::string text, read_file(file, kMostBytes));
  return parse_store_settings(text, file);
}

}  // namespace arkive::tools
