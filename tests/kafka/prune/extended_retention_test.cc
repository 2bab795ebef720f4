// Prunes of a store that keeps objects for a while: what is extended, and what a dry run tells of it.
#include "stores/proof/run_proof.h"
#include "tests/kafka/prune/prune_fixture.h"
#include "tests/stores/encrypted/encrypted_support.h"
#include "tests/support/keeping_store.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::KeepingStore;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ExtendedRetention : public PrunedStore {
 protected:
  static constexpr UnixMilliseconds kHour = 3'600'000;

  PruneRequest extension(std::uint64_t keep = 0) {
    PruneRequest some = request(keep);
    some.store = &keeping_;
    some.extend_retention = true;
    return some;
  }
  UnixMilliseconds until() const { return (now_ + keeping_.span.count()) / 1000 * 1000; }
  /// Of the objects that lie there.
  std::set<std::string> extended() const {
    std::set<std::string> found;
    for (const std::string& key : keys()) {
      if (keeping_.until(key) == until()) found.insert(key);
    }
    return found;
  }
  /// What the runs of the store name and is there.
  std::set<std::string> needed() const {
    std::set<std::string> found;
    for (const std::string& key : named_keys()) {
      if (has(key)) found.insert(key);
    }
    return found;
  }
  std::uint64_t bytes_of(const std::set<std::string>& some) const {
    std::uint64_t bytes = 0;
    for (const std::string& key : some) bytes += value_of(store_->head(key, Deadline::never())).size;
    return bytes;
  }

  KeepingStore keeping_{value_of(DirectoryStore::open(scratch("store")))};
};

TEST_F(ExtendedRetention, ReachesAllThatRunsNeedAndWhatProvesAndOpensThemAndRemovesNothing) {
  const auto runs = archive_runs_of(3);
  put("keys/encryption.json", "{}");
  put("history/0000000001.json", "{}");
  const ArchivedTopic topic = topic_of(*store_, runs[0], "orders");
  put(segment_key("main", topic, 1, segment_at(3, 0), SegmentFile::kLog), "left by a killed archiver");
  put("topics/main/somebody's.file", "x");
  put("runs/main/somebody's.file", "x");
  const auto before = keys();
  std::set<std::string> all = needed();
  all.insert({"keys/encryption.json", "history/0000000001.json"});
  keeping_.keep(manifest_key("main", runs[1].id), until() + kHour);
  const PruneOutcome outcome = value_of(prune(extension()));
  EXPECT_EQ(keys(), before);
  EXPECT_THAT(outcome.removed, IsEmpty());
  for (const JudgedRun& one : outcome.runs) EXPECT_THAT(one.reasons, ElementsAre("no rule removes it"));
  ASSERT_TRUE(outcome.extension.has_value());
  EXPECT_THAT(outcome.extension->failed, IsEmpty());
  EXPECT_EQ(outcome.extension->until, until());
  EXPECT_EQ(outcome.extension->long_enough, 1U);
  EXPECT_EQ(outcome.extension->extended, all.size() - 1);
  EXPECT_EQ(outcome.extension->extended_bytes + outcome.extension->long_enough_bytes, bytes_of(all));
  all.erase(manifest_key("main", runs[1].id));
  EXPECT_EQ(extended(), all);
  EXPECT_EQ(keeping_.until(manifest_key("main", runs[1].id)), until() + kHour) << "never for a shorter time";
}

TEST_F(ExtendedRetention, ReachesOnlyWhatStaysWhereRulesSayWhatGoes) {
  const auto runs = archive_runs_of(3);
  const PruneOutcome outcome = value_of(prune(extension(1)));
  EXPECT_THAT(outcome.removed, ElementsAre(runs[0].id, runs[1].id));
  EXPECT_THAT(outcome.refused, IsEmpty());
  EXPECT_EQ(extended(), needed());
  EXPECT_EQ(outcome.extension->extended, needed().size());
  expect_whole({runs[2].id});
}

TEST_F(ExtendedRetention, IsOnlyToldOfByADryRun) {
  archive_runs_of(2);
  keeping_.keep("arkive.json", until());
  PruneRequest some = extension();
  some.dry_run = true;
  const PruneOutcome told = value_of(prune(some));
  EXPECT_THAT(extended(), ElementsAre("arkive.json"));
  const PruneOutcome done = value_of(prune(extension()));
  EXPECT_EQ(told.extension->extended, done.extension->extended);
  EXPECT_EQ(told.extension->extended_bytes, done.extension->extended_bytes);
  EXPECT_EQ(told.extension->long_enough, 1U);
  EXPECT_EQ(done.extension->long_enough, 1U);
  const PruneOutcome again = value_of(prune(some));
  EXPECT_EQ(again.extension->extended, 0U);
}

