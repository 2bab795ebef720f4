#include "kafka/replay/leaders.h"

namespace arkive::kafka {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{100};

}  // namespace

Status Leaders::refresh(Deadline deadline) {
  const std::lock_guard lock(mutex_);
  if (SteadyClock::now() - asked_ < kBetweenLooks) return ok();
  ARKIVE_ASSIGN(const std::vector<TopicFacts> topics, source_.topics(deadline));
  leaders_.clear();
  ids_.clear();
  for (const TopicFacts& topic : topics) {
    ids_[topic.name] = topic.id;
    for (const PartitionFacts& one : topic.partitions) leaders_[{topic.name, one.partition}] = one.leader;
  }
  asked_ = SteadyClock::now();
  return ok();
}

std::int32_t Leaders::of(const TopicPartition& partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = leaders_.find(partition);
  return found == leaders_.end() ? -1 : found->second;
}

TopicId Leaders::id_of(const std::string& topic) const {
  const std::lock_guard lock(mutex_);
  const auto found = ids_.find(topic);
  return found == ids_.end() ? TopicId() : found->second;
}

}  // namespace arkive::kafka
