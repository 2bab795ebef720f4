// Log directories of brokers without ZooKeeper, whose topics were made, filled from an archive.
#include "kafka/log/batch.h"
#include "tests/kafka/seed/seed_fixture.h"

namespace arkive::kafka::test {
namespace {

class KraftSeeding : public Seeding {
 protected:
  static void put(const std::string& path, const std::string& bytes) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    value_of(write_file_durably(path, bytes, IfExists::kReplace));
  }
  /// A formatted log directory; `topics`: partition directories in it, without a record, of the id given.
  void make_target(const std::vector<std::string>& partitions, char id = 'K') {
    const std::string data = scratch("data-1");
    put(data + "/meta.properties",
        "version=1\nnode.id=1\ncluster.id=target\ndirectory.id=9p3TXmXLQRa8sWJmXhTKEQ\n");
    put(data + "/__cluster_metadata-0/00000000000000000000.log", "records of the controllers");
    put(data + "/.kafka_cleanshutdown", "{\"version\":0,\"brokerEpoch\":12}");
    put(data + "/recovery-point-offset-checkpoint", "0\n1\nother 0 17\n");
    TopicId topic_id;
    topic_id.bytes.fill(static_cast<unsigned char>(id));
    for (const std::string& name : partitions) {
      const std::string directory = data + "/" + name + "/";
      put(directory + "partition.metadata", partition_metadata_text(topic_id));
      put(directory + "leader-epoch-checkpoint", "0\n0\n");
      put(directory + "00000000000000000000.log", "");
      put(directory + "00000000000000000000.index", std::string(10, '\0'));
    }
  }
  SeedOptions into_kraft() {
    SeedOptions kraft = options();
    kraft.into_kraft = true;
    return kraft;
  }
};

TEST_F(KraftSeeding, PartitionsGetTheArchivedRecordsUnderTheTargetsTopicIdsAndLeaderEpoch) {
  const SeedSource source = archived();
  make_target({"orders-0", "orders-1", "payments-0"});
  const SeedReport report = value_of(seed_with(source, into_kraft()));
  EXPECT_EQ(report.partitions.size(), 3U);
  const std::string data = scratch("data-1");
  const std::string wanted = cluster_.at("orders").bytes();
  const std::string got = log_in(data + "/orders-0");
  ASSERT_EQ(wanted.size(), got.size());
  std::size_t batches = 0;
  value_of(for_each_entry(got, CrcCheck::kYes, [&](const LogEntry& entry) {
    EXPECT_EQ(entry.leader_epoch, 0);
    ++batches;
  }));
  EXPECT_EQ(batches, 7U);
  EXPECT_EQ(value_of(read_file(data + "/orders-0/leader-epoch-checkpoint")), "0\n1\n0 0\n");
  TopicId id;
  id.bytes.fill('K');
  EXPECT_EQ(value_of(read_file(data + "/orders-0/partition.metadata")), partition_metadata_text(id));
  EXPECT_EQ(value_of(read_file(data + "/__cluster_metadata-0/00000000000000000000.log")),
            "records of the controllers");
  EXPECT_EQ(value_of(read_file(data + "/.kafka_cleanshutdown")), "{\"version\":0,\"brokerEpoch\":12}");
  const auto points =
      value_of(parse_offset_checkpoint(value_of(read_file(data + "/recovery-point-offset-checkpoint"))));
  EXPECT_EQ(points.at({"other", 0}), 17);
  EXPECT_EQ(points.at({"orders", 0}), 33);
  for (const auto& [name, bytes] : files_in(data)) EXPECT_EQ(name.find("arkive"), std::string::npos) << name;
}

TEST_F(KraftSeeding, ABrokerThatWasKilledStillChecksItsOtherLogs) {
  const SeedSource source = archived();
  make_target({"orders-0", "orders-1"});
  std::filesystem::remove(scratch("data-1") + "/.kafka_cleanshutdown");
  value_of(seed_with(source, into_kraft()));
  EXPECT_FALSE(path_exists(scratch("data-1") + "/.kafka_cleanshutdown"))
      << "the marker would say that the metadata log needs no recovery";
}

TEST_F(KraftSeeding, APartitionWithRecordsIsRefusedAndLeftAsItIs) {
  const SeedSource source = archived();
  make_target({"orders-0", "orders-1"});
  put(scratch("data-1") + "/orders-1/00000000000000000000.log", "a record");
  const auto before = files_in(scratch("data-1"));
  EXPECT_TRUE(refused(seed_with(source, into_kraft()), Outcome::kConflict, "orders-1"));
  EXPECT_EQ(files_in(scratch("data-1")), before);
}

TEST_F(KraftSeeding, APartitionThatTheArchiveDoesNotHaveIsRefused) {
  const SeedSource source = archived();
  make_target({"orders-0", "orders-1", "orders-2"});
  EXPECT_TRUE(refused(seed_with(source, into_kraft()), Outcome::kConflict, "2 partitions"));
}

TEST_F(KraftSeeding, TopicsThatWereNotMadeAreNamed) {
  const SeedSource source = archived();
  make_target({"orders-0", "orders-1"});
  const SeedReport report = value_of(seed_with(source, into_kraft()));
  std::string notes;
  for (const std::string& note : report.notes) notes += note + "\n";
  EXPECT_NE(notes.find("topic payments"), std::string::npos) << notes;
}

TEST_F(KraftSeeding, DirectoriesOfABrokerWithZooKeeperOrUnformattedOnesAreRefused) {
  const SeedSource source = archived();
  EXPECT_TRUE(refused(seed_with(source, into_kraft()), Outcome::kNotFound, "kafka-storage.sh format"));
  make_target({"orders-0", "orders-1"});
  put(scratch("data-1") + "/meta.properties", "version=0\nbroker.id=1\ncluster.id=target\n");
  EXPECT_TRUE(refused(seed_with(source, into_kraft()), Outcome::kConflict, "ZooKeeper"));
  make_target({"orders-0", "orders-1"});
  SeedOptions other = into_kraft();
  other.broker = 5;
  EXPECT_TRUE(refused(seed_with(source, other), Outcome::kConflict, "broker 1"));
}

}  // namespace
}  // namespace arkive::kafka::test
