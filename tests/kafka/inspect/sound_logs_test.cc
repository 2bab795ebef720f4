// What a report tells of log directories that nothing is wrong with.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "kafka/log/transaction_state.h"
#include "tests/kafka/inspect/inspect_fixture.h"

namespace arkive::kafka::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Kind = PartitionDirectory::Kind;

TEST_F(InspectTest, APartitionIsToldFromItsSegmentsAndItsSmallFiles) {
  write(segment(100), batch(100, 5, {2, 4000}) + batch(105, 5, {3, 17}));
  write(segment(110), batch(110, 1, {3}));
  write("logs/orders-0/leader-epoch-checkpoint", "0\n3\n2 100\n3 105\n9 111\n");
  write("logs/orders-0/partition.metadata", "version: 0\ntopic_id: kBjE2EKdQfKjHbdcHDVvuA");
  write("logs/replication-offset-checkpoint", "0\n1\norders 0 108\n");
  write("logs/log-start-offset-checkpoint", "0\n1\norders 0 103\n");
  // None of these is a segment.
  for (const char* const ending :
       {".index", ".timeindex", ".txnindex", ".snapshot", ".log.deleted", ".log.cleaned"}) {
    write(segment(500, "orders-0", ending), "no batch");
  }
  write("logs/orders-0/55.log", "no batch");
  const InspectedDirectory directory = inspect_directory();
  EXPECT_EQ(directory.meta, (MetaProperties{0, 1, kCluster, ""}));
  EXPECT_TRUE(directory.clean_shutdown);
  EXPECT_FALSE(directory.in_use);
  InspectedPartition wanted;
  wanted.directory = "orders-0";
  wanted.partition = {"orders", 0};
  wanted.topic_id = value_of(TopicId::from_text("kBjE2EKdQfKjHbdcHDVvuA"));
  wanted.log_start = 103;
  wanted.log_end = 111;
  wanted.high_watermark = 108;
  wanted.bytes = (batch(100, 5) + batch(105, 5) + batch(110, 1)).size();
  wanted.segments = 2;
  wanted.batches = 3;
  wanted.last_epoch = 3;
  wanted.highest_epoch = 9;
  wanted.highest_producer_id = 4000;
  EXPECT_EQ(directory.partitions, std::vector{wanted});
  EXPECT_TRUE(inspect().is_sound());
  EXPECT_EQ(inspect().broker, 1);
  InspectOptions headers_only;
  headers_only.check_batches = false;
  EXPECT_EQ(inspect_partition(headers_only), wanted);
}

TEST_F(InspectTest, DirectoriesOfEveryKindAreToldApartAndOthersAreNoPartitions) {
  const std::string id = "0123456789abcdef0123456789abcdef";
  for (const std::string& name :
       {"a-0." + id + "-delete", "b-1." + id + "-future", "c-2." + id + "-stray", std::string("d-3")}) {
    write("logs/" + name + "/" + segment_file_name(0, ".log"), batch(0, 2));
  }
  make_directory("logs/lost+found");
  make_directory("logs/no partition-1");
  write("logs/file-0", "a file");
  write("logs/replication-offset-checkpoint", "0\n2\na 0 1\nb 1 2\n");
  const InspectedDirectory directory = inspect_directory();
  ASSERT_EQ(directory.partitions.size(), 4U);
  const Kind kinds[] = {Kind::kDelete, Kind::kFuture, Kind::kStray, Kind::kLive};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(directory.partitions[i].kind, kinds[i]);
    EXPECT_EQ(directory.partitions[i].log_end, 2);
  }
  EXPECT_EQ(directory.partitions[0].high_watermark, std::nullopt);
  EXPECT_EQ(directory.partitions[1].high_watermark, 2);
}

TEST_F(InspectTest, AnEmptyLogEndsWhereItsSegmentBegins) {
  write(segment(0, "never-0"), "");
  write(segment(70, "emptied-0"), "");
  write(segment(3, "rolled-0"), batch(3, 2));
  write(segment(9, "rolled-0"), "");
  make_directory("logs/fresh-0");
  // As brokers make them at first.
  write("logs/fresh-0/leader-epoch-checkpoint", "");
  write("logs/replication-offset-checkpoint", "");
  const InspectedDirectory directory = inspect_directory();
  std::vector<std::pair<std::int64_t, std::int64_t>> bounds;
  for (const InspectedPartition& one : directory.partitions) bounds.emplace_back(one.log_start, one.log_end);
  EXPECT_EQ(bounds, (std::vector<std::pair<std::int64_t, std::int64_t>>{{70, 70}, {0, 0}, {0, 0}, {3, 9}}));
  EXPECT_TRUE(inspect().is_sound());
}

