// Records of archived partitions, read back over the bounds of segments and with indexes nobody can trust.
#include "kafka/archive/archived_log.h"

#include <fstream>

#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr UnixMilliseconds kFirstTime = 1'700'000'000'000;  // of offset 0; one more for each offset

class Records : public ScriptedArchive {
 protected:
  Records() { cluster_.make("orders"); }
  ScriptedPartition& log() { return cluster_.at("orders"); }

  void archive_now() {
    manifest_ = run().manifest;
    topic_ = topic_of(*store_, manifest_, "orders");
  }
  ArchivedLog opened() { return ArchivedLog(*store_, "main", topic_, topic_.partitions.at(0)); }

  /// "5", "6 aborted", "7 <abort>" for the records in [from, until).
  Result<std::vector<std::string>> try_read(std::int64_t from, std::int64_t until) {
    std::vector<std::string> lines;
    ArchivedLog archived = opened();
    ARKIVE_TRY(archived.for_each_record(from, until,
                                        [&](const RecordPlace& place, const Record& record) -> Result<Walk> {
                                          std::string line = std::to_string(record.offset);
                                          if (place.aborted) line += " aborted";
                                          if (place.open_transaction) line += " open";
                                          if (place.control)
                                            line += place.control->type == 0 ? " <abort>" : " <commit>";
                                          lines.push_back(line);
                                          return Walk::kOn;
                                        }));
    return lines;
  }
  std::vector<std::string> read(std::int64_t from, std::int64_t until) {
    return value_of(try_read(from, until));
  }
  /// The text of the error, which is `outcome`.
  std::string error(Outcome outcome) {
    const auto result = try_read(0, 500);
    EXPECT_TRUE(failed_with(outcome, result));
    return result ? "" : result.error().what;
  }
  std::optional<std::int64_t> at(UnixMilliseconds time) { return value_of(opened().offset_at(time)); }

  const ArchivedSegment& segment(std::size_t number) { return topic_.partitions.at(0).segments.at(number); }
  std::string path_of(std::size_t number, SegmentFile file) {
    const ArchivedSegment& one = segment(number);
    return scratch("store/") + segment_key("main", topic_, 0, one, file);
  }
  /// What an unhurried reader finds: every offset from `from` on.
  static std::vector<std::string> numbers(std::int64_t from, std::int64_t until) {
    std::vector<std::string> all;
    for (std::int64_t offset = from; offset < until; ++offset) all.push_back(std::to_string(offset));
    return all;
  }
  /// Many small batches in several segments with an index that has entries.
  void several_segments() {
    request_.segment_bytes = 20'000;
    for (int i = 0; i < 100; ++i) log().append(5, {}, 100);
    archive_now();
    ASSERT_GT(topic_.partitions.at(0).segments.size(), 2U);
  }
  static BatchOptions of(std::int64_t producer) {
    BatchOptions options;
    options.transactional = true;
    options.producer_id = producer;
    options.producer_epoch = 1;
    options.base_sequence = 0;
    return options;
  }

  Manifest manifest_;
  ArchivedTopic topic_;
};

TEST_F(Records, AreReadOverTheBoundsOfSegments) {
  several_segments();
  EXPECT_EQ(opened().first_offset(), 0);
  EXPECT_EQ(opened().next_offset(), 500);
  EXPECT_EQ(read(0, 500), numbers(0, 500));
}

TEST_F(Records, AreReadFromAnyOffsetToAnyOther) {
  several_segments();
  for (std::int64_t from = 0; from < 500; from += 7) {
    EXPECT_EQ(read(from, from + 33), numbers(from, std::min<std::int64_t>(500, from + 33)));
  }
  EXPECT_THAT(read(500, 1000), IsEmpty());
}

TEST_F(Records, AreFoundByTheirTimes) {
  several_segments();
  EXPECT_EQ(at(0), 0);
  for (std::int64_t offset = 0; offset < 500; offset += 11) EXPECT_EQ(at(kFirstTime + offset), offset);
  EXPECT_EQ(at(kFirstTime + 500), std::nullopt);
}

TEST_F(Records, OfATopicWithoutAnyAreNone) {
  archive_now();
  EXPECT_EQ(opened().first_offset(), opened().next_offset());
  EXPECT_THAT(read(0, 100), IsEmpty());
  EXPECT_EQ(at(0), std::nullopt);
}

TEST_F(Records, OfTheNewestGenerationAreShown) {
  log().append(10);
  archive_now();
  log().cut_at(0);
  log().append(4, {}, 50);
  archive_now();
  ASSERT_EQ(topic_.partitions.at(0).generation, 1);
  EXPECT_EQ(read(0, 100), numbers(0, 4));
}

TEST_F(Records, AreFoundWithoutIndexesToo) {
  several_segments();
  for (std::size_t i = 0; i < topic_.partitions.at(0).segments.size(); ++i) {
    std::filesystem::remove(path_of(i, SegmentFile::kOffsetIndex));
    std::filesystem::remove(path_of(i, SegmentFile::kTimeIndex));
  }
  EXPECT_EQ(read(123, 321), numbers(123, 321));
  EXPECT_EQ(at(kFirstTime + 234), 234);
}

