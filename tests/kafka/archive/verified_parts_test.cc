// verify --part N/M: a week, or a month, of parts reads every partition, and none twice.
#include <mutex>
#include <set>

#include "kafka/archive/verify.h"
#include "tests/kafka/archive/archive_fixture.h"
#include "tests/support/forwarding_store.h"
#include "tests/support/next_moment.h"
#include "tests/support/scoreboard.h"

namespace arkive::kafka::test {
namespace {

using arkive::test::ForwardingStore;
using arkive::test::scoreboard;

constexpr int kTopics = 12;
constexpr int kPartitionsOfEach = 5;

/// Takes down which objects of segments are read.
class ReadingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Result<std::string> get(std::string_view key, std::uint64_t offset, std::uint64_t size,
                          Deadline deadline) const override {
    if (key.starts_with("topics/")) {
      const std::lock_guard lock(mutex_);
      read_.emplace(key);
    }
    return ForwardingStore::get(key, offset, size, deadline);
  }
  std::set<std::string> read() const { return read_; }

 private:
  mutable std::mutex mutex_;
  mutable std::set<std::string> read_;
};

class VerifiedParts : public ScriptedArchive {
 protected:
  VerifiedParts() {
    for (int topic = 0; topic < kTopics; ++topic)
      cluster_.make("t" + std::to_string(topic), kPartitionsOfEach);
    append_to_each_and_run();
    append_to_each_and_run();
  }
  void append_to_each_and_run() {
    arkive::test::until_next_moment();
    for (auto& [name, topic] : cluster_.topics) {
      for (auto& [number, log] : topic.partitions) log.append(2);
    }
    newest_ = run_whole().manifest;
  }
  /// What a verify of one part reads: objects of segments.
  std::set<std::string> read_in(std::uint32_t part, std::uint32_t parts, VerifyReport& report) const {
    const ReadingStore store(value_of(DirectoryStore::open(scratch("store"))));
    VerifyOptions options;
    options.part = part;
    options.parts = parts;
    report = value_of(verify_archive(store, "main", {}, options));
    return store.read();
  }
  /// A byte of the last segment of each partition; their keys.
  std::set<std::string> damage_each() const {
    std::set<std::string> keys;
    for (int number = 0; number < kTopics; ++number) {
      const ArchivedTopic topic = topic_of(*store_, newest_, "t" + std::to_string(number));
      for (const ArchivedPartition& partition : topic.partitions) {
        const std::string key = log_key("main", topic, partition.partition, partition.segments.back());
        flip(scratch("store") + "/" + key, 70);
        keys.insert(key);
      }
    }
    return keys;
  }

  Manifest newest_;
};

TEST_F(VerifiedParts, TogetherReadEveryObjectAndNoneTwice) {
  VerifyReport whole;
  const std::set<std::string> all = read_in(1, 1, whole);
  EXPECT_EQ(whole.segments, 2U * kTopics * kPartitionsOfEach);
  for (const std::uint32_t parts : {5U, 30U}) {
    std::set<std::string> read;
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;
    for (std::uint32_t part = 1; part <= parts; ++part) {
      VerifyReport report;
      for (const std::string& key : read_in(part, parts, report))
        EXPECT_TRUE(read.insert(key).second) << key << " is in part " << part << " and in one before it";
      EXPECT_TRUE(report.findings.empty());
      EXPECT_EQ(report.lists, whole.lists) << "lists are read whole in each part";
      segments += report.segments;
      bytes += report.bytes;
    }
    EXPECT_EQ(read, all);
    EXPECT_EQ(segments, whole.segments);
    EXPECT_EQ(bytes, whole.bytes);
  }
}

TEST_F(VerifiedParts, FindWhateverIsDamagedInOneOfThem) {
  const std::set<std::string> damaged = damage_each();
  ASSERT_EQ(damaged.size(), static_cast<std::size_t>(kTopics * kPartitionsOfEach));
  std::uint64_t injected = 0;
  std::uint64_t seen = 0;
  std::uint64_t failures = 0;
  for (const std::uint32_t parts : {5U, 30U}) {
    std::multiset<std::string> found;
    for (std::uint32_t part = 1; part <= parts; ++part) {
      VerifyOptions options;
      options.level = VerifyLevel::kHashes;
      options.part = part;
      options.parts = parts;
      for (const Finding& finding : value_of(verify_archive(*store_, "main", {}, options)).findings)
        found.insert(finding.object);
    }
    injected += damaged.size();
    for (const std::string& key : damaged) {
      seen += found.count(key) > 0 ? 1 : 0;
      failures += found.count(key) == 1 ? 0 : 1;
      EXPECT_EQ(found.count(key), 1U) << key << " of " << parts << " parts";
    }
    EXPECT_EQ(found.size(), damaged.size());
  }
  scoreboard("verify_in_parts", 0, injected, seen, failures);
}

/// So that a week of nights reads all of it though every night brings new segments.
TEST_F(VerifiedParts, HoldTheSamePartitionsAsThingsAreArchived) {
  const auto partitions_in = [&](std::uint32_t part) {
    std::set<std::string> all;
    VerifyReport report;
    for (const std::string& key : read_in(part, 5, report)) all.insert(key.substr(0, key.rfind('/')));
    return all;
  };
  std::vector<std::set<std::string>> before;
  for (std::uint32_t part = 1; part <= 5; ++part) before.push_back(partitions_in(part));
  cluster_.make("new", 3);
  append_to_each_and_run();
  for (std::uint32_t part = 1; part <= 5; ++part) {
    const std::set<std::string> now = partitions_in(part);
    EXPECT_TRUE(std::includes(now.begin(), now.end(), before[part - 1].begin(), before[part - 1].end()));
  }
}

}  // namespace
}  // namespace arkive::kafka::test