TEST_F(ExtendedRetention, OfOneObjectThatFailsCostsNoOtherItsOwnAndIsNamed) {
  const auto runs = archive_runs_of(2);
  for (const Outcome fault : {Outcome::kRetry, Outcome::kDenied, Outcome::kFail}) {
    keeping_.span += std::chrono::hours(1);
    keeping_.before = [&](const std::string& key) -> Status {
      if (key != runs[0].logs.location) return ok();
      return fail(fault, "extend the retention of '" + key + "': status 503");
    };
    const PruneOutcome outcome = value_of(prune(extension()));
    ASSERT_THAT(outcome.extension->failed, SizeIs(1));
    EXPECT_EQ(outcome.extension->failed[0].object, runs[0].logs.location);
    EXPECT_THAT(outcome.extension->failed[0].what, HasSubstr("status 503"));
    std::set<std::string> others = needed();
    others.erase(runs[0].logs.location);
    EXPECT_EQ(extended(), others);
    EXPECT_EQ(outcome.extension->extended, others.size());
  }
}

TEST_F(ExtendedRetention, NamesWhatARunNeedsAndIsNotThere) {
  const auto runs = archive_runs_of(1);
  const ArchivedTopic topic = topic_of(*store_, runs[0], "orders");
  const std::string log = log_key("main", topic, 0, topic.partitions[0].segments[0]);
  value_of(store_->remove(log, Deadline::never()));
  const PruneOutcome outcome = value_of(prune(extension()));
  ASSERT_THAT(outcome.extension->failed, SizeIs(1));
  EXPECT_EQ(outcome.extension->failed[0].object, log);
  EXPECT_EQ(extended(), needed());
}

TEST_F(ExtendedRetention, GoesOnWhereTheListOrTheManifestOfARunIsLost) {
  const auto runs = archive_runs_of(3);
  const std::string lost = runs[0].logs.location;
  value_of(store_->remove(lost, Deadline::never()));
  put(manifest_key("main", runs[1].id), "{");
  const PruneOutcome outcome = value_of(prune(extension()));
  std::set<std::string> failed;
  for (const Refusal& one : outcome.extension->failed) failed.insert(one.object);
  EXPECT_EQ(failed, (std::set<std::string>{lost, manifest_key("main", runs[0].id),
                                           manifest_key("main", runs[1].id)}));
  EXPECT_EQ(keeping_.until(manifest_key("main", runs[0].id)), until());
  EXPECT_EQ(keeping_.until(manifest_key("main", runs[1].id)), 0);
  value_of(store_->remove(manifest_key("main", runs[0].id), Deadline::never()));
  value_of(store_->remove(manifest_key("main", runs[1].id), Deadline::never()));
  for (const std::string& key : needed()) EXPECT_EQ(keeping_.until(key), until()) << key;
}

TEST_F(ExtendedRetention, StandsWhereNothingCanBeRemovedAndTheErrorTellsOfIt) {
  const auto runs = archive_runs_of(2);
  put(manifest_key("main", runs[0].id), "{");
  const auto before = keys();
  const auto refused = prune(extension(1));
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, refused));
  EXPECT_THAT(refused.error().what,
              HasSubstr("was extended before, of 1 not, first '" + manifest_key("main", runs[0].id) + "'"));
  EXPECT_EQ(keys(), before);
  EXPECT_EQ(keeping_.until(manifest_key("main", runs[1].id)), until());
}

TEST_F(ExtendedRetention, ReachesTheKeysOfAStoreWithHiddenNames) {
  std::filesystem::create_directory(scratch("hidden"));
  auto below = std::make_unique<KeepingStore>(value_of(DirectoryStore::open(scratch("hidden"))));
  KeepingStore& keeping = *below;
  EncryptedStore hidden(std::move(below), arkive::test::store_key(true));
  const std::vector<std::string> keys = {"arkive.json", "history/1.json", "keys/encryption.json",
                                         "keys/k1.json"};
  for (const std::string& key : keys) value_of(hidden.put(key, "x", PutMode::kCreateOnly, Deadline::never()));
  const Needs none("main");
  const ExtensionRequest request{
      .store = &hidden, .cluster = "main", .needs = &none, .until = wall_clock_now() + kHour};
  const Extension outcome = value_of(extend_retention(request));
  EXPECT_THAT(outcome.failed, IsEmpty());
  EXPECT_EQ(outcome.extended, keys.size());
  for (const char* key : {"arkive.json", "keys/encryption.json", "keys/k1.json"})
    EXPECT_EQ(keeping.until(key), outcome.until) << key;
}

