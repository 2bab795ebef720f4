// What was before a topic was made anew, or its log cut, is there to be read.
#include "kafka/archive/archived_log.h"
#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::ElementsAre;

class OlderIncarnations : public ScriptedArchive {
 protected:
  ScriptedPartition& log() { return cluster_.at("orders"); }
  std::string newest_id(const ArchiveReport& report) {
    return value_of(read_index(*store_, report.manifest, Deadline::never())).find("orders")->id.text();
  }
};

TEST_F(OlderIncarnations, OfATopicThatNoRunHasFinishedYetAreNotTheNewest) {
  cluster_.make("orders", 1, 9).partitions[0].append(5);
  run_whole();
  cluster_.make("orders", 1, 1).partitions[0].append(5);
  log().offsets_error = "LEADER_NOT_AVAILABLE";
  const ArchiveReport unfinished = run();
  EXPECT_FALSE(unfinished.manifest.whole);
  EXPECT_EQ(newest_id(unfinished), cluster_.topics["orders"].id.text());
  log().offsets_error.clear();
  EXPECT_EQ(newest_id(run_whole()), cluster_.topics["orders"].id.text());
}

TEST_F(OlderIncarnations, StayTheNewestWhileTheClusterDoesNotTellOtherwise) {
  cluster_.make("orders", 1, 9).partitions[0].append(5);
  const std::string id = cluster_.topics["orders"].id.text();
  run_whole();
  cluster_.topics["orders"].error = "TOPIC_AUTHORIZATION_FAILED";
  EXPECT_EQ(newest_id(run()), id);
  cluster_.topics.erase("orders");
  EXPECT_EQ(newest_id(run()), id);
}

TEST_F(OlderIncarnations, OfALogAreReadWithWhatTheirEndLeftOpen) {
  cluster_.make("orders");
  log().append(5);
  BatchOptions transaction;
  transaction.transactional = true;
  transaction.producer_id = 7;
  log().append(2, transaction);
  EXPECT_FALSE(run().manifest.whole);
  log().cut_at(5);
  log().open.clear();
  log().append(9);
  const ArchiveReport report = run_whole();
  const ArchivedTopic topic = topic_of(*store_, report.manifest, "orders");
  const ArchivedPartition newest = partition_of(report, "orders");
  ASSERT_EQ(newest.generation, 1);
  const ArchivedPartition older = value_of(older_generation(*store_, "main", topic, newest, 0));
  EXPECT_EQ(older.next_offset, 7);
  ArchivedLog archived(*store_, "main", topic, older);
  EXPECT_EQ(archived.first_offset(), 0);
  std::vector<std::int64_t> offsets;
  std::vector<std::int64_t> open;
  value_of(
      archived.for_each_record(0, 100, [&](const RecordPlace& place, const Record& record) -> Result<Walk> {
        offsets.push_back(record.offset);
        if (place.open_transaction) open.push_back(record.offset);
        return Walk::kOn;
      }));
  EXPECT_THAT(offsets, ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_THAT(open, ElementsAre(5, 6));
}

TEST_F(OlderIncarnations, ThatAreNotThereAreAnsweredWithThoseThatAre) {
  cluster_.make("orders").partitions[0].append(5);
  const ArchiveReport report = run_whole();
  const ArchivedTopic topic = topic_of(*store_, report.manifest, "orders");
  const auto none = older_generation(*store_, "main", topic, partition_of(report, "orders"), 3);
  ASSERT_TRUE(failed_with(Outcome::kNotFound, none));
  EXPECT_EQ(none.error().hint, "it has g0");
}

}  // namespace
}  // namespace arkive::kafka::test
