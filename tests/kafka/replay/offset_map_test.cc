// The map and the journal: what was written is read, whatever follows a kill, and offsets are translated.
#include "kafka/replay/offset_map.h"

#include <random>

#include "kafka/replay/journal.h"
#include "tests/kafka/replay/replay_fixture.h"

namespace arkive::kafka::test {
namespace {

/// Source offset -> target offset of each record, by a seed.
std::map<std::int64_t, std::int64_t> made_up_records(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::map<std::int64_t, std::int64_t> records;
  std::int64_t source = static_cast<std::int64_t>(random() % 50);
  std::int64_t target = static_cast<std::int64_t>(random() % 50);
  for (int i = 0; i < 300; ++i) {
    records[source] = target;
    source += random() % 10 == 0 ? 1 + static_cast<std::int64_t>(random() % 9) : 1;
    target += random() % 20 == 0 ? 1 + static_cast<std::int64_t>(random() % 9) : 1;
  }
  return records;
}

class EverySeed : public testing::TestWithParam<int> {};

TEST_P(EverySeed, TranslatesEachOffsetToTheFirstRecordAtOrBehindIt) {
  const auto records = made_up_records(static_cast<std::uint64_t>(GetParam()));
  PartitionOffsetMap map;
  for (const auto& [source, target] : records) map.add({source, target, 1});
  const std::int64_t end = records.rbegin()->first + 1;
  for (std::int64_t source = 0; source < end; ++source) {
    EXPECT_EQ(map.translate(source), records.lower_bound(source)->second) << source;
  }
  EXPECT_EQ(map.translate(end), std::nullopt);
  EXPECT_EQ(map.end_target(), records.rbegin()->second + 1);
  for (std::size_t i = 1; i < map.runs().size(); ++i) {
    const OffsetRun& before = map.runs()[i - 1];
    const OffsetRun& run = map.runs()[i];
    EXPECT_FALSE(before.source + before.count == run.source && before.target + before.count == run.target);
  }
}

INSTANTIATE_TEST_SUITE_P(Random, EverySeed, testing::Range(1, 50));

TEST(ReplayedPartitionTest, SaysHowAnOffsetWasTranslated) {
  using Kind = TranslatedOffset::Kind;
  ReplayedPartition partition;
  partition.target_partition = 3;
  partition.source_begin = 10;
  partition.source_end = 40;
  EXPECT_EQ(partition.translate(12).kind, Kind::kNotThere);
  partition.map.add({12, 100, 5});
  partition.map.add({20, 105, 5});
  const auto expect = [&](std::int64_t source, Kind kind, std::int64_t offset) {
    const TranslatedOffset got = partition.translate(source);
    EXPECT_EQ(got.kind, kind) << source;
    EXPECT_EQ(got.offset, offset) << source;
  };
  expect(3, Kind::kBefore, 100);
  expect(10, Kind::kNext, 100);
  expect(12, Kind::kExact, 100);
  expect(16, Kind::kExact, 104);
  expect(17, Kind::kNext, 105);
  expect(24, Kind::kExact, 109);
  expect(25, Kind::kAtEnd, 110);
  partition.target_partition = -1;
  expect(12, Kind::kNotThere, -1);
}

class JournalTest : public arkive::test::ScratchTest {
 protected:
  static ReplayPlan plan() {
    ReplayPlan plan;
    plan.archive = "/backup/kafka";
    plan.archive_cluster = "main";
    plan.run = "20261120T233000Z-8f3a2c";
    plan.source_cluster = "source";
    plan.target_cluster = "target";
    plan.producer = {4000, 2};
    PlannedTopic topic;
    topic.source = "orders";
    topic.target = "copy";
    topic.begin = {0, 7};
    topic.partitions = {{0, 0, 120}, {1, 30, 90}};
    plan.topics = {topic};
    return plan;
  }
  std::string offsets() const { return scratch("journal") + "/offsets"; }
};

TEST_F(JournalTest, WhatWasWrittenIsRead) {
  {
    Journal journal = value_of(Journal::open(scratch("journal")));
    EXPECT_FALSE(journal.has_plan());
    EXPECT_TRUE(succeeded(journal.write_plan(plan())));
    (void)value_of(journal.begin());
    journal.add_run("copy", 0, {0, 0, 50});
    journal.add_run("copy", 0, {50, 50, 50});
    EXPECT_TRUE(succeeded(journal.flush()));
    journal.add_foreign("copy", 1, {7, 3});
    journal.add_run("copy", 1, {30, 10, 60});
    journal.set_left("copy", 1, {1, 2, 3, 4, 5});
    journal.add_producer("copy", 1, {4001, 0}, 12);
    journal.add_done("copy", 1);
    EXPECT_TRUE(succeeded(journal.flush()));
    EXPECT_TRUE(failed_with(Outcome::kConflict, Journal::open(scratch("journal"))));
  }
  EXPECT_EQ(value_of(read_plan(scratch("journal"))), plan());
  JournalState state = value_of(read_journal(scratch("journal")));
  EXPECT_FALSE(state.finished);
  const PartitionProgress& one = state.progress[{"copy", 1}];
  EXPECT_EQ(one.map.runs(), (std::vector<OffsetRun>{{30, 10, 60}}));
  EXPECT_EQ(one.records, 60);
  EXPECT_EQ(one.next_offset, 70);
  EXPECT_EQ(one.left, (LeftOut{1, 2, 3, 4, 5}));
  EXPECT_EQ(one.producer, (ProducerIdentity{4001, 0}));
  EXPECT_EQ(one.producer_from, 12);
  EXPECT_EQ(one.foreign, (std::vector<ForeignOffsets>{{7, 3}}));
  EXPECT_TRUE(one.done);
  const OffsetMap map = value_of(read_offset_map(scratch("journal")));
  EXPECT_EQ(map.find("orders", 0)->map.runs(), (std::vector<OffsetRun>{{0, 0, 100}}));
  EXPECT_EQ(map.find("orders", 1)->target_begin, 7);
  EXPECT_EQ(map.find("orders", 2), nullptr);
  EXPECT_TRUE(failed_with(Outcome::kNotFound, read_offset_map(scratch("elsewhere"))));
}

TEST_F(JournalTest, ATornLastLineIsPassedOverAtEveryLengthAndAnyOtherDamageIsRefused) {
  {
    Journal journal = value_of(Journal::open(scratch("journal")));
    EXPECT_TRUE(succeeded(journal.write_plan(plan())));
    (void)value_of(journal.begin());
    journal.add_run("copy", 0, {0, 0, 50});
    EXPECT_TRUE(succeeded(journal.flush()));
    journal.add_run("copy", 0, {60, 50, 5});
    EXPECT_TRUE(succeeded(journal.flush()));
  }
  const std::string whole = value_of(read_file(offsets()));
  const auto records_of = [&](const std::string& text) -> Result<std::int64_t> {
    value_of(write_file_durably(offsets(), text, IfExists::kReplace));
    ARKIVE_ASSIGN(JournalState state, read_journal(scratch("journal")));
    return state.progress[{"copy", 0}].records;
  };
  const std::size_t first = whole.find('\n') + 1;
  const std::size_t second = whole.find('\n', first) + 1;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::int64_t wanted = size == whole.size() ? 55 : size >= second ? 50 : 0;
    EXPECT_EQ(value_of(records_of(whole.substr(0, size))), wanted) << size;
    const Journal journal = value_of(Journal::open(scratch("journal")));
  }
  // Without its last newline it would be a file that ends torn.
  for (std::size_t at = 0; at + 1 < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    const auto read = records_of(damaged);
    EXPECT_FALSE(read) << at;
    if (!read) {
      EXPECT_NE(read.error().outcome, Outcome::kNotFound) << at;
    }
  }
}

TEST_F(JournalTest, ATornLineIsCutOffBeforeOthersFollow) {
  {
    Journal journal = value_of(Journal::open(scratch("journal")));
    (void)value_of(journal.begin());
    journal.add_run("copy", 0, {0, 0, 50});
    EXPECT_TRUE(succeeded(journal.flush()));
  }
  const std::string whole = value_of(read_file(offsets()));
  value_of(write_file_durably(offsets(), whole + "run copy 0 50 5", IfExists::kReplace));
  Journal journal = value_of(Journal::open(scratch("journal")));
  EXPECT_EQ((value_of(journal.begin()).progress[{"copy", 0}].records), 50);
  journal.add_run("copy", 0, {50, 50, 1});
  EXPECT_TRUE(succeeded(journal.flush()));
  EXPECT_EQ((value_of(read_journal(scratch("journal"))).progress[{"copy", 0}].records), 51);
}

/// The blocks of docs/format-replay.md.
std::string example(const std::string& name) {
  const std::string page = value_of(read_file(std::string(ARKIVE_SOURCE_DIR) + "/docs/format-replay.md"));
  std::size_t at = page.find("<!-- example: " + name + " -->");
  if (at == std::string::npos) throw std::runtime_error("no example " + name);
  at = page.find("\n\n", at) + 2;
  std::string text;
  while (page.compare(at, 4, "    ") == 0) {
    const std::size_t end = page.find('\n', at);
    text += page.substr(at + 4, end - at - 3);
    at = end + 1;
  }
  return text;
}

TEST_F(JournalTest, TheExamplesOfTheFormatsPageAreReadAndWritten) {
  const ReplayPlan read = value_of(ReplayPlan::from_json(example("plan")));
  EXPECT_EQ(read.to_json(), example("plan"));
  const std::string lines = example("offsets");
  std::string made;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    made += with_checksum(lines.substr(at, end - at - 9));
    at = end + 1;
  }
  EXPECT_EQ(made, lines);
  std::filesystem::create_directory(scratch("journal"));
  value_of(write_file_durably(offsets(), lines, IfExists::kConflict));
  JournalState state = value_of(read_journal(scratch("journal")));
  EXPECT_TRUE(state.finished);
  EXPECT_EQ((state.progress[{"orders-copy", 0}].records), 112);
}

}  // namespace
}  // namespace arkive::kafka::test
