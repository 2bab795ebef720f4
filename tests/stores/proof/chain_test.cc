// Chains of signed runs: whatever is changed, removed, exchanged or put back is found.
#include <nlohmann/json.hpp>
#include <random>

#include "stores/manifest/seal.h"
#include "stores/manifest/statement.h"
#include "stores/proof/last_seen.h"
#include "stores/proof/run_proof.h"
#include "tests/stores/proof/proof_support.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

using namespace proof;  // NOLINT(google-build-using-namespace): what is tested
using testing::HasSubstr;

/// A cluster with runs 1 to `count`, all signed by `key`.
std::vector<Manifest> signed_runs(MemoryStore& store, int count, const SharedKey& key) {
  std::vector<Manifest> runs;
  for (int i = 1; i <= count; ++i) runs.push_back(commit(store, some_run(i), key));
  return runs;
}

Record record_of(const std::string& command, const std::vector<Manifest>& runs) {
  Record record;
  record.command = command;
  record.cluster = "prod";
  record.outcome = "whole";
  for (const Manifest& run : runs)
    record.runs.push_back({run.id, run.proof.key, run.proof.number, run.statement_sha256});
  return record;
}

/// `text` with `change` made to its JSON, sealed anew: what somebody does who can write the store.
template <class Change>
std::string resealed(const std::string& text, const Change& change) {
  auto json = nlohmann::json::parse(text);
  change(json);
  return sealed_json(json.dump());
}

TEST(ProofChain, RunsThatWereSignedOneAfterTheOtherAreProven) {
  MemoryStore store;
  const auto key = page_key();
  const auto runs = signed_runs(store, 5, key);
  const auto report = check(store, public_of({key}));
  EXPECT_EQ(text_of(report.findings), "");
  ASSERT_EQ(report.links.size(), 5U);
  EXPECT_EQ(report.links[4].number, 5U);
  EXPECT_EQ(report.links[4].run_id, runs[4].id);
  EXPECT_EQ(runs[0].proof.previous, "");
  EXPECT_EQ(runs[4].proof.previous, runs[3].statement_sha256);
}

TEST(ProofChain, EachKeyHasAChainOfItsOwn) {
  MemoryStore store;
  const auto a = key_of("a");
  const auto b = key_of("b");
  for (int i = 1; i <= 6; ++i) commit(store, some_run(i), i % 2 == 0 ? a : b);
  EXPECT_EQ(text_of(check(store, public_of({a, b})).findings), "");
  const std::string alone = text_of(check(store, public_of({a})).findings);
  EXPECT_THAT(alone, HasSubstr("which was not given"));
}

TEST(ProofChain, EveryFlippedBitOfAManifestIsFound) {
  MemoryStore store;
  const auto key = page_key();
  const auto keys = public_of({key});
  const auto runs = signed_runs(store, 3, key);
  std::string& text = store.objects.at(key_in_store(runs[1]));
  const std::string good = text;
  FaultCount count;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    text = good;
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
    // A format that this arkive does not know is refused as a whole.
    const auto report = check_chain(store, "prod", keys, {}, Deadline::never());
    EXPECT_TRUE(count.fault(!report || !report->findings.empty())) << "bit " << bit;
  }
  count.write("signed_manifest_bit_flips");
}

