// Prunes by somebody who has keys: only what these prove counts, and nothing else goes.
#include <random>

#include "stores/proof/run_proof.h"
#include "tests/kafka/prune/prune_fixture.h"
#include "tests/support/scoreboard.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::scoreboard;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using SharedKey = std::shared_ptr<const proof::SigningKey>;

constexpr UnixMilliseconds kHour = 3'600'000;
constexpr UnixMilliseconds kBegan = 1'795'217'400'000;

/// A new key each time.
SharedKey some_key(const std::string& path) {
  value_of(proof::make_signing_key(path));
  return value_of(proof::SigningKey::read(path));
}

/// A run with a tree, as a reader has it; with a key, signed.
Manifest run_at(UnixMilliseconds started, std::uint64_t number, const proof::SigningKey* key) {
  Manifest run;
  run.started = started;
  run.id = new_run_id(started);
  run.cluster = "main";
  run.what = "dump";
  run.finished = started + 1;
  run.whole = true;
  run.tree = {"trees/main/" + run.id + "/tree", std::string(64, 'a'), 1, 1};
  run.record = {"trees/main/" + run.id + "/record", std::string(64, 'b'), 1, 1};
  if (key != nullptr) proof::sign_run(run, {number - 1, {}}, *key);
  return value_of(Manifest::from_json(run.to_json()));
}

/// `run` with its beginning moved, as somebody leaves it who has no key.
Manifest moved(Manifest run, UnixMilliseconds by) {
  run.started += by;
  return value_of(Manifest::from_json(run.to_json()));
}

using Verdicts = std::map<std::string, std::vector<std::string>>;

Verdicts verdicts_of(const std::vector<JudgedRun>& judged) {
  Verdicts all;
  for (const JudgedRun& one : judged) all[one.run.id] = one.reasons;
  return all;
}

class ProvenRuns : public PrunedStore {
 protected:
  ProvenRuns() : key_(some_key(scratch("key"))), other_(some_key(scratch("other"))) {}

  SharedKey key_;
  SharedKey other_;
};

/// Random rules, and random things that somebody does to a store who can write it.
TEST_F(ProvenRuns, AreJudgedAsThoughNothingElseWereThere) {
  const unsigned seed = std::random_device()();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  const auto below = [&](int most) { return std::uniform_int_distribution<int>(0, most - 1)(random); };
  const proof::PublicKeys keys({key_->public_key()});
  std::uint64_t injected = 0;
  std::uint64_t seen = 0;
  for (int round = 0; round < 300; ++round) {
    RetentionRules rules;
    rules.last = static_cast<std::uint64_t>(below(4));
    rules.daily = static_cast<std::uint64_t>(below(4));
    rules.weekly = static_cast<std::uint64_t>(below(3));
    if (below(3) == 0) rules.within = std::chrono::hours(below(60));
    if (!rules.any()) rules.last = 1;
    std::vector<Manifest> proven;
    const int count = 2 + below(8);
    for (int i = 0; i < count; ++i)
      proven.push_back(run_at(kBegan + i * 7 * kHour, static_cast<std::uint64_t>(i + 1), key_.get()));
    std::vector<Manifest> all = proven;
    std::vector<std::string> doubtful;
    for (int i = below(6); i >= 0; --i) {
      const UnixMilliseconds span = count * 7 * kHour;
      const UnixMilliseconds when = kBegan + 1 + span * below(1000) / 1000;
      switch (below(4)) {
        case 0:  // one that nobody signed
          all.push_back(run_at(when, 0, nullptr));
          break;
        case 1:  // one of a stranger
          all.push_back(
              run_at(when - (below(2) == 0 ? span : 0), static_cast<std::uint64_t>(i + 1), other_.get()));
          break;
        case 2:  // one that says it is of this key, made of another
          all.push_back(moved(run_at(when, static_cast<std::uint64_t>(count + 1), key_.get()),
                              (below(2) == 0 ? -1 : 1) * span));
          break;
        default:  // a proven one under an id of its own
          all.push_back(proven[static_cast<std::size_t>(below(count))]);
          all.back().id = new_run_id(when);
          all.back() = value_of(Manifest::from_json(all.back().to_json()));
          break;
      }
      doubtful.push_back(all.back().id);
    }
    std::vector<std::string> older;
    for (int i = below(4); i > 0; --i) {
      all.push_back(run_at(kBegan - i * 7 * kHour, 0, nullptr));
      older.push_back(all.back().id);
    }
    std::shuffle(all.begin(), all.end(), random);
    const UnixMilliseconds now = kBegan + 60 * 24 * kHour;
    const Verdicts alone = verdicts_of(judge_runs(proven, rules, now));
    const std::vector<JudgedRun> judged = judge_runs(all, rules, now, &keys);
    const Verdicts verdicts = verdicts_of(judged);
    for (const auto& [id, reasons] : alone)
      EXPECT_EQ(verdicts.at(id), reasons) << "seed " << seed << " round " << round << ": " << id;
    injected += doubtful.size();
    for (const JudgedRun& one : judged) {
      const bool is_doubtful = std::find(doubtful.begin(), doubtful.end(), one.run.id) != doubtful.end();
      EXPECT_EQ(one.doubt.empty(), !is_doubtful) << "seed " << seed << " round " << round;
      if (!is_doubtful) continue;
      EXPECT_THAT(one.reasons, ElementsAre("not proven"));
      if (!one.doubt.empty()) ++seen;
    }
  }
  EXPECT_EQ(seen, injected);
  scoreboard("prunes of changed and planted runs", seed, injected, seen, HasFailure() ? 1 : 0);
}

