/// The stores behind a network that there are: the suites of this folder, and those of tests/contract, run
/// over each.
#pragma once

#include "tests/stores/azure/azure_kinds.h"
#include "tests/stores/gcs/access_key_kind.h"
#include "tests/stores/gcs/gcs_kind.h"
#include "tests/stores/s3/s3_kind.h"

namespace arkive::test {

/// One of each.
inline std::vector<ScriptedKind> scripted_kinds() {
  return {s3_kind(), azure_kind(), gcs_kind(), gcs_access_key_kind()};
}

/// With each sort of credentials that changes what is sent.
inline std::vector<ScriptedKind> scripted_kinds_by_credentials() {
  return {s3_kind(),          azure_kind(), azure_signature_kind(),
          azure_token_kind(), gcs_kind(),   gcs_access_key_kind()};
}

/// By its name.
inline Result<ScriptedKind> scripted_kind(const std::string& name) {
  for (ScriptedKind& kind : scripted_kinds_by_credentials()) {
    if (kind.name == name) return std::move(kind);
  }
  return fail(Outcome::kUsage, "there is no kind of store '" + name + "'");
}

}  // namespace arkive::test