/// Every value of the JSON, changed by somebody who computes the seal anew.
TEST(ProofChain, EveryChangedFieldOfAResealedManifestIsFound) {
  MemoryStore store;
  const auto key = page_key();
  const auto keys = public_of({key});
  Manifest run = some_run(2);
  run.missing = {{"znode /secret", "not authorised to read"}};
  run.missing_count = 1;
  run.whole = false;
  run.logs = {"lists/" + hex(sha256("l")) + ".json", hex(sha256("l")), 4, 9};
  commit(store, some_run(1), key);
  run = commit(store, run, key);
  commit(store, some_run(3), key);
  std::string& text = store.objects.at(key_in_store(run));
  const std::string good = text;
  const nlohmann::json flat = nlohmann::json::parse(good).flatten();
  int changed = 0;
  FaultCount count;
  for (const auto& leaf : flat.items()) {
    const std::string& path = leaf.key();
    const nlohmann::json& value = leaf.value();
    if (path == "/seal" || path == "/tree/location" || path == "/record/location") continue;
    text = resealed(good, [&](nlohmann::json& json) {
      auto other = json.flatten();
      if (value.is_string()) other[path] = value.get<std::string>() + "x";
      if (value.is_boolean()) other[path] = !value.get<bool>();
      if (value.is_number()) other[path] = value.get<std::int64_t>() + 1;
      json = other.unflatten();
    });
    if (text == good) continue;
    ++changed;
    const auto report = check_chain(store, "prod", keys, {}, Deadline::never());
    EXPECT_TRUE(count.fault(!report || !report->findings.empty())) << path;
  }
  EXPECT_GT(changed, 25);
  for (const char* part : {"tree", "record"}) {
    text = resealed(good, [&](nlohmann::json& json) { json[part]["location"] = ""; });
    EXPECT_THAT(text_of(check(store, keys).findings), HasSubstr("without its place")) << part;
    count.fault(!check(store, keys).findings.empty());
  }
  count.write("signed_manifest_changed_fields");
}

TEST(ProofChain, ARunThatIsGoneIsMissingByItsNumber) {
  const auto key = page_key();
  for (const std::size_t gone : {std::size_t{0}, std::size_t{2}}) {
    MemoryStore store;
    const auto runs = signed_runs(store, 4, key);
    store.objects.erase(key_in_store(runs[gone]));
    EXPECT_THAT(text_of(check(store, public_of({key})).findings),
                HasSubstr("run number " + std::to_string(gone + 1) + " of key"));
  }
}

TEST(ProofChain, ARunThatItsOwnerRemovedIsNotMissing) {
  MemoryStore store;
  const auto key = page_key();
  const auto keys = public_of({key});
  const auto runs = signed_runs(store, 5, key);
  Record record = record_of("prune", {runs[0], runs[1]});
  record.removed = {{key->public_key().id(), 1, 2}};
  value_of(append_record(store, record, key.get(), Deadline::never()));
  store.objects.erase(key_in_store(runs[0]));
  store.objects.erase(key_in_store(runs[1]));
  EXPECT_EQ(text_of(check(store, keys).findings), "");
  store.objects.erase(key_in_store(runs[2]));
  EXPECT_THAT(text_of(check(store, keys).findings), HasSubstr("run number 3 of key"));
}

TEST(ProofChain, ARemovalThatNobodyWithAKeySignedCountsForNothing) {
  const auto key = page_key();
  const auto thief = key_of("thief");
  for (const proof::SigningKey* by : {static_cast<const proof::SigningKey*>(nullptr), thief.get()}) {
    MemoryStore store;
    const auto runs = signed_runs(store, 3, key);
    Record record = record_of("prune", {runs[0]});
    record.removed = {{key->public_key().id(), 1, 1}};
    value_of(append_record(store, record, by, Deadline::never()));
    store.objects.erase(key_in_store(runs[0]));
    EXPECT_THAT(text_of(check(store, public_of({key})).findings), HasSubstr("run number 1 of key"));
  }
}

TEST(ProofChain, ARunThatOnlyARecordTellsOfIsMissing) {
  MemoryStore store;
  const auto key = page_key();
  const auto runs = signed_runs(store, 3, key);
  value_of(append_record(store, record_of("dump", {runs[2]}), key.get(), Deadline::never()));
  store.objects.erase(key_in_store(runs[2]));
  EXPECT_THAT(text_of(check(store, public_of({key})).findings), HasSubstr("run number 3 of key"));
}

TEST(ProofChain, NumbersGoOnBehindWhatItsOwnerRemoved) {
  MemoryStore store;
  const auto key = page_key();
  const auto runs = signed_runs(store, 3, key);
  Record record = record_of("prune", runs);
  record.removed = {{key->public_key().id(), 1, 3}};
  value_of(append_record(store, record, key.get(), Deadline::never()));
  for (const Manifest& run : runs) store.objects.erase(key_in_store(run));
  const Manifest next = commit(store, some_run(4), key);
  EXPECT_EQ(next.proof.number, 4U);
  EXPECT_EQ(next.proof.previous, runs[2].statement_sha256);
  EXPECT_EQ(text_of(check(store, public_of({key})).findings), "");
}

