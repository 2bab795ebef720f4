#include "kafka/archive/compare.h"

#include <algorithm>
#include <deque>
#include <map>

#include "kafka/archive/archived_log.h"
#include "kafka/archive/compare_sample.h"
#include "kafka/archive/runs.h"

namespace arkive::kafka {
namespace {

bool is_compacted(const std::vector<ConfigEntry>& configs) {
  return std::any_of(configs.begin(), configs.end(), [](const ConfigEntry& entry) {
    return entry.name == "cleanup.policy" && entry.value && entry.value->find("compact") != std::string::npos;
  });
}

class Comparison {
 public:
  Comparison(const Store& store, std::string_view cluster, const ArchiveIndex& index, LogSource& source,
             const CompareOptions& options)
      : store_(store), cluster_(cluster), index_(index), source_(source), options_(options) {}

  Result<CompareReport> run() {
    ARKIVE_TRY(compare_clusters());
    ARKIVE_TRY(match_topics());
    ARKIVE_TRY(compare_offsets());
    ARKIVE_TRY(compare_samples(store_, cluster_, source_, compared_, options_, report_));
    const auto by_object = [](const Finding& a, const Finding& b) { return a.object < b.object; };
    std::stable_sort(report_.differences.begin(), report_.differences.end(), by_object);
    std::stable_sort(report_.not_compared.begin(), report_.not_compared.end(), by_object);
    return std::move(report_);
  }

 private:
  Deadline soon() const { return options_.deadline.sooner(options_.patience); }

  Status compare_clusters() {
    ARKIVE_ASSIGN(const ClusterFacts live, source_.cluster(soon()));
    report_.archived_cluster_id = index_.cluster.cluster_id;
    report_.live_cluster_id = live.cluster_id;
    if (!live.cluster_id.empty() && !index_.cluster.cluster_id.empty() &&
        live.cluster_id != index_.cluster.cluster_id) {
      report_.differences.push_back(
          {"cluster " + std::string(cluster_), "the brokers belong to cluster id " + live.cluster_id +
                                                   ", what is archived to " + index_.cluster.cluster_id});
    }
    return ok();
  }

  // Topics are the same when their ids are; without ids (brokers before 2.8), their names.
  Status match_topics() {
    ARKIVE_ASSIGN(live_, source_.topics(soon()));
    std::vector<std::string> names;
    for (const TopicFacts& live : live_) {
      const bool by_name = std::any_of(index_.topics.begin(), index_.topics.end(),
                                       [&](const auto& one) { return one.name == live.name; });
      if (!live.error.empty()) {
        if (by_name) report_.not_compared.push_back({"topic " + live.name, live.error});
        continue;
      }
      const auto same = std::find_if(index_.topics.begin(), index_.topics.end(), [&](const auto& one) {
        return one.name == live.name && one.id == live.id;
      });
      if (same == index_.topics.end()) {
        report_.topics_newer.push_back(live.name);
        continue;
      }
      ARKIVE_ASSIGN(ArchivedTopic topic, read_topic(store_, *same, options_.deadline));
      archived_.push_back({&live, std::move(topic)});
      names.push_back(live.name);
    }
    for (const ArchiveIndex::Topic& one : index_.topics) {
      const auto live = std::find_if(live_.begin(), live_.end(),
                                     [&](const TopicFacts& topic) { return topic.name == one.name; });
      if (live == live_.end()) {
        report_.topics_gone.push_back(one.name);
      } else if (live->error.empty() && live->id != one.id) {
        report_.topics_anew.push_back(one.name + "@" + (one.id.is_zero() ? "none" : one.id.text()));
      }
    }
    report_.topics = names.size();
    ARKIVE_ASSIGN(configs_, source_.topic_configs(names, soon()));
    return ok();
  }