TEST_F(InspectTest, OldMessagesAreReadAndHaveNeitherEpochNorProducer) {
  write(segment(0), encode_message(0, {0, 0, "k", "v", {}}) +
                        encode_message(1, {1, 5, std::nullopt, "w", {}}) +
                        encode_wrapper({}, {{2, 7, "a", "b", {}}, {3, 8, "c", "d", {}}}));
  const InspectedPartition partition = inspect_partition();
  EXPECT_EQ(partition.damage_count, 0U);
  EXPECT_EQ(partition.log_end, 4);
  EXPECT_EQ(partition.batches, 3U);
  EXPECT_EQ(partition.last_epoch, -1);
  EXPECT_EQ(partition.highest_epoch, -1);
  EXPECT_EQ(partition.highest_producer_id, -1);
}

std::string transaction_state(std::int64_t producer_id) {
  std::string value;
  append_big_endian<std::int16_t>(value, 0);
  append_big_endian(value, producer_id);
  append_big_endian<std::int16_t>(value, 4);
  append_big_endian<std::int32_t>(value, 60'000);
  value.push_back(1);
  return value;
}

TEST_F(InspectTest, ProducerIdsOfTransactionStatesCountEvenWhenOnlyHeadersAreRead) {
  BatchOptions options;
  options.codec = Codec::kGzip;
  write(segment(0, "__transaction_state-7"),
        encode_batch(options, {{0, 1, "one", transaction_state(5000), {}},
                               {1, 1, "two", transaction_state(9000), {}},
                               {2, 1, "one", std::nullopt, {}}}));
  InspectOptions headers_only;
  headers_only.check_batches = false;
  EXPECT_EQ(inspect_partition().highest_producer_id, 9000);
  EXPECT_EQ(inspect_partition(headers_only).highest_producer_id, 9000);
  EXPECT_EQ(inspect_partition().damage_count, 0U);
}

TEST_F(InspectTest, ASwapThatWasBegunTakesThePlaceOfWhatItHolds) {
  write(segment(0), batch(0, 5));
  write(segment(5), batch(5, 5));
  write(segment(10), batch(10, 5));
  write(segment(0, "orders-0", ".log.swap"), batch(2, 1) + batch(8, 2));
  const InspectedPartition partition = inspect_partition();
  EXPECT_EQ(partition.damage_count, 0U) << partition.damage.at(0).cause;
  EXPECT_EQ(partition.batches, 3U);
  EXPECT_EQ(partition.segments, 2U);
  EXPECT_EQ(partition.log_end, 15);
  // While another part of it has its first name still, all of it is thrown away.
  write(segment(0, "orders-0", ".index.cleaned"), "");
  EXPECT_EQ(inspect_partition().segments, 3U);
}

TEST_F(InspectTest, APreallocatedTailIsNoDamageAfterAKill) {
  write(segment(0), batch(0, 5) + std::string(5'000'000, '\0'));
  end_by_a_kill();
  InspectedPartition partition = inspect_partition();
  EXPECT_EQ(partition.damage_count, 0U);
  EXPECT_FALSE(partition.cut_short);
  EXPECT_EQ(partition.log_end, 5);
  end_in_good_order();
  partition = inspect_partition();
  ASSERT_EQ(partition.damage_count, 1U);
  EXPECT_THAT(partition.damage[0].cause, HasSubstr("zeros"));
}

/// Another process that locks a file as Java's FileChannel.tryLock() does.
class LockHolder {
 public:
  explicit LockHolder(const std::string& path) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    id_ = ::fork();
    if (id_ == 0) {
      struct flock lock = {};
      lock.l_type = F_WRLCK;
      lock.l_whence = SEEK_SET;
      const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
      const char said = fd >= 0 && ::fcntl(fd, F_SETLK, &lock) == 0 ? 'y' : 'n';
      if (::write(ends[1], &said, 1) != 1) ::_exit(1);
      ::pause();
      ::_exit(0);
    }
    char said = 'n';
    if (::read(ends[0], &said, 1) != 1 || said != 'y') ADD_FAILURE() << "the lock is taken";
    (void)::close(ends[0]);
    (void)::close(ends[1]);
  }
  ~LockHolder() {
    (void)::kill(id_, SIGKILL);
    (void)::waitpid(id_, nullptr, 0);
  }

 private:
  pid_t id_ = -1;
};

TEST_F(InspectTest, ADirectoryWhoseLockIsHeldIsInUse) {
  write(segment(0), batch(0, 5).substr(0, 90));
  {
    const LockHolder broker(scratch("logs/.lock"));
    EXPECT_TRUE(inspect_directory().in_use);
    EXPECT_FALSE(inspect().is_sound());
    // A broker at work may be in the middle of it.
    EXPECT_EQ(inspect_partition().damage_count, 0U);
    EXPECT_TRUE(inspect_partition().cut_short);
  }
  // The file stays behind, the lock does not.
  EXPECT_TRUE(std::filesystem::exists(scratch("logs/.lock")));
  EXPECT_FALSE(inspect_directory().in_use);
}

