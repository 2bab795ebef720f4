/// The signature of one run (docs/format-proof.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stores/manifest/manifest.h"
#include "stores/proof/keys.h"

namespace arkive::proof {

/// A number in the chain that one key has in one cluster, and the hash of the statement that has it.
struct ChainPlace {
  std::uint64_t number = 0;  ///< 0: before the first
  std::string statement;     ///< empty: not known, or there is none
};

/// Makes `manifest` the one after `before`: fills `proof` and `statement_sha256`. Nothing in it may change
/// afterwards but `location`.
void sign_run(Manifest& manifest, const ChainPlace& before, const SigningKey& key);

/// Whether `manifest`, just as from_json() read it, is what the owner of one of `keys` wrote. kDenied,
/// naming the run: not signed, by no key of these, the signature does not fit, a part is named by half.
Status check_run(const Manifest& manifest, const PublicKeys& keys);

/// What is signed of a statement: of a run ("run") or a record ("history").
std::string signed_line(std::string_view kind, std::string_view statement_sha256);

/// The beginning of an id, enough for people.
std::string short_id(std::string_view key_id);

}  // namespace arkive::proof