TEST_F(ExtendedRetention, IsNotForRunsThatNothingProves) {
  const std::string path = scratch("key");
  value_of(proof::make_signing_key(path));
  const auto key = value_of(proof::SigningKey::read(path));
  auto runs = archive_runs_of(2);
  proof::sign_run(runs[0], {0, {}}, *key);
  put(manifest_key("main", runs[0].id), runs[0].to_json());
  PruneRequest some = extension();
  some.keys = proof::PublicKeys({key->public_key()});
  const PruneOutcome outcome = value_of(prune(some));
  EXPECT_THAT(outcome.unproven, SizeIs(1));
  EXPECT_EQ(keeping_.until(manifest_key("main", runs[0].id)), until());
  EXPECT_EQ(keeping_.until(runs[0].logs.location), until());
  EXPECT_EQ(keeping_.until(manifest_key("main", runs[1].id)), 0);
  EXPECT_EQ(keeping_.until(runs[1].logs.location), 0);
}

TEST_F(ExtendedRetention, IsRefusedWhereTheStoreKeepsNothingAndTogetherWithWhatGoesByName) {
  archive_runs_of(1);
  PruneRequest some = extension();
  some.store = store_.get();
  EXPECT_TRUE(failed_with(Outcome::kUsage, prune(some)));
  some = extension(1);
  some.store = store_.get();
  EXPECT_TRUE(failed_with(Outcome::kUsage, prune(some))) << "before anything is removed";
  some = extension();
  some.store = nullptr;
  EXPECT_TRUE(failed_with(Outcome::kUsage, prune(some)));
  some = extension();
  some.unproven_going = {"20261120T233000Z-8f3a2c"};
  EXPECT_TRUE(failed_with(Outcome::kUsage, prune(some)));
}

/// What `outcome` says, in one line for each thing.
std::vector<std::string> lines_of(const PruneOutcome& outcome) {
  std::vector<std::string> lines = outcome.removed;
  for (const std::uint64_t number : {outcome.lists, outcome.list_bytes, outcome.segments,
                                     outcome.segment_bytes, outcome.tree_bytes, outcome.kept_bytes})
    lines.push_back(std::to_string(number));
  for (const Refusal& one : outcome.refused) lines.push_back(one.object + ": " + one.what);
  return lines;
}

TEST_F(ExtendedRetention, ADryRunTellsWhatTheStoreWillRefuseAsThePruneThenDoes) {
  const auto runs = archive_runs_of(5);
  const std::string left =
      segment_key("main", topic_of(*store_, runs[0], "orders"), 1, segment_at(3, 0), SegmentFile::kLog);
  put(left, "left by a killed archiver");
  keeping_.keep(manifest_key("main", runs[1].id), until());
  keeping_.keep(runs[0].logs.location, until());
  keeping_.keep(left, until());
  const auto before = keys();
  PruneRequest some = request(1);
  some.store = &keeping_;
  some.dry_run = true;
  const PruneOutcome told = value_of(prune(some));
  EXPECT_EQ(keys(), before);
  some.dry_run = false;
  const PruneOutcome done = value_of(prune(some));
  EXPECT_EQ(lines_of(told), lines_of(done));
  EXPECT_THAT(told.removed, ElementsAre(runs[0].id, runs[2].id, runs[3].id));
  ASSERT_THAT(told.refused, SizeIs(3));
  EXPECT_THAT(told.refused[0].what, HasSubstr("its retention lasts until " + format_time(until())));
  // The refused, and the lists of the run that stays whole.
  EXPECT_EQ(
      told.kept_bytes,
      bytes_of({runs[0].logs.location, left, runs[1].logs.location,
                list_key(value_of(read_index(*store_, runs[1], Deadline::never())).find("orders")->list)}));
  expect_whole({runs[1].id, runs[4].id});
}

}  // namespace
}  // namespace arkive::kafka::test
