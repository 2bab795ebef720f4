// What goes with a run and what stays, when nothing disturbs a prune.
#include "tests/kafka/prune/prune_fixture.h"
#include "tests/support/next_moment.h"

namespace arkive::kafka::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kStrayHash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

TEST_F(PrunedStore, LosesRunsAndListsAndKeepsEverySegmentThatTheNewestRunNames) {
  const auto runs = archive_runs_of(4);
  const auto before = keys("topics/");
  const PruneOutcome outcome = prune_to(2);
  EXPECT_THAT(outcome.removed, ElementsAre(runs[0].id, runs[1].id));
  EXPECT_EQ(outcome.lists, 4U) << "of topics and of orders, twice";
  EXPECT_GT(outcome.list_bytes, 0U);
  EXPECT_EQ(outcome.segments, 0U);
  EXPECT_EQ(keys("topics/"), before);
  EXPECT_THAT(outcome.notes, IsEmpty());
  EXPECT_THAT(leftovers(), IsEmpty());
  expect_whole({runs[2].id, runs[3].id});
}

TEST_F(PrunedStore, IsAsItWasAfterADryRunThatTellsWhatTheRealOneDoes) {
  archive_runs_of(3);
  for (int day = 1; day <= 3; ++day) dump(now_ - (20 - day) * kDay);
  const auto before = keys();
  PruneRequest dry = request(1);
  dry.dry_run = true;
  const PruneOutcome planned = value_of(prune(dry));
  EXPECT_EQ(keys(), before);
  const PruneOutcome done = prune_to(1);
  EXPECT_THAT(done.removed, SizeIs(4));
  EXPECT_EQ(planned.removed, done.removed);
  EXPECT_EQ(planned.tree_bytes, done.tree_bytes);
  EXPECT_EQ(planned.lists, done.lists);
  EXPECT_EQ(planned.list_bytes, done.list_bytes);
  EXPECT_EQ(planned.segments, done.segments);
  EXPECT_EQ(planned.segment_bytes, done.segment_bytes);
  EXPECT_LT(keys().size(), before.size());
}

TEST_F(PrunedStore, DoesNotChangeByASecondPrune) {
  archive_runs_of(4);
  prune_to(2);
  const auto before = keys();
  const PruneOutcome again = prune_to(2);
  EXPECT_THAT(again.removed, IsEmpty());
  EXPECT_EQ(again.bytes(), 0U);
  EXPECT_EQ(keys(), before);
}

TEST_F(PrunedStore, GoesOnBeingArchivedInto) {
  archive_runs_of(3);
  prune_to(1);
  const Manifest next = archive_more();
  EXPECT_EQ(next.logs.files, 5U) << "four of orders and one of quiet: none is fetched again";
  prune_to(1);
  expect_whole({next.id});
}

TEST_F(PrunedStore, CountsDumpsAndArchivesByThemselves) {
  const auto archived = archive_runs_of(2);
  std::vector<TestRun> dumps;
  for (int day = 1; day <= 4; ++day) dumps.push_back(dump(wall_clock_now() + day));
  now_ = wall_clock_now() + kDay;
  const PruneOutcome outcome = prune_to(1);
  EXPECT_THAT(outcome.removed, ElementsAre(archived[0].id, dumps[0].id, dumps[1].id, dumps[2].id))
      << "however many dumps came after it, the last archive stays";
  EXPECT_TRUE(holds(*repository_, dumps[3]));
  expect_whole({archived[1].id});
}