TEST_F(ProvenRuns, OfArchivesStayWholeBesideWhatWasChangedOrPlanted) {
  const Manifest before = archive_more();
  request_.signing_key = key_;
  std::vector<Manifest> runs = archive_runs_of(4);
  request_.signing_key = nullptr;
  const Manifest planted = archive_more();
  // Made the oldest of all, so that the rules would take it.
  const Manifest changed = moved(value_of(Manifest::from_json(runs[2].to_json())), -40 * kDay);
  put(manifest_key("main", changed.id), changed.to_json());
  PruneRequest prune_request = request(2);
  prune_request.keys = proof::PublicKeys({key_->public_key()});
  prune_request.dry_run = true;
  const PruneOutcome planned = value_of(prune(prune_request));
  prune_request.dry_run = false;
  const PruneOutcome outcome = value_of(prune(prune_request));
  EXPECT_THAT(outcome.removed, ElementsAre(before.id, runs[0].id));
  EXPECT_EQ(planned.removed, outcome.removed);
  ASSERT_THAT(outcome.unproven, SizeIs(2));
  EXPECT_THAT(planned.unproven, SizeIs(2));
  EXPECT_EQ(outcome.unproven[0].object, manifest_key("main", changed.id));
  EXPECT_THAT(outcome.unproven[0].what, HasSubstr("its signature does not fit"));
  EXPECT_EQ(outcome.unproven[1].object, manifest_key("main", planted.id));
  EXPECT_THAT(outcome.unproven[1].what, HasSubstr("it is not signed, and runs before it are"));
  EXPECT_THAT(leftovers(), IsEmpty());
  expect_whole({changed.id, runs[1].id, runs[3].id, planted.id});
}

TEST_F(ProvenRuns, OrThoseThatAreNamedGo) {
  request_.signing_key = key_;
  const auto runs = archive_runs_of(3);
  request_.signing_key = nullptr;
  const Manifest planted = archive_more();
  PruneRequest one = request(3);
  one.unproven_going = {planted.id};
  EXPECT_TRUE(failed_with(Outcome::kUsage, prune(one))) << "no key was given, so all counts";
  one.keys = proof::PublicKeys({key_->public_key()});
  one.unproven_going = {runs[0].id};
  EXPECT_TRUE(failed_with(Outcome::kUsage, prune(one)));
  one.unproven_going = {"20200101T000000Z-000000"};
  EXPECT_TRUE(failed_with(Outcome::kNotFound, prune(one)));
  one.unproven_going = {planted.id};
  const PruneOutcome outcome = value_of(prune(one));
  EXPECT_THAT(outcome.removed, ElementsAre(planted.id));
  EXPECT_THAT(outcome.unproven, IsEmpty());
  EXPECT_THAT(leftovers(), IsEmpty());
  expect_whole({runs[0].id, runs[1].id, runs[2].id});
}

TEST_F(ProvenRuns, OfAKeyThatWasNotGivenStay) {
  request_.signing_key = other_;
  const auto old = archive_runs_of(2);
  request_.signing_key = key_;
  const auto runs = archive_runs_of(2);
  PruneRequest one = request(1);
  one.keys = proof::PublicKeys({key_->public_key()});
  PruneOutcome outcome = value_of(prune(one));
  EXPECT_THAT(outcome.removed, ElementsAre(runs[0].id));
  ASSERT_THAT(outcome.unproven, SizeIs(2));
  EXPECT_THAT(outcome.unproven[0].what, HasSubstr("which was not given"));
  one.keys = proof::PublicKeys({key_->public_key(), other_->public_key()});
  outcome = value_of(prune(one));
  EXPECT_THAT(outcome.removed, ElementsAre(old[0].id, old[1].id));
  EXPECT_THAT(outcome.unproven, IsEmpty());
  expect_whole({runs[1].id});
}

TEST_F(ProvenRuns, AreNoneWhereNobodySignedAndTheRulesAreAsEver) {
  const auto runs = archive_runs_of(3);
  PruneRequest one = request(1);
  one.keys = proof::PublicKeys({key_->public_key()});
  const PruneOutcome outcome = value_of(prune(one));
  EXPECT_THAT(outcome.removed, ElementsAre(runs[0].id, runs[1].id));
  EXPECT_THAT(outcome.unproven, IsEmpty());
  expect_whole({runs[2].id});
}

}  // namespace
}  // namespace arkive::kafka::test
