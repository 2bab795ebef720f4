/// Signed runs in a store in memory, and the examples of docs/format-proof.md.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "stores/core/files.h"
#include "stores/core/hash.h"
#include "stores/layout/keys.h"
#include "stores/proof/chain.h"
#include "stores/proof/run_signer.h"
#include "tests/support/page_block.h"
#include "tests/support/results.h"

namespace arkive::test {

/// Objects in a map: anybody may change them.
class MemoryStore final : public Store {
 public:
  std::map<std::string, std::string> objects;

  std::string name() const override { return "memory"; }
  Status put(std::string_view key, Bytes data, PutMode mode, Deadline) override {
    const auto [at, is_new] = objects.emplace(key, data);
    if (!is_new && mode == PutMode::kCreateOnly && at->second != data)
      return fail(Outcome::kConflict, "put '" + std::string(key) + "': it exists");
    at->second = data;
    return ok();
  }
  Result<std::unique_ptr<ObjectWriter>> begin(std::string_view, Deadline) override {
    return fail(Outcome::kFail, "not here");
  }
  Status settle(Deadline) override { return ok(); }
  Result<std::unique_ptr<StoreLock>> lock(std::string_view name, Deadline) override {
    struct Held final : StoreLock {
      Held(std::set<std::string>& of, std::string text) : all(of), lock_name(std::move(text)) {}
      ~Held() override { all.erase(lock_name); }
      std::set<std::string>& all;
      std::string lock_name;
    };
    if (!locks_.emplace(name).second) return fail(Outcome::kConflict, "lock '" + std::string(name) + "'");
    return std::make_unique<Held>(locks_, std::string(name));
  }
  Result<std::string> get(std::string_view key, std::uint64_t, std::uint64_t, Deadline) const override {
    const auto found = objects.find(std::string(key));
    if (found == objects.end()) return fail(Outcome::kNotFound, "get '" + std::string(key) + "'");
    return found->second;
  }
  Result<Object> head(std::string_view key, Deadline) const override {
    const auto found = objects.find(std::string(key));
    if (found == objects.end()) return fail(Outcome::kNotFound, "head '" + std::string(key) + "'");
    return Object{found->first, found->second.size()};
  }
  Status list(std::string_view prefix, const std::function<Status(const Object&)>& each,
              Deadline) const override {
    const auto copy = objects;
    for (const auto& [key, data] : copy) {
      if (key.starts_with(prefix)) ARKIVE_TRY(each({key, data.size()}));
    }
    return ok();
  }
  Status remove(std::string_view key, Deadline) override {
    objects.erase(std::string(key));
    return ok();
  }

 private:
  std::set<std::string> locks_;
};

inline std::string block_of_page(const std::string& mark) {
  return page_block(FORMAT_PROOF_PAGE, mark);
}

using SharedKey = std::shared_ptr<const proof::SigningKey>;

inline SharedKey page_key() {
  return value_of(proof::SigningKey::from_pem(block_of_page("<!-- vectors: signing key -->"), "the page"));
}

/// A key of its own for each seed.
inline SharedKey key_of(const std::string& seed) {
  const std::string info("\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", 16);
  const Sha256Digest bytes = sha256(seed);
  const std::string der = info + std::string(bytes.begin(), bytes.end());
  return value_of(proof::SigningKey::from_pem(
      "-----BEGIN PRIVATE KEY-----\n" + base64(der) + "\n-----END PRIVATE KEY-----\n", seed));
}

inline proof::PublicKeys public_of(const std::vector<SharedKey>& keys) {
  std::vector<proof::PublicKey> all;
  for (const SharedKey& key : keys) all.push_back(key->public_key());
  return proof::PublicKeys(std::move(all));
}

/// The number-th run of cluster "prod", not signed.
inline Manifest some_run(int number) {
  Manifest run;
  run.started = 1795217400000 + number * 60000;
  run.id = "20261120T23" + std::to_string(10 + number) + "00Z-8f3a2c";
  run.cluster = "prod";
  run.what = "dump";
  run.arkive_version = "0.1.0";
  run.host = "backup1";
  run.finished = run.started + 1000;
  run.whole = true;
  run.changed = true;
  run.summary = std::to_string(number) + " topics created";
  run.tree = {"trees/prod/" + run.id + "/tree", hex(sha256(run.id)), 3, 100};
  run.record = {"trees/prod/" + run.id + "/record", hex(sha256("record" + run.id)), 2, 50};
  run.facts = R"({"znodes":312})";
  return run;
}

inline std::string key_in_store(const Manifest& run) {
  return layout::manifest_key(run.cluster, run.id);
}

/// As a writer commits it; with `key`, signed.
inline Manifest commit(Store& store, Manifest run, const SharedKey& key) {
  const auto ready = proof::ready_manifest(store, run, key.get(), Deadline::never());
  EXPECT_TRUE(succeeded(ready));
  EXPECT_TRUE(succeeded(store.put(key_in_store(run), ready->json, PutMode::kCreateOnly, Deadline::never())));
  return run;
}

inline proof::ChainReport check(const Store& store, const proof::PublicKeys& keys,
                                const std::string& cluster = "prod") {
  const auto history = value_of(proof::read_history(store, &keys, Deadline::never()));
  return value_of(proof::check_chain(store, cluster, keys, history, Deadline::never()));
}

/// "object: what" of each, joined.
inline std::string text_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) text += finding.object + ": " + finding.what + "\n";
  return text;
}

}  // namespace arkive::test
