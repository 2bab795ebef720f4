// One run of tree, groups and topics: one commit point, and what the two halves tell differently.
#include "kafka/archive/layout.h"
#include "kafka/archive/runs.h"
#include "kafka/backup/backup_facts.h"
#include "tests/kafka/backup/backup_fixture.h"
#include "zk/tree_format/tree_reader.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::failed_with;
using arkive::test::succeeded;
using arkive::test::value_of;
using Kind = Disagreement::Kind;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(BackupTest, OneManifestNamesTreeAndTopics) {
  const BackupReport report = value_of(back_up());
  EXPECT_EQ(report.manifest.what, "backup");
  EXPECT_TRUE(report.manifest.whole);
  EXPECT_TRUE(report.compared);
  EXPECT_THAT(report.disagreements, SizeIs(0));
  const auto runs = value_of(repository->runs("main"));
  ASSERT_THAT(runs, SizeIs(1));
  EXPECT_EQ(runs[0].id, report.manifest.id);
  EXPECT_FALSE(runs[0].tree.location.empty());
  const auto archives = value_of(archive_runs(*store, "main", Deadline::never()));
  ASSERT_THAT(archives, SizeIs(1));
  EXPECT_EQ(archives[0].id, report.manifest.id);
  const ArchiveIndex index = value_of(read_index(*store, archives[0], Deadline::never()));
  EXPECT_NE(index.find("orders"), nullptr);
  const auto run = value_of(repository->open_run("main", runs[0].id));
  EXPECT_TRUE(value_of(zk::read_znode(run->tree(), nullptr, "/brokers/topics/orders")).has_value());
}

TEST_F(BackupTest, TheManifestSaysHowLongTheCutSpans) {
  const BackupReport report = value_of(back_up());
  const BackupFacts facts = value_of(BackupFacts::from_json(report.manifest.facts));
  EXPECT_EQ(facts.span_began, report.manifest.started);
  EXPECT_GE(facts.span_ended, facts.span_began);
  EXPECT_LE(facts.span_ended, report.manifest.finished);
  EXPECT_TRUE(facts.compared);
  EXPECT_EQ(rate_of(500, std::chrono::milliseconds(250)), 2000U);
  EXPECT_EQ(rate_of(500, std::chrono::milliseconds(0)), 0U);
}

TEST_F(BackupTest, ASecondOneGoesOnFromTheFirst) {
  value_of(back_up());
  cluster.at("orders", 0).append(2);
  const BackupReport second = value_of(back_up());
  EXPECT_EQ(second.topics.records_fetched, 2);
  EXPECT_FALSE(second.manifest.changed);
  EXPECT_THAT(value_of(repository->runs("main")), SizeIs(2));
}

TEST_F(BackupTest, WithoutATreeItHoldsTopicsOnly) {
  const BackupReport report = value_of(back_up(false));
  EXPECT_EQ(report.manifest.what, "backup");
  EXPECT_TRUE(report.manifest.tree.location.empty());
  EXPECT_FALSE(report.compared);
  EXPECT_THAT(value_of(archive_runs(*store, "main", Deadline::never())), SizeIs(1));
  EXPECT_THAT(value_of(repository->runs("main")), SizeIs(0));
}

TEST_F(BackupTest, RefusesTheTreeOfAnotherClusterAndCommitsNothing) {
  tree.cluster_id = "another";
  const auto report = back_up();
  ASSERT_TRUE(failed_with(Outcome::kConflict, report));
  EXPECT_THAT(report.error().what,
              HasSubstr("the brokers belong to cluster id scripted-cluster, the tree to another"));
  EXPECT_THAT(value_of(repository->runs("main")), SizeIs(0));
  EXPECT_EQ(cluster.fetches, 0);
}

TEST_F(BackupTest, AFailingArchiveCommitsNoTreeEither) {
  cluster.open_error = [](std::int32_t) {
    return fail(Outcome::kInterrupted, "fetch: interrupted by a signal");
  };
  ASSERT_TRUE(failed_with(Outcome::kInterrupted, back_up()));
  EXPECT_THAT(value_of(repository->runs("main")), SizeIs(0));
  EXPECT_THAT(value_of(archive_runs(*store, "main", Deadline::never())), SizeIs(0));
  cluster.open_error = nullptr;
  EXPECT_TRUE(value_of(back_up()).manifest.whole);
}

TEST_F(BackupTest, AnUnreadableTreeCommitsNoTopics) {
  tree.error = Error{Outcome::kRetry, "read znodes: nobody is there", {}};
  ASSERT_TRUE(failed_with(Outcome::kRetry, back_up()));
  EXPECT_EQ(cluster.fetches, 0);
  EXPECT_THAT(value_of(archive_runs(*store, "main", Deadline::never())), SizeIs(0));
}

