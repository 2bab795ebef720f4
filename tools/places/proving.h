/// Signed runs, as the command line asks for them: --signing-key and --public-key.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/proof/keys.h"
#include "stores/repository.h"
#include "tools/places/repositories.h"

namespace arkive::tools {

/// The key of --signing-key; null: none was given. kUsage, kDenied as proof::SigningKey::read().
Result<std::shared_ptr<const proof::SigningKey>> signing_key_in(const std::string& file);

/// What proves runs to a command that signs (proof of which runs go, of a copy) or that was told whom to
/// trust: the public half of `signing_key`, and the keys in the file --public-key. Nothing where neither is
/// given.
Result<std::optional<proof::PublicKeys>> proving_keys(const proof::SigningKey* signing_key,
                                                      const std::string& public_key);

/// Runs of `repository` are signed from then on; with a null key nothing happens. kUsage for a git history.
Status sign_runs(Repository& repository, const std::shared_ptr<const proof::SigningKey>& key);

/// kUsage where `option` is given and `name` is a git history: runs there are neither signed nor proven.
Status refuse_proof(const RepositoryName& name, std::string_view option, const std::string& value);

/// kUsage where `signing_key` is given and `names` are of several stores: one key has one chain, in one store
/// (docs/format-proof.md, "The chain"). Git histories have none.
Status refuse_two_chains(const std::vector<RepositoryName>& names, const std::string& signing_key);

/// kDenied unless a key in the file --public-key signed `run`, as it was read; no file: nothing is asked.
Status prove(const Manifest& run, const std::string& public_key);

/// As prove(), and every file of its trees is read and held against its hash (kCorrupt).
Status prove_trees(const RunReader& run, const std::string& public_key);

}  // namespace arkive::tools
