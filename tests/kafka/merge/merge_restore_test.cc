// A merged archive is restored as the one that it was made of: replayed into a cluster, seeded onto a disk.
#include "kafka/archive/verify.h"
#include "kafka/merge/merge.h"
#include "tests/kafka/replay/replay_fixture.h"
#include "tests/kafka/seed/seed_fixture.h"
#include "tests/support/next_moment.h"

namespace arkive::kafka::test {
namespace {

using testing::IsEmpty;

Manifest merged(Store& store, std::chrono::milliseconds keep_records = 0ms) {
  arkive::test::until_next_moment();
  MergeRequest request;
  request.cluster = "main";
  request.keep_records = keep_records;
  const MergeReport report = value_of(merge(store, request));
  if (!report.manifest) throw std::runtime_error("nothing was merged");
  EXPECT_THAT(report.damaged, IsEmpty());
  for (const Finding& finding : value_of(verify_archive(store, "main", {}, {})).findings)
    ADD_FAILURE() << finding.object << ": " << finding.what;
  return *report.manifest;
}

class ReplayOfMerged : public ScriptedReplay {
 protected:
  void archive_in_parts() {
    cluster_.make("orders", 2);
    cluster_.make("empty", 1, 2);
    for (int part = 0; part < 3; ++part) {
      append_all_kinds(cluster_.at("orders", 0));
      cluster_.at("orders", 1).append(4);
      arkive::test::until_next_moment();
      archive_source();
    }
  }
  void take(const Manifest& run) {
    run_ = run;
    index_ = value_of(read_index(*store_, run_, Deadline::never()));
    make_target_topics();
  }
};

TEST_F(ReplayOfMerged, BringsEveryKindOfBatchBack) {
  archive_in_parts();
  take(merged(*store_));
  ASSERT_EQ(topic_of(*store_, run_, "orders").find(0)->segments.size(), 1U);
  (void)replay_all_of(request());
  expect_equal_to_source();
}

TEST_F(ReplayOfMerged, WithoutOldRecordsBringsTheRestBack) {
  archive_in_parts();
  take(merged(*store_, std::chrono::milliseconds(index_.cut_began - 1'700'000'000'006)));
  const ArchivedPartition left = *topic_of(*store_, run_, "orders").find(1);
  ASSERT_EQ(left.log_start, 4);
  (void)replay_all_of(request());
  std::vector<SentRecord> wanted = committed_records(cluster_.at("orders", 1));
  std::erase_if(wanted, [](const SentRecord& record) { return record.offset < 4; });
  expect_equal_to_source("orders", 1, wanted);
}

class SeedOfMerged : public Seeding {
 protected:
  SeedOfMerged() {
    run_whole();
    for (int part = 0; part < 3; ++part) {
      cluster_.at("orders").append(3);
      BatchOptions options;
      options.transactional = true;
      options.producer_id = 20 + part;
      options.producer_epoch = 0;
      options.base_sequence = 0;
      cluster_.at("payments").append(2, options);
      cluster_.at("payments").end_transaction(20 + part, static_cast<std::int16_t>(part % 2));
      cluster_.at("trimmed").append(2);
      arkive::test::until_next_moment();
      run_whole();
    }
  }
  /// What a broker finds, but for the bounds of the segments.
  std::map<std::string, std::string> seeded() {
    std::filesystem::remove_all(scratch("data-1"));
    value_of(seed_with(seed_source(*store_), options()));
    std::map<std::string, std::string> found;
    for (const auto& [name, bytes] : files_in(scratch("data-1"))) {
      if (name.ends_with(".log") || name.ends_with(".index") || name.ends_with(".timeindex")) continue;
      const auto directory = name.substr(0, name.find('/') + 1);
      found[name.ends_with(".txnindex") ? directory + "txnindex" : name] += bytes;
      if (name == directory) found[directory + "log"] = log_in(scratch("data-1/") + directory);
    }
    return found;
  }
};

TEST_F(SeedOfMerged, WritesTheSameLogsCheckpointsAndProducers) {
  const auto wanted = seeded();
  merged(*store_);
  ASSERT_EQ(seed_source(*store_).topics.at(1).name, "orders");
  ASSERT_EQ(seed_source(*store_).topics.at(1).find(0)->segments.size(), 1U);
  const auto got = seeded();
  std::vector<std::string> names;
  for (const auto& [name, bytes] : got) {
    names.push_back(name);
    const auto found = wanted.find(name);
    if (found == wanted.end()) continue;
    EXPECT_TRUE(same(found->second, bytes)) << name;
  }
  std::vector<std::string> wanted_names;
  for (const auto& [name, bytes] : wanted) wanted_names.push_back(name);
  EXPECT_EQ(names, wanted_names);
}

TEST_F(SeedOfMerged, BeginsWhereTheRecordsBeginThatAreLeft) {
  const SeedSource before = seed_source(*store_);
  merged(*store_, std::chrono::milliseconds(before.index.cut_began - 1'700'000'000'033));
  const ArchivedPartition left =
      *topic_of(*store_, value_of(archive_runs(*store_, "main", Deadline::never())).back(), "orders").find(0);
  ASSERT_GT(left.log_start, 0);
  const auto got = seeded();
  EXPECT_TRUE(same(cluster_.at("orders").bytes(left.log_start), got.at("orders-0/log")));
}

}  // namespace
}  // namespace arkive::kafka::test