TEST_F(BackupTest, ATopicMadeBetweenTheTwoReadingsHasMoved) {
  tree.before_reading = [&](int reading) { tree.hidden = reading == 1 ? "orders" : ""; };
  const BackupReport report = value_of(back_up());
  ASSERT_THAT(report.disagreements, SizeIs(1));
  EXPECT_EQ(report.disagreements[0].kind, Kind::kMoved);
  EXPECT_EQ(report.disagreements[0].object, "topic orders");
  EXPECT_THAT(report.disagreements[0].what, HasSubstr("the brokers name it, but it is not in the tree"));
  EXPECT_TRUE(report.manifest.whole);
  EXPECT_EQ(tree.readings, 2);
}

TEST_F(BackupTest, WhatDiffersOnASecondLookTooIsAMismatch) {
  tree.hidden = "orders";
  const BackupReport report = value_of(back_up());
  ASSERT_THAT(report.disagreements, SizeIs(1));
  EXPECT_EQ(report.disagreements[0].kind, Kind::kMismatch);
  EXPECT_FALSE(report.manifest.whole);
  EXPECT_EQ(report.manifest.missing_count, 1U);
  EXPECT_EQ(report.manifest.missing[0].object, "topic orders");
  EXPECT_TRUE(zk::tree_is_whole(report.manifest));
  const BackupFacts facts = value_of(BackupFacts::from_json(report.manifest.facts));
  EXPECT_EQ(facts.disagreements, report.disagreements);
}

TEST_F(BackupTest, NamesTopicsThatTheBrokersDoNotShow) {
  tree.more["/brokers/topics/secret"] =
      R"({"version":3,"topic_id":"AAAAAAAAAAAAAAAAAAAAAQ","partitions":{"0":[1]}})";
  const BackupReport report = value_of(back_up());
  ASSERT_THAT(report.disagreements, SizeIs(1));
  EXPECT_EQ(report.disagreements[0].object, "topic secret");
  EXPECT_THAT(report.disagreements[0].what, HasSubstr("the brokers do not name it"));
}

TEST_F(BackupTest, NamesIdsPartitionsAndConfigsThatDiffer) {
  tree.more["/brokers/topics/orders"] =
      R"({"version":3,"topic_id":"AAAAAAAAAAAAAAAAAAAAAQ","partitions":{"0":[1],"1":[1],"2":[1]}})";
  tree.more["/config/topics/orders"] =
      R"({"version":1,"config":{"retention.ms":"2000","cleanup.policy":"compact"}})";
  const BackupReport report = value_of(back_up());
  ASSERT_THAT(report.disagreements, SizeIs(1));
  const std::string& what = report.disagreements[0].what;
  EXPECT_THAT(what, HasSubstr("the tree says topic id AAAAAAAAAAAAAAAAAAAAAQ, the brokers "));
  EXPECT_THAT(what, HasSubstr("the tree says 3 partitions, the brokers 2 partitions"));
  EXPECT_THAT(what, HasSubstr("the tree says retention.ms='2000', the brokers '1000'"));
  EXPECT_THAT(what, HasSubstr("the tree says cleanup.policy is set, the brokers do not"));
}

TEST_F(BackupTest, AFailedSecondLookDoesNotGiveTheBackupUp) {
  tree.hidden = "orders";
  tree.before_reading = [&](int reading) {
    if (reading > 1) tree.error = Error{Outcome::kRetry, "read znodes: nobody is there", {}};
  };
  const BackupReport report = value_of(back_up());
  ASSERT_THAT(report.disagreements, SizeIs(1));
  EXPECT_EQ(report.disagreements[0].kind, Kind::kMismatch);
  EXPECT_THAT(report.disagreements[0].what, HasSubstr("a second look failed: read znodes: nobody is there"));
}

TEST_F(BackupTest, NamesCommittedOffsetsOutsideOfWhatIsArchived) {
  cluster.at("orders", 0).append(2);
  cluster.at("orders", 0).delete_before(5);
  cluster.groups = {
      {"late", "Empty", "consumer", 0, 1, {{{"orders", 0}, 1, 0, ""}}, ""},
      {"odd", "Empty", "consumer", 0, 1, {{{"orders", 1}, 9, 0, ""}, {{"payments", 0}, 1, 0, ""}}, ""}};
  const BackupReport report = value_of(back_up());
  ASSERT_THAT(report.disagreements, SizeIs(3));
  EXPECT_EQ(report.disagreements[0].object, "offset of group late in orders-0");
  EXPECT_THAT(report.disagreements[0].what, HasSubstr("1 is before the first archived offset, 5"));
  EXPECT_EQ(report.disagreements[1].what, "9 is behind the last archived offset, 3");
  EXPECT_EQ(report.disagreements[2].what, "1: the partition is not archived");
  EXPECT_TRUE(report.manifest.whole);
}

TEST_F(BackupTest, TwoArchiversOfOneClusterExcludeEachOther) {
  value_of(back_up());
  const auto held = value_of(store->lock(archive_lock("main"), Deadline::after({})));
  cluster.fetches = 0;
  ScriptedLogSource source(cluster);
  BackupRequest request;
  request.source = &source;
  request.store = store.get();
  request.topics.fetch.patience = std::chrono::milliseconds(100);
  EXPECT_TRUE(failed_with(Outcome::kConflict, backup(request)));
}

}  // namespace
}  // namespace arkive::kafka::test
