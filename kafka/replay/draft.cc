#include "kafka/replay/draft.h"

#include <algorithm>
#include <set>

#include "kafka/archive/archived_log.h"
#include "kafka/archive/layout.h"
#include "kafka/archive/runs.h"
#include "stores/core/bytes.h"

namespace arkive::kafka {
namespace {

bool any_matches(const std::vector<Glob>& globs, const std::string& name) {
  return std::any_of(globs.begin(), globs.end(), [&](const Glob& glob) { return glob.matches(name); });
}

bool is_internal(std::string_view name) {
  return name == "__consumer_offsets" || name == "__transaction_state" || name == "__share_group_state";
}

class Drafting {
 public:
  Drafting(const ReplayArchive& archive, const ReplaySelection& selection, LogSource& target,
           Deadline deadline)
      : archive_(archive), selection_(selection), target_(target), deadline_(deadline) {}

  Result<ReplayDraft> run() {
    ARKIVE_ASSIGN(const std::vector<TopicFacts> there, target_.topics(deadline_));
    for (const ArchiveIndex::Topic& one : archive_.index->topics) {
      if (!is_wanted(one)) continue;
      DraftTopic topic;
      ARKIVE_ASSIGN(topic.archived, read_topic(*archive_.store, one, deadline_));
      if (topic.archived.internal) continue;
      ARKIVE_TRY(name(topic));
      ARKIVE_TRY(count_partitions(topic, there));
      for (const ArchivedPartition& partition : topic.archived.partitions) {
        ARKIVE_TRY(bound(topic, partition));
      }
      draft_.bytes += topic.bytes;
      draft_.offsets += topic.offsets;
      draft_.topics.push_back(std::move(topic));
    }
    if (draft_.topics.empty()) {
      return fail(Outcome::kNotFound,
                  "restore topics of run " + archive_.run + ": it holds none that is asked for",
                  "arkive show lists its topics; internal ones are never replayed");
    }
    ARKIVE_TRY(check_until_offsets());
    ARKIVE_TRY(look_at_ends(draft_.topics, target_, deadline_));
    return std::move(draft_);
  }

 private:
  bool is_wanted(const ArchiveIndex::Topic& one) const {
    if (is_internal(one.name) || archive_.index->find(one.name) != &one) return false;
    if (!selection_.topics.empty() && !any_matches(selection_.topics, one.name)) return false;
    return !any_matches(selection_.excluded, one.name);
  }

  Status name(DraftTopic& topic) {
    const std::string& source = topic.archived.name;
    topic.plan.source = topic.plan.target = source;
    topic.plan.source_id = topic.archived.id.text();
    for (const Rename& rename : selection_.renames) {
      if (const auto name = rename.apply(source)) {
        topic.plan.target = *name;
        break;
      }
    }
    const std::string& target = topic.plan.target;
    const auto refuse = [&](const std::string& why) {
      return fail(Outcome::kUsage,
                  "restore topic '" + printable(source) + "' as '" + printable(target) + "': " + why,
                  "give it another name with --rename");
    };
    if (!is_topic_name(target)) return refuse("Kafka allows no such name");
    if (is_internal(target)) return refuse("that topic is Kafka's own");
    if (!targets_.insert(target).second) return refuse("another topic comes under that name");
    return ok();
  }

  Status count_partitions(DraftTopic& topic, const std::vector<TopicFacts>& there) const {
    PlannedTopic& plan = topic.plan;
    const auto& archived_ones = topic.archived.partitions;
    const std::size_t archived =
        archived_ones.empty() ? 1 : static_cast<std::size_t>(archived_ones.back().partition) + 1;
    std::size_t count = archived;
    if (selection_.partitions) count = static_cast<std::size_t>(*selection_.partitions);
    const auto facts = std::find_if(there.begin(), there.end(),
                                    [&](const TopicFacts& one) { return one.name == plan.target; });
    if (facts != there.end()) {
      if (!facts->error.empty()) {
        return fail(Outcome::kDenied, "look at topic '" + plan.target + "': " + facts->error);
      }
      topic.exists = true;
      count = facts->partitions.size();
    }
    plan.begin.assign(count, 0);
    plan.by_key = count != archived;
    return ok();
  }