  Status compare_offsets() {
    std::vector<TopicPartition> names;
    for (const Pair& pair : archived_) {
      for (const PartitionFacts& partition : pair.live->partitions) {
        names.push_back({pair.live->name, partition.partition});
      }
    }
    if (names.empty()) return ok();
    ARKIVE_ASSIGN(const auto offsets, source_.offsets(names, soon()));
    std::size_t next = 0;
    for (std::size_t i = 0; i < archived_.size(); ++i) {
      const Pair& pair = archived_[i];
      const bool compacted = is_compacted(pair.topic.configs) || is_compacted(configs_[i].entries);
      for (const PartitionFacts& facts : pair.live->partitions) {
        ARKIVE_TRY(compare_partition(pair, facts, offsets[next++], compacted));
      }
      for (const ArchivedPartition& partition : pair.topic.partitions) {
        const bool is_there =
            std::any_of(pair.live->partitions.begin(), pair.live->partitions.end(),
                        [&](const auto& one) { return one.partition == partition.partition; });
        if (is_there) continue;
        report_.differences.push_back({TopicPartition{pair.topic.name, partition.partition}.text(),
                                       "it is archived, and the cluster's topic has " +
                                           std::to_string(pair.live->partitions.size()) +
                                           " partitions only"});
      }
    }
    return ok();
  }

  struct Pair {
    const TopicFacts* live;
    ArchivedTopic topic;
  };

  Status compare_partition(const Pair& pair, const PartitionFacts& facts, const PartitionOffsets& live,
                           bool compacted) {
    const TopicPartition name{pair.topic.name, facts.partition};
    const ArchivedPartition* const archived = pair.topic.find(facts.partition);
    if (archived == nullptr) {
      ++report_.partitions_newer;
      return ok();
    }
    if (!live.error.empty()) {
      report_.not_compared.push_back({name.text(), live.error});
      return ok();
    }
    ++report_.partitions;
    const std::int64_t next = archived->next_offset;
    if (live.high_watermark < next) {
      ARKIVE_ASSIGN(const std::int64_t end, true_end(name, *archived, live));
      if (end < next) {
        report_.differences.push_back({name.text() + "@" + std::to_string(end),
                                       "the cluster's log ends before offset " + std::to_string(end) +
                                           ", what is archived before " + std::to_string(next) +
                                           ": it was cut there, or is another one"});
      }
    }
    if (live.log_start > next) {
      report_.lost.push_back({name.text() + "@" + std::to_string(next),
                              "offsets " + std::to_string(next) + " to " +
                                  std::to_string(live.log_start - 1) +
                                  " were removed from the cluster before they were archived"});
    }
    if (const std::int64_t behind = live.high_watermark - std::max(next, live.log_start); behind > 0) {
      ++report_.partitions_behind;
      report_.offsets_behind += behind;
    }
    ComparedPartition& one = compared_.emplace_back();
    one.topic = &pair.topic;
    one.partition = archived;
    one.leader = facts.leader;
    one.from = std::max(live.log_start, ArchivedLog(store_, cluster_, pair.topic, *archived).first_offset());
    one.until = std::min(live.high_watermark, next);
    one.compacted = compacted;
    report_.offsets_compared += std::max<std::int64_t>(one.until - one.from, 0);
    for (const ArchivedSegment& segment : archived->segments) {
      if (segment.generation != archived->generation || segment.records < 0 ||
          segment.base_offset < one.from || segment.next_offset > one.until) {
        continue;
      }
      report_.segment_offsets += segment.next_offset - segment.base_offset;
      report_.segment_records += segment.records;
    }
    return ok();
  }

  // A new leader shows an old high watermark until its followers have told it how far they are.
  Result<std::int64_t> true_end(const TopicPartition& name, const ArchivedPartition& archived,
                                const PartitionOffsets& live) {
    if (archived.epochs.empty()) return live.high_watermark;
    const std::int32_t epoch = archived.epochs.back().epoch;
    const auto end = source_.end_of_epoch(name, epoch, soon());
    if (!end && end.error().outcome == Outcome::kInterrupted) return fail(end.error());
    if (!end || !*end || (*end)->epoch < epoch) return live.high_watermark;
    return std::max(live.high_watermark, (*end)->start_offset);
  }

  const Store& store_;
  const std::string_view cluster_;
  const ArchiveIndex& index_;
  LogSource& source_;
  const CompareOptions& options_;
  CompareReport report_;
  std::vector<TopicFacts> live_;
  std::deque<Pair> archived_;          // `compared_` points into it and into `live_`
  std::vector<TopicConfigs> configs_;  // of archived_
  std::vector<ComparedPartition> compared_;
};

}  // namespace

Result<CompareReport> compare_with_cluster(const Store& store, std::string_view cluster,
                                           const ArchiveIndex& index, LogSource& source,
                                           const CompareOptions& options) {
  return Comparison(store, cluster, index, source, options).run();
}

}  // namespace arkive::kafka