TEST_F(InspectTest, BatchesLargerThanAnyBufferAreReadAndChecked) {
  std::string large = batch(3, 1, {1, 50, 20 << 20});
  write(segment(0), batch(0, 3) + large + batch(4, 2));
  InspectedPartition partition = inspect_partition();
  EXPECT_EQ(partition.damage_count, 0U);
  EXPECT_EQ(partition.batches, 3U);
  EXPECT_EQ(partition.log_end, 6);
  InspectOptions headers_only;
  headers_only.check_batches = false;
  EXPECT_EQ(inspect_partition(headers_only), partition);
  large[large.size() / 2] ^= 1;
  write(segment(0), batch(0, 3) + large + batch(4, 2));
  partition = inspect_partition();
  EXPECT_EQ(partition.damage_count, 1U);
  EXPECT_EQ(partition.damage.at(0).position, batch(0, 3).size());
  EXPECT_EQ(partition.batches, 2U);
  EXPECT_EQ(partition.log_end, 3);
}

TEST_F(InspectTest, SeveralDirectoriesAreOneBrokers) {
  write("more/meta.properties", MetaProperties{0, 1, kCluster, ""}.text());
  make_directory("empty");
  write(segment(0), batch(0, 1));
  const LogsReport report =
      value_of(inspect_logs({scratch("more"), scratch("logs"), scratch("empty")}, InspectOptions()));
  ASSERT_EQ(report.directories.size(), 3U);
  EXPECT_EQ(report.directories[1].path, scratch("logs"));
  EXPECT_FALSE(report.directories[0].is_empty());
  EXPECT_TRUE(report.directories[2].is_empty());
  EXPECT_EQ(report.broker, 1);
  EXPECT_NE(report.host, "");
  EXPECT_EQ(value_of(LogsReport::from_json(report.to_json())), report);
}

TEST_F(InspectTest, ManyPartitionsAreToldInTheirOrderByAnyNumberOfWorkers) {
  for (int i = 0; i < 60; ++i) {
    write(segment(0, "topic-" + std::to_string(i)),
          batch(0, i + 1, {i, i * 10}) + (i % 7 == 3 ? "garbage, and a lot of it" : ""));
  }
  InspectOptions options;
  options.workers = 1;
  const InspectedDirectory wanted = inspect_directory(options);
  ASSERT_EQ(wanted.partitions.size(), 60U);
  for (const int workers : {0, 2, 8}) {
    options.workers = workers;
    std::atomic<std::uint64_t> bytes{0};
    options.on_progress = [&](std::uint64_t more) { bytes += more; };
    EXPECT_EQ(inspect_directory(options), wanted);
    EXPECT_GT(bytes, 10'000U);
  }
}

TEST_F(InspectTest, WhatIsNoRequestIsRefused) {
  EXPECT_TRUE(failed_with(Outcome::kUsage, inspect_logs({}, {})));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, inspect_logs({scratch("absent")}, {})));
  EXPECT_TRUE(failed_with(Outcome::kNotFound, inspect_logs({scratch("logs/meta.properties")}, {})));
  EXPECT_TRUE(failed_with(Outcome::kUsage, inspect_logs({scratch("logs"), scratch("logs/.")}, {})));
  write("other/meta.properties", MetaProperties{0, 2, kCluster, ""}.text());
  EXPECT_TRUE(failed_with(Outcome::kUsage, inspect_logs({scratch("logs"), scratch("other")}, {})));
  write("other/meta.properties", MetaProperties{0, 1, "kBjE2EKdQfKjHbdcHDVvuA", ""}.text());
  EXPECT_TRUE(failed_with(Outcome::kUsage, inspect_logs({scratch("logs"), scratch("other")}, {})));
  InspectOptions of_broker_2;
  of_broker_2.broker = 2;
  EXPECT_TRUE(failed_with(Outcome::kUsage, inspect_logs({scratch("logs")}, of_broker_2)));
  std::filesystem::remove(scratch("logs/meta.properties"));
  EXPECT_EQ(inspect(of_broker_2).broker, 2);
}

TEST_F(InspectTest, ADeadlineThatHasPassedEndsTheWork) {
  write(segment(0), batch(0, 5));
  InspectOptions options;
  options.deadline = Deadline::after(std::chrono::milliseconds(-1));
  EXPECT_TRUE(failed_with(Outcome::kRetry, inspect_logs({scratch("logs")}, options)));
}

}  // namespace
}  // namespace arkive::kafka::test
