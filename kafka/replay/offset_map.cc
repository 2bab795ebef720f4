#include "kafka/replay/offset_map.h"

#include <algorithm>
#include <cstdlib>

#include "kafka/replay/journal.h"

namespace arkive::kafka {
namespace {

std::int64_t end_source(const OffsetRun& run) {
  return run.source + run.count;
}

}  // namespace

void PartitionOffsetMap::add(const OffsetRun& run) {
  if (run.count <= 0) std::abort();
  if (!runs_.empty()) {
    OffsetRun& last = runs_.back();
    if (run.source < end_source(last) || run.target < end_target()) std::abort();
    if (run.source == end_source(last) && run.target == end_target()) {
      last.count += run.count;
      return;
    }
  }
  runs_.push_back(run);
}

std::optional<std::int64_t> PartitionOffsetMap::translate(std::int64_t source) const {
  const auto run = std::partition_point(runs_.begin(), runs_.end(),
                                        [&](const OffsetRun& one) { return end_source(one) <= source; });
  if (run == runs_.end()) return std::nullopt;
  return run->target + std::max<std::int64_t>(source - run->source, 0);
}

std::int64_t PartitionOffsetMap::end_target() const {
  return runs_.empty() ? 0 : runs_.back().target + runs_.back().count;
}

TranslatedOffset ReplayedPartition::translate(std::int64_t source_offset) const {
  using Kind = TranslatedOffset::Kind;
  if (target_partition < 0 || map.empty()) return {};
  const std::optional<std::int64_t> offset = map.translate(source_offset);
  if (!offset) return {Kind::kAtEnd, map.end_target()};
  if (source_offset < source_begin) return {Kind::kBefore, *offset};
  const auto run = std::partition_point(map.runs().begin(), map.runs().end(), [&](const OffsetRun& one) {
    return end_source(one) <= source_offset;
  });
  return {run->source <= source_offset ? Kind::kExact : Kind::kNext, *offset};
}

const ReplayedPartition* OffsetMap::find(std::string_view source_topic, std::int32_t partition) const {
  const auto found =
      std::partition_point(partitions.begin(), partitions.end(), [&](const ReplayedPartition& one) {
        return std::pair(std::string_view(one.source_topic), one.source_partition) <
               std::pair(source_topic, partition);
      });
  if (found == partitions.end() || found->source_topic != source_topic ||
      found->source_partition != partition) {
    return nullptr;
  }
  return &*found;
}

Result<OffsetMap> read_offset_map(const std::string& journal_directory) {
  ARKIVE_ASSIGN(const ReplayPlan plan, read_plan(journal_directory));
  ARKIVE_ASSIGN(JournalState state, read_journal(journal_directory));
  OffsetMap all;
  all.source_cluster = plan.source_cluster;
  all.target_cluster = plan.target_cluster;
  all.archive = plan.archive;
  all.archive_cluster = plan.archive_cluster;
  all.run = plan.run;
  for (const PlannedTopic& topic : plan.topics) {
    for (const PlannedPartition& planned : topic.partitions) {
      ReplayedPartition& one = all.partitions.emplace_back();
      one.source_topic = topic.source;
      one.source_topic_id = topic.source_id;
      one.source_partition = planned.partition;
      one.target_topic = topic.target;
      one.source_begin = planned.begin;
      one.source_end = planned.end;
      PartitionProgress& progress = state.progress[{topic.target, topic.by_key ? -1 : planned.partition}];
      one.complete = progress.done || state.finished;
      if (topic.by_key) continue;
      one.target_partition = planned.partition;
      const auto number = static_cast<std::size_t>(planned.partition);
      if (number < topic.begin.size()) one.target_begin = topic.begin[number];
      one.map = std::move(progress.map);
    }
  }
  return all;
}

}  // namespace arkive::kafka
