// Segments stored as .log.zst: the same log comes back, from any place, and what is damaged is found.
#include <fstream>
#include <random>

#include "kafka/archive/archived_log.h"
#include "kafka/archive/segment_bytes.h"
#include "kafka/archive/verify.h"
#include "stores/core/process.h"
#include "tests/kafka/archive/archive_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr UnixMilliseconds kFirstTime = 1'700'000'000'000;  // of offset 0; one more for each offset

class Compressed : public ScriptedArchive {
 protected:
  Compressed() {
    cluster_.make("orders");
    request_.compress = true;
  }
  ScriptedPartition& log() { return cluster_.at("orders"); }
  ArchiveReport archive_now() {
    ArchiveReport report = run_whole();
    topic_ = topic_of(*store_, report.manifest, "orders");
    EXPECT_TRUE(same(log().bytes(), logs_["orders/0/0"]));
    return report;
  }
  const std::vector<ArchivedSegment>& segments() { return topic_.partitions.at(0).segments; }
  std::string key(std::size_t number) { return log_key("main", topic_, 0, segments().at(number)); }
  std::string path(std::size_t number) { return scratch("store/") + key(number); }
  /// ".log.zst", ".log" for each segment.
  std::vector<std::string> forms() {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < segments().size(); ++i) {
      all.push_back(key(i).substr(key(i).find(".log")));
      EXPECT_TRUE(std::filesystem::exists(path(i)));
    }
    return all;
  }
  SegmentBytes opened(std::size_t number) {
    return value_of(SegmentBytes::open(*store_, key(number), segments().at(number), Deadline::never()));
  }
  std::vector<std::int64_t> read(std::int64_t from, std::int64_t until) {
    std::vector<std::int64_t> offsets;
    ArchivedLog archived(*store_, "main", topic_, topic_.partitions.at(0));
    const Status done =
        archived.for_each_record(from, until, [&](const RecordPlace&, const Record& record) -> Result<Walk> {
          offsets.push_back(record.offset);
          return Walk::kOn;
        });
    if (!done) error_ = done.error();
    return offsets;
  }
  static std::vector<std::int64_t> numbers(std::int64_t from, std::int64_t until) {
    std::vector<std::int64_t> all;
    for (std::int64_t offset = from; offset < until; ++offset) all.push_back(offset);
    return all;
  }
  /// "object: what" of each finding.
  std::vector<std::string> verify(VerifyLevel level) {
    VerifyOptions options;
    options.level = level;
    options.workers = 1;
    std::vector<std::string> lines;
    for (const Finding& finding : value_of(verify_archive(*store_, "main", "", options)).findings) {
      lines.push_back(finding.object + ": " + finding.what);
    }
    return lines;
  }
  static std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  static BatchOptions with(Codec codec) {
    BatchOptions options;
    options.codec = codec;
    return options;
  }
  /// Batches of up to some hundred KiB, some that compress and some that do not.
  void append_random(std::mt19937_64& random, int batches) {
    for (int i = 0; i < batches; ++i) {
      const std::size_t size = std::size_t{1} << random() % 18;
      std::vector<SentRecord> records(1);
      records[0].offset = log().end();
      records[0].timestamp = kFirstTime + records[0].offset;
      std::string value(size, 'x');
      if (random() % 2 == 0) {
        for (char& c : value) c = static_cast<char>(random());
      }
      records[0].value = std::move(value);
      BatchOptions options;
      options.first_offset = records[0].offset;
      log().entries.push_back({records[0].offset, records[0].offset, encode_batch(options, records)});
    }
  }

  ArchivedTopic topic_;
  Error error_;
};

TEST_F(Compressed, SegmentsHoldTheLogBitForBit) {
  std::mt19937_64 random(1);
  request_.segment_bytes = 600'000;
  cluster_.most_answer = 5'000'000;
  append_random(random, 150);
  archive_now();
  ASSERT_GT(segments().size(), 1U);
  for (const std::string& form : forms()) EXPECT_EQ(form, ".log.zst");
  EXPECT_THAT(verify(VerifyLevel::kBatches), IsEmpty());
}

TEST_F(Compressed, SegmentsAreGivenBackByZstdItself) {
  std::mt19937_64 random(2);
  append_random(random, 30);
  cluster_.most_answer = 1'500'000;
  archive_now();
  std::string all;
  for (std::size_t i = 0; i < segments().size(); ++i) {
    Command zstd;
    zstd.arguments = {"zstd", "-d", "-q", "-c", path(i)};
    const Finished finished = value_of(run_process(zstd, Deadline::never()));
    EXPECT_EQ(finished.status, 0) << finished.error_output;
    all += finished.output;
  }
  EXPECT_EQ(hex(sha256(all)), hex(sha256(log().bytes())));
}

