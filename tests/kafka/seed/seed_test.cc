// Log directories of brokers with ZooKeeper, seeded.
#include <sys/stat.h>
#include <unistd.h>

#include "kafka/log_directories/producer_snapshot.h"
#include "tests/kafka/seed/seed_fixture.h"
#include "tests/support/evil_names.h"

namespace arkive::kafka::test {
namespace {

TEST_F(Seeding, ALogDirectoryHoldsTheBytesOfTheBrokersLogsAndWhatItTakesForItsOwn) {
  const SeedSource source = archived();
  const SeedReport report = value_of(seed_with(source, options()));
  EXPECT_TRUE(report.missing.empty());
  EXPECT_EQ(report.partitions.size(), 5U);
  EXPECT_EQ(report.highest_producer_id, 8);
  EXPECT_EQ(report.highest_leader_epoch, 1);

  const std::string data = scratch("data-1");
  for (const auto& [name, topic] : cluster_.topics) {
    for (const auto& [number, partition] : topic.partitions) {
      const std::string directory = data + "/" + name + "-" + std::to_string(number);
      EXPECT_TRUE(same(partition.bytes(partition.log_start), log_in(directory))) << directory;
      EXPECT_EQ(value_of(parse_partition_metadata(value_of(read_file(directory + "/partition.metadata")))),
                topic.id);
    }
  }
  EXPECT_EQ(value_of(MetaProperties::parse(value_of(read_file(data + "/meta.properties")))),
            (MetaProperties{0, 1, "seeded-cluster-id-0001", ""}));
  EXPECT_EQ(value_of(read_file(data + "/orders-0/leader-epoch-checkpoint")), "0\n2\n0 0\n1 30\n");
  EXPECT_TRUE(is_open_to_brokers(data));
  const auto ends =
      value_of(parse_offset_checkpoint(value_of(read_file(data + "/replication-offset-checkpoint"))));
  EXPECT_EQ(ends.at({"orders", 0}), 33);
  EXPECT_EQ(ends.at({"empty", 0}), 0);
  const auto starts =
      value_of(parse_offset_checkpoint(value_of(read_file(data + "/log-start-offset-checkpoint"))));
  EXPECT_EQ(starts, (OffsetCheckpoint{{{"trimmed", 0}, 12}})) << "its first batch begins at offset 10";
}

TEST_F(Seeding, WhatABrokerRemembersOfProducersIsInItsSnapshot) {
  const SeedSource source = archived();
  value_of(seed_with(source, options()));
  const std::string path = scratch("data-1") + "/payments-0/00000000000000000008.snapshot";
  const ProducerStates states = value_of(ProducerStates::parse(value_of(read_file(path))));
  ASSERT_EQ(states.states().size(), 2U);
  const ProducerState& committed = states.states().at(8);
  EXPECT_EQ(committed.last_sequence, 42);
  EXPECT_EQ(committed.last_offset, 2);
  EXPECT_EQ(committed.offset_delta, 2);
  EXPECT_EQ(committed.transaction_start, -1) << "its marker ended it";
}

TEST_F(Seeding, AllReplicasOfAPartitionAreIdentical) {
  SeedSource source = archived();
  for (ArchivedTopic& topic : source.topics) {
    for (ArchivedPartition& partition : topic.partitions) partition.replicas = {1, 2};
  }
  SeedOptions of_two = options();
  value_of(seed_with(source, of_two));
  of_two.broker = 2;
  of_two.log_directories = {scratch("two")};
  value_of(seed_with(source, of_two));
  auto one = files_in(scratch("data-1"));
  auto two = files_in(scratch("two"));
  EXPECT_NE(one.at("meta.properties"), two.at("meta.properties"));
  one.erase("meta.properties");
  two.erase("meta.properties");
  EXPECT_EQ(one, two);
}

TEST_F(Seeding, CompressedSegmentsAreSeededAsTheLogTheyHold) {
  SeedSource source = archived();
  value_of(seed_with(source, options()));
  std::filesystem::remove_all(scratch("store"));
  std::filesystem::create_directory(scratch("store"));
  store_ = value_of(DirectoryStore::open(scratch("store")));
  request_.compress = true;
  request_.segment_bytes = 1500;
  source = archived();
  ASSERT_TRUE(source.topics.front().has_compressed_segments() ||
              source.topics.back().has_compressed_segments());
  SeedOptions elsewhere = options();
  elsewhere.log_directories = {scratch("packed")};
  value_of(seed_with(source, elsewhere));
  for (const char* const name : {"orders-0", "orders-1", "payments-0", "trimmed-0"}) {
    EXPECT_TRUE(same(log_in(scratch("data-1") + "/" + name), log_in(scratch("packed") + "/" + name))) << name;
  }
}

TEST_F(Seeding, OfSeveralGenerationsOfALogTheNewestIsSeeded) {
  (void)archived();
  // An unclean leader election: the log is another one from offset 10 on.
  ScriptedPartition& log = cluster_.at("orders");
  while (log.end() > 10) log.entries.pop_back();
  log.begin_epoch();
  for (int batch = 0; batch < 7; ++batch) log.append(2, {}, 300);
  const SeedSource source = archived();
  const ArchivedTopic& orders =
      topic_of(*store_, value_of(archive_runs(*store_, "main", Deadline::never())).back(), "orders");
  ASSERT_GT(orders.find(0)->generation, 0);
  value_of(seed_with(source, options()));
  EXPECT_TRUE(same(log.bytes(), log_in(scratch("data-1") + "/orders-0")));
}

TEST_F(Seeding, EverythingBelongsToTheOwnerThatIsAskedForAndToNobodyElse) {
  // Only root may give files away.
  const bool is_root = ::geteuid() == 0;
  const uid_t owner = is_root ? 1234 : ::geteuid();
  const gid_t group = is_root ? 4321 : ::getegid();
  const SeedSource source = archived();
  SeedOptions given = options();
  given.owner = owner;
  given.group = group;
  value_of(seed_with(source, given));
  std::size_t files = 0;
  const auto check = [&](const std::string& path) {
    struct stat facts = {};
    ASSERT_EQ(::lstat(path.c_str(), &facts), 0) << path;
    EXPECT_EQ(facts.st_uid, owner) << path;
    EXPECT_EQ(facts.st_gid, group) << path;
    EXPECT_EQ(facts.st_mode & 077U, 0U) << path;
    ++files;
  };
  check(scratch("data-1"));
  for (const auto& [name, bytes] : files_in(scratch("data-1"))) check(scratch("data-1") + "/" + name);
  EXPECT_GT(files, 20U);
}

TEST_F(Seeding, SeveralLogDirectoriesGetAboutTheSameNumberOfBytes) {
  const SeedSource source = archived();
  const SeedReport report = value_of(seed_with(source, options(2)));
  std::map<std::string, std::uint64_t> bytes;
  for (const SeededPartition& partition : report.partitions)
    bytes[partition.directory.substr(0, partition.directory.rfind('/'))] += partition.bytes;
  ASSERT_EQ(bytes.size(), 2U);
  EXPECT_LT(std::max(bytes.begin()->second, bytes.rbegin()->second),
            3 * std::min(bytes.begin()->second, bytes.rbegin()->second));
  for (const char* const data : {"data-1", "data-2"}) {
    EXPECT_TRUE(path_exists(scratch(data) + "/meta.properties"));
    const auto points = value_of(
        parse_offset_checkpoint(value_of(read_file(scratch(data) + "/recovery-point-offset-checkpoint"))));
    for (const auto& [partition, offset] : points)
      EXPECT_TRUE(path_exists(scratch(data) + "/" + partition.text()))
          << "checkpoints name what is beside them";
  }
}

TEST_F(Seeding, ADirectoryThatIsNotEmptyIsRefusedByNameAndLeftAlone) {
  const SeedSource source = archived();
  const std::string data = scratch("data-1");
  std::filesystem::create_directories(data + "/lost+found");
  std::filesystem::create_directories(data + "/orders-0");
  EXPECT_TRUE(refused(seed_with(source, options()), Outcome::kConflict, "orders-0"));
  EXPECT_EQ(files_in(data).size(), 2U);
  std::filesystem::remove(data + "/orders-0");
  EXPECT_TRUE(succeeded(seed_with(source, options()))) << "lost+found is what a file system puts there";
  EXPECT_TRUE(refused(seed_with(source, options()), Outcome::kConflict, "empty directories"));
}

TEST_F(Seeding, ADryRunWritesNothing) {
  const SeedSource source = archived();
  SeedOptions dry = options(2);
  dry.dry_run = true;
  const SeedReport report = value_of(seed_with(source, dry));
  EXPECT_EQ(report.partitions.size(), 5U);
  EXPECT_FALSE(path_exists(scratch("data-1")));
}

TEST_F(Seeding, OfADamagedPartitionNothingBecomesVisibleAndItIsNamed) {
  const SeedSource source = archived();
  const ArchivedTopic orders =
      topic_of(*store_, value_of(archive_runs(*store_, "main", Deadline::never())).back(), "orders");
  const std::string key = log_key("main", orders, 0, orders.find(0)->segments.front());
  flip(scratch("store") + "/" + key, 100);
  const SeedReport report = value_of(seed_with(source, options()));
  ASSERT_EQ(report.missing.size(), 1U);
  EXPECT_EQ(report.missing[0].object, "partition orders-0");
  EXPECT_NE(report.missing[0].cause.find(key), std::string::npos) << report.missing[0].cause;
  EXPECT_FALSE(path_exists(scratch("data-1") + "/orders-0"));
  EXPECT_TRUE(path_exists(scratch("data-1") + "/orders-1"));
  const auto ends = value_of(
      parse_offset_checkpoint(value_of(read_file(scratch("data-1") + "/replication-offset-checkpoint"))));
  EXPECT_FALSE(ends.contains({"orders", 0})) << "a checkpoint of a log that is not there";
}

TEST_F(Seeding, ATamperedSegmentWithRightChecksumsIsFoundByItsHash) {
  const SeedSource source = archived();
  const ArchivedTopic orders =
      topic_of(*store_, value_of(archive_runs(*store_, "main", Deadline::never())).back(), "orders");
  // The leader epoch of a batch, which its CRC does not cover.
  flip(scratch("store") + "/" + log_key("main", orders, 1, orders.find(1)->segments.front()), 15);
  const SeedReport report = value_of(seed_with(source, options()));
  ASSERT_EQ(report.missing.size(), 1U);
  EXPECT_NE(report.missing[0].cause.find("SHA-256"), std::string::npos);
  EXPECT_FALSE(path_exists(scratch("data-1") + "/orders-1"));
}

TEST_F(Seeding, NoNameOfAnArchiveLeadsOutOfTheLogDirectory) {
  SeedSource source = archived();
  std::vector<std::string> names = arkive::test::evil_names();
  names.insert(names.end(), {"../out", "../../out", "/tmp/out", ".", "..", "a/b", ""});
  for (const std::string& name : names) {
    if (is_topic_name(name)) continue;
    SeedSource evil = source;
    evil.topics.front().name = name;
    EXPECT_FALSE(seed_with(evil, options())) << name;
    EXPECT_FALSE(path_exists(scratch("data-1"))) << name;
  }
  EXPECT_FALSE(path_exists(scratch("out-0")));
}

TEST_F(Seeding, AnArchiveWithoutTheBrokersOwnBytesIsRefused) {
  SeedSource source = archived();
  source.index.source = "librdkafka";
  EXPECT_TRUE(refused(seed_with(source, options()), Outcome::kUsage, "librdkafka"));
}

TEST_F(Seeding, FilesAreForTheirOwnerAlone) {
  value_of(seed_with(archived(), options()));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch("data-1"))) {
    struct stat facts {};
    ASSERT_EQ(::lstat(entry.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, entry.is_directory() ? 0700U : 0600U) << entry.path();
  }
}

TEST_F(Seeding, AnUnfinishedSeedOfSomethingElseIsNotGoneOnWith) {
  const SeedSource source = archived();
  std::filesystem::create_directories(scratch("data-1") + "/.arkive-seed-in-progress-0123456789abcdefx");
  std::filesystem::create_directories(scratch("data-1") + "/orders-0");
  EXPECT_TRUE(refused(seed_with(source, options()), Outcome::kConflict, "was not finished"));
}

}  // namespace
}  // namespace arkive::kafka::test
