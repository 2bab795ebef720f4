#include "kafka/archive/topic_plan.h"

#include <algorithm>
#include <charconv>

namespace arkive::kafka {
namespace {

// delete.retention.ms unless set.
constexpr std::int64_t kDeleteRetention = 86'400'000;

bool is_set_on_the_topic(const ConfigEntry& entry) {
  return entry.source == "DYNAMIC_TOPIC_CONFIG" || entry.source == "TOPIC_CONFIG";
}

}  // namespace

TopicPlan::TopicPlan(const TopicFacts& facts, const TopicConfigs& configs, std::optional<ArchivedTopic> last,
                     UnixMilliseconds last_archived, UnixMilliseconds now)
    : last_(std::move(last)), last_archived_(last_archived), now_(now), configs_(configs.entries) {
  topic_.name = facts.name;
  topic_.id = facts.id;
  topic_.internal = facts.internal;
  if (!configs.error.empty() && last_) {
    topic_.configs = last_->configs;
  } else {
    std::copy_if(configs_.begin(), configs_.end(), std::back_inserter(topic_.configs), is_set_on_the_topic);
  }
}

const ConfigEntry* TopicPlan::config(std::string_view name) const {
  const auto found = std::find_if(configs_.begin(), configs_.end(),
                                  [&](const ConfigEntry& entry) { return entry.name == name; });
  return found == configs_.end() ? nullptr : &*found;
}

bool TopicPlan::is_compacted() const {
  const ConfigEntry* const policy = config("cleanup.policy");
  return policy != nullptr && policy->value && policy->value->find("compact") != std::string::npos;
}

bool TopicPlan::tombstones_may_be_lost() const {
  if (!is_compacted()) return false;
  std::int64_t retention = kDeleteRetention;
  if (const ConfigEntry* const entry = config("delete.retention.ms"); entry != nullptr && entry->value) {
    std::from_chars(entry->value->data(), entry->value->data() + entry->value->size(), retention);
  }
  return now_ - last_archived_ > retention;
}

Result<bool> TopicPlan::was_truncated(LogSource& source, const ArchivedPartition& partition,
                                      const PartitionOffsets& offsets, Deadline deadline) const {
  if (partition.epochs.empty()) return offsets.high_watermark < partition.next_offset;
  const LeaderEpochStart& last = partition.epochs.back();
  ARKIVE_ASSIGN(const auto end,
                source.end_of_epoch({topic_.name, partition.partition}, last.epoch, deadline));
  if (!end) return offsets.high_watermark < partition.next_offset;
  // The leader must know the archived epoch, and up to where the archive goes or further. The high watermark
  // proves nothing: a new leader shows an old one until its followers have told it how far they are.
  return end->epoch < last.epoch || end->start_offset < partition.next_offset;
}

void TopicPlan::doubt(const PartitionFacts& facts, const PartitionOffsets& offsets,
                      std::vector<JoinToCheck>& joins) const {
  const ArchivedPartition* const old = last_ ? last_->find(facts.partition) : nullptr;
  if (old == nullptr || !offsets.error.empty()) return;
  if (old->next_offset <= offsets.log_start || old->next_offset > offsets.high_watermark) return;
  const bool new_leader_has_more =
      old->leader_epoch != facts.leader_epoch && old->next_offset < offsets.high_watermark;
  // Settings that cannot be read may be those of a compacted topic.
  if (topic_.id.is_zero() || new_leader_has_more) {
    joins.push_back({&*last_, old, facts.leader, is_compacted() || configs_.empty()});
  }
}

Status TopicPlan::plan(LogSource& source, const PartitionFacts& facts, const PartitionOffsets& offsets,
                       const Join& join, Deadline deadline) {
  const ArchivedPartition* const old = last_ ? last_->find(facts.partition) : nullptr;
  const std::string name = TopicPartition{topic_.name, facts.partition}.text();
  if (!offsets.error.empty()) {
    missing_.emplace_back("partition " + name, offsets.error);
    if (old != nullptr) topic_.partitions.push_back(*old);
    return ok();
  }
  if (join.is == Join::Is::kUnanswered && topic_.id.is_zero()) {
    missing_.emplace_back("partition " + name,
                          "whether it is still the log that is archived is not known: " + join.error);
    topic_.partitions.push_back(*old);
    return ok();
  }
  ArchivedPartition partition;
  if (old != nullptr) partition = *old;
  partition.partition = facts.partition;
  const bool other_leader = partition.leader_epoch != facts.leader_epoch;
  bool anew = false;
  if (old == nullptr) {
    partition.next_offset = offsets.log_start;
  } else {
    const bool may_be_cut = offsets.high_watermark != old->next_offset || other_leader;
    bool truncated = false;
    if (may_be_cut && join.is != Join::Is::kSame) {
      ARKIVE_ASSIGN(truncated, was_truncated(source, *old, offsets, deadline));
    }
    if (truncated) {
      notes_.push_back("partition " + name + " was cut below offset " + std::to_string(old->next_offset) +
                       ", which is archived: generation " + std::to_string(old->generation + 1) + " begins");
      anew = true;
    } else if (join.is == Join::Is::kOther) {
      notes_.push_back("partition " + name + " has another batch at offset " + std::to_string(join.offset) +
                       " than the one that is archived: " +
                       (topic_.id.is_zero() ? "the topic was made anew, or its log cut and written anew"
                                            : "its log was cut and written anew") +
                       ": generation " + std::to_string(old->generation + 1) + " begins");
      anew = true;
    } else if (offsets.high_watermark > old->next_offset && tombstones_may_be_lost()) {
      notes_.push_back("partition " + name +
                       " is compacted and was not archived within delete.retention.ms: "
                       "generation " +
                       std::to_string(old->generation + 1) + " begins");
      anew = true;
    }
  }
  if (anew) {
    ++partition.generation;
    partition.next_offset = offsets.log_start;
    partition.epochs.clear();
    partition.open.clear();
    partition.gaps.clear();
  } else if (offsets.log_start > partition.next_offset) {
    notes_.push_back("partition " + name + ": offsets " + std::to_string(partition.next_offset) + " to " +
                     std::to_string(offsets.log_start - 1) + " were removed before they were archived");
    partition.gaps.push_back({partition.next_offset, offsets.log_start,
                              std::string(OffsetGap::kRemoved) + ": the log began at " +
                                  std::to_string(offsets.log_start) + " at the next run"});
    partition.next_offset = offsets.log_start;
  }
  partition.replicas = facts.replicas;
  partition.leader_epoch = facts.leader_epoch;
  partition.log_start = offsets.log_start;
  partition.high_watermark = offsets.high_watermark;
  partition.last_stable_offset = offsets.last_stable_offset;
  const bool more = partition.next_offset < offsets.high_watermark;
  topic_.partitions.push_back(std::move(partition));
  if (more) targets_.push_back({topic_.partitions.size() - 1, facts.leader, offsets.high_watermark});
  return ok();
}

std::vector<FetchTask> TopicPlan::tasks(Store& store, const std::string& cluster, std::uint64_t segment_bytes,
                                        bool exact, FrameCompressors* compressors) {
  const bool compacted = is_compacted();
  std::string gap_cause = compacted ? "compaction" : "not in the broker's log";
  if (!exact) gap_cause = compacted ? "compaction, or not a committed record" : "not a committed record";
  std::vector<FetchTask> tasks;
  for (const Target& target : targets_) {
    ArchivedPartition& partition = topic_.partitions[target.partition];
    FetchTask& task = tasks.emplace_back();
    task.name = {topic_.name, partition.partition};
    task.topic_id = topic_.id;
    task.leader = target.leader;
    task.target = target.offset;
    task.partition = &partition;
    task.writer = std::make_unique<PartitionWriter>(
        store, cluster, topic_, partition, PartitionWriter::Options{segment_bytes, gap_cause, compressors});
  }
  return tasks;
}

void TopicPlan::revert_unfinished(const std::vector<FetchTask>& tasks) {
  if (!last_) return;
  for (const FetchTask& task : tasks) {
    if (task.name.topic != topic_.name || task.error.empty()) continue;
    const ArchivedPartition* const old = last_->find(task.name.partition);
    if (old != nullptr && old->generation != task.partition->generation) *task.partition = *old;
  }
}

void TopicPlan::revert(const FetchTask& task) const {
  const ArchivedPartition* const old = last_ ? last_->find(task.name.partition) : nullptr;
  if (old != nullptr) {
    *task.partition = *old;
    return;
  }
  task.partition->next_offset = task.partition->log_start;
  task.partition->segments.clear();
  task.partition->epochs.clear();
  task.partition->open.clear();
  task.partition->gaps.clear();
}

Result<bool> is_mixed(LogSource& source, const FetchTask& task, Deadline deadline) {
  for (const LeaderEpochStart& left : task.writer->left_epochs()) {
    ARKIVE_ASSIGN(const auto end, source.end_of_epoch(task.name, left.epoch, deadline));
    if (end && (end->epoch < left.epoch || end->start_offset < left.start_offset)) return true;
  }
  return false;
}

UnixMilliseconds TopicPlan::archived(const std::vector<FetchTask>& tasks) const {
  const bool all_at_the_cut =
      missing_.empty() && std::none_of(tasks.begin(), tasks.end(), [&](const auto& task) {
        return task.name.topic == topic_.name && !task.error.empty();
      });
  return all_at_the_cut ? now_ : last_archived_;
}

void TopicPlan::keep_what_was() {
  if (!last_) return;
  for (const ArchivedPartition& old : last_->partitions) {
    if (topic_.find(old.partition) == nullptr) topic_.partitions.push_back(old);
  }
  for (ArchivedPartition& partition : topic_.partitions) {
    const ArchivedPartition* const old = last_->find(partition.partition);
    // A log that goes on begins no earlier than it did, whatever a replica that lags behind may say; and what
    // was left out of the archive for its age is not in it again.
    if (old != nullptr && old->generation == partition.generation)
      partition.log_start = std::max(partition.log_start, old->log_start);
  }
  std::sort(topic_.partitions.begin(), topic_.partitions.end(),
            [](const auto& a, const auto& b) { return a.partition < b.partition; });
}

}  // namespace arkive::kafka