TEST_F(Compressed, SegmentsAreReadAtAnyPlace) {
  std::mt19937_64 random(3);
  append_random(random, 200);
  cluster_.most_answer = 5'000'000;
  archive_now();
  ASSERT_THAT(segments(), SizeIs(1));
  SegmentBytes bytes = opened(0);
  const std::string wanted = log().bytes();
  ASSERT_GT(wanted.size(), 1'500'000U);
  for (int round = 0; round < 300; ++round) {
    const std::size_t at = random() % wanted.size();
    const std::size_t size =
        random() % (round % 10 == 0 ? wanted.size() - at + 1 : 1 + (wanted.size() - at) / 8);
    EXPECT_EQ(value_of(bytes.read(at, size)), Bytes(wanted).substr(at, size)) << at << " " << size;
  }
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, bytes.read(wanted.size(), 1)));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, bytes.read(1, wanted.size())));
  EXPECT_TRUE(failed_with(Outcome::kCorrupt, bytes.read(~std::uint64_t{0}, 2)));
}

TEST_F(Compressed, RecordsAreFoundFromEveryOffsetAndTime) {
  request_.segment_bytes = 20'000;
  for (int i = 0; i < 100; ++i) log().append(5, {}, 100);
  archive_now();
  ASSERT_GT(segments().size(), 2U);
  ArchivedLog archived(*store_, "main", topic_, topic_.partitions.at(0));
  for (std::int64_t from = 0; from < 500; ++from) {
    EXPECT_EQ(read(from, from + 9), numbers(from, std::min<std::int64_t>(500, from + 9)));
    EXPECT_EQ(value_of(archived.offset_at(kFirstTime + from)), from);
  }
}

