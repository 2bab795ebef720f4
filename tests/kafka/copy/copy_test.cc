// Copies of runs between stores of both kinds: what is copied, what is not sent again, what is refused.
#include "kafka/copy/copy.h"

#include <sys/wait.h>

#include "kafka/archive/verify.h"
#include "stores/layout/store_file.h"
#include "tests/contract/repository_kinds.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/kafka/copy/killing_store.h"
#include "tests/support/scoreboard.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::Files;
using arkive::test::holds;
using arkive::test::ids_of;
using arkive::test::open_objects;
using arkive::test::scoreboard;
using arkive::test::TestRun;
using arkive::test::write_run;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// From a store of plain files with archives and dumps of the cluster "main" to a store of objects.
class Copies : public ScriptedArchive {
 protected:
  Copies() {
    value_of(store_->put("arkive.json", layout::new_store_file(), PutMode::kCreateOnly, Deadline::never()));
    from_ = value_of(open_directory_repository(scratch("store"), false));
    to_ = value_of(open_objects(scratch("other"), true));
    to_store_ = value_of(DirectoryStore::open(scratch("other")));
    for (int topic = 0; topic < 3; ++topic) {
      for (auto& [number, partition] : cluster_.make("t" + std::to_string(topic), 2).partitions)
        partition.append(20 + number);
    }
  }

  TestRun dump(int k) {
    TestRun run;
    run.cluster = "main";
    run.id = "20201120T23300" + std::to_string(k) + "Z-00000" + std::to_string(k);
    run.started = 1'605'000'000'000 + 1000 * k;
    run.tree = {{"a/b", "same"}, {"a/c", std::string(5000, static_cast<char>('a' + k / 2))}, {"d", ""}};
    run.record = {{"stats", std::to_string(k)}};
    value_of(write_run(*from_, run));
    return run;
  }
  CopyRequest request(Store* to_store, Repository* to) {
    CopyRequest request;
    request.from = {store_.get(), from_.get()};
    request.to = {to_store, to};
    request.cluster = "main";
    request.deadline = Deadline::after(30s);
    return request;
  }
  std::shared_ptr<const proof::SigningKey> signing_key() {
    value_of(proof::make_signing_key(scratch("key")));
    return value_of(proof::SigningKey::read(scratch("key")));
  }
  Result<CopyReport> copy() { return copy_runs(request(to_store_.get(), to_.get())); }
  std::vector<std::string> damage() const {
    std::vector<std::string> all;
    for (const Finding& finding : value_of(to_->check_storage("main"))) all.push_back(finding.what);
    for (const Finding& finding : value_of(verify_archive(*to_store_, "main", {}, {})).findings)
      all.push_back(finding.object + ": " + finding.what);
    return all;
  }

  std::unique_ptr<Repository> from_;
  std::unique_ptr<Repository> to_;
  std::unique_ptr<DirectoryStore> to_store_;
};

TEST_F(Copies, HoldTheTreesAndTheLogsAndAreSoundByThemselves) {
  const TestRun first = dump(1);
  const ArchiveReport archived = run_whole();
  const TestRun second = dump(2);
  const CopyReport report = value_of(copy());
  EXPECT_THAT(report.copied, SizeIs(3));
  EXPECT_THAT(report.present, IsEmpty());
  EXPECT_EQ(report.segments, 6U);
  std::filesystem::rename(scratch("store"), scratch("gone"));
  EXPECT_TRUE(holds(*to_, first));
  EXPECT_TRUE(holds(*to_, second));
  const std::vector<Manifest> there = value_of(archive_runs(*to_store_, "main", Deadline::never()));
  ASSERT_THAT(there, SizeIs(1));
  EXPECT_EQ(there[0].to_json(), archived.manifest.to_json());
  EXPECT_EQ(logs_of(*to_store_, there[0]), logs_);
  EXPECT_THAT(damage(), IsEmpty());
}