TEST_F(Records, AreNotHiddenByADamagedIndex) {
  several_segments();
  for (const SegmentFile file : {SegmentFile::kOffsetIndex, SegmentFile::kTimeIndex}) {
    const std::string path = path_of(1, file);
    const std::string sound = bytes_of(path);
    ASSERT_GE(sound.size(), 24U);
    for (std::size_t byte = 0; byte < sound.size(); ++byte) {
      flip(path, byte);
      const std::int64_t base = segment(1).base_offset;
      const std::int64_t last = segment(1).next_offset - 1;
      for (const std::int64_t offset : {base + 1, (base + last) / 2, last}) {
        EXPECT_EQ(read(offset, offset + 3), numbers(offset, offset + 3)) << "byte " << byte;
        EXPECT_EQ(at(kFirstTime + offset), offset) << "byte " << byte;
      }
      write(path, sound);
    }
    write(path, sound + std::string(100'000, '\x7f'));
    EXPECT_EQ(read(250, 260), numbers(250, 260));
    write(path, sound);
  }
}

TEST_F(Records, OfTransactionsAreMarked) {
  log().append(2);         // 0, 1
  log().append(2, of(7));  // 2, 3: aborted
  log().append(1, of(8));  // 4: committed
  log().end_transaction(7, 0);
  log().append(1, of(7));  // 6: the same producer, committed
  log().end_transaction(8, 1);
  log().end_transaction(7, 1);
  log().append(1, of(9));  // 9: open
  log().append(1);         // 10
  archive_now();
  EXPECT_THAT(read(0, 100), ElementsAre("0", "1", "2 aborted", "3 aborted", "4", "5 <abort>", "6",
                                        "7 <commit>", "8 <commit>", "9 open", "10"));
  EXPECT_THAT(read(3, 5), ElementsAre("3 aborted", "4"));
}

TEST_F(Records, AreMarkedWhenTheirMarkerIsInALaterSegment) {
  request_.segment_bytes = 1;  // one batch each
  log().append(2, of(7));
  log().append(2);
  log().end_transaction(7, 0);
  archive_now();
  ASSERT_THAT(topic_.partitions.at(0).segments, SizeIs(3));
  EXPECT_THAT(read(0, 2), ElementsAre("0 aborted", "1 aborted"));
}

TEST_F(Records, AreMarkedWithoutATransactionIndexToo) {
  request_.segment_bytes = 1;
  log().append(2, of(7));
  log().append(2);
  log().end_transaction(7, 0);
  archive_now();
  const std::string path = path_of(2, SegmentFile::kTransactionIndex);
  const std::string sound = bytes_of(path);
  ASSERT_THAT(sound, SizeIs(34));
  std::filesystem::remove(path);
  EXPECT_THAT(read(0, 3), ElementsAre("0 aborted", "1 aborted", "2"));
  write(path, sound + sound);
  EXPECT_THAT(read(0, 3), ElementsAre("0 aborted", "1 aborted", "2"));
}

TEST_F(Records, OfDamagedSegmentsAreErrorsThatNameObjectAndPlace) {
  several_segments();
  const std::string path = path_of(1, SegmentFile::kLog);
  const std::string key = segment_key("main", topic_, 0, segment(1), SegmentFile::kLog);
  flip(path, 100);  // within the first batch
  EXPECT_THAT(error(Outcome::kCorrupt), AllOf(HasSubstr("'" + key + "' at byte 0"), HasSubstr("offset"),
                                              HasSubstr(std::to_string(segment(1).base_offset))));
  // All before it is readable, and all behind it with the index.
  EXPECT_EQ(read(0, segment(1).base_offset), numbers(0, segment(1).base_offset));
  flip(path, 100);
  EXPECT_EQ(read(0, 500), numbers(0, 500));
}

TEST_F(Records, WithOffsetsThatNoChecksumCoversAreErrorsToo) {
  several_segments();
  const std::string path = path_of(1, SegmentFile::kLog);
  for (const std::size_t byte : {4U, 7U}) {
    flip(path, byte);  // of the base offset
    EXPECT_THAT(error(Outcome::kCorrupt), HasSubstr("stand where offsets from"));
    flip(path, byte);
  }
}

TEST_F(Records, OfSegmentsThatAreShorterLongerOrGoneAreErrors) {
  several_segments();
  const std::string path = path_of(1, SegmentFile::kLog);
  const std::string sound = bytes_of(path);
  for (const std::string& other : {sound.substr(0, sound.size() - 1), sound + "x", std::string()}) {
    write(path, other);
    EXPECT_THAT(error(Outcome::kCorrupt), HasSubstr("its list says " + std::to_string(sound.size())));
  }
  std::filesystem::remove(path);
  EXPECT_THAT(error(Outcome::kNotFound), HasSubstr(".log"));
}

TEST_F(Records, MayBeHadUntilTheReaderHasEnough) {
  several_segments();
  int seen = 0;
  ArchivedLog archived = opened();
  EXPECT_TRUE(
      succeeded(archived.for_each_record(0, 500, [&](const RecordPlace&, const Record&) -> Result<Walk> {
        return ++seen == 20 ? Walk::kEnough : Walk::kOn;
      })));
  EXPECT_EQ(seen, 20);
}

}  // namespace
}  // namespace arkive::kafka::test
