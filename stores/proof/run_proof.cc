#include "stores/proof/run_proof.h"

#include "stores/core/hash.h"
#include "stores/manifest/statement.h"

namespace arkive::proof {

namespace {

constexpr const char* kKind = "run";

tl::unexpected<Error> denied(const Manifest& run, const std::string& why, std::string hint) {
  return fail(Outcome::kDenied, "prove run " + printable(run.id) + ": " + why, std::move(hint));
}

}  // namespace

std::string signed_line(std::string_view kind, std::string_view statement_sha256) {
  return "arkive " + std::string(kind) + " " + std::string(statement_sha256) + "\n";
}

std::string short_id(std::string_view key_id) {
  return printable(key_id.substr(0, 16));
}

void sign_run(Manifest& manifest, const ChainPlace& before, const SigningKey& key) {
  manifest.proof = {key.public_key().id(), before.number + 1, before.statement, ""};
  manifest.statement_sha256 = hex(sha256(statement_of(manifest.to_json())));
  manifest.proof.signature = base64(key.sign(signed_line(kKind, manifest.statement_sha256)));
}

Status check_run(const Manifest& run, const PublicKeys& keys) {
  if (run.proof.key.empty()) {
    return denied(run, "it is not signed",
                  "arkive verify with the public key tells which runs are; name one of them after an @, or "
                  "leave --public-key out if you trust the store");
  }
  const PublicKey* const key = keys.find(run.proof.key);
  if (key == nullptr) {
    return denied(run, "it is signed by key " + short_id(run.proof.key) + "..., which was not given",
                  "a file of public keys may hold several; give that key too if you trust it");
  }
  if (!key->verifies(signed_line(kKind, run.statement_sha256), signature_in(run.proof.signature))) {
    return denied(run, "its signature does not fit: it was changed after it was signed, or forged",
                  "restore it from another copy of the store, and ask who can write this one");
  }
  for (const TreePart* part : {&run.tree, &run.record}) {
    if (part->location.empty() != part->sha256.empty())
      return denied(run, "it tells of a tree without its place, or of a place without a tree",
                    "restore it from another copy of the store, and ask who can write this one");
  }
  return ok();
}

}  // namespace arkive::proof
