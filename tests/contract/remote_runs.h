/// Runs in a store behind a network whose server is scripted.
#pragma once

#include "tests/contract/object_kinds.h"
#include "tests/stores/remote/scripted_kinds.h"

namespace arkive::test {

/// What the names of kinds end with that are sealed.
inline constexpr std::string_view kSealed = "_encrypted";

/// "s3_encrypted": the kind "s3".
inline Result<ScriptedKind> kind_of_runs(std::string_view name) {
  if (name.ends_with(kSealed)) name.remove_suffix(kSealed.size());
  return scripted_kind(std::string(name));
}

/// In the server at `url`, which speaks as `kind` says: the name of a ScriptedKind, kSealed behind it where
/// the objects are to be sealed.
inline Result<std::unique_ptr<Repository>> open_remote_runs(const std::string& kind, const std::string& url) {
  ARKIVE_ASSIGN(const ScriptedKind scripted, kind_of_runs(kind));
  const auto open = [&](const std::string&) { return scripted.open(url, {}); };
  const std::vector<RepositoryKind> kinds = object_repository_kinds(scripted.name, open);
  return kinds[kind.ends_with(kSealed) ? 1 : 0].open(url, true);
}

/// One of each store, plain and sealed.
inline std::vector<std::string> remote_kinds_of_runs() {
  std::vector<std::string> names;
  for (const ScriptedKind& kind : scripted_kinds()) {
    names.push_back(kind.name);
    names.push_back(kind.name + std::string(kSealed));
  }
  return names;
}

}  // namespace arkive::test
