#include "stores/proof/run_signer.h"

#include <algorithm>
#include <vector>

#include "stores/core/bytes.h"
#include "stores/core/hash.h"
#include "stores/core/log.h"
#include "stores/layout/keys.h"
#include "stores/manifest/statement.h"
#include "stores/many_objects.h"
#include "stores/proof/history.h"
#include "stores/proof/run_proof.h"

namespace arkive::proof {

namespace {

/// Runs of a cluster that say they are signed by this key, whether they are or not.
Result<std::vector<Manifest>> claimed_runs(const Store& store, const std::string& cluster,
                                           const std::string& key_id, Deadline deadline) {
  std::vector<Manifest> runs;
  ARKIVE_TRY(get_each_below(
      store, layout::runs_of(cluster) + "/", [](const std::string& key) { return key.ends_with(".json"); },
      [&](const std::string& key, const Result<std::string>& text) -> Status {
        const bool is_gone = !text && text.error().outcome == Outcome::kNotFound;
        if (!text && !is_gone && text.error().outcome != Outcome::kCorrupt) return fail(text.error());
        auto run = text ? Manifest::from_json(*text) : Result<Manifest>(fail(text.error()));
        if (!run && !is_gone) {
          log_warning("chain of signed runs: '" + key + "' is passed over: " + run.error().what);
        } else if (run && run->cluster == cluster && run->proof.key == key_id) {
          runs.push_back(std::move(*run));
        }
        return ok();
      },
      deadline));
  return runs;
}

Result<ChainPlace> head_of(const Store& store, const std::string& cluster, const PublicKey& key,
                           Deadline deadline) {
  ARKIVE_ASSIGN(std::vector<Manifest> runs, claimed_runs(store, cluster, key.id(), deadline));
  std::sort(runs.begin(), runs.end(),
            [](const Manifest& a, const Manifest& b) { return a.proof.number > b.proof.number; });
  ChainPlace head;
  for (const Manifest& run : runs) {
    if (const Status proven = check_run(run, PublicKeys({key})); proven) {
      head = {run.proof.number, run.statement_sha256};
      break;
    } else {
      log_warning("chain of signed runs: passed over: " + proven.error().what);
    }
  }
  // The newest runs may be gone by the owner's own will.
  ARKIVE_ASSIGN(const ChainPlace told, newest_told(store, cluster, key, deadline));
  return told.number > head.number ? told : head;
}

}  // namespace

Result<ReadyManifest> ready_manifest(Store& store, Manifest& manifest, const SigningKey* key,
                                     Deadline deadline) {
  ReadyManifest ready;
  if (!manifest.proof.signature.empty()) {
    ready.json = manifest.to_json();
    if (hex(sha256(statement_of(ready.json))) == manifest.statement_sha256) return ready;
    return fail(Outcome::kUsage,
                "write run '" + manifest.id +
                    "': it is signed, and would not be the same here: it has fields "
                    "that this arkive does not know",
                "use the arkive that wrote it, or a newer one");
  }
  if (key != nullptr) {
    ARKIVE_ASSIGN(ready.lock, store.lock("proof/" + manifest.cluster, deadline));
    ARKIVE_ASSIGN(const ChainPlace head, head_of(store, manifest.cluster, key->public_key(), deadline));
    sign_run(manifest, head, *key);
  }
  ready.json = manifest.to_json();
  return ready;
}

}  // namespace arkive::proof