TEST_F(Copies, SendOnlyWhatIsNew) {
  dump(1);
  run_whole();
  value_of(copy());
  const CopyReport again = value_of(copy());
  EXPECT_THAT(again.copied, IsEmpty());
  EXPECT_THAT(again.present, SizeIs(2));
  EXPECT_EQ(again.segments, 0U);
  EXPECT_EQ(again.bytes, 0U);
  cluster_.at("t1", 0).append(5);
  const ArchiveReport second = run_whole();
  const CopyReport more = value_of(copy());
  EXPECT_THAT(more.copied, ElementsAre(second.manifest.id));
  EXPECT_EQ(more.segments, 1U);
  EXPECT_EQ(logs_of(*to_store_, second.manifest), logs_);
  EXPECT_THAT(damage(), IsEmpty());
}

TEST_F(Copies, ComeBackAsTheyWere) {
  const TestRun first = dump(1);
  run_whole();
  value_of(copy());
  const auto back = value_of(open_directory_repository(scratch("back"), true));
  const auto back_store = value_of(DirectoryStore::open(scratch("back")));
  CopyRequest request;
  request.from = {to_store_.get(), to_.get()};
  request.to = {back_store.get(), back.get()};
  request.cluster = "main";
  EXPECT_THAT(value_of(copy_runs(request)).copied, SizeIs(2));
  EXPECT_TRUE(holds(*back, first));
  EXPECT_EQ(value_of(back->open_run("main", first.id))->manifest().to_json(),
            value_of(from_->open_run("main", first.id))->manifest().to_json());
  EXPECT_THAT(value_of(back->check_storage("main")), IsEmpty());
  EXPECT_THAT(value_of(verify_archive(*back_store, "main", {}, {})).findings, IsEmpty());
}

TEST_F(Copies, OfOneRunLeaveTheOthers) {
  const TestRun first = dump(1);
  const TestRun second = dump(2);
  CopyRequest one = request(to_store_.get(), to_.get());
  one.run_id = second.id;
  EXPECT_THAT(value_of(copy_runs(one)).copied, ElementsAre(second.id));
  EXPECT_THAT(ids_of(*to_, "main"), ElementsAre(second.id));
  EXPECT_TRUE(holds(*to_, second));
  one.run_id = "20990101T000000Z-000000";
  EXPECT_TRUE(failed_with(Outcome::kNotFound, copy_runs(one)));
}

TEST_F(Copies, OfDamageAreRefusedAndNamed) {
  const ArchiveReport archived = run_whole();
  const ArchivedTopic topic = topic_of(*store_, archived.manifest, "t1");
  const std::string key = log_key("main", topic, 0, topic.partitions[0].segments[0]);
  flip(scratch("store") + "/" + key, 40);
  const auto copied = copy();
  ASSERT_TRUE(failed_with(Outcome::kCorrupt, copied));
  EXPECT_NE(copied.error().what.find(key), std::string::npos) << copied.error().what;
  EXPECT_THAT(value_of(archive_runs(*to_store_, "main", Deadline::never())), IsEmpty());
  EXPECT_TRUE(failed_with(Outcome::kNotFound, to_store_->head(key, Deadline::never())));

  flip(scratch("store") + "/" + key, 40);
  const TestRun first = dump(1);
  flip(scratch("store") + "/trees/main/" + first.id + "/tree/a/c", 4);
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, copy()));
  EXPECT_THAT(ids_of(*to_, "main"), IsEmpty());
}

TEST_F(Copies, IntoAStoreOfAnotherClusterOfThatNameAreRefused) {
  const TestRun first = dump(1);
  TestRun other = first;
  other.tree["z"] = "other";
  value_of(write_run(*to_, other));
  EXPECT_TRUE(failed_with(Outcome::kConflict, copy()));
  EXPECT_TRUE(holds(*to_, other));
}

/// One key that signed the same trees and topics in two stores.
TEST_F(Copies, OfARunThatIsSignedOtherwiseThereAreRefused) {
  const auto key = signing_key();
  ASSERT_TRUE(succeeded(from_->sign_runs(key)));
  dump(1);
  const TestRun second = dump(2);
  ASSERT_TRUE(succeeded(to_->sign_runs(key)));
  value_of(write_run(*to_, second));
  EXPECT_EQ(value_of(to_->open_run("main", second.id))->manifest().proof.number, 1U);
  const auto copied = copy();
  ASSERT_TRUE(failed_with(Outcome::kConflict, copied));
  EXPECT_THAT(copied.error().what, testing::HasSubstr("holds it signed otherwise"));
  CopyRequest proven = request(to_store_.get(), to_.get());
  proven.keys = proof::PublicKeys({key->public_key()});
  EXPECT_TRUE(failed_with(Outcome::kConflict, copy_runs(proven)));
}