TEST(ProofChain, AnUnsignedRunBehindSignedOnesIsNamed) {
  MemoryStore store;
  const auto key = page_key();
  commit(store, some_run(1), nullptr);
  commit(store, some_run(2), key);
  auto report = check(store, public_of({key}));
  EXPECT_EQ(text_of(report.findings), "");
  EXPECT_EQ(report.unsigned_before, 1U);
  const Manifest late = commit(store, some_run(3), nullptr);
  report = check(store, public_of({key}));
  ASSERT_EQ(report.findings.size(), 1U) << text_of(report.findings);
  EXPECT_EQ(report.findings[0].object, key_in_store(late));
  EXPECT_THAT(report.findings[0].what, HasSubstr("it is not signed"));
}

TEST(ProofChain, AClusterWithoutAnySignedRunIsNamed) {
  MemoryStore store;
  commit(store, some_run(1), nullptr);
  EXPECT_THAT(text_of(check(store, public_of({page_key()})).findings),
              HasSubstr("none of its runs is signed"));
  EXPECT_EQ(text_of(check(store, public_of({page_key()}), "other").findings), "");
}

TEST(ProofChain, ATamperedHeadDoesNotKeepTheNextBackupFromBeingMade) {
  MemoryStore store;
  const auto key = page_key();
  const auto runs = signed_runs(store, 3, key);
  std::string& head = store.objects.at(key_in_store(runs[2]));
  head = resealed(head, [](nlohmann::json& json) {
    json["proof"]["number"] = std::numeric_limits<std::uint64_t>::max();
  });
  const Manifest next = commit(store, some_run(4), key);
  EXPECT_EQ(next.proof.number, 3U);  // behind number 2, the last that fits
  EXPECT_THAT(text_of(check(store, public_of({key})).findings), HasSubstr("signature does not fit"));
}

TEST(ProofChain, TwoWritersDoNotTakeOneNumber) {
  MemoryStore store;
  const auto key = page_key();
  Manifest first = some_run(1);
  const auto ready = value_of(ready_manifest(store, first, key.get(), Deadline::never()));
  Manifest second = some_run(2);
  EXPECT_TRUE(failed_with(Outcome::kConflict, ready_manifest(store, second, key.get(), Deadline::never())));
}

TEST(ProofChain, ACopyInAStoreOfAnotherKindKeepsItsProof) {
  MemoryStore from;
  MemoryStore to;
  const auto key = page_key();
  for (Manifest run : signed_runs(from, 3, key)) {
    run = value_of(Manifest::from_json(from.objects.at(key_in_store(run))));
    run.tree.location += ".tar.zst";
    run.record.location += ".tar.zst";
    commit(to, run, nullptr);
  }
  EXPECT_EQ(text_of(check(to, public_of({key})).findings), "");
  Manifest changed = value_of(Manifest::from_json(from.objects.begin()->second));
  changed.summary = "nothing happened";
  EXPECT_TRUE(failed_with(Outcome::kUsage, ready_manifest(to, changed, nullptr, Deadline::never())));
}