TEST_F(Compressed, TopicsThatProducersCompressedStayAsTheyAre) {
  for (const Codec codec : {Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
    log().append(5, with(codec), 300);
  }
  archive_now();
  EXPECT_THAT(forms(), ElementsAre(".log"));
  EXPECT_EQ(segments()[0].stored_bytes(), segments()[0].bytes);
}

TEST_F(Compressed, SegmentsGoOnAsTheyBeganWhenProducersChange) {
  cluster_.most_answer = 1500;  // so that what comes first says nothing of what follows
  for (int i = 0; i < 3; ++i) log().append(5, {}, 300);
  for (int i = 0; i < 3; ++i) log().append(5, with(Codec::kLz4), 300);
  archive_now();
  EXPECT_THAT(forms(), ElementsAre(".log.zst"));
  for (int i = 0; i < 5; ++i) log().append(5, with(Codec::kLz4), 3000);
  log().append(5, {}, 300);
  archive_now();
  EXPECT_THAT(forms(), ElementsAre(".log.zst", ".log"));
}

TEST_F(Compressed, AMarkerBeforeCompressedBatchesDecidesNothing) {
  BatchOptions options = with(Codec::kGzip);
  options.transactional = true;
  options.producer_id = 7;
  options.producer_epoch = 0;
  log().append(5, options, 100);
  run();  // not whole: the transaction is open
  log().end_transaction(7, 1);
  log().append(50, with(Codec::kGzip), 1000);
  archive_now();
  EXPECT_THAT(forms(), ElementsAre(".log", ".log"));
}

TEST_F(Compressed, SegmentsStandBesideOthersInOnePartition) {
  for (int round = 0; round < 4; ++round) {
    request_.compress = round % 2 == 1;
    log().append(20, {}, 100);
    archive_now();
  }
  EXPECT_THAT(forms(), ElementsAre(".log", ".log.zst", ".log", ".log.zst"));
  EXPECT_EQ(read(0, 80), numbers(0, 80));
  EXPECT_EQ(read(33, 47), numbers(33, 47));
  EXPECT_THAT(verify(VerifyLevel::kBatches), IsEmpty());
}

TEST_F(Compressed, SegmentsMakeTheirListOneThatOlderReadersRefuse) {
  log().append(5);
  request_.compress = false;
  archive_now();
  EXPECT_THAT(topic_.to_json(), AllOf(HasSubstr("\"format\": 1,"), Not(HasSubstr("zstd_bytes"))));
  request_.compress = true;
  log().append(5);
  archive_now();
  std::string list = topic_.to_json();
  EXPECT_THAT(list, AllOf(HasSubstr("\"format\": 2,"), HasSubstr("\"zstd_bytes\": ")));
  list.replace(list.find("\"format\": 2"), 11, "\"format\": 4");
  EXPECT_TRUE(failed_with(Outcome::kUsage, ArchivedTopic::from_json(list)));
}

TEST_F(Compressed, SegmentsWithAnyByteChangedAreFound) {
  for (int i = 0; i < 20; ++i) log().append(3, {}, 100);
  archive_now();
  ASSERT_THAT(forms(), ElementsAre(".log.zst"));
  const std::string sound = bytes_of(path(0));
  const std::vector<std::int64_t> all = numbers(0, 60);
  for (std::size_t byte = 0; byte < sound.size(); ++byte) {
    std::string damaged = sound;
    damaged[byte] = static_cast<char>(damaged[byte] ^ 0x10);
    write(path(0), damaged);
    EXPECT_THAT(verify(VerifyLevel::kHashes), ElementsAre(HasSubstr(key(0) + ": its SHA-256 is"))) << byte;
    error_ = {};
    const auto got = read(0, 60);
    // What is shown is true, whatever the damage.
    ASSERT_LE(got.size(), all.size());
    EXPECT_TRUE(std::equal(got.begin(), got.end(), all.begin())) << byte;
    EXPECT_TRUE(got.size() == all.size() || error_.outcome == Outcome::kCorrupt) << byte;
  }
  write(path(0), sound);
  EXPECT_THAT(verify(VerifyLevel::kBatches), IsEmpty());
}

TEST_F(Compressed, DamageIsNamedWithObjectBytesAndOffset) {
  for (int i = 0; i < 20; ++i) log().append(3, {}, 100);
  archive_now();
  const std::string sound = bytes_of(path(0));
  std::string damaged = sound;
  damaged[sound.size() / 2] = static_cast<char>(damaged[sound.size() / 2] ^ 1);
  write(path(0), damaged);
  const std::string place = "read '" + key(0) + "' at byte ";
  EXPECT_THAT(verify(VerifyLevel::kBatches),
              ElementsAre(HasSubstr("its SHA-256 is"),
                          AllOf(HasSubstr(key(0)), HasSubstr("the frame of segment bytes "),
                                HasSubstr("; offset "), HasSubstr(" and on cannot be read"))));
  EXPECT_THAT(verify(VerifyLevel::kPresence), IsEmpty());
  const auto got = read(0, 60);
  EXPECT_GT(got.size(), 0U);
  EXPECT_LT(got.size(), 60U);
  EXPECT_EQ(error_.outcome, Outcome::kCorrupt);
  EXPECT_THAT(error_.what, HasSubstr(place));
}

TEST_F(Compressed, SegmentsThatAreShorterLongerOrGoneAreFoundAtOnce) {
  log().append(20, {}, 100);
  archive_now();
  const std::string sound = bytes_of(path(0));
  for (const std::string& other : {sound.substr(0, sound.size() - 1), sound + "x", std::string()}) {
    write(path(0), other);
    EXPECT_THAT(verify(VerifyLevel::kPresence),
                ElementsAre(HasSubstr("bytes, not " + std::to_string(sound.size()))));
    EXPECT_THAT(read(0, 20), IsEmpty());
    EXPECT_EQ(error_.outcome, Outcome::kCorrupt);
    EXPECT_THAT(verify(VerifyLevel::kBatches), SizeIs(2));
  }
  std::filesystem::remove(path(0));
  EXPECT_THAT(verify(VerifyLevel::kPresence), ElementsAre(HasSubstr("it is missing")));
}

// Whoever writes the store can make hash and size fit; the frames must fit the segment all the same.
TEST_F(Compressed, ASeekTableThatLiesIsAnErrorAndNothingElse) {
  cluster_.most_answer = 1500;  // a frame each
  for (int i = 0; i < 20; ++i) log().append(3, {}, 100);
  archive_now();
  const std::string sound = bytes_of(path(0));
  std::mt19937_64 random(5);
  const std::size_t table = value_of(SeekTable::size_from_footer(Bytes(sound).substr(sound.size() - 9)));
  const SeekTable frames = value_of(
      SeekTable::parse(Bytes(sound).substr(sound.size() - table), sound.size(), segments()[0].bytes));
  ASSERT_GT(frames.frames().size(), 2U);
  for (int round = 0; round < 200; ++round) {
    SeekTable other;
    std::vector<SeekTable::Frame> moved = frames.frames();
    const std::size_t at = random() % (moved.size() - 1);
    if (round % 2 == 0) {  // the sums stay
      const auto by = static_cast<std::uint32_t>(1 + random() % (moved[at].size - 1));
      moved[at].size -= by;
      moved[at + 1].size += by;
    } else {
      const auto by = static_cast<std::uint32_t>(1 + random() % (moved[at].stored_size - 1));
      moved[at].stored_size -= by;
      moved[at + 1].stored_size += by;
    }
    for (const SeekTable::Frame& frame : moved) other.add(frame.stored_size, frame.size);
    write(path(0), sound.substr(0, sound.size() - table) + other.encode());
    error_ = {};
    const auto got = read(0, 60);
    EXPECT_EQ(got, numbers(0, static_cast<std::int64_t>(got.size())));
    EXPECT_LT(got.size(), 60U);
    EXPECT_EQ(error_.outcome, Outcome::kCorrupt);
    EXPECT_THAT(error_.what, HasSubstr("the frame of segment bytes"));
    EXPECT_THAT(verify(VerifyLevel::kBatches), SizeIs(2));
  }
}

}  // namespace
}  // namespace arkive::kafka::test
