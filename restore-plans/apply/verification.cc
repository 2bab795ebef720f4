#include "restore-plans/apply/verification.h"

#include <algorithm>
#include <map>
#include <utility>

#include "stores/core/bytes.h"

namespace arkive::restore_plans {
namespace {

void compare_partitions(const Plan& plan, std::span<const kafka::TopicPartition> asked,
                        std::span<const kafka::PartitionOffsets> offsets,
                        std::vector<Deviation>& deviations) {
  for (std::size_t index = 0; index < asked.size(); ++index) {
    const auto planned =
        std::ranges::find(plan.partitions, asked[index], &kafka::RecoveredPartition::partition);
    const kafka::PartitionOffsets& there = offsets[index];
    const std::string object = "partition " + printable(asked[index].text());
    if (!there.error.empty()) {
      deviations.push_back({object, "cannot be asked: " + printable(there.error)});
    } else if (there.high_watermark < planned->log_end) {
      deviations.push_back({object, "ends at " + std::to_string(there.high_watermark) + " instead of " +
                                        std::to_string(planned->log_end)});
    } else if (there.log_start > planned->log_start) {
      deviations.push_back({object, "begins at " + std::to_string(there.log_start) + " instead of " +
                                        std::to_string(planned->log_start) +
                                        ": brokers delete old records by themselves (retention)"});
    }
  }
}

}  // namespace

Status compare_groups(std::span<const PlannedGroupOffset> wanted, kafka::LogSource& source, Deadline deadline,
                      std::vector<Deviation>& deviations) {
  if (wanted.empty()) return ok();
  ARKIVE_ASSIGN(const std::vector<kafka::GroupFacts> groups, source.groups(deadline));
  std::map<std::pair<std::string, kafka::TopicPartition>, std::int64_t> there;
  for (const kafka::GroupFacts& group : groups) {
    for (const kafka::CommittedOffset& committed : group.offsets)
      there[{group.name, committed.partition}] = committed.offset;
  }
  for (const PlannedGroupOffset& planned : wanted) {
    const auto found = there.find({planned.group, {planned.topic, planned.partition}});
    const std::string object = "group " + printable(planned.group) + ", partition " +
                               printable(planned.topic) + "-" + std::to_string(planned.partition);
    if (found == there.end()) {
      deviations.push_back({object, "has no committed offset instead of " + std::to_string(planned.offset)});
    } else if (found->second < planned.offset) {
      deviations.push_back({object, "is committed at " + std::to_string(found->second) + " instead of " +
                                        std::to_string(planned.offset)});
    }
  }
  return ok();
}

Result<std::vector<Deviation>> log_deviations(const Plan& plan, kafka::LogSource& source, Deadline deadline) {
  std::vector<Deviation> deviations;
  ARKIVE_ASSIGN(const std::vector<kafka::TopicFacts> topics, source.topics(deadline));
  std::vector<kafka::TopicPartition> asked;
  for (const kafka::RecoveredPartition& planned : plan.partitions) {
    const auto topic = std::ranges::find(topics, planned.partition.topic, &kafka::TopicFacts::name);
    const bool there = topic != topics.end() &&
                       std::ranges::find(topic->partitions, planned.partition.partition,
                                         &kafka::PartitionFacts::partition) != topic->partitions.end();
    if (there) {
      asked.push_back(planned.partition);
    } else {
      deviations.push_back({"partition " + printable(planned.partition.text()), "is not there"});
    }
  }
  if (!asked.empty()) {
    ARKIVE_ASSIGN(const std::vector<kafka::PartitionOffsets> offsets, source.offsets(asked, deadline));
    compare_partitions(plan, asked, offsets, deviations);
  }
  ARKIVE_TRY(compare_groups(plan.group_offsets, source, deadline, deviations));
  return deviations;
}

}  // namespace arkive::restore_plans