TEST_F(PrunedStore, KeepsWhatAKeptRunNamesThoughItsListsAreOld) {
  const auto runs = archive_runs_of(3);
  // The middle one is all that is left but the newest: its rule is the day it is made to stand for.
  PruneRequest by_day = request(1);
  Manifest old = runs[0];
  old.started = now_ - 40 * kDay;
  put(manifest_key("main", old.id), old.to_json());
  by_day.rules.daily = 2;
  const PruneOutcome outcome = value_of(prune(by_day));
  EXPECT_THAT(outcome.removed, ElementsAre(runs[1].id));
  expect_whole({runs[0].id, runs[2].id});
  EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(PrunedStore, LosesSegmentsThatOnlyARunNamedThatGoes) {
  const auto runs = archive_runs_of(2);
  // What a generation that was given up leaves: the newest run does not name it.
  const ArchivedTopic topic = topic_of(*store_, runs[0], "orders");
  ArchivedTopic with_more = topic;
  ArchivedSegment extra = topic.partitions[0].segments[0];
  extra.generation = 7;
  with_more.partitions[0].segments.push_back(extra);
  const std::string bytes = log_of(*store_, topic, 0, topic.partitions[0].segments[0]);
  for (const SegmentFile file : {SegmentFile::kLog, SegmentFile::kOffsetIndex, SegmentFile::kTimeIndex})
    put(segment_key("main", topic, 0, segment_at(7, extra.base_offset), file),
        file == SegmentFile::kLog ? bytes : "index");
  Manifest older = runs[0];
  ArchiveIndex index = value_of(read_index(*store_, older, Deadline::never()));
  for (ArchiveIndex::Topic& listed : index.topics) {
    if (listed.name == "orders")
      listed.list = value_of(write_list(*store_, with_more.to_json(), Deadline::never()));
  }
  older.logs.sha256 = value_of(write_list(*store_, index.to_json(), Deadline::never()));
  older.logs.location = list_key(older.logs.sha256);
  put(manifest_key("main", older.id), older.to_json());

  EXPECT_EQ(prune_to(2).segments, 0U) << "it is named";
  EXPECT_TRUE(has(segment_key("main", topic, 0, segment_at(7, extra.base_offset), SegmentFile::kLog)));
  const PruneOutcome outcome = prune_to(1);
  EXPECT_EQ(outcome.segments, 1U);
  EXPECT_EQ(outcome.segment_bytes, bytes.size() + 2 * std::string("index").size());
  now_ += 2 * kDay;  // the lists that were put aside above
  prune_to(1);
  EXPECT_THAT(leftovers(), IsEmpty());
  expect_whole({runs[1].id});
}

TEST_F(PrunedStore, LosesWhatAKilledArchiverLeftButNothingItDidNotWrite) {
  const auto runs = archive_runs_of(1);
  const ArchivedTopic topic = topic_of(*store_, runs[0], "orders");
  const std::string orphan = segment_key("main", topic, 1, segment_at(0, 99), SegmentFile::kLog);
  const std::string index = segment_key("main", topic, 1, segment_at(0, 99), SegmentFile::kTransactionIndex);
  // The same segment in its other form: the list says that the plain one counts.
  const std::string twin = segment_key("main", topic, 0, segment_at(0, 0), SegmentFile::kCompressedLog);
  for (const std::string& key : {orphan, index, twin}) put(key, "bytes");
  const std::vector<std::string> foreign = {
      "topics/main/README", "topics/main/orders@x/0/g0/00000000000000000000.snapshot",
      "topics/main/orders@x/0/g0/0.log", "topics/main/orders@x/zero/g0/00000000000000000000.log",
      "lists/notes.txt"};
  for (const std::string& key : foreign) put(key, "bytes");
  const PruneOutcome outcome = prune_to(1);
  EXPECT_EQ(outcome.segments, 2U);
  EXPECT_EQ(outcome.segment_bytes, 15U);
  for (const std::string& key : foreign) EXPECT_TRUE(has(key)) << key;
  for (const std::string& key : {orphan, index, twin}) EXPECT_FALSE(has(key)) << key;
  expect_whole({runs[0].id});
}

TEST_F(PrunedStore, KeepsAListThatNeverARunNamedForADay) {
  archive_runs_of(1);
  const std::string stray = list_key(kStrayHash);
  put(stray, "{}");
  const PruneOutcome first = prune_to(1);
  EXPECT_THAT(first.notes, ElementsAre(HasSubstr("1 list that no run names stay for a day")));
  EXPECT_TRUE(has(stray));
  now_ += kDay - 1;
  EXPECT_EQ(prune_to(1).lists, 0U);
  EXPECT_TRUE(has(stray));
  now_ += 1;
  EXPECT_EQ(prune_to(1).lists, 1U);
  EXPECT_FALSE(has(stray));
  EXPECT_EQ(value_of(WaitingLists::read(*store_, "main", Deadline::never())).since.size(), 0U);
}

TEST_F(PrunedStore, LetsAListWaitAnewWhenTheClockWentBack) {
  archive_runs_of(1);
  put(list_key(kStrayHash), "{}");
  prune_to(1);
  now_ -= 3 * kDay;
  prune_to(1);
  now_ += kDay - 1;
  prune_to(1);
  EXPECT_TRUE(has(list_key(kStrayHash)));
  now_ += 1;
  prune_to(1);
  EXPECT_FALSE(has(list_key(kStrayHash)));
}

TEST_F(PrunedStore, KeepsTheNewestWholeRunOfTopicsAndTheNewestWhichTheNextOneGoesOnFrom) {
  const auto runs = archive_runs_of(2);
  arkive::test::until_next_moment();
  cluster_.at("orders", 1).offsets_error = "LEADER_NOT_AVAILABLE";
  cluster_.at("orders", 0).append(2);
  const ArchiveReport torn = run();
  held_[torn.manifest.id] = logs_;
  ASSERT_FALSE(torn.manifest.whole);
  const PruneOutcome outcome = prune_to(1);
  EXPECT_THAT(outcome.removed, ElementsAre(runs[0].id));
  expect_whole({runs[1].id, torn.manifest.id});
  EXPECT_THAT(outcome.runs.back().reasons, ElementsAre("newest", "last 1, not whole"));
}

TEST_F(PrunedStore, IsNotPrunedWithoutARule) {
  archive_runs_of(2);
  const auto before = keys();
  EXPECT_TRUE(failed_with(Outcome::kUsage, prune(request(0))));
  EXPECT_EQ(keys(), before);
}

TEST_F(PrunedStore, LosesNothingWhileWhatARunNeedsIsNotKnown) {
  const auto runs = archive_runs_of(3);
  const std::string list = runs[2].logs.location;
  const std::string text = value_of(store_->get(list, 0, 0, Deadline::never()));
  const auto before = keys();
  const auto expect_refused = [&](const std::string& named) {
    const auto outcome = prune(request(1));
    ASSERT_TRUE(failed_with(Outcome::kCorrupt, outcome));
    EXPECT_THAT(outcome.error().what, HasSubstr(named));
    EXPECT_FALSE(outcome.error().hint.empty());
  };
  put(list, text + " ");
  expect_refused(runs[2].id);
  EXPECT_EQ(keys(), before);
  value_of(store_->remove(list, Deadline::never()));
  expect_refused(runs[2].id);
  put(list, text);
  const std::string orders = topic_of(*store_, runs[2], "orders").to_json();
  const std::string orders_list = list_key(hex(sha256(orders)));
  put(orders_list, "{}");
  expect_refused(orders_list);
  put(orders_list, orders);
  put(manifest_key("main", runs[1].id), "{}");
  expect_refused("what a run needs is not known");
  EXPECT_EQ(keys(), before);
}

TEST_F(PrunedStore, LosesRunsWhoseOwnListsAreDamaged) {
  const auto runs = archive_runs_of(2);
  value_of(store_->remove(runs[0].logs.location, Deadline::never()));
  EXPECT_THAT(prune_to(1).removed, ElementsAre(runs[0].id));
  now_ += 2 * kDay;  // its lists cannot be told from those of a run at work
  prune_to(1);
  EXPECT_THAT(leftovers(), IsEmpty());
  expect_whole({runs[1].id});
}

TEST(TopicsAreWhole, WhenOnlyTheTreeLacksSomething) {
  Manifest run;
  EXPECT_FALSE(topics_are_whole(run));
  run.logs.location = "lists/x.json";
  EXPECT_FALSE(topics_are_whole(run)) << "it lacks something and does not say what";
  run.missing = {{"znode /secret", "not authorised"}, {"ACL of znode /a", "masked"}};
  run.missing_count = 2;
  EXPECT_TRUE(topics_are_whole(run));
  run.missing_count = 3;
  EXPECT_FALSE(topics_are_whole(run));
  run.missing.push_back({"partition orders-0", "no leader"});
  EXPECT_FALSE(topics_are_whole(run));
  run.missing = {};
  run.missing_count = 0;
  run.whole = true;
  EXPECT_TRUE(topics_are_whole(run));
}

TEST(WaitingListsFile, ReadsWhatItWritesAndNothingElse) {
  WaitingLists lists;
  lists.since = {{kStrayHash, 1'795'000'000'000}, {"ff", WaitingLists::kWasNamed}};
  EXPECT_EQ(value_of(WaitingLists::from_json(lists.to_json())).since, lists.since);
  for (const char* const text :
       {"", "[]", "{}", R"({"arkive":"store","format":1,"lists":{}})",
        R"({"arkive":"prune","format":2,"lists":{}})", R"({"arkive":"prune","format":1,"lists":{"a":"b"}})",
        R"({"arkive":"prune","format":1})"}) {
    EXPECT_TRUE(failed_with(Outcome::kCorrupt, WaitingLists::from_json(text))) << text;
  }
}

}  // namespace
}  // namespace arkive::kafka::test