TEST_F(Copies, WithAKeyAreOfProvenRunsAndOfThoseFromBeforeThem) {
  const TestRun before = dump(1);
  const auto key = signing_key();
  ASSERT_TRUE(succeeded(from_->sign_runs(key)));
  const TestRun sound = dump(2);
  const TestRun changed = dump(3);
  ASSERT_TRUE(succeeded(from_->sign_runs(nullptr)));
  const TestRun planted = dump(4);
  Manifest manifest = value_of(from_->open_run("main", changed.id))->manifest();
  manifest.summary = "nothing happened";
  value_of(store_->put(manifest_key("main", changed.id), manifest.to_json(), PutMode::kReplace,
                       Deadline::never()));
  CopyRequest proven = request(to_store_.get(), to_.get());
  proven.keys = proof::PublicKeys({key->public_key()});
  const CopyReport report = value_of(copy_runs(proven));
  EXPECT_THAT(report.copied, ElementsAre(before.id, sound.id));
  ASSERT_THAT(report.unproven, SizeIs(2));
  EXPECT_EQ(report.unproven[0].object, manifest_key("main", changed.id));
  EXPECT_THAT(report.unproven[0].what, testing::HasSubstr("its signature does not fit"));
  EXPECT_EQ(report.unproven[1].object, manifest_key("main", planted.id));
  EXPECT_THAT(ids_of(*to_, "main"), ElementsAre(before.id, sound.id));
  proven.run_id = changed.id;
  EXPECT_TRUE(failed_with(Outcome::kDenied, copy_runs(proven)));
}

TEST_F(Copies, ThatSomebodyElseHoldsTheLockOfWait) {
  run_whole();
  const auto held = value_of(to_store_->lock(archive_lock("main"), Deadline::never()));
  CopyRequest hurried = request(to_store_.get(), to_.get());
  hurried.deadline = Deadline::after(50ms);
  EXPECT_TRUE(failed_with(Outcome::kConflict, copy_runs(hurried)));
}

/// Killed at every operation that writes: what is there is whole, and the next copy goes on.
TEST_F(Copies, KilledAtAnyPointLeaveWholeRunsAndGoOn) {
  const TestRun first = dump(1);
  run_whole();
  const TestRun second = dump(2);
  std::uint64_t killed = 0;
  std::uint64_t failures = 0;
  int at = 1;
  for (bool done = false; !done; at += arkive::test::full_form() ? 1 : 3) {
    value_of(remove_tree(scratch("other")));
    to_ = value_of(open_objects(scratch("other"), true));
    to_store_ = value_of(DirectoryStore::open(scratch("other")));
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto store = std::make_shared<KillingStore>(value_of(DirectoryStore::open(scratch("other"))), at);
      const auto repository = value_of(open_object_repository(store, false, {}));
      ::_exit(copy_runs(request(store.get(), repository.get())) ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    const bool was_killed = WIFEXITED(status) && WEXITSTATUS(status) == KillingStore::kKilled;
    killed += was_killed ? 1 : 0;
    bool good = done || was_killed;
    const std::vector<std::string> found = damage();
    good = good && found.empty();
    for (const std::string& id : ids_of(*to_, "main"))
      good = good && holds(*to_, id == first.id ? first : second);
    const auto next = copy();
    good = good && next && holds(*to_, first) && holds(*to_, second) && damage().empty();
    const auto archived = value_of(archive_runs(*to_store_, "main", Deadline::never()));
    good = good && archived.size() == 1 && logs_of(*to_store_, archived[0]) == logs_;
    failures += good ? 0 : 1;
    EXPECT_TRUE(good) << "killed at " << at << (found.empty() ? "" : ": " + found[0]);
  }
  EXPECT_GT(killed, 10U);
  scoreboard("copy_killed_at_every_operation", 0, killed, killed, failures);
}

}  // namespace
}  // namespace arkive::kafka::test
