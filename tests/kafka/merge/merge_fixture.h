/// Archives of the cluster "main" with many small segments, merged.
#pragma once

#include "kafka/archive/archived_log.h"
#include "kafka/merge/merge.h"
#include "tests/kafka/prune/prune_fixture.h"
#include "tests/support/next_moment.h"

namespace arkive::kafka::test {

inline std::vector<std::string> problems_of(const Store& store) {
  std::vector<std::string> all;
  for (const Finding& finding : value_of(verify_archive(store, "main", {}, {})).findings)
    all.push_back(finding.object + ": " + finding.what);
  return all;
}

/// What readers find in every partition of the run's topics: each record with its fate.
inline std::map<std::string, std::string> records_of(const Store& store, const Manifest& manifest) {
  std::map<std::string, std::string> all;
  const ArchiveIndex index = value_of(read_index(store, manifest, Deadline::never()));
  for (const ArchiveIndex::Topic& entry : index.topics) {
    const ArchivedTopic topic = value_of(read_topic(store, entry, Deadline::never()));
    for (const ArchivedPartition& partition : topic.partitions) {
      std::string& found =
          all[topic.name + "/" + topic.id.text() + "/" + std::to_string(partition.partition)];
      ArchivedLog log(store, "main", topic, partition);
      value_of(log.for_each_record(log.first_offset(), log.next_offset(),
                                   [&](const RecordPlace& place, const Record& record) -> Result<Walk> {
                                     found += std::to_string(record.offset) + (place.aborted ? "a" : "") +
                                              (place.open_transaction ? "o" : "") +
                                              (place.control ? "c" : "") + " ";
                                     return Walk::kOn;
                                   }));
    }
  }
  return all;
}

class MergedStore : public PrunedStore {
 protected:
  MergeRequest merge_request() {
    MergeRequest request;
    request.cluster = "main";
    request.arkive_version = "0";
    request.patience = 20ms;
    request.deadline = Deadline::after(60s);
    return request;
  }
  Result<MergeReport> try_merge() {
    arkive::test::until_next_moment();
    return merge(*store_, merge_request());
  }
  /// A merge that makes a run, which holds what the one before it holds.
  MergeReport merge_it() {
    const Manifest before = newest();
    const auto logs = logs_of(*store_, before);
    const auto records = records_of(*store_, before);
    MergeReport report = value_of(try_merge());
    if (!report.manifest) throw std::runtime_error("nothing was merged");
    EXPECT_EQ(report.from, before.id);
    EXPECT_EQ(newest().id, report.manifest->id);
    EXPECT_EQ(logs_of(*store_, *report.manifest), logs);
    EXPECT_EQ(records_of(*store_, *report.manifest), records);
    held_[report.manifest->id] = logs;
    return report;
  }
  Manifest newest() const { return value_of(archive_runs(*store_, "main", Deadline::never())).back(); }
  ArchivedPartition newest_partition(const std::string& topic, int number = 0) const {
    return *topic_of(*store_, newest(), topic).find(number);
  }
  std::vector<std::string> run_ids() const {
    std::vector<std::string> ids;
    for (const Manifest& run : value_of(archive_runs(*store_, "main", Deadline::never())))
      ids.push_back(run.id);
    return ids;
  }
};

}  // namespace arkive::kafka::test