  Status bound(DraftTopic& topic, const ArchivedPartition& partition) {
    ArchivedLog log(*archive_.store, archive_.cluster, topic.archived, partition, deadline_);
    PlannedPartition planned{partition.partition, log.first_offset(), log.next_offset()};
    const TopicPartition name{topic.archived.name, partition.partition};
    if (const auto until = selection_.until_offsets.find(name); until != selection_.until_offsets.end()) {
      planned.end = std::clamp(until->second, planned.begin, planned.end);
      found_.insert(name);
    }
    if (selection_.since) {
      ARKIVE_ASSIGN(const auto offset, log.offset_at(*selection_.since));
      planned.begin = std::min(offset.value_or(planned.end), planned.end);
    }
    if (selection_.newest) {
      ARKIVE_ASSIGN(planned.begin,
                    begin_of_newest(*archive_.store, archive_.cluster, topic.archived, partition,
                                    planned.begin, planned.end, selection_.until, *selection_.newest));
    }
    topic.offsets += planned.end - planned.begin;
    for (const ArchivedSegment& segment : partition.segments) {
      if (segment.generation != partition.generation) continue;
      const std::int64_t offsets = segment.next_offset - segment.base_offset;
      const std::int64_t taken =
          std::min(segment.next_offset, planned.end) - std::max(segment.base_offset, planned.begin);
      if (taken <= 0 || offsets <= 0) continue;
      topic.bytes += static_cast<std::uint64_t>(static_cast<double>(segment.bytes) *
                                                static_cast<double>(taken) / static_cast<double>(offsets));
    }
    topic.plan.partitions.push_back(planned);
    return ok();
  }

  Status check_until_offsets() const {
    for (const auto& [name, offset] : selection_.until_offsets) {
      if (found_.contains(name)) continue;
      return fail(Outcome::kUsage, "restore until offset " + std::to_string(offset) + " of partition '" +
                                       printable(name.text()) + "': it is not among what is restored");
    }
    return ok();
  }

  const ReplayArchive& archive_;
  const ReplaySelection& selection_;
  LogSource& target_;
  Deadline deadline_;
  ReplayDraft draft_;
  std::set<std::string> targets_;
  std::set<TopicPartition> found_;
};

}  // namespace

Result<ReplayDraft> draft_replay(const ReplayArchive& archive, const ReplaySelection& selection,
                                 LogSource& target, Deadline deadline) {
  return Drafting(archive, selection, target, deadline).run();
}

Result<std::vector<ArchivedTopic>> archived_topics(const ReplayArchive& archive, const ReplayPlan& plan,
                                                   Deadline deadline) {
  std::vector<ArchivedTopic> topics;
  for (const PlannedTopic& planned : plan.topics) {
    const auto& all = archive.index->topics;
    const auto found = std::find_if(all.begin(), all.end(), [&](const ArchiveIndex::Topic& one) {
      return one.name == planned.source && one.id.text() == planned.source_id;
    });
    if (found == all.end()) {
      return fail(Outcome::kNotFound, "go on with topic '" + planned.source + "': run " + archive.run +
                                          " of '" + archive.name + "' does not hold it");
    }
    ARKIVE_ASSIGN(ArchivedTopic topic, read_topic(*archive.store, *found, deadline));
    topics.push_back(std::move(topic));
  }
  return topics;
}

Status look_at_topics(std::vector<DraftTopic>& topics, LogSource& target, Deadline deadline) {
  ARKIVE_ASSIGN(const std::vector<TopicFacts> there, target.topics(deadline));
  std::vector<std::string> names;
  for (DraftTopic& topic : topics) {
    topic.exists = std::any_of(there.begin(), there.end(), [&](const TopicFacts& one) {
      return one.name == topic.plan.target && one.error.empty();
    });
    if (topic.exists) names.push_back(topic.plan.target);
  }
  ARKIVE_ASSIGN(const std::vector<TopicConfigs> all, target.topic_configs(names, deadline));
  for (const TopicConfigs& configs : all) {
    const auto topic = std::find_if(topics.begin(), topics.end(),
                                    [&](const DraftTopic& one) { return one.plan.target == configs.topic; });
    if (topic == topics.end()) continue;
    const auto most = number_of(configs.entries, "max.message.bytes");
    if (!most) continue;
    // A batch that is larger than a segment is refused as well.
    const std::int64_t segment = number_of(configs.entries, "segment.bytes").value_or(INT32_MAX);
    topic->plan.most_batch_bytes =
        static_cast<std::int32_t>(std::clamp<std::int64_t>(std::min(*most, segment), 0, INT32_MAX));
  }
  return ok();
}

Status look_at_ends(std::vector<DraftTopic>& topics, LogSource& target, Deadline deadline) {
  std::vector<TopicPartition> wanted;
  for (const DraftTopic& topic : topics) {
    for (std::size_t i = 0; topic.exists && i < topic.plan.begin.size(); ++i) {
      wanted.push_back({topic.plan.target, static_cast<std::int32_t>(i)});
    }
  }
  ARKIVE_ASSIGN(const std::vector<PartitionOffsets> ends, target.offsets(wanted, deadline));
  std::size_t at = 0;
  for (DraftTopic& topic : topics) {
    for (std::size_t i = 0; topic.exists && i < topic.plan.begin.size(); ++i, ++at) {
      if (!ends[at].error.empty()) {
        return fail(Outcome::kRetry, "look at the end of '" + wanted[at].text() + "': " + ends[at].error);
      }
      topic.plan.begin[i] = ends[at].high_watermark;
      if (ends[at].high_watermark > ends[at].log_start) topic.is_empty = false;
    }
  }
  return ok();
}

}  // namespace arkive::kafka
