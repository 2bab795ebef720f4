#include "restore-plans/apply/replay_verification.h"

#include <algorithm>
#include <map>
#include <utility>

#include "kafka/archive/live_batches.h"
#include "restore-plans/apply/verification.h"
#include "stores/core/bytes.h"

namespace arkive::restore_plans {
namespace {

using kafka::ReplayedPartition;
using kafka::TopicPartition;

/// What one partition of the target must hold, from however many of the source it came.
struct Wanted {
  std::int64_t begin = 0;  ///< the first replayed record
  std::int64_t end = 0;    ///< behind the last one
};

class Comparing {
 public:
  Comparing(const Plan& plan, const kafka::OffsetMap& map, kafka::LogSource& source, Deadline deadline)
      : plan_(plan), map_(map), source_(source), deadline_(deadline) {}

  Result<std::vector<Deviation>> run() {
    for (const ReplayedPartition& partition : map_.partitions) wish(partition);
    ARKIVE_TRY(compare_logs());
    ARKIVE_TRY(read_last_records());
    std::vector<PlannedGroupOffset> translated;
    for (const PlannedGroupOffset& planned : plan_.group_offsets) translate(planned, translated);
    ARKIVE_TRY(compare_groups(translated, source_, deadline_, deviations_));
    return std::move(deviations_);
  }

 private:
  void found(const TopicPartition& partition, std::string what) {
    deviations_.push_back({"partition " + printable(partition.text()), std::move(what)});
  }

  void wish(const ReplayedPartition& partition) {
    const TopicPartition name{partition.source_topic, partition.source_partition};
    if (!partition.complete) found(name, "was not replayed to its end, " + end_text(partition));
    if (partition.map.empty() || partition.target_partition < 0) return;
    const TopicPartition target{partition.target_topic, partition.target_partition};
    const auto [at, is_new] =
        wanted_.try_emplace(target, Wanted{partition.map.runs().front().target, partition.map.end_target()});
    if (is_new) return;
    at->second.begin = std::min(at->second.begin, partition.map.runs().front().target);
    at->second.end = std::max(at->second.end, partition.map.end_target());
  }

  static std::string end_text(const ReplayedPartition& partition) {
    return "offset " + std::to_string(partition.source_end) + " of the archive";
  }

  Status compare_logs() {
    ARKIVE_ASSIGN(const std::vector<kafka::TopicFacts> topics, source_.topics(deadline_));
    std::vector<TopicPartition> asked;
    for (const auto& [name, wanted] : wanted_) {
      const auto topic = std::ranges::find(topics, name.topic, &kafka::TopicFacts::name);
      const auto* const facts = topic == topics.end() ? nullptr : partition_of(*topic, name.partition);
      if (facts == nullptr) {
        found(name, "is not there");
        continue;
      }
      asked.push_back(name);
      wants_.push_back({name, topic->id, facts->leader, wanted.end - 1, 0});
    }
    if (asked.empty()) return ok();
    ARKIVE_ASSIGN(const std::vector<kafka::PartitionOffsets> offsets, source_.offsets(asked, deadline_));
    std::vector<kafka::BatchWant> whole;
    for (std::size_t index = 0; index < asked.size(); ++index) {
      const Wanted& wanted = wanted_.at(asked[index]);
      const kafka::PartitionOffsets& there = offsets[index];
      if (!there.error.empty()) {
        found(asked[index], "cannot be asked: " + printable(there.error));
      } else if (there.high_watermark < wanted.end) {
        found(asked[index], "ends at " + std::to_string(there.high_watermark) + " instead of " +
                                std::to_string(wanted.end));
      } else if (there.log_start > wanted.begin) {
        found(asked[index], "begins at " + std::to_string(there.log_start) + " instead of " +
                                std::to_string(wanted.begin) +
                                ": brokers delete old records by themselves (retention)");
      } else {
        whole.push_back(wants_[index]);
      }
    }
    wants_ = std::move(whole);
    return ok();
  }

  static const kafka::PartitionFacts* partition_of(const kafka::TopicFacts& topic, std::int32_t number) {
    const auto at = std::ranges::find(topic.partitions, number, &kafka::PartitionFacts::partition);
    return at == topic.partitions.end() ? nullptr : &*at;
  }

  Status read_last_records() {
    constexpr std::chrono::seconds kPatience{10};
    return kafka::ask_live_batches(
        source_, wants_, kPatience, deadline_,
        [](std::size_t, kafka::BatchWant&) -> Result<bool> { return true; },
        [&](std::size_t index, const kafka::LiveBatch& batch) {
          // Compaction may have taken the last record and left its offset: then there is none at the end.
          if (batch.state == kafka::LiveBatch::State::kThere ||
              batch.state == kafka::LiveBatch::State::kBeyondEnd)
            return;
          found(wants_[index].partition, "cannot be read: " + (batch.error.empty() ? std::string("no answer")
                                                                                   : printable(batch.error)));
        });
  }

  void translate(const PlannedGroupOffset& planned, std::vector<PlannedGroupOffset>& translated) {
    const ReplayedPartition* const replayed = map_.find(planned.topic, planned.partition);
    // Neither an internal topic nor one that is not archived is replayed: restore groups has named it.
    if (replayed == nullptr || replayed->target_partition < 0) return;
    const kafka::TranslatedOffset offset = replayed->translate(planned.offset);
    const bool nothing = offset.kind == kafka::TranslatedOffset::Kind::kNotThere;
    translated.push_back({planned.group, replayed->target_topic, replayed->target_partition,
                          nothing ? replayed->target_begin : offset.offset});
  }

  const Plan& plan_;
  const kafka::OffsetMap& map_;
  kafka::LogSource& source_;
  const Deadline deadline_;
  std::map<TopicPartition, Wanted> wanted_;
  std::vector<kafka::BatchWant> wants_;
  std::vector<Deviation> deviations_;
};

}  // namespace

Result<std::vector<Deviation>> replay_deviations(const Plan& plan, const kafka::OffsetMap& map,
                                                 kafka::LogSource& source, Deadline deadline) {
  return Comparing(plan, map, source, deadline).run();
}

}  // namespace arkive::restore_plans
