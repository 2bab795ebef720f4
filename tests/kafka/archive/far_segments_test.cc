// Segments of a store that is far away, where they are read ahead: they give what those at hand give.
#include <random>

#include "kafka/archive/archived_log.h"
#include "kafka/archive/verify.h"
#include "stores/encrypted/encrypted_store.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/support/far_store.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::FarStore;
using testing::IsEmpty;

struct Form {
  const char* name;
  bool compressed;
  bool sealed;
};

class FarSegments : public ScriptedArchive, public testing::WithParamInterface<Form> {
 protected:
  /// One segment of some mebibytes, stored as the form says.
  FarSegments() {
    auto far = std::make_unique<FarStore>(std::move(store_));
    far_ = far.get();
    store_ = std::move(far);
    if (GetParam().sealed) {
      store_ = std::make_unique<EncryptedStore>(
          std::move(store_), encrypted::StoreKey("5f0c1e2d3b4a59687786958493a2b1c0",
                                                 encrypted::Secret(std::string(encrypted::kKeySize, 'k')),
                                                 encrypted::kDefaultChunk, false));
    }
    cluster_.make("orders");
    cluster_.most_answer = 5'000'000;
    request_.compress = GetParam().compressed;
    std::mt19937_64 random(7);
    ScriptedPartition& log = cluster_.at("orders");
    while (log.bytes().size() < 6'000'000) {
      std::vector<SentRecord> records(1);
      records[0].offset = log.end();
      records[0].value = std::string(random() % 700'000, 'x');
      for (char& c : *records[0].value) c = static_cast<char>('a' + random() % 16);
      BatchOptions options;
      options.first_offset = log.end();
      log.entries.push_back({log.end(), log.end(), encode_batch(options, records)});
    }
    topic_ = topic_of(*store_, run_whole().manifest, "orders");
    EXPECT_EQ(topic_.partitions.at(0).segments.size(), 1U);
  }
  std::string log() const { return log_key("main", topic_, 0, topic_.partitions.at(0).segments.at(0)); }

  struct Walked {
    std::vector<std::int64_t> offsets;
    std::string error;  ///< empty: none

    bool operator==(const Walked&) const = default;
  };
  Walked walk(bool is_far, std::int64_t from = 0) {
    far_->is_far = is_far;
    Walked walked;
    ArchivedLog archived(*store_, "main", topic_, topic_.partitions.at(0));
    const Status done = archived.for_each_record(
        from, INT64_MAX, [&](const RecordPlace&, const Record& record) -> Result<Walk> {
          walked.offsets.push_back(record.offset);
          return Walk::kOn;
        });
    if (!done) walked.error = done.error().what;
    return walked;
  }
  std::vector<std::string> verify(bool is_far, VerifyLevel level) {
    far_->is_far = is_far;
    VerifyOptions options;
    options.level = level;
    std::vector<std::string> lines;
    for (const Finding& finding : value_of(verify_archive(*store_, "main", "", options)).findings)
      lines.push_back(finding.object + ": " + finding.what);
    return lines;
  }

  FarStore* far_;
  ArchivedTopic topic_;
};

TEST_P(FarSegments, GiveEveryRecordFromWhereverOneBegins) {
  const Walked all = walk(false);
  ASSERT_EQ(all.error, "");
  EXPECT_EQ(far_->streams, 0);
  EXPECT_EQ(walk(true), all);
  EXPECT_GT(far_->streams, 0);
  const auto end = static_cast<std::int64_t>(all.offsets.size());
  for (std::int64_t from = 0; from < end; from += end / 5) EXPECT_EQ(walk(true, from), walk(false, from));
}

TEST_P(FarSegments, AreProvenAndWhatIsDamagedIsNamedAsAtHand) {
  EXPECT_THAT(verify(true, VerifyLevel::kBatches), IsEmpty());
  const std::string path = scratch("store/") + log();
  const std::string sound = value_of(read_file(path));
  for (const std::size_t at : {sound.size() / 10, sound.size() / 2, sound.size() * 9 / 10}) {
    std::string damaged = sound;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << damaged;
    for (const VerifyLevel level : {VerifyLevel::kHashes, VerifyLevel::kBatches})
      EXPECT_EQ(verify(true, level), verify(false, level)) << at;
    const Walked at_hand = walk(false);
    EXPECT_NE(at_hand.error, "") << at;
    EXPECT_EQ(walk(true), at_hand) << at;
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, FarSegments,
                         testing::Values(Form{"plain", false, false}, Form{"compressed", true, false},
                                         Form{"sealed", false, true}, Form{"both", true, true}),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace arkive::kafka::test
