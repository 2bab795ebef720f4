// Signed runs, on every kind of repository: proven, shared trees and prunes too; a git history refuses.
#include "stores/proof/keys.h"
#include "stores/proof/run_proof.h"
#include "tests/contract/repository_contract.h"
#include "tests/support/scoreboard.h"

namespace arkive::test {
namespace {

/// RFC 8032, section 7.1, test 1.
std::shared_ptr<const proof::SigningKey> signing_key() {
  return value_of(proof::SigningKey::from_pem(
      "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
      "-----END PRIVATE KEY-----\n",
      "the key"));
}

TEST_P(RepositoryContract, SignedRunsAreProvenWhatTheyShareAndWhateverIsPruned) {
  const auto repository = open();
  const auto key = signing_key();
  const Status able = repository->sign_runs(key);
  if (repository->name().starts_with("git:")) {
    EXPECT_TRUE(failed_with(Outcome::kUsage, able));
    return;
  }
  ASSERT_TRUE(succeeded(able));
  const proof::PublicKeys keys({key->public_key()});
  std::vector<TestRun> runs;
  for (int i = 1; i <= 4; ++i) {
    Files tree = kSmallTree;
    if (i > 2) tree["znodes/new"] = "x";  // runs 2 and 4 share the trees of 1 and 3
    runs.push_back(run(i, tree));
    value_of(write_run(*repository, runs.back()));
  }
  std::string statement;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto opened = value_of(repository->open_run("prod", runs[i].id));
    const Manifest& manifest = opened->manifest();
    EXPECT_TRUE(succeeded(proof::check_run(manifest, keys)));
    EXPECT_EQ(manifest.proof.number, i + 1);
    EXPECT_EQ(manifest.proof.previous, statement);
    statement = manifest.statement_sha256;
  }
  value_of(repository->prune("prod", {runs[0].id, runs[2].id}, false));
  for (const std::size_t i : {std::size_t{1}, std::size_t{3}}) {
    EXPECT_TRUE(holds(*repository, runs[i]));
    const auto opened = value_of(repository->open_run("prod", runs[i].id));
    EXPECT_TRUE(succeeded(proof::check_run(opened->manifest(), keys)));
  }
  EXPECT_TRUE(value_of(repository->check_storage("prod")).empty());
}

/// As from_json() reads it once somebody has changed it and computed the seal anew.
Manifest forged(Manifest run, const std::function<void(Manifest&)>& change) {
  change(run);
  return value_of(Manifest::from_json(run.to_json()));
}

TEST_P(RepositoryContract, ASignedRunOfWhichAnythingWasChangedIsRefused) {
  const auto repository = open();
  const auto key = signing_key();
  if (!repository->sign_runs(key)) return;  // a git history
  const proof::PublicKeys keys({key->public_key()});
  std::vector<Manifest> runs;
  for (int i = 1; i <= 2; ++i) {
    const TestRun one = run(i, kSmallTree);
    value_of(write_run(*repository, one));
    runs.push_back(value_of(repository->open_run("prod", one.id))->manifest());
  }
  EXPECT_TRUE(succeeded(proof::check_run(forged(runs[1], [](Manifest&) {}), keys)));
  const std::function<void(Manifest&)> changes[] = {
      [](Manifest& run) { run.started -= 1; },
      [](Manifest& run) { run.whole = !run.whole; },
      [](Manifest& run) { run.summary += "x"; },
      [](Manifest& run) { run.cluster = "other"; },
      [](Manifest& run) { run.tree.sha256 = std::string(64, '0'); },
      [](Manifest& run) { run.record.files += 1; },
      [](Manifest& run) { run.facts = R"({"znodes":1})"; },
      [](Manifest& run) { run.proof.number += 1; },
      [](Manifest& run) { run.proof.previous.clear(); },
      [](Manifest& run) { run.proof = {}; },
      [](Manifest& run) { run.tree.location.clear(); },
      [&](Manifest& run) { run.id = runs[0].id; },
      [&](Manifest& run) { run.proof = runs[0].proof; },
      [&](Manifest& run) { run.proof.signature = runs[0].proof.signature; },
      [&](Manifest& run) { run.proof.key = std::string(64, 'f'); }};
  FaultCount count;
  for (const auto& change : changes) {
    EXPECT_TRUE(count.fault(failed_with(Outcome::kDenied, proof::check_run(forged(runs[1], change), keys))))
        << "change " << &change - changes;
  }
  count.write("signed_runs_forged_" + GetParam().name);
}

/// The key is that of the repository, not of the store: who has none writes unsigned runs.
TEST_P(RepositoryContract, ARunThatIsWrittenWithoutAKeyIsNotSigned) {
  const auto repository = open();
  const TestRun first = run(1, kSmallTree);
  value_of(write_run(*repository, first));
  const auto opened = value_of(repository->open_run("prod", first.id));
  EXPECT_EQ(opened->manifest().proof.key, "");
  EXPECT_TRUE(
      failed_with(Outcome::kDenied,
                  proof::check_run(opened->manifest(), proof::PublicKeys({signing_key()->public_key()}))));
}

}  // namespace
}  // namespace arkive::test