/// Random chains of one or two keys, and random things that somebody does to them who can write the store.
TEST(ProofChain, WhateverIsDoneToAChainIsFoundWithThePublicKeyAlone) {
  const unsigned seed = std::random_device()();
  RecordProperty("seed", static_cast<int>(seed));
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  const auto below = [&](std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most - 1)(random);
  };
  const auto a = key_of("a");
  const auto b = key_of("b");
  const auto keys = public_of({a, b});
  FaultCount faults;
  for (int round = 0; round < 400; ++round) {
    MemoryStore store;
    std::vector<Manifest> runs;
    const int count = 3 + static_cast<int>(below(8));
    for (int i = 1; i <= count; ++i) {
      runs.push_back(commit(store, some_run(i), below(4) == 0 ? b : a));
      if (below(2) == 0)
        value_of(append_record(store, record_of("dump", {runs.back()}), a.get(), Deadline::never()));
    }
    const auto good = check(store, keys);
    ASSERT_EQ(text_of(good.findings), "");
    LastSeen seen;
    seen.take(good);
    const auto key_at = [&](std::size_t i) { return key_in_store(runs[i]); };
    const std::size_t i = below(runs.size());
    std::size_t j = below(runs.size() - 1);
    if (j >= i) ++j;
    std::string& one = store.objects.at(key_at(i));
    std::string& other = store.objects.at(key_at(j));
    std::string what;
    switch (below(8)) {
      case 0:
        what = "bytes exchanged";
        std::swap(one, other);
        break;
      case 1:
        what = "put in the place of another, with its id";
        one = resealed(other, [&](nlohmann::json& json) { json["id"] = runs[i].id; });
        break;
      case 2:
        what = "numbers exchanged";
        one = resealed(one,
                       [&](nlohmann::json& json) { json["proof"] = nlohmann::json::parse(other)["proof"]; });
        break;
      case 3:
        what = "proof taken away";
        one = resealed(one, [&](nlohmann::json& json) { json.erase("proof"); });
        break;
      case 4:
        what = "content of another signed by a stranger";
        one =
            resealed(one, [&](nlohmann::json& json) { json["tree"] = nlohmann::json::parse(other)["tree"]; });
        break;
      case 5: {
        what = "written anew by another key";
        Manifest forged = some_run(static_cast<int>(i) + 1);
        sign_run(forged, {runs[i].proof.number - 1, runs[i].proof.previous}, *key_of("thief"));
        one = forged.to_json();
        break;
      }
      case 6:
        what = "copied under another id";
        store.objects["runs/prod/20261121T000000Z-ffffff.json"] = one;
        break;
      default:
        what = "removed";
        store.objects.erase(key_at(i));
        break;
    }
    const auto report = check(store, keys);
    std::vector<Finding> findings = report.findings;
    // The newest of a chain, removed with all that tells of it: only who remembers can tell.
    if (what == "removed" || what == "proof taken away") {
      const auto more = seen.contradictions("prod", report);
      findings.insert(findings.end(), more.begin(), more.end());
    }
    EXPECT_TRUE(faults.fault(!findings.empty())) << "seed " << seed << " round " << round << ": " << what;
  }
  faults.write("signed_chains_forged", seed);
}

TEST(ProofChain, AStorePutBackIsFoundByWhoRemembers) {
  MemoryStore store;
  const auto key = page_key();
  const auto keys = public_of({key});
  LastSeen seen;
  std::map<std::string, std::string> old;
  for (int i = 1; i <= 6; ++i) {
    const Manifest run = commit(store, some_run(i), key);
    value_of(append_record(store, record_of("dump", {run}), key.get(), Deadline::never()));
    if (i == 4) old = store.objects;
  }
  const auto history = value_of(read_history(store, &keys, Deadline::never()));
  const auto report = check(store, keys);
  EXPECT_EQ(text_of(seen.contradictions("prod", report)) + text_of(seen.contradictions(history)), "");
  seen.take(report);
  seen.take(history);
  seen = value_of(LastSeen::from_json(seen.to_json()));

  store.objects = old;
  const auto older = check(store, keys);
  const auto older_history = value_of(read_history(store, &keys, Deadline::never()));
  EXPECT_EQ(text_of(older.findings) + text_of(older_history.findings), "");  // as well signed as today's
  EXPECT_THAT(text_of(seen.contradictions("prod", older)), HasSubstr("was number 6 when it was last seen"));
  EXPECT_THAT(text_of(seen.contradictions(older_history)), HasSubstr("rolled back"));
  // Written on with the real key, up to the number that was seen.
  commit(store, some_run(7), key);
  commit(store, some_run(8), key);
  EXPECT_THAT(text_of(seen.contradictions("prod", check(store, keys))), HasSubstr("is another one"));
  // A lower number does not take the place of a higher one.
  LastSeen kept = seen;
  kept.take(older);
  kept.take(older_history);
  EXPECT_EQ(kept.to_json(), seen.to_json());
}

TEST(ProofChain, AChangedLastSeenIsRefused) {
  LastSeen seen;
  seen.chains = {{"prod", "", page_key()->public_key().id(), 7, hex(sha256("s"))}};
  const std::string good = seen.to_json();
  FaultCount count;
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string text = good;
    text[i] = static_cast<char>(text[i] ^ 1);
    EXPECT_TRUE(count.fault(!LastSeen::from_json(text).has_value())) << i;
  }
  count.write("last_seen_changed");
}

}  // namespace
}  // namespace arkive::test
