#include "tools/places/proving.h"

#include "stores/core/bytes.h"
#include "stores/proof/run_proof.h"

namespace arkive::tools {

Result<std::shared_ptr<const proof::SigningKey>> signing_key_in(const std::string& file) {
  if (file.empty()) return std::shared_ptr<const proof::SigningKey>();
  return proof::SigningKey::read(file);
}

Result<std::optional<proof::PublicKeys>> proving_keys(const proof::SigningKey* signing_key,
                                                      const std::string& public_key) {
  if (signing_key == nullptr && public_key.empty()) return std::optional<proof::PublicKeys>();
  std::vector<proof::PublicKey> all;
  if (signing_key != nullptr) all.push_back(signing_key->public_key());
  if (!public_key.empty()) {
    ARKIVE_ASSIGN(const proof::PublicKeys more, proof::PublicKeys::read(public_key));
    all.insert(all.end(), more.all().begin(), more.all().end());
  }
  return std::optional(proof::PublicKeys(std::move(all)));
}

Status sign_runs(Repository& repository, const std::shared_ptr<const proof::SigningKey>& key) {
  return key == nullptr ? ok() : repository.sign_runs(key);
}

Status refuse_proof(const RepositoryName& name, std::string_view option, const std::string& value) {
  if (value.empty() || name.kind != RepositoryName::Kind::kGit) return ok();
  return fail(Outcome::kUsage,
              "open 'git:" + printable(name.path) + "' with " + std::string(option) +
                  ": arkive neither signs nor proves a git history",
              "git does it itself (git tag -s, signed pushes); or name a store, in a command of its own");
}

Status refuse_two_chains(const std::vector<RepositoryName>& names, const std::string& signing_key) {
  if (signing_key.empty()) return ok();
  const RepositoryName* first = nullptr;
  for (const RepositoryName& name : names) {
    if (!name.is_store()) continue;
    if (first == nullptr) {
      first = &name;
      continue;
    }
    return fail(Outcome::kUsage,
                "open '" + printable(name.text()) + "' with --signing-key beside '" +
                    printable(first->text()) +
                    "': a key signs one chain of runs, in one store; in two, readers would find runs missing",
                "write into one of them, and bring the runs to the other by arkive copy");
  }
  return ok();
}

Status prove(const Manifest& run, const std::string& public_key) {
  if (public_key.empty()) return ok();
  ARKIVE_ASSIGN(const proof::PublicKeys keys, proof::PublicKeys::read(public_key));
  return proof::check_run(run, keys);
}

Status prove_trees(const RunReader& run, const std::string& public_key) {
  if (public_key.empty()) return ok();
  ARKIVE_TRY(prove(run.manifest(), public_key));
  const auto read = [](std::string_view, Bytes) -> Status { return ok(); };
  const std::string where = "prove run " + run.manifest().id;
  if (!run.manifest().tree.location.empty()) {
    if (const Status proven = run.tree().for_each("", read); !proven)
      return fail(proven.error().within(where));
  }
  if (!run.manifest().record.location.empty()) {
    if (const Status proven = run.record().for_each("", read); !proven)
      return fail(proven.error().within(where));
  }
  return ok();
}

}  // namespace arkive::tools
